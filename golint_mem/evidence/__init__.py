"""What is known from outside the source."""
