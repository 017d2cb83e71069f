"""Ownership of C memory as typestate over the paths of a function, with summaries for callees."""
