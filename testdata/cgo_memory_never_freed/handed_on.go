package neverfreed

/*
#include <stdlib.h>

typedef struct thing thing;
typedef enum { ThingSuccess, ThingBroken } thing_state;

thing *thing_new(void);
thing *thing_copy(thing *t);
void thing_free(thing *t);
thing_state thing_from_text(const char *text, thing **out);
void thing_rename(thing *t, const char *from, const char *to);
*/
import "C"

import (
	"errors"
	"runtime"
	"unsafe"
)

type record struct{ inner *innerRecord }

type innerRecord struct{ native unsafe.Pointer }

func wrap(native unsafe.Pointer) *record {
	r := record{inner: &innerRecord{native}}
	return &r
}

func copyOf(t *C.thing) *record {
	copied := C.thing_copy(t)
	var found *record
	if copied != nil {
		found = wrap(unsafe.Pointer(copied))
		runtime.SetFinalizer(found.inner, func(inner *innerRecord) { C.thing_free((*C.thing)(inner.native)) })
	}
	return found
}

func parsed(text string) (*C.thing, error) {
	cs := C.CString(text)
	defer C.free(unsafe.Pointer(cs))
	var out *C.thing
	state := C.thing_from_text(cs, &out)
	if state != C.ThingSuccess {
		return nil, errors.New("no thing")
	}
	return out, nil
}

func freeStrings(all ...*C.char) {
	for _, one := range all {
		C.free(unsafe.Pointer(one))
	}
}

func rename(t *C.thing, from, to string) {
	cFrom, cTo := C.CString(from), C.CString(to)
	defer freeStrings(cFrom, cTo)
	C.thing_rename(t, cFrom, cTo)
}

func renameForgetting(t *C.thing, from, to string) {
	cFrom, cTo := C.CString(from), C.CString(to) // want "`cTo` .* is never freed"
	defer freeStrings(cFrom)
	C.thing_rename(t, cFrom, cTo)
}

type buffers struct{ numbers []C.int }

func (b *buffers) grow(n int) {
	b.numbers = (*((*[1 << 20]C.int)(C.malloc(C.size_t(n * 4)))))[:n]
}

func (b *buffers) close() {
	C.free(unsafe.Pointer(&b.numbers[0]))
}
