package leftarmed

/*
#include <stdlib.h>

typedef struct torch {
	int on;
} torch;

static torch *torch_new(void) { return calloc(1, sizeof(torch)); }
static int torch_close(torch *t) { free(t); return 0; }
static void torch_free(torch *t) { free(t); }
static void torch_unref(torch *t) { free(t); }
static torch *torch_ref(torch *t) { return t; }
static void torch_init(torch *t) { t->on = 1; }
static void torch_dispose(torch *t) { t->on = 0; }
static int torch_on(torch *t) { return t->on; }
*/
import "C"

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
)

// Cleared first, on every path.
type first struct{ ptr *C.torch }

func newFirst() *first {
	f := &first{ptr: C.torch_new()}
	runtime.SetFinalizer(f, (*first).Close)
	return f
}

func (f *first) Close() error {
	runtime.SetFinalizer(f, nil)
	if C.torch_close(f.ptr) != 0 {
		return errors.New("cannot close")
	}
	return nil
}

// Cleared behind the release, before the error is looked at.
type behind struct{ ptr *C.torch }

func newBehind() *behind {
	b := &behind{ptr: C.torch_new()}
	runtime.SetFinalizer(b, (*behind).Close)
	return b
}

func (b *behind) Close() error {
	code := C.torch_close(b.ptr)
	runtime.SetFinalizer(b, nil)
	b.ptr = nil
	if code != 0 {
		return errors.New("cannot close")
	}
	return nil
}

// The finalizer heeds the handle.
type nilled struct{ ptr *C.torch }

func newNilled() *nilled {
	n := &nilled{ptr: C.torch_new()}
	runtime.SetFinalizer(n, (*nilled).Free)
	return n
}

func (n *nilled) Free() {
	ptr := n.ptr
	n.ptr = nil
	C.torch_free(ptr)
}

// The finalizer heeds a mark.
type marked struct {
	mu    sync.Mutex
	ptr   *C.torch
	valid bool
}

func newMarked() *marked {
	m := &marked{ptr: C.torch_new(), valid: true}
	runtime.SetFinalizer(m, func(m *marked) { m.Release() })
	return m
}

func (m *marked) Release() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.valid {
		return
	}
	m.valid = false
	C.torch_free(m.ptr)
}

// Guarded by a sync.Once, or an atomic.
type once struct {
	ptr  *C.torch
	once sync.Once
}

func newOnce() *once {
	o := &once{ptr: C.torch_new()}
	runtime.SetFinalizer(o, (*once).Close)
	return o
}

func (o *once) Close() { o.once.Do(o.free) }

func (o *once) free() { C.torch_free(o.ptr) }

type swapped struct {
	ptr  *C.torch
	done atomic.Bool
}

func newSwapped() *swapped {
	s := &swapped{ptr: C.torch_new()}
	runtime.SetFinalizer(s, (*swapped).Close)
	return s
}

func (s *swapped) Close() {
	if s.done.CompareAndSwap(false, true) {
		C.torch_free(s.ptr)
	}
}

// A reference for each release.
type shared struct{ ptr *C.torch }

func newShared() *shared {
	s := &shared{ptr: C.torch_new()}
	runtime.SetFinalizer(s, (*shared).Unref)
	return s
}

func (s *shared) Ref() { C.torch_ref(s.ptr); runtime.KeepAlive(s) }

func (s *shared) Unref() { C.torch_unref(s.ptr) }

// A C struct that the C function can reset.
type embedded struct{ torch C.torch }

func newEmbedded() *embedded {
	e := &embedded{}
	C.torch_init(&e.torch)
	runtime.SetFinalizer(e, (*embedded).Close)
	return e
}

func (e *embedded) Close() { C.torch_dispose(&e.torch) }

// Only the finalizer calls it.
type inner struct{ ptr *C.torch }

func newInner() *inner {
	i := &inner{ptr: C.torch_new()}
	runtime.SetFinalizer(i, (*inner).destroy)
	return i
}

func (i *inner) destroy() { C.torch_free(i.ptr) }

// The wrapper clears, and its helper releases.
type wrapped struct{ ptr *C.torch }

func newWrapped() *wrapped {
	w := &wrapped{ptr: C.torch_new()}
	runtime.SetFinalizer(w, (*wrapped).destroy)
	return w
}

func (w *wrapped) Close() {
	w.detach()
	w.destroy()
}

func (w *wrapped) destroy() { C.torch_free(w.ptr) }

func (w *wrapped) detach() { runtime.SetFinalizer(w, nil) }

// The cleanup is stopped.
type stopped struct {
	ptr     *C.torch
	cleanup runtime.Cleanup
}

func newStopped() *stopped {
	ptr := C.torch_new()
	s := &stopped{ptr: ptr}
	s.cleanup = runtime.AddCleanup(s, func(ptr *C.torch) { C.torch_free(ptr) }, ptr)
	return s
}

func (s *stopped) Close() {
	s.cleanup.Stop()
	C.torch_free(s.ptr)
}

// Marked as closed where there is nothing to release, or where somebody else has it.
type cached struct {
	ptr    *C.torch
	cache  *[]*cached
	closed bool
}

func newCached() *cached {
	c := &cached{ptr: C.torch_new()}
	runtime.SetFinalizer(c, (*cached).Close)
	return c
}

func (c *cached) Close() error {
	if c.closed {
		return nil
	}
	c.closed = true
	if c.ptr == nil {
		return nil
	}
	if keep(c.cache, c) {
		return nil
	}
	C.torch_free(c.ptr)
	return nil
}

func keep(cache *[]*cached, one *cached) bool {
	*cache = append(*cache, one)
	return len(*cache) < 10
}

// Reads the handle, releases nothing.
func (f *first) On() bool {
	defer runtime.KeepAlive(f)
	return C.torch_on(f.ptr) != 0
}

// The embedded struct stops the cleanup.
type innards struct {
	ptr     *C.torch
	cleanup runtime.Cleanup
}

func (i *innards) close() {
	i.cleanup.Stop()
	C.torch_free(i.ptr)
}

type outer struct {
	name string
	innards
}

func newOuter() *outer {
	o := &outer{}
	o.ptr = C.torch_new()
	o.cleanup = runtime.AddCleanup(o, func(ptr *C.torch) { C.torch_free(ptr) }, o.ptr)
	return o
}

func (o *outer) Close() { o.closeAll() }

func (o *outer) closeAll() { o.innards.close() }

// Each use is counted, and only the last one gives the torch back.
type users struct {
	ptr  *C.torch
	refs atomic.Int32
}

func (u *users) acquire() bool { return u.refs.Add(1) > 1 }

func (u *users) release() {
	if u.refs.Add(-1) == 0 {
		C.torch_free(u.ptr)
	}
}

type lamp struct {
	of      *users
	cleanup runtime.Cleanup
}

func newLamp() *lamp {
	l := &lamp{of: &users{ptr: C.torch_new()}}
	l.of.refs.Store(1)
	l.cleanup = runtime.AddCleanup(l, (*users).release, l.of)
	return l
}

func (l *lamp) Light() bool { return l.lit() }

func (l *lamp) lit() bool {
	if !l.of.acquire() {
		return false
	}
	defer l.of.release()
	return C.torch_on(l.of.ptr) != 0
}
