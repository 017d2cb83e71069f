"""What finalizers and cleanups mean: which object they watch, what runs, what that releases and what it can reach."""
