"""What the code means."""
