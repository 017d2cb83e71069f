"""Goroutines, channels and locks as a process network, and the exploration of its interleavings.

`extract` turns functions into code, `machine` runs the code of one goroutine up to its next operation on something
that others share, `network` says which goroutines may move, `explore` visits the states, `hangs` tells who never moves
again.
"""
