"""Goroutines, channels and locks of a scope as a process network whose interleavings are explored."""
