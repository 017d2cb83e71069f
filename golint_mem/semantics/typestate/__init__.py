"""Values that are made and have to be given back: what becomes of them on every path through a function."""
