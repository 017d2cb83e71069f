package leftarmed

/*
#include <stdlib.h>

typedef struct lamp {
	int on;
} lamp;

static lamp *lamp_new(void) { return calloc(1, sizeof(lamp)); }
static int lamp_close(lamp *l) { free(l); return 0; }
static void lamp_free(lamp *l) { free(l); }
*/
import "C"

import (
	"errors"
	"runtime"
	"sync"
	"syscall"
)

// An early return leaves everything as it was.
type early struct{ ptr *C.lamp }

func newEarly() *early {
	e := &early{ptr: C.lamp_new()}
	runtime.SetFinalizer(e, (*early).Close)
	return e
}

func (e *early) Close() error {
	if C.lamp_close(e.ptr) != 0 { // want "GM204 `early.Close` calls C.lamp_close and can return with the finalizer"
		return errors.New("cannot close")
	}
	e.ptr = nil
	runtime.SetFinalizer(e, nil)
	return nil
}

// Nothing is ever cleared.
type never struct{ ptr *C.lamp }

func newNever() *never {
	n := &never{ptr: C.lamp_new()}
	runtime.SetFinalizer(n, func(n *never) { n.Free() })
	return n
}

func (n *never) Free() { C.lamp_free(n.ptr) } // want "GM204 `never.Free`"

// The release is behind a helper of the package.
type helper struct{ ptr *C.lamp }

func newHelper() *helper {
	h := &helper{ptr: C.lamp_new()}
	runtime.SetFinalizer(h, (*helper).destroy)
	return h
}

func (h *helper) Close() {
	h.destroy() // want "GM204 `helper.Close`"
}

func (h *helper) destroy() { C.lamp_free(h.ptr) }

// The handle goes to a function of the package.
type passing struct{ ptr *C.lamp }

func newPassing() *passing {
	p := &passing{ptr: C.lamp_new()}
	runtime.SetFinalizer(p, func(p *passing) { free(p.ptr) })
	return p
}

func (p *passing) Release() error {
	return free(p.ptr) // want "GM204 `passing.Release`"
}

func free(ptr *C.lamp) error {
	C.lamp_free(ptr)
	return nil
}

// The object is known by an interface, and the method is promoted.
type Closer interface{ Close() error }

type base struct{ ptr *C.lamp }

func (b *base) Close() error { return free(b.ptr) } // want "GM204 `base.Close`"

type block struct{ base }

func NewManaged() Closer {
	var c Closer = &block{base{C.lamp_new()}}
	runtime.SetFinalizer(c, func(c Closer) { c.Close() })
	return c
}

// A field that nobody asks for is no mark.
type counted struct {
	ptr    *C.lamp
	closes int
}

func newCounted() *counted {
	c := &counted{ptr: C.lamp_new()}
	runtime.SetFinalizer(c, (*counted).Close)
	return c
}

func (c *counted) Close() {
	c.closes++
	C.lamp_free(c.ptr) // want "GM204 `counted.Close`"
}

// A descriptor: its number may belong to somebody else by then.
type descriptor struct{ fd int }

func newDescriptor(fd int) *descriptor {
	d := &descriptor{fd: fd}
	runtime.SetFinalizer(d, (*descriptor).Close)
	return d
}

func (d *descriptor) Close() error {
	return syscall.Close(d.fd) // want "GM204 `descriptor.Close` calls syscall.Close"
}

// A cleanup has its own copy of the handle: to overwrite the field does not help.
type cleaned struct {
	ptr     *C.lamp
	cleanup runtime.Cleanup
}

func newCleaned() *cleaned {
	ptr := C.lamp_new()
	c := &cleaned{ptr: ptr}
	c.cleanup = runtime.AddCleanup(c, func(ptr *C.lamp) { C.lamp_free(ptr) }, ptr)
	return c
}

func (c *cleaned) Close() {
	C.lamp_free(c.ptr) // want "GM204 `cleaned.Close` calls C.lamp_free and can return with the cleanup"
	c.ptr = nil
}

// Marked as closed, and not released: nobody will.
type statement struct {
	mu     sync.Mutex
	ptr    *C.lamp
	open   func() bool
	closed bool
}

func newStatement() *statement {
	s := &statement{ptr: C.lamp_new()}
	runtime.SetFinalizer(s, (*statement).Close)
	return s
}

func (s *statement) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	if !s.open() {
		return errors.New("the connection is closed") // want "GM204 `statement.Close` returns here without C.lamp_free"
	}
	C.lamp_free(s.ptr)
	s.ptr = nil
	return nil
}

// The release stands in a function literal.
type literal struct{ ptr *C.lamp }

func newLiteral() *literal {
	l := &literal{ptr: C.lamp_new()}
	runtime.SetFinalizer(l, (*literal).Close)
	return l
}

func (l *literal) Close() {
	run(func() {
		C.lamp_free(l.ptr) // want "GM204 `literal.Close`"
	})
}

func run(f func()) { f() }
