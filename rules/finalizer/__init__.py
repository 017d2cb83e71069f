"""GM2xx: cleanup that hangs on finalizers, and finalizers that never run."""
