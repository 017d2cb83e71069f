package neverfreed

/*
#include <stdlib.h>
#define UNSEEN __attribute__((weak))

typedef struct layer layer;
typedef struct feature feature;
typedef int code;

UNSEEN code layer_create_feature(layer *l, feature *f);
UNSEEN void feature_destroy(feature *f);
UNSEEN void layer_destroy(layer *l);
UNSEEN feature *feature_new(const char *name);
UNSEEN void layer_destroy_feature(layer *l);
*/
import "C"

import (
	"errors"
	"unsafe"
)

// The result is an error code, whatever the name says of creating.
func okErrorCode(l *C.layer, f *C.feature) error {
	cErr := C.layer_create_feature(l, f)
	if cErr != 0 {
		return errors.New("not created")
	}
	return nil
}

func badNameOfFeature(name string) *C.feature {
	return C.feature_new(C.CString(name)) // want "GM101 the result of C.CString is never freed"
}

// What is given back by the address of the first element is the caller's: see freeSamples.
func okSamples(n int) []float32 {
	samples := (*float32)(C.malloc(C.size_t(4 * n)))
	return unsafe.Slice(samples, n)
}

func freeSamples(samples []float32) {
	first := unsafe.Pointer(&samples[0])
	C.free(first)
}
