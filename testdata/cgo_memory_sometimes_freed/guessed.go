package sometimesfreed

/*
#define UNSEEN __attribute__((weak))

typedef struct lamp lamp;

UNSEEN int lamp_find(const void *room, lamp **one);
UNSEEN int lamp_light(lamp *l);
UNSEEN void lamp_free(lamp *l);
*/
import "C"

import (
	"errors"
	"unsafe"
)

var errLamp = errors.New("lamp")

func dark(code C.int, room unsafe.Pointer) bool {
	return code < 7 || room == nil
}

// Nothing says which codes come with a lamp.
func okPerhapsNotMade(room unsafe.Pointer) error {
	var one *C.lamp
	code := C.lamp_find(room, &one)
	if dark(code, room) {
		return errLamp
	}
	C.lamp_free(one)
	return nil
}

func badLookedAt(room unsafe.Pointer) error {
	var one *C.lamp
	code := C.lamp_find(room, &one) // want "GM102"
	if one == nil {
		return errLamp
	}
	if dark(code, room) {
		return errLamp
	}
	C.lamp_free(one)
	return nil
}

func badUsed(room unsafe.Pointer) error {
	var one *C.lamp
	C.lamp_find(room, &one) // want "GM102"
	if C.lamp_light(one) != 0 {
		return errLamp
	}
	C.lamp_free(one)
	return nil
}
