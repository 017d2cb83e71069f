"""GM4xx: sync.Pool used so that it corrupts, leaks or does not help."""
