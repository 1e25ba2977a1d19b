"""What is done: settings, the store, channels, use cases, the clock, the web and the command line."""
