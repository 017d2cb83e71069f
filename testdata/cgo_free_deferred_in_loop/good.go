package deferredinloop

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct column {
	int height;
	char *cells;
} column;

static column *column_new(int height) {
	column *c = calloc(1, sizeof *c);
	if (c != NULL) {
		c->height = height;
		c->cells = malloc((size_t)height + 1);
	}
	return c;
}

static void column_free(column *c) {
	if (c != NULL) {
		free(c->cells);
		free(c);
	}
}
*/
import "C"

import (
	"sync"
	"unsafe"
)

func okFreedInLoop(all []string) {
	for _, s := range all {
		cs := C.CString(s)
		C.puts(cs)
		C.free(unsafe.Pointer(cs))
	}
}

func okLiteralPerRound(all []string) {
	for _, s := range all {
		func() {
			cs := C.CString(s)
			defer C.free(unsafe.Pointer(cs))
			C.puts(cs)
		}()
	}
}

func okFunctionPerRound(all []string) {
	for _, s := range all {
		okOne(s)
	}
}

func okOne(s string) {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	C.puts(cs)
}

func okGoroutinePerRound(all []string) {
	for _, s := range all {
		go func() {
			cs := C.CString(s)
			defer C.free(unsafe.Pointer(cs))
			C.puts(cs)
		}()
	}
}

func okDeferredBefore(all []string) {
	cs := C.CString("title")
	defer C.free(unsafe.Pointer(cs))
	for range all {
		C.puts(cs)
	}
}

func okDeferredAfter(all []string) {
	for range all {
		C.puts((*C.char)(unsafe.Pointer(&[]byte("x\x00")[0])))
	}
	cs := C.CString("end")
	defer C.free(unsafe.Pointer(cs))
	C.puts(cs)
}

func okReturnsAtOnce(all []string) bool {
	for _, s := range all {
		if s != "" {
			cs := C.CString(s)
			defer C.free(unsafe.Pointer(cs))
			return C.puts(cs) >= 0
		}
	}
	return false
}

func okBreaksAtOnce(all []string) {
	for _, s := range all {
		if s != "" {
			cs := C.CString(s)
			defer C.free(unsafe.Pointer(cs))
			C.puts(cs)
			break
		}
	}
}

func okOneDeferForAll(all []string) {
	list := make([]*C.char, len(all))
	defer func() {
		for _, p := range list {
			C.free(unsafe.Pointer(p))
		}
	}()
	for i, s := range all {
		list[i] = C.CString(s)
	}
	C.puts(list[0])
}

func okInBranch(s string) {
	if s != "" {
		cs := C.CString(s)
		defer C.free(unsafe.Pointer(cs))
		C.puts(cs)
	}
}

func okInSelect(in <-chan string, quit <-chan struct{}) {
	select {
	case s := <-in:
		cs := C.CString(s)
		defer C.free(unsafe.Pointer(cs))
		C.puts(cs)
	case <-quit:
	}
}

func okDestructor(heights []int) int {
	total := 0
	for _, height := range heights {
		c := C.column_new(C.int(height))
		if c == nil {
			continue
		}
		total += int(c.height)
		C.column_free(c)
	}
	return total
}

func okDestructorPerRound(heights []int) int {
	total := 0
	measure := func(height int) int {
		c := C.column_new(C.int(height))
		defer C.column_free(c)
		return int(c.height)
	}
	for _, height := range heights {
		total += measure(height)
	}
	return total
}

func okOtherDefer(all []string, done func(string)) {
	for _, s := range all {
		defer done(s)
	}
}

func okLoopInDefer(all []string) {
	var list []*C.char
	for _, s := range all {
		list = append(list, C.CString(s))
	}
	defer okDropAll(list)
	C.puts(list[0])
}

func okDropAll(list []*C.char) {
	for _, p := range list {
		C.free(unsafe.Pointer(p))
	}
}

func okFreedInRound(all []string) {
	for _, s := range all {
		cs := C.CString(s)
		release := func() { C.free(unsafe.Pointer(cs)) }
		C.puts(cs)
		release()
	}
}

func okForEverOnce() int {
	for {
		p := C.malloc(8)
		defer C.free(p)
		C.memset(p, 0, 8)
		return int(*(*byte)(p))
	}
}

var once sync.Once

// It runs once in the life of the process: only shown as possible.
func okOnce(names []string) {
	once.Do(func() {
		for _, name := range names {
			cs := C.CString(name)
			defer C.free(unsafe.Pointer(cs))
			C.puts(cs)
		}
	})
}
