package onborrowed

/*
#include <stdlib.h>

typedef struct thing {
	int refs;
} thing;

static void thing_free(thing *t) { free(t); }
static thing *thing_ref(thing *t) { t->refs++; return t; }
static int thing_refs(thing *t) { return t->refs; }
*/
import "C"

import "runtime"

type Thing struct {
	ptr  *C.thing
	weak bool
}

func newThing(ptr *C.thing) *Thing {
	t := &Thing{ptr: ptr}
	runtime.SetFinalizer(t, (*Thing).Free)
	return t
}

func (t *Thing) Free() {
	runtime.SetFinalizer(t, nil)
	if !t.weak {
		C.thing_free(t.ptr)
	}
}

var things func(*Thing) int

// The finalizer is cleared.
//
//export onCleared
func onCleared(ptr *C.thing) {
	t := newThing(ptr)
	runtime.SetFinalizer(t, nil)
	things(t)
}

// The finalizer heeds the mark.
//
//export onWeak
func onWeak(ptr *C.thing) {
	t := newThing(ptr)
	t.weak = true
	things(t)
}

// A reference of its own.
//
//export onReferenced
func onReferenced(ptr *C.thing) {
	C.thing_ref(ptr)
	things(newThing(ptr))
}

// Wrapped without a finalizer.
//
//export onPlain
func onPlain(ptr *C.thing) C.int {
	return C.int(things(&Thing{ptr: ptr}))
}

func borrowThing(ptr *C.thing) *Thing { return &Thing{ptr: ptr, weak: true} }

//export onBorrow
func onBorrow(ptr *C.thing) {
	things(borrowThing(ptr))
}

// The constructor references by itself.
type common struct{ ptr *C.thing }

func newShared(ptr *C.thing) *common {
	C.thing_ref(ptr)
	s := &common{ptr}
	runtime.SetFinalizer(s, func(s *common) { C.thing_free(s.ptr) })
	return s
}

var shared func(*common)

//export onShared
func onShared(ptr *C.thing) {
	shared(newShared(ptr))
}

// No callback.
func lookup(ptr *C.thing) *Thing { return newThing(ptr) }

// The pointer is only asked for something.
//
//export onRefs
func onRefs(ptr *C.thing) C.int { return C.thing_refs(ptr) }
