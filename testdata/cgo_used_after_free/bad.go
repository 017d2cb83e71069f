// Package usedafterfree uses or frees C memory that was given back already.
package usedafterfree

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct tool {
	int size;
	char *label;
} tool;

static tool *tool_new(int size) {
	tool *t = calloc(1, sizeof *t);
	if (t != NULL) {
		t->size = size;
	}
	return t;
}

static void tool_free(tool *t) {
	if (t != NULL) {
		free(t->label);
		free(t);
	}
}

static int tool_size(const tool *t) {
	return t->size;
}

static void consume(char *s) {
	puts(s);
	free(s);
}
*/
import "C"

import (
	"errors"
	"unsafe"
)

func readAfter(s string) {
	cs := C.CString(s)
	C.free(unsafe.Pointer(cs))
	C.puts(cs) // want "GM105 .*`cs`"
}

func copiedAfter(s string) string {
	cs := C.CString(s)
	C.free(unsafe.Pointer(cs))
	return C.GoString(cs) // want "GM105"
}

func freedTwice(s string) {
	cs := C.CString(s)
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
	C.free(unsafe.Pointer(cs)) // want "GM105 .*twice"
}

func deferredToo(s string) {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs)) // want "GM105"
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
}

func deferredTwice(s string) {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs)) // want "GM105"
	defer C.free(unsafe.Pointer(cs))
	C.puts(cs)
}

func deferredAndOnError(s string) error {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs)) // want "GM105"
	if C.puts(cs) < 0 {
		C.free(unsafe.Pointer(cs))
		return errors.New("cannot print")
	}
	return nil
}

func literalAndExplicit(s string) {
	cs := C.CString(s)
	defer func() {
		C.free(unsafe.Pointer(cs)) // want "GM105"
	}()
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
}

func throughAlias(s string) {
	cs := C.CString(s)
	p := unsafe.Pointer(cs)
	C.free(p)
	C.free(unsafe.Pointer(cs)) // want "GM105"
}

func branchThenUse(s string, done bool) {
	cs := C.CString(s)
	if done {
		C.free(unsafe.Pointer(cs))
	}
	C.puts(cs) // want "GM105"
	if !done {
		C.free(unsafe.Pointer(cs))
	}
}

func branchThenFree(s string) {
	cs := C.CString(s)
	if C.puts(cs) < 0 {
		C.free(unsafe.Pointer(cs))
	}
	C.free(unsafe.Pointer(cs)) // want "GM105"
}

func inLoop(all []string) {
	cs := C.CString("title")
	for i := 0; ; i++ {
		C.puts(cs)                 // want "GM105 .*used"
		C.free(unsafe.Pointer(cs)) // want "GM105 .*twice"
		if i >= len(all) {
			break
		}
	}
}

func drop(p *C.char) {
	C.free(unsafe.Pointer(p))
}

func helperThenFree(s string) {
	cs := C.CString(s)
	drop(cs)
	C.free(unsafe.Pointer(cs)) // want "GM105"
}

func helperTwice(s string) {
	cs := C.CString(s)
	drop(cs)
	drop(cs) // want "GM105"
}

func consumedThenFreed(s string) {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs)) // want "GM105"
	C.consume(cs)
}

func consumedThenRead(s string) {
	cs := C.CString(s)
	C.consume(cs)
	C.puts(cs) // want "GM105"
}

func destroyedThenAsked() int {
	t := C.tool_new(3)
	C.tool_free(t)
	return int(C.tool_size(t)) // want "GM105 .*C.tool_new"
}

func destroyedThenField() int {
	t := C.tool_new(3)
	C.tool_free(t)
	return int(t.size) // want "GM105"
}

func destroyedTwice() {
	t := C.tool_new(3)
	defer C.tool_free(t) // want "GM105"
	if C.tool_size(t) == 0 {
		C.tool_free(t)
	}
}

func writtenAfter(n int) {
	p := (*C.int)(C.malloc(C.size_t(4 * n)))
	C.free(unsafe.Pointer(p))
	*p = 3 // want "GM105"
}

func viewAfter(n int) byte {
	p := C.malloc(C.size_t(n))
	view := unsafe.Slice((*byte)(p), n)
	C.free(p)
	return view[0] // want "GM105"
}

func oldAfterRealloc(n int) {
	p := C.malloc(C.size_t(n))
	q := C.realloc(p, C.size_t(2*n))
	if q == nil {
		C.free(p)
		return
	}
	C.memset(p, 0, C.size_t(n)) // want "GM105"
	C.free(q)
}

func jumps(s string) {
	cs := C.CString(s)
	if s == "" {
		C.free(unsafe.Pointer(cs))
		goto done
	}
	C.puts(cs)
done:
	C.free(unsafe.Pointer(cs)) // want "GM105"
}

func fallsThrough(s string, mode int) {
	cs := C.CString(s)
	switch mode {
	case 0:
		C.free(unsafe.Pointer(cs))
		fallthrough
	default:
		C.free(unsafe.Pointer(cs)) // want "GM105"
	}
}
