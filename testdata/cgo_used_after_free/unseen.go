package usedafterfree

/*
#include <stdlib.h>

typedef struct array {
	void *data;
	void (*release)(struct array *);
} array;

__attribute__((weak)) void window_destroy(const char *name);

static void array_release(array *a) {
	if (a->data != NULL) {
		a->release(a);
	}
}
*/
import "C"

import "unsafe"

type reader struct {
	values *C.array
}

// Only the name says that the first call frees anything, and what: here it is what the array holds.
func (r *reader) okContentsFirst() {
	C.array_release(r.values)
	C.free(unsafe.Pointer(r.values))
}

func (r *reader) badTwice(again bool) {
	C.free(unsafe.Pointer(r.values))
	if again {
		C.free(unsafe.Pointer(r.values)) // want "`r.values` is freed twice"
	}
}

type window struct {
	name *C.char
}

// The name of what is destroyed is still there afterwards.
func (w *window) okName() {
	C.window_destroy(w.name)
	C.free(unsafe.Pointer(w.name))
	w.name = nil
}
