package onlyrelease

/*
#include <stdlib.h>

typedef struct tile {
	int color;
} tile;

static tile *tile_new(void) { return calloc(1, sizeof(tile)); }
static tile *tile_copy(tile *t) { tile *c = tile_new(); c->color = t->color; return c; }
static void tile_free(tile *t) { free(t); }
*/
import "C"

import (
	"runtime"
	"syscall"
)

// Only a method that is not exported releases it, and only the finalizer calls that.
type Tile struct{ ptr *C.tile }

func NewTile() *Tile {
	t := &Tile{C.tile_new()}
	runtime.SetFinalizer(t, func(t *Tile) { t.free() }) // want "GM201 only this finalizer releases what a Tile holds .C.tile_free."
	return t
}

func (t *Tile) Copy() *Tile {
	c := &Tile{C.tile_copy(t.ptr)}
	runtime.KeepAlive(t)
	runtime.SetFinalizer(c, func(t *Tile) { t.free() })
	return c
}

func (t *Tile) free() { C.tile_free(t.ptr) }

// The method goes to a helper that calls it later.
type Late struct{ ptr *C.tile }

func NewLate() *Late {
	l := &Late{C.tile_new()}
	runtime.SetFinalizer(l, func(l *Late) { later(l.free) }) // want "GM201 only this finalizer releases what a Late"
	return l
}

func (l *Late) free() { C.tile_free(l.ptr) }

func later(f func()) { f() }

// A descriptor.
type Pipe struct{ fd int }

func NewPipe(fd int) *Pipe {
	p := &Pipe{fd: fd}
	runtime.SetFinalizer(p, func(p *Pipe) { syscall.Close(p.fd) }) // want "GM201 only this finalizer releases what a Pipe holds .syscall.Close."
	return p
}

// A mapping, with a cleanup.
type Mapping struct{ data []byte }

type Handle struct{ ptr *C.tile }

func NewHandle() *Handle {
	h := &Handle{ptr: C.tile_new()}
	runtime.AddCleanup(h, func(ptr *C.tile) { C.tile_free(ptr) }, h.ptr) // want "GM201 only this finalizer releases what a Handle"
	return h
}

// Other exported methods release nothing.
type Reader struct{ ptr *C.tile }

func NewReader() *Reader {
	r := &Reader{C.tile_new()}
	runtime.SetFinalizer(r, finalizeReader) // want "GM201 only this finalizer releases what a Reader"
	return r
}

func finalizeReader(r *Reader) { C.tile_free(r.ptr) }

func (r *Reader) Color() int { return 0 }
