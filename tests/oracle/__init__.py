"""The oracle: random cgo programs, run for real, against what the analysis says of them.

Routines (functions) are generated from seeds. Many of them are compiled into one program, whose linker redirects malloc
and free to a counting allocator (`go/alloc.c`), and each is run on all its inputs. What leaks, what is freed twice and
what is used after it was freed is then known, line by line, and compared with the findings on the same text:

- an allocation leaks on some input if and only if GM101, GM102, GM104 or GM109 speaks of it,
- memory is freed twice or used after it was freed on some input if and only if GM105 names that line,
- no other rule has anything to say; GM103 is counted and not judged, because such memory is freed, only late.

A finding that is only possible (`--show possible`) is counted as hedged where it is right, and ignored where it is not.
What is said of lines that no input reaches is counted and not judged either.

Inputs are bits. `flip(n)` reads the next bit, `more(n)` does so for at most three rounds of a loop, `pick(n, limit)`
reads a number; every call reads bits of its own, and the driver (`go/driver.go`) tries all combinations. So every path
that the syntax shows is feasible. Flags and bool parameters are bits that several branches test; there the paths that
contradict themselves are not feasible, and the analysis is expected to know. Passing freed memory to a function
counts as using it: all the helpers look at what they get.

The subset of Go and C that is generated, by feature (`grammar.FEATURES`): calls of C.CString, C.malloc, C.calloc, of
makers and releases in Go and in the preamble (`go/prelude.go`), some of which may fail or answer with an error; if,
switch with fallthrough, loops in four forms, break, continue and their labelled forms, goto, early returns, results of
several kinds, also named; defer of calls and of function literals, function literals called where they stand or kept
in variables; aliases, conversions, reassigned variables, nil, fields of local structs, a global registry that takes
over memory. Not generated: panics, goroutines, channels, maps, slices but the registry, methods, calls between
generated routines, realloc, C code that keeps pointers.

    python -m tests.oracle --count 1000 --seed 1 --features all

generates, runs, compares, makes each disagreement small and prints it with the tally; the exit code is 1 if there is
one. `tests/test_oracle.py` does a hundred without the features in `grammar.UNSETTLED`.
"""
