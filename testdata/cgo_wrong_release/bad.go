// Package wrongrelease gives memory back to the wrong function.
package wrongrelease

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct lamp {
	int watts;
	char *label;
} lamp;

static lamp *lamp_new(int watts) {
	lamp *l = calloc(1, sizeof *l);
	if (l != NULL) {
		l->watts = watts;
		l->label = strdup("lamp");
	}
	return l;
}

static void lamp_free(lamp *l) {
	if (l != NULL) {
		free(l->label);
		free(l);
	}
}

typedef struct desk {
	int legs;
	char *label;
} desk;

static desk *desk_new(int legs) {
	desk *d = calloc(1, sizeof *d);
	if (d != NULL) {
		d->legs = legs;
		d->label = strdup("desk");
	}
	return d;
}

static void desk_free(desk *d) {
	if (d != NULL) {
		free(d->label);
		free(d);
	}
}

static int lamp_open(int watts, lamp **out) {
	*out = lamp_new(watts);
	return *out == NULL;
}

static char pool[4096];
static size_t pool_used;

static char *pool_alloc(size_t n) {
	char *p = pool + pool_used;
	pool_used += n;
	return p;
}

static void pool_free(char *p) {
	if (p >= pool && p < pool + sizeof pool) {
		pool_used = (size_t)(p - pool);
	}
}
*/
import "C"

import "unsafe"

func goVariable() {
	var n C.int
	C.free(unsafe.Pointer(&n)) // want "GM106 .*`n`"
}

func goSlice(n int) {
	b := make([]byte, n)
	C.free(unsafe.Pointer(&b[0])) // want "GM106"
}

func goSliceData(b []byte) {
	buf := append([]byte(nil), b...)
	C.free(unsafe.Pointer(unsafe.SliceData(buf))) // want "GM106"
}

func goString(s string) {
	C.free(unsafe.Pointer(unsafe.StringData(s))) // want "GM106"
}

func goNew() {
	p := new(C.int)
	C.free(unsafe.Pointer(p)) // want "GM106 .*`p`"
}

func goLiteral() {
	l := &C.lamp{watts: 3}
	C.free(unsafe.Pointer(l)) // want "GM106"
}

func goDeferred(n int) {
	b := make([]byte, n)
	p := unsafe.Pointer(&b[0])
	defer C.free(p) // want "GM106"
	C.memset(p, 0, C.size_t(n))
}

func plainFreeForLamp() {
	l := C.lamp_new(60)
	C.free(unsafe.Pointer(l)) // want "GM106 .*C.lamp_free"
}

func plainFreeForLampDeferred() int {
	l := C.lamp_new(60)
	defer C.free(unsafe.Pointer(l)) // want "GM106"
	return int(l.watts)
}

func plainFreeForOpened() int {
	var l *C.lamp
	if C.lamp_open(60, &l) != 0 {
		return 0
	}
	defer C.free(unsafe.Pointer(l)) // want "GM106"
	return int(l.watts)
}

func lampOfDesk() {
	d := C.desk_new(4)
	C.lamp_free((*C.lamp)(unsafe.Pointer(d))) // want "GM106 .*C.desk_new"
}

func deskOfLamp() {
	C.desk_free((*C.desk)(unsafe.Pointer(C.lamp_new(40)))) // want "GM106"
}

func poolOfString(s string) {
	cs := C.CString(s)
	C.puts(cs)
	C.pool_free(cs) // todo-want "GM106 .*C.CString"
}

func freeOfPool() {
	p := C.pool_alloc(16)
	C.free(unsafe.Pointer(p)) // todo-want "GM106"
}

func usesPool() {
	p := C.pool_alloc(16)
	C.memset(unsafe.Pointer(p), 0, 16)
	C.pool_free(p)
}

func lampOfString(s string) {
	cs := C.CString(s)
	C.lamp_free((*C.lamp)(unsafe.Pointer(cs))) // want "GM106"
}

func file(path string) {
	name, mode := C.CString(path), C.CString("r")
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(mode))
	f := C.fopen(name, mode)
	if f == nil {
		return
	}
	if C.feof(f) != 0 {
		C.fclose(f)
		return
	}
	C.free(unsafe.Pointer(f)) // want "GM106 .*C.fclose"
}

func rightAndWrong(dark bool) {
	l := C.lamp_new(60)
	if dark {
		C.free(unsafe.Pointer(l)) // want "GM106"
		return
	}
	C.lamp_free(l)
}
