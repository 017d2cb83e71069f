// Package copiedlost copies fresh C memory to Go and loses the original.
package copiedlost

/*
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *upper(const char *s) {
	char *r = strdup(s);
	for (char *p = r; p != NULL && *p != 0; p++) {
		*p = (char)toupper((unsigned char)*p);
	}
	return r;
}

static char *hello(void) {
	char *r = malloc(16);
	snprintf(r, 16, "hello");
	return r;
}

static void *random_bytes(int n) {
	unsigned char *p = malloc((size_t)n);
	for (int i = 0; i < n; i++) {
		p[i] = (unsigned char)rand();
	}
	return p;
}
*/
import "C"

import (
	"errors"
	"fmt"
	"strings"
	"unsafe"
)

func returned() string {
	return C.GoString(C.hello()) // want "GM109 .*C.hello"
}

func assigned() string {
	s := C.GoString(C.hello()) // want "GM109"
	return s + s
}

func duplicated(s string) string {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	return C.GoString(C.strdup(cs)) // want "GM109 .*C.strdup"
}

func throughCFunction(s string) string {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	return C.GoString(C.upper(cs)) // want "GM109 .*C.upper"
}

func asArgument() {
	fmt.Println(C.GoString(C.hello())) // want "GM109"
}

func inCondition() bool {
	if C.GoString(C.hello()) == "hello" { // want "GM109"
		return true
	}
	return false
}

func firstCharacters() string {
	return C.GoStringN(C.hello(), 3) // want "GM109"
}

func someBytes(n int) []byte {
	return C.GoBytes(C.random_bytes(C.int(n)), C.int(n)) // want "GM109 .*C.random_bytes"
}

func converted() []byte {
	return C.GoBytes(unsafe.Pointer(C.hello()), 5) // want "GM109"
}

func wrapped() error {
	return errors.New(strings.TrimSpace(C.GoString(C.hello()))) // want "GM109"
}

type answer struct {
	text string
}

func inLiteral() answer {
	return answer{text: C.GoString(C.hello())} // want "GM109"
}

func makeHello() *C.char {
	return C.hello()
}

func throughGoFunction() string {
	return C.GoString(makeHello()) // want "GM109"
}

func inLoop(n int) []string {
	var all []string
	for i := 0; i < n; i++ {
		all = append(all, C.GoString(C.hello())) // want "GM109"
	}
	return all
}

func inClosure() func() string {
	return func() string {
		return C.GoString(C.hello()) // want "GM109"
	}
}

func inVariable() string {
	p := C.hello()
	return C.GoString(p) // want "GM109 .*`p`"
}

func inVariableWithCheck(s string) string {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	p := C.upper(cs)
	if p == nil {
		return ""
	}
	return C.GoString(p) // want "GM109 .*`p`"
}

func resolved(path string) string {
	cs := C.CString(path)
	defer C.free(unsafe.Pointer(cs))
	return C.GoString(C.realpath(cs, nil)) // want "GM109 .*C.realpath"
}
