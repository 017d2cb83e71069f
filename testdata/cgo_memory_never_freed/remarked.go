package neverfreed

/*
#include <stdlib.h>
#define UNSEEN __attribute__((weak))

typedef struct parcel parcel;
typedef void (*parcel_fn)(void *data);

UNSEEN int parcel_seal(const char *label);
UNSEEN int parcel_fill(void *bytes, int size);
UNSEEN int parcel_fetch(parcel *p, parcel_fn done, void *user_data);
UNSEEN void parcel_done(void *data);

static char **shelf(int count) { return calloc(count, sizeof(char *)); }
static void shelf_put(char **texts, char *text, int place) { texts[place] = text; }
static void shelf_free(char **texts, int count) { for (int i = 0; i < count; i++) free(texts[i]); free(texts); }
*/
// UNSEEN int parcel_weigh(parcel *p);
import "C"

import (
	"errors"
	"unsafe"
)

var errParcel = errors.New("parcel")

// A remark says who frees it, above the call or below it.
func sealed(label string) error {
	// Not freed here: parcel_seal takes ownership of the text.
	if C.parcel_seal(C.CString(label)) != 0 {
		return errParcel
	}
	return nil
}

func filled(content []byte) error {
	bytes := C.CBytes(content)

	// The library will free the bytes along with the parcel.
	if C.parcel_fill(bytes, C.int(len(content))) != 0 {
		return errParcel
	}
	return nil
}

func remarksOnSomethingElse(label string) error {
	// The label is shown on top.
	if C.parcel_seal(C.CString(label)) != 0 { // want "the result of C.CString is never freed"
		return errParcel
	}
	return nil
}

// What goes to C along with a callback is used by the callback, some time.
func fetched(p *C.parcel) {
	data := C.malloc(16)
	C.parcel_fetch(p, C.parcel_fn(C.parcel_done), unsafe.Pointer(data))
}

// What is put into an array goes with the array.
func shelved(texts []string) **C.char {
	array := C.shelf(C.int(len(texts)))
	for place, one := range texts {
		C.shelf_put(array, C.CString(one), C.int(place))
	}
	return array
}

// The memory of a slice is freed by `unsafe.SliceData`.
func block(size int) []byte {
	return unsafe.Slice((*byte)(C.malloc(C.size_t(size))), size)
}

func unblock(block []byte) {
	C.free(unsafe.Pointer(unsafe.SliceData(block)))
}
