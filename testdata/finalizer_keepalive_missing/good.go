package keepalivemissing

/*
#include <stdio.h>
#include <stdlib.h>

typedef struct scale {
	int value;
} scale;

static scale *scale_new(void) { return calloc(1, sizeof(scale)); }
static void scale_free(scale *s) { free(s); }
static int scale_read(scale *s) { return s->value; }
static void scale_join(scale *a, scale *b) { a->value += b->value; }
static int scale_open(scale **out, scale *from) { *out = from; return 0; }
*/
import "C"

import (
	"errors"
	"runtime"
	"sync"
)

type scale struct {
	mu  sync.Mutex
	ptr *C.scale
	id  int
}

func newScale() *scale {
	s := &scale{ptr: C.scale_new()}
	C.scale_read(s.ptr)
	runtime.SetFinalizer(s, (*scale).Free)
	return s
}

// The release itself needs no KeepAlive.
func (s *scale) Free() {
	runtime.SetFinalizer(s, nil)
	C.scale_free(s.ptr)
}

func (s *scale) Read() int {
	value := int(C.scale_read(s.ptr))
	runtime.KeepAlive(s)
	return value
}

func (s *scale) DeferredKeepAlive() int {
	defer runtime.KeepAlive(s)
	return int(C.scale_read(s.ptr))
}

// The deferred call holds the lock, which is a part of the object.
func (s *scale) Locked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int(C.scale_read(s.ptr))
}

// On one path the object is used again, so it lives during the call.
func (s *scale) UsedOnPath() error {
	if C.scale_read(s.ptr) != 0 {
		return s.lastError()
	}
	return nil
}

func (s *scale) lastError() error { return errors.New("failed") }

// The result holds the object.
type view struct {
	of  *scale
	ptr *C.scale
}

func (s *scale) NewView() (*view, error) {
	v := &view{of: s}
	if C.scale_open(&v.ptr, s.ptr) != 0 {
		return nil, errors.New("failed")
	}
	return v, nil
}

// What is kept alive holds the object.
func join(all []*scale, into *scale) {
	for _, one := range all {
		C.scale_join(into.ptr, one.ptr)
	}
	runtime.KeepAlive(all)
	runtime.KeepAlive(into)
}

// The object waits to be passed on while C code runs.
func (s *scale) Passed() int {
	return both(s, int(C.scale_read(s.ptr)))
}

func both(s *scale, value int) int { return s.id + value }

// A Go pointer into the object is an argument of the call.
type slot struct{ ptr *C.scale }

func (s *scale) Into() {
	into := &slot{}
	C.scale_open(&into.ptr, s.ptr)
	runtime.KeepAlive(s)
}

// Stored where it outlives the call.
var current *scale

func (s *scale) Use() {
	current = s
	C.scale_read(s.ptr)
}

// All callers of the helper keep the object.
func (s *scale) Sum() int {
	sum := s.value() + s.value()
	return sum + s.id
}

func (s *scale) value() int {
	return int(C.scale_read(s.ptr))
}

// The finalizer is taken away first.
func (s *scale) Detach() int {
	runtime.SetFinalizer(s, nil)
	return int(C.scale_read(s.ptr))
}

// This type has no finalizer.
type plain struct{ ptr *C.scale }

func (p *plain) Read() int { return int(C.scale_read(p.ptr)) }

// A number that the finalizer does not release is no handle.
func (s *scale) Number() int {
	return double(s.id)
}

func double(n int) int { return 2 * n }

// A method value holds its receiver.
func (s *scale) Later() {
	defer s.done()
	C.scale_read(s.ptr)
}

func (s *scale) done() {}

// A closure that is called later captures the object.
func (s *scale) Closure() func() int {
	read := func() int { return s.id }
	C.scale_read(s.ptr)
	return read
}

// The owner of a borrowed object is still there.
func (v *view) Through() int {
	of := v.of
	value := C.scale_read(of.ptr)
	return int(value) + owned(v)
}

func owned(v *view) int { return v.of.id }

// A package-level table has every object, until Close takes it out.
type listed struct {
	ptr *C.scale
	id  int
}

var table = map[int]*listed{}

func newListed(id int) *listed {
	l := &listed{ptr: C.scale_new(), id: id}
	table[id] = l
	runtime.SetFinalizer(l, (*listed).Close)
	return l
}

func (l *listed) Close() {
	delete(table, l.id)
	runtime.SetFinalizer(l, nil)
	C.scale_free(l.ptr)
}

func (l *listed) Read() int {
	return int(C.scale_read(l.ptr))
}
