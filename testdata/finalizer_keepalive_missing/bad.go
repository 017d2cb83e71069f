package keepalivemissing

/*
#include <stdio.h>
#include <stdlib.h>

typedef struct meter {
	int value;
	char *unit;
} meter;

static meter *meter_new(void) { return calloc(1, sizeof(meter)); }
static void meter_free(meter *m) { free(m); }
static int meter_read(meter *m) { return m->value; }
static void meter_join(meter *a, meter *b) { a->value += b->value; }
static char *meter_unit(meter *m) { return m->unit; }
static int meter_try(meter *m, int level) { m->value = level; return level; }
*/
import "C"

import (
	"errors"
	"runtime"
	"sync"
	"unsafe"
)

type meter struct {
	mu  sync.Mutex
	ptr *C.meter
	id  int
}

func newMeter() *meter {
	m := &meter{ptr: C.meter_new()}
	runtime.SetFinalizer(m, (*meter).Free)
	return m
}

func (m *meter) Free() {
	runtime.SetFinalizer(m, nil)
	C.meter_free(m.ptr)
	m.ptr = nil
}

func (m *meter) handle() *C.meter { return m.ptr }

func (m *meter) Read() int {
	return int(C.meter_read(m.ptr)) // want "GM203 the finalizer of `m`, which is not used any more, may run while C.meter_read"
}

// A getter reads the field before the call.
func (m *meter) ReadThroughGetter() int {
	value := C.meter_read(m.handle()) // want "GM203 the finalizer of `m`"
	return int(value)
}

// Both objects are dead.
func (m *meter) Join(other *meter) {
	C.meter_join(m.handle(), other.handle()) // want "GM203 the finalizer of `m` and `other`, which are not used"
}

// One of two is kept.
func (m *meter) JoinKept(other *meter) {
	C.meter_join(m.ptr, other.ptr) // want "GM203 the finalizer of `other`"
	runtime.KeepAlive(m)
}

// What is used afterwards is the pointer, not the object.
func (m *meter) Unit() string {
	unit := C.meter_unit(m.ptr) // want "GM203 the finalizer of `m`"
	return C.GoString(unit)
}

// The handle is read early, and used late.
func (m *meter) Twice() (int, error) {
	ptr := (*C.meter)(unsafe.Pointer(m.ptr))
	if m.id == 0 {
		return 0, errors.New("no id")
	}
	level := C.meter_try(ptr, 1) // want "GM203 the finalizer of `m`"
	return int(level + C.meter_read(ptr)), nil
}

// A deferred call that was given the handle does not hold the object.
func (m *meter) Deferred() {
	defer report(m.id)
	C.meter_read(m.ptr) // want "GM203 the finalizer of `m`"
}

func report(int) {}

// The owner is a field of a dead value.
type reading struct{ meter *meter }

func (r *reading) Value() int {
	return int(C.meter_read(r.meter.ptr)) // want "GM203 the finalizer of `r.meter`"
}

// A copy does not keep the original alive, whatever is done with it.
type gauge struct{ ptr *C.meter }

func newGauge() *gauge {
	g := &gauge{C.meter_new()}
	runtime.SetFinalizer(g, func(g *gauge) { C.meter_free(g.ptr) })
	return g
}

func (g gauge) Value() int {
	value := C.meter_read(g.ptr) // want "GM203 `g` is a copy of a gauge"
	runtime.KeepAlive(g)
	return int(value)
}

// A loop uses one object in every round, and another one only in it.
func (m *meter) All(others []*meter) {
	for _, other := range others {
		C.meter_join(m.ptr, other.ptr)
	}
	C.meter_read(m.ptr) // want "GM203 the finalizer of `m`"
}

// The handle goes to a function that gives it to C.
func (m *meter) Level() int {
	return read(m.ptr) // want "GM203 the finalizer of `m`"
}

func read(ptr *C.meter) int { return int(C.meter_read(ptr)) }

// An internal function whose caller does not keep the object either.
func (m *meter) Last() int { return m.last() }

func (m *meter) last() int {
	return int(C.meter_read(m.ptr)) // want "GM203 the finalizer of `m`"
}

// The owner of a cleanup dies like that of a finalizer.
type probe struct{ ptr *C.meter }

func newProbe() *probe {
	p := &probe{ptr: C.meter_new()}
	runtime.AddCleanup(p, func(ptr *C.meter) { C.meter_free(ptr) }, p.ptr)
	return p
}

func (p *probe) Value() int {
	return int(C.meter_read(p.ptr)) // want "GM203 the cleanup of `p`"
}
