"""Hold the types that golint-mem infers to those of the Go type checker."""
