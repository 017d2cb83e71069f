"""GM5xx: allocations that leave the stack, as the compiler confirms."""
