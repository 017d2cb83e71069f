// Package overwritten loses the only pointer to C memory by assigning to it.
package overwritten

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct box {
	int size;
	char *label;
} box;

static box *box_new(int size) {
	box *b = calloc(1, sizeof *b);
	if (b != NULL) {
		b->size = size;
	}
	return b;
}

static void box_free(box *b) {
	if (b != NULL) {
		free(b->label);
		free(b);
	}
}

static int box_open(int size, box **out) {
	*out = box_new(size);
	return *out == NULL;
}
*/
import "C"

import (
	"errors"
	"unsafe"
)

func bySecondAllocation(a, b string) {
	cs := C.CString(a)
	C.puts(cs)
	cs = C.CString(b) // want "GM104 .*`cs`"
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
}

func byNil(s string) {
	cs := C.CString(s)
	C.puts(cs)
	cs = nil // want "GM104"
	C.free(unsafe.Pointer(cs))
}

func byParameter(s string, other *C.char) {
	cs := C.CString(s)
	C.puts(cs)
	cs = other // want "GM104"
	C.puts(cs)
}

func inBranch(s string, upper bool) {
	cs := C.CString(s)
	if upper {
		cs = C.CString(s + "!") // want "GM104"
	}
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
}

func inLoop(all []string) {
	var cs *C.char
	for _, s := range all {
		cs = C.CString(s) // want "GM104"
		C.puts(cs)
	}
	C.free(unsafe.Pointer(cs))
}

func deferredLiteralSeesTheLast(a, b string) {
	cs := C.CString(a)
	defer func() { C.free(unsafe.Pointer(cs)) }()
	C.puts(cs)
	cs = C.CString(b) // want "GM104"
	C.puts(cs)
}

func redeclared(a, b string) error {
	cs, err := fresh(a)
	if err != nil {
		return err
	}
	C.puts(cs)
	cs, again := fresh(b) // want "GM104"
	if again != nil {
		return again
	}
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
	return nil
}

func fresh(s string) (*C.char, error) {
	if s == "" {
		return nil, errors.New("empty")
	}
	return C.CString(s), nil
}

func buffer(small, large int) {
	p := C.malloc(C.size_t(small))
	C.memset(p, 0, C.size_t(small))
	p = C.malloc(C.size_t(large)) // want "GM104"
	C.memset(p, 0, C.size_t(large))
	C.free(p)
}

func reallocated(n int) error {
	p := C.malloc(C.size_t(n))
	if p == nil {
		return errors.New("out of memory")
	}
	p = C.realloc(p, C.size_t(2*n)) // want "GM104 .*realloc"
	if p == nil {
		return errors.New("out of memory")
	}
	C.memset(p, 0, C.size_t(2*n))
	C.free(p)
	return nil
}

func reallocatedTyped(n int) error {
	list := (*C.int)(C.malloc(C.size_t(4 * n)))
	list = (*C.int)(C.realloc(unsafe.Pointer(list), C.size_t(8*n))) // want "GM104"
	if list == nil {
		return errors.New("out of memory")
	}
	C.free(unsafe.Pointer(list))
	return nil
}

func reallocatedInLoop(in []byte) int {
	size := 8
	p := C.malloc(C.size_t(size))
	for n := range in {
		if n >= size {
			size *= 2
			p = C.realloc(p, C.size_t(size)) // want "GM104"
			if p == nil {
				return -1
			}
		}
	}
	C.free(p)
	return size
}

func constructed() int {
	b := C.box_new(1)
	if b == nil {
		return 0
	}
	b = C.box_new(int2(b.size)) // want "GM104 .*C.box_new"
	defer C.box_free(b)
	return int(b.size)
}

func int2(n C.int) C.int {
	return n * 2
}

func openedTwice() int {
	var b *C.box
	if C.box_open(1, &b) != 0 {
		return 0
	}
	if C.box_open(2, &b) != 0 { // want "GM104"
		return 0
	}
	defer C.box_free(b)
	return int(b.size)
}

func fieldOfLocal(a, b string) {
	var item C.box
	item.label = C.CString(a)
	C.puts(item.label)
	item.label = C.CString(b) // want "GM104"
	C.puts(item.label)
	C.free(unsafe.Pointer(item.label))
}

func inSwitch(s string, mode int) {
	cs := C.CString(s)
	switch mode {
	case 1:
		cs = C.CString(s + "1") // want "GM104"
	case 2:
		C.free(unsafe.Pointer(cs))
		cs = C.CString(s + "2")
	}
	C.puts(cs)
	C.free(unsafe.Pointer(cs))
}

func parallel(a, b string) {
	x, y := C.CString(a), C.CString(b)
	C.strcmp(x, y)
	x, y = y, nil // want "GM104"
	C.puts(x)
	C.free(unsafe.Pointer(x))
	C.free(unsafe.Pointer(y))
}

func inLiteral(a, b string) {
	func() {
		cs := C.CString(a)
		C.puts(cs)
		cs = C.CString(b) // want "GM104"
		C.free(unsafe.Pointer(cs))
	}()
}
