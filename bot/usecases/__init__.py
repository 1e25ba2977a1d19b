"""What the program does: verbs that read facts, let flows decide, and write the result in one commit."""
