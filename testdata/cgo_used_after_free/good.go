package usedafterfree

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct gear {
	int size;
	char *label;
} gear;

static gear *gear_new(int size) {
	gear *g = calloc(1, sizeof *g);
	if (g != NULL) {
		g->size = size;
	}
	return g;
}

static void gear_free(gear *g) {
	if (g != NULL) {
		free(g->label);
		free(g);
	}
}

static int gear_size(const gear *g) {
	return g->size;
}

static void swallow(char *s) {
	puts(s);
	free(s);
}
*/
import "C"

import (
	"errors"
	"fmt"
	"unsafe"
)

func okReadBefore(s string) {
	cs := C.CString(s)
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
}

func okCopiedBefore(s string) string {
	cs := C.CString(s)
	copied := C.GoString(cs)
	C.free(unsafe.Pointer(cs))
	return copied
}

func okDeferredLast(s string) string {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	return C.GoString(cs)
}

func okEitherBranch(s string, quiet bool) {
	cs := C.CString(s)
	if quiet {
		C.free(unsafe.Pointer(cs))
	} else {
		C.puts(cs)
		C.free(unsafe.Pointer(cs))
	}
}

func okOnErrorAndAtEnd(s string) error {
	cs := C.CString(s)
	if C.puts(cs) < 0 {
		C.free(unsafe.Pointer(cs))
		return errors.New("cannot print")
	}
	C.free(unsafe.Pointer(cs))
	return nil
}

func okNilAfter(s string) {
	cs := C.CString(s)
	C.free(unsafe.Pointer(cs))
	cs = nil
	C.free(unsafe.Pointer(cs))
}

func okNilAfterInLiteral(s string) {
	cs := C.CString(s)
	defer func() {
		if cs != nil {
			C.free(unsafe.Pointer(cs))
		}
	}()
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
	cs = nil
}

func okNewValue(a, b string) {
	cs := C.CString(a)
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
	cs = C.CString(b)
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
}

func okSameCondition(s string, done bool) {
	cs := C.CString(s)
	if done {
		C.free(unsafe.Pointer(cs))
	}
	fmt.Println(s)
	if !done {
		C.puts(cs)
		C.free(unsafe.Pointer(cs))
	}
}

func okOncePerRound(all []string) {
	for _, s := range all {
		cs := C.CString(s)
		C.puts(cs)
		C.free(unsafe.Pointer(cs))
	}
}

func okFreeAndLeaveLoop(all []string) {
	cs := C.CString("title")
	for _, s := range all {
		C.puts(cs)
		if s == "" {
			C.free(unsafe.Pointer(cs))
			return
		}
	}
	C.free(unsafe.Pointer(cs))
}

func okDrop(p *C.char) {
	C.free(unsafe.Pointer(p))
}

func okHelper(s string) {
	cs := C.CString(s)
	C.puts(cs)
	okDrop(cs)
}

func okSwallowed(s string) {
	cs := C.CString(s)
	C.puts(cs)
	C.swallow(cs)
}

func okSwallowedOrFreed(s string, quiet bool) {
	cs := C.CString(s)
	if !quiet {
		C.swallow(cs)
		return
	}
	C.free(unsafe.Pointer(cs))
}

func okDestroyed() int {
	g := C.gear_new(3)
	defer C.gear_free(g)
	return int(C.gear_size(g)) + int(g.size)
}

func okFieldBefore() int {
	g := C.gear_new(3)
	size := g.size
	C.gear_free(g)
	return int(size)
}

func okComparedAfter(n int) bool {
	p := C.malloc(C.size_t(n))
	C.free(p)
	return p != nil
}

func okViewBefore(n int) byte {
	p := C.malloc(C.size_t(n))
	view := unsafe.Slice((*byte)(p), n)
	first := view[0]
	C.free(p)
	return first
}

func okReallocFailed(n int) {
	p := C.malloc(C.size_t(n))
	q := C.realloc(p, C.size_t(2*n))
	if q == nil {
		C.memset(p, 0, C.size_t(n))
		C.free(p)
		return
	}
	C.memset(q, 0, C.size_t(n))
	C.free(q)
}

func okJumps(s string) {
	cs := C.CString(s)
	if s == "" {
		goto done
	}
	C.puts(cs)
done:
	C.free(unsafe.Pointer(cs))
}

func okOtherPointer(a, b string) {
	x, y := C.CString(a), C.CString(b)
	C.free(unsafe.Pointer(x))
	C.puts(y)
	C.free(unsafe.Pointer(y))
}

func okList(all []string) {
	list := make([]*C.char, len(all))
	for i, s := range all {
		list[i] = C.CString(s)
	}
	for _, p := range list {
		C.puts(p)
		C.free(unsafe.Pointer(p))
	}
}

type owner struct {
	name *C.char
}

// Close may be called twice.
func (o *owner) Close() {
	if o.name == nil {
		return
	}
	C.free(unsafe.Pointer(o.name))
	o.name = nil
}

func okClosedTwice(s string) {
	o := &owner{name: C.CString(s)}
	defer o.Close()
	C.puts(o.name)
	o.Close()
}

func okShadow(s string) {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	{
		cs := C.CString(s + s)
		C.puts(cs)
		C.free(unsafe.Pointer(cs))
	}
	C.puts(cs)
}

func okStringAfter(s string) int {
	cs := C.CString(s)
	C.free(unsafe.Pointer(cs))
	return len(s)
}
