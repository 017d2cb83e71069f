package copiedlost

/*
#include <stdlib.h>
#define UNSEEN __attribute__((weak))

UNSEEN int attributes_next(void *iterator, char **name, char **value);
UNSEEN int session_addresses(void *session, char **addresses);
*/
import "C"

import "unsafe"

// The iterator owns what it answers; the defers only ever get nil.
func okNext(iterator unsafe.Pointer, found map[string]string) {
	for {
		var name, value *C.char
		defer C.free(unsafe.Pointer(name))
		defer C.free(unsafe.Pointer(value))
		if C.attributes_next(iterator, &name, &value) < 0 || name == nil {
			return
		}
		found[C.GoString(name)] = C.GoString(value)
	}
}

func badDeferredNil(session unsafe.Pointer) string {
	var addresses *C.char
	defer C.free(unsafe.Pointer(addresses))
	if C.session_addresses(session, &addresses) < 0 {
		return ""
	}
	return C.GoString(addresses) // want "GM109"
}
