"""What C functions do with memory: the preamble and the package's C files read, the rest known by name."""
