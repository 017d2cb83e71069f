"""golint-mem: finds the memory that Go programs never give back, before it ships."""

__version__ = "0.1.0"
