package onlyrelease

/*
#include <stdlib.h>

typedef struct brick {
	int color;
} brick;

static brick *brick_new(void) { return calloc(1, sizeof(brick)); }
static void brick_free(brick *b) { free(b); }
*/
import "C"

import (
	"log"
	"os"
	"runtime"
)

// Close releases, through the method that the finalizer calls.
type Brick struct{ ptr *C.brick }

func NewBrick() *Brick {
	b := &Brick{C.brick_new()}
	runtime.SetFinalizer(b, func(b *Brick) { b.destroy() })
	return b
}

func (b *Brick) Close() { b.destroy() }

func (b *Brick) destroy() {
	if b.ptr != nil {
		C.brick_free(b.ptr)
		b.ptr = nil
	}
}

// The release has a name of its own.
type Wall struct{ ptr *C.brick }

func NewWall() *Wall {
	w := &Wall{C.brick_new()}
	runtime.SetFinalizer(w, (*Wall).destroy)
	return w
}

func (w *Wall) TearDown() {
	runtime.SetFinalizer(w, nil)
	w.destroy()
}

func (w *Wall) destroy() { C.brick_free(w.ptr) }

// An exported function releases it.
type Roof struct{ ptr *C.brick }

func NewRoof() *Roof {
	r := &Roof{C.brick_new()}
	runtime.SetFinalizer(r, (*Roof).drop)
	return r
}

func (r *Roof) drop() { C.brick_free(r.ptr) }

func Discard(r *Roof) {
	runtime.SetFinalizer(r, nil)
	C.brick_free(r.ptr)
}

// The release is promoted.
type base struct{ ptr *C.brick }

func (b *base) Free() {
	C.brick_free(b.ptr)
	b.ptr = nil
}

type House struct{ base }

func NewHouse() *House {
	h := &House{base{C.brick_new()}}
	runtime.SetFinalizer(h, (*House).Free)
	return h
}

// The package releases it by itself when it is done.
type Scaffold struct{ ptr *C.brick }

func newScaffold() *Scaffold {
	s := &Scaffold{C.brick_new()}
	runtime.SetFinalizer(s, (*Scaffold).remove)
	return s
}

func (s *Scaffold) remove() {
	if s.ptr != nil {
		C.brick_free(s.ptr)
		s.ptr = nil
	}
}

func Build() {
	s := newScaffold()
	s.remove()
}

// The finalizer only tells that somebody forgot.
type Lease struct{ name string }

func NewLease(name string) *Lease {
	l := &Lease{name}
	runtime.SetFinalizer(l, func(l *Lease) { log.Println("never returned:", l.name) })
	return l
}

// A file has a finalizer of its own.
type Log struct{ file *os.File }

func NewLog(file *os.File) *Log {
	l := &Log{file}
	runtime.SetFinalizer(l, func(l *Log) { l.file.Close() })
	return l
}

// The finalizer keeps something else alive.
type View struct{ of *Brick }

func (b *Brick) View() *View {
	v := &View{}
	runtime.SetFinalizer(v, func(*View) { runtime.KeepAlive(b) })
	return v
}
