"""What was meant: from a text to a topic, a language and a danger."""
