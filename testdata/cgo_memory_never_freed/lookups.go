package neverfreed

/*
#include <stdlib.h>
#include <wchar.h>
#define UNSEEN __attribute__((weak))

typedef struct plist plist;
typedef struct token token;
typedef struct station station;

UNSEEN int plist_lookup_plist(plist *in, const char *name, plist **found);
UNSEEN int plist_lookup_string(plist *in, const char *name, char **found);
UNSEEN void plist_free(plist *list);
UNSEEN int plist_size(plist *list);

UNSEEN int token_set_name(token *t, const char *name);
UNSEEN int token_read(token *t, const char *pin);

UNSEEN int station_attach(station *s, void *state);
UNSEEN int station_bind(station *s, void *value, int size, void (*destroy)(void *));
static int station_attach_all(station *s, void *state) { return station_attach(s, state); }
static int station_bind_all(station *s, void *value, int size, void (*destroy)(void *)) {
	return station_bind(s, value, size, destroy);
}
UNSEEN int declare(const char *text);
*/
import "C"

import "unsafe"

// What is looked up in a list belongs to the list.
func lookedUp(list *C.plist) int {
	var found *C.plist
	name := C.CString("tree")
	defer C.free(unsafe.Pointer(name))
	if C.plist_lookup_plist(list, name, &found) != 0 {
		return -1
	}
	return int(C.plist_size(found))
}

// The deferred call gets nil, which harms nobody: the text belongs to the list.
func lookedUpText(list *C.plist) string {
	var found *C.char
	name := C.CString("label")
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(found))
	if C.plist_lookup_string(list, name, &found) != 0 {
		return ""
	}
	return C.GoString(found)
}

func textOrNil(text string) *C.char {
	if text == "" {
		return nil
	}
	return C.CString(text)
}

// A wrapper of C.CString makes a text like C.CString itself, which setters copy.
func named(t *C.token, name, pin string) C.int {
	if code := C.token_set_name(t, textOrNil(name)); code != 0 { // want "the result of textOrNil is never freed"
		return code
	}
	pinned := textOrNil(pin)
	defer C.free(unsafe.Pointer(pinned))
	return C.token_read(t, pinned)
}

// State that is attached to an object may come back to a callback, even through a function of our own.
func attached(s *C.station) {
	state := slotted(7)
	C.station_attach_all(s, state)
}

func slotted(slot int) unsafe.Pointer {
	state := C.malloc(8)
	*(*int)(state) = slot
	return state
}

// The destructor that is handed on frees the value, even through a function of our own.
func bound(s *C.station, value []byte) {
	C.station_bind_all(s, C.CBytes(value), C.int(len(value)), (*[0]byte)(C.free))
}

// A variable of a function literal is the literal's own, also where `var` declares it.
func declaredInside(run func(declare func(string) C.int) error) error {
	var declare = func(text string) C.int {
		var raw = C.CString(text)
		defer C.free(unsafe.Pointer(raw))
		return C.declare(raw)
	}
	return run(declare)
}

// The C library's functions for wide characters return where they write.
func wide(letters []C.wchar_t) *C.wchar_t {
	made := (*C.wchar_t)(C.malloc(C.size_t(len(letters)) * C.sizeof_wchar_t))
	return C.wmemcpy(made, &letters[0], C.size_t(len(letters)))
}

type args struct {
	keys **C.char
	size C.size_t
}

// Each element of an array gets its own memory; the pointer to it is the array's start and a way on.
func array(count int) *args {
	made := (*args)(C.malloc(C.size_t(count) * C.size_t(unsafe.Sizeof(args{}))))
	for i := 0; i < count; i++ {
		keys := (**C.char)(C.malloc(8))
		one := (*args)(unsafe.Pointer(uintptr(unsafe.Pointer(made)) + uintptr(i)*unsafe.Sizeof(*made)))
		one.keys = keys
		one.size = 1
	}
	return made
}
