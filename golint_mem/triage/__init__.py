"""Which findings are new, and not waved through."""
