// The driver: runs every routine on every input and prints what the counting allocator saw. It is linked with the
// routines and not shown to the analysis.
package main

/*
#include "alloc.h"
*/
import "C"

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"unsafe"
)

const (
	mostRounds = 3
	mostChoice = 64
	mostSteps  = 10000
)

var (
	bits    []bool
	next    int
	steps   int
	reached = map[C.int]bool{}
	rounds  = map[int]int{}
	mostRun = 20000
)

// flip reads the next bit of the input.
func flip(int) bool {
	if next == len(bits) {
		bits = append(bits, false)
	}
	next++
	return bits[next-1]
}

// more says whether a loop goes round again: the input decides, for a bounded number of rounds.
func more(site int) bool {
	if rounds[site] == mostRounds || !flip(site) {
		return false
	}
	rounds[site]++
	return true
}

// pick is a number below limit that the input decides.
func pick(site, limit int) int {
	for choice := 0; choice < limit-1; choice++ {
		if flip(site) {
			return choice
		}
	}
	return limit - 1
}

// advance makes the next input: the last false of the bits that were read becomes true.
func advance() bool {
	bits = bits[:next]
	for len(bits) > 0 && bits[len(bits)-1] {
		bits = bits[:len(bits)-1]
	}
	if len(bits) == 0 {
		return false
	}
	bits[len(bits)-1] = true
	return true
}

// at says which source line runs; fail, that its allocation fails if the input says so.
func at(line C.int) {
	if steps++; steps > mostSteps {
		panic("the routine does not end")
	}
	reached[line] = true
	C.oracle_line = line
	if C.oracle_exposed != 0 {
		C.oracle_hide()
	}
}

func fail(line C.int) {
	at(line)
	if flip(0) {
		C.oracle_failing = 1
	}
}

// own takes what a routine returns.
func own[T any](pointer *T) {
	C.oracle_keep(unsafe.Pointer(pointer))
}

func ownRaw(pointer unsafe.Pointer) {
	C.oracle_keep(pointer)
}

// The kinds of events beyond those of the allocator.
const (
	ran   = 3
	moved = 4
)

type event struct {
	kind, line int
}

func (routine routine) run(out *bufio.Writer) {
	seen := map[event]bool{}
	bits = bits[:0]
	clear(reached)
	runs, cut := 0, false
	for again := true; again && !cut; again = advance() {
		next, steps = 0, 0
		clear(rounds)
		registry = registry[:0]
		C.oracle_begin()
		ended := routine.ends()
		for _, pointer := range registry {
			C.oracle_keep(pointer)
		}
		C.oracle_end()
		for _, one := range C.oracle_events[:C.oracle_event_count] {
			key := event{int(one.kind), int(one.line)}
			if one.kept != 0 {
				key.kind = moved
			}
			if !seen[key] {
				seen[key] = true
				fmt.Fprintf(out, "event %s %d %d %s\n", routine.name, key.kind, key.line, shown())
			}
		}
		runs++
		cut = !ended || C.oracle_overflow != 0 || len(bits) > mostChoice || runs == mostRun
	}
	for line := range reached {
		fmt.Fprintf(out, "event %s %d %d .\n", routine.name, ran, line)
	}
	fmt.Fprintf(out, "done %s %d %t\n", routine.name, runs, cut)
}

// ends calls the routine; false where it ran for too long, or panics.
func (routine routine) ends() (ended bool) {
	defer func() {
		ended = recover() == nil && steps <= mostSteps
	}()
	routine.call()
	return
}

func shown() string {
	text := make([]byte, 0, next+1)
	for _, bit := range bits[:next] {
		if bit {
			text = append(text, '1')
		} else {
			text = append(text, '0')
		}
	}
	return string(append(text, '.'))
}

type routine struct {
	name string
	call func()
}

func main() {
	runtime.LockOSThread()
	C.oracle_setup()
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for _, one := range routines {
		one.run(out)
	}
}
