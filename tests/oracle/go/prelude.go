package main

/*
#include <stdlib.h>
#include <string.h>

static char *c_text(void) {
    return strdup("text");
}

static char *c_buffer(int size) {
    char *made = malloc(size);
    if (made == NULL)
        return NULL;
    made[0] = 0;
    return made;
}

static char *c_wrapped(void) {
    char *made = c_buffer(16);
    return made;
}

static void c_drop(char *text) {
    free(text);
}

static void c_drop_checked(char *text) {
    if (text != NULL)
        c_drop(text);
}

static void c_fill(char **out) {
    *out = strdup("text");
}

static int c_look(const char *text) {
    return text == NULL ? 0 : *(volatile const char *)text;
}

static char *c_same(char *text) {
    c_look(text);
    return text;
}
*/
import "C"

import (
	"errors"
	"unsafe"
)

var registry []unsafe.Pointer

type box struct {
	text  *C.char
	block unsafe.Pointer
}

func makeText(text string) *C.char {
	made := C.CString(text)
	return made
}

func makeBuffer(size int) unsafe.Pointer {
	return C.malloc(C.size_t(size))
}

func makeTwice(text string) *C.char {
	first := makeText(text)
	C.free(unsafe.Pointer(first))
	return makeText(text)
}

func tryText(bad bool) (*C.char, error) {
	if bad {
		return nil, errors.New("bad")
	}
	return C.CString("text"), nil
}

func tryNil(bad bool) *C.char {
	if bad {
		return nil
	}
	return makeText("text")
}

func fill(out **C.char) {
	*out = C.CString("text")
}

func withCleanup() (*C.char, func()) {
	made := C.CString("text")
	return made, func() {
		C.free(unsafe.Pointer(made))
	}
}

func (b *box) close() {
	C.free(unsafe.Pointer(b.text))
}

func dropBox(b *box) {
	C.free(unsafe.Pointer(b.text))
	b.text = nil
}

func drop(text *C.char) {
	C.free(unsafe.Pointer(text))
}

func dropRaw(block unsafe.Pointer) {
	defer C.free(block)
	look((*C.char)(block))
}

func dropFar(text *C.char) {
	if text == nil {
		return
	}
	drop(text)
}

func register(text *C.char) {
	look(text)
	registry = append(registry, unsafe.Pointer(text))
}

func same(text *C.char) *C.char {
	look(text)
	return text
}

func look(text *C.char) bool {
	return C.c_look(text) > 0
}
