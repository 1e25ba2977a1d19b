"""What is said and decided: plain functions on frozen values, without clock, store or channel."""
