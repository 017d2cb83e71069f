package overwritten

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct crate {
	int size;
	struct crate *next;
	char *label;
} crate;

static crate *crate_new(int size) {
	crate *c = calloc(1, sizeof *c);
	if (c != NULL) {
		c->size = size;
	}
	return c;
}

static void crate_free(crate *c) {
	if (c != NULL) {
		free(c->label);
		free(c);
	}
}

static int crate_open(int size, crate **out) {
	*out = crate_new(size);
	return *out == NULL;
}
*/
import "C"

import (
	"errors"
	"unsafe"
)

func okFreedBefore(a, b string) {
	cs := C.CString(a)
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
	cs = C.CString(b)
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
}

func okNilAfterFree(s string) {
	cs := C.CString(s)
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
	cs = nil
	C.free(unsafe.Pointer(cs))
}

func okAliasKept(a, b string) {
	cs := C.CString(a)
	old := cs
	cs = C.CString(b)
	C.strcmp(old, cs)
	C.free(unsafe.Pointer(old))
	C.free(unsafe.Pointer(cs))
}

func okDeferredArgument(a, b string) {
	cs := C.CString(a)
	defer C.free(unsafe.Pointer(cs))
	C.puts(cs)
	cs = C.CString(b)
	defer C.free(unsafe.Pointer(cs))
	C.puts(cs)
}

func okFirstAllocation(s string, upper bool) {
	var cs *C.char
	if upper {
		cs = C.CString(s + "!")
	} else {
		cs = C.CString(s)
	}
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
}

func okOnlyWhenNil(all []string) {
	var cs *C.char
	for _, s := range all {
		if cs == nil {
			cs = C.CString(s)
		}
	}
	if cs != nil {
		C.puts(cs)
		C.free(unsafe.Pointer(cs))
	}
}

func okFreedInLoop(all []string) {
	var cs *C.char
	for _, s := range all {
		C.free(unsafe.Pointer(cs))
		cs = C.CString(s)
		C.puts(cs)
	}
	C.free(unsafe.Pointer(cs))
}

func okShadow(a, b string) {
	cs := C.CString(a)
	defer C.free(unsafe.Pointer(cs))
	if b != "" {
		cs := C.CString(b)
		defer C.free(unsafe.Pointer(cs))
		C.puts(cs)
	}
	C.puts(cs)
}

func okReallocated(n int) error {
	p := C.malloc(C.size_t(n))
	if p == nil {
		return errors.New("out of memory")
	}
	q := C.realloc(p, C.size_t(2*n))
	if q == nil {
		C.free(p)
		return errors.New("out of memory")
	}
	p = q
	C.memset(p, 0, C.size_t(2*n))
	C.free(p)
	return nil
}

func okReallocatedNil(n int) {
	var p unsafe.Pointer
	p = C.realloc(p, C.size_t(n))
	C.free(p)
}

func okCollected(all []string) []*C.char {
	var list []*C.char
	var cs *C.char
	for _, s := range all {
		cs = C.CString(s)
		list = append(list, cs)
	}
	return list
}

func okSent(out chan<- *C.char, all []string) {
	var cs *C.char
	for _, s := range all {
		cs = C.CString(s)
		out <- cs
	}
}

func okSwapped(a, b string) {
	x, y := C.CString(a), C.CString(b)
	x, y = y, x
	C.strcmp(x, y)
	C.free(unsafe.Pointer(x))
	C.free(unsafe.Pointer(y))
}

func okChained(n int) *C.crate {
	var head *C.crate
	for i := 0; i < n; i++ {
		c := C.crate_new(C.int(i))
		c.next = head
		head = c
	}
	return head
}

func okRebuilt() int {
	c := C.crate_new(1)
	if c == nil {
		return 0
	}
	size := c.size * 2
	C.crate_free(c)
	c = C.crate_new(size)
	defer C.crate_free(c)
	return int(c.size)
}

func okReopened() int {
	var c *C.crate
	if C.crate_open(1, &c) != 0 {
		return 0
	}
	C.crate_free(c)
	if C.crate_open(2, &c) != 0 {
		return 0
	}
	defer C.crate_free(c)
	return int(c.size)
}

func okFieldOfLocal(a, b string) {
	var item C.crate
	item.label = C.CString(a)
	C.puts(item.label)
	C.free(unsafe.Pointer(item.label))
	item.label = C.CString(b)
	C.puts(item.label)
	C.free(unsafe.Pointer(item.label))
}

func okOtherField(a, b string) {
	var one, two C.crate
	one.label = C.CString(a)
	two.label = C.CString(b)
	C.strcmp(one.label, two.label)
	C.free(unsafe.Pointer(one.label))
	C.free(unsafe.Pointer(two.label))
}

func okMoved(s string) *C.char {
	var kept *C.char
	cs := C.CString(s)
	kept = cs
	cs = nil
	if cs != nil {
		C.puts(cs)
	}
	return kept
}

func okInSwitch(s string, mode int) {
	cs := C.CString(s)
	switch mode {
	case 1:
		C.free(unsafe.Pointer(cs))
		cs = C.CString(s + "1")
	case 2:
		C.puts(cs)
	}
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
}

func okConditionalCopy(s string, other *C.char) {
	cs := other
	if cs == nil {
		cs = C.CString(s)
		defer C.free(unsafe.Pointer(cs))
	}
	C.puts(cs)
}

// What a deferred call has got already is freed, whatever another one does to the variable.
func forgottenLater() int {
	block := C.malloc(8)
	defer C.free(block)
	defer func() {
		block = nil
	}()
	return 1
}
