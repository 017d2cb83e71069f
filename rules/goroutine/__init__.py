"""GM3xx: goroutines, timers and contexts that can never end."""
