package sometimesfreed

/*
#include <stdlib.h>
#define UNSEEN __attribute__((weak))
#define GPOK 0

typedef struct gauge gauge;
typedef struct vessel vessel;

UNSEEN gauge *gauge_new(void);
UNSEEN int gauge_open(gauge *g, const char *path);
UNSEEN void gauge_free(gauge *g);

UNSEEN vessel *vessel_new(const char *name);
UNSEEN int vessel_is_object(vessel *v);
UNSEEN void vessel_free(vessel *v);

UNSEEN int panel_new(gauge **g);
UNSEEN int panel_read(gauge *g);
*/
import "C"

import (
	"errors"
	"unsafe"
)

var errGauge = errors.New("gauge")

// What readies an object does not become its owner.
func readied(path string) (*C.gauge, error) {
	raw := C.CString(path)
	defer C.free(unsafe.Pointer(raw))
	made := C.gauge_new() // want "`made` .C.gauge_new. is freed on some paths"
	if C.gauge_open(made, raw) != 0 {
		return nil, errGauge
	}
	return made, nil
}

func readiedWell(path string) (*C.gauge, error) {
	raw := C.CString(path)
	defer C.free(unsafe.Pointer(raw))
	made := C.gauge_new()
	if C.gauge_open(made, raw) != 0 {
		C.gauge_free(made)
		return nil, errGauge
	}
	return made, nil
}

// What is no object at all cannot be given back.
func known(name string) bool {
	raw := C.CString(name)
	defer C.free(unsafe.Pointer(raw))
	found := C.vessel_new(raw)
	if found == nil {
		return false
	}
	if C.vessel_is_object(found) != 0 {
		C.vessel_free(found)
	}
	return true
}

// GPOK says that all went well.
func panel() (int, error) {
	var made *C.gauge
	if code := C.panel_new(&made); code != C.GPOK {
		return 0, errGauge
	}
	defer C.gauge_free(made)
	return int(C.panel_read(made)), nil
}

// realloc has failed where it answers an error: the old block is still there.
func grown(size C.size_t) (unsafe.Pointer, error) {
	block := C.malloc(size)
	larger, err := C.realloc(block, 2*size)
	if err != nil {
		C.free(block)
		return nil, err
	}
	return larger, nil
}

func grownBadly(size C.size_t) (unsafe.Pointer, error) {
	block := C.malloc(size) // want "`block` .C.malloc. is freed on some paths"
	larger, err := C.realloc(block, 2*size)
	if err != nil {
		return nil, err
	}
	return larger, nil
}
