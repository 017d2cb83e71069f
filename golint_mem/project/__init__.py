"""Which modules, packages and files there are."""
