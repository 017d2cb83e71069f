package copiedlost

/*
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct person {
	const char *name;
	char initials[4];
} person;

static char *goodbye(void) {
	char *r = malloc(16);
	snprintf(r, 16, "goodbye");
	return r;
}

static const char *weekday(int n) {
	static const char *days[] = {"Mo", "Tu", "We"};
	return days[n % 3];
}

static char *stamp(void) {
	static char text[32];
	snprintf(text, sizeof text, "now");
	return text;
}

static char *skip_zeros(char *s) {
	while (*s == '0') {
		s++;
	}
	return s;
}

static const char *person_name(const person *p) {
	return p->name;
}

static void *first_bytes(void *p) {
	return p;
}

static char *cached;

static char *cached_text(void) {
	if (cached == NULL) {
		cached = strdup("cached");
	}
	return cached;
}
*/
import "C"

import (
	"fmt"
	"unsafe"
)

func okHeldAndFreed() string {
	p := C.goodbye()
	defer C.free(unsafe.Pointer(p))
	return C.GoString(p)
}

func okFreedAtOnce() string {
	p := C.goodbye()
	s := C.GoString(p)
	C.free(unsafe.Pointer(p))
	return s
}

func okTaken(p *C.char) string {
	defer C.free(unsafe.Pointer(p))
	return C.GoString(p)
}

func okTakenInline() string {
	return okTaken(C.goodbye())
}

func okEnvironment(name string) string {
	cs := C.CString(name)
	defer C.free(unsafe.Pointer(cs))
	return C.GoString(C.getenv(cs))
}

func okErrorText(n int) string {
	return C.GoString(C.strerror(C.int(n)))
}

func okLiteral(n int) string {
	return C.GoString(C.weekday(C.int(n)))
}

func okStatic() string {
	return C.GoString(C.stamp())
}

func okCached() string {
	return C.GoString(C.cached_text())
}

func okInterior(s string) string {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	return C.GoString(C.skip_zeros(cs))
}

func okFound(s string) string {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	return C.GoString(C.strchr(cs, '='))
}

func okField(p *C.person) string {
	return C.GoString(p.name) + C.GoString(C.person_name(p))
}

func okArray(p *C.person) string {
	return C.GoStringN(&p.initials[0], 3)
}

func okOwnBuffer(path string) string {
	cs := C.CString(path)
	defer C.free(unsafe.Pointer(cs))
	buf := (*C.char)(C.malloc(C.PATH_MAX))
	defer C.free(unsafe.Pointer(buf))
	return C.GoString(C.realpath(cs, buf))
}

func okSameMemory(n int) []byte {
	p := C.calloc(C.size_t(n), 1)
	defer C.free(p)
	return C.GoBytes(C.first_bytes(p), C.int(n))
}

func okGoMemory(s string) {
	b := append([]byte(s), 0)
	fmt.Println(C.GoString((*C.char)(unsafe.Pointer(&b[0]))))
}

func okHandedOn() *C.char {
	return C.goodbye()
}
