// Package keptbyc hands memory to C code that keeps it longer than the memory lives.
package keptbyc

/*
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *log_prefix;

static void log_set_prefix(const char *prefix) {
	log_prefix = prefix;
}

static void log_print(const char *line) {
	printf("%s%s", log_prefix == NULL ? "" : log_prefix, line);
}

static void *user_data;
static uint8_t *ring;
static size_t ring_size;

static void set_user_data(void *data) {
	user_data = data;
}

static void ring_attach(uint8_t *buf, size_t n) {
	ring = buf;
	ring_size = n;
}

static const char *hooks[8];

static void hook_at(int i, const char *name) {
	hooks[i & 7] = name;
}

typedef struct radio {
	int volume;
	const char *station;
} radio;

static radio *radio_new(void) {
	return calloc(1, sizeof(radio));
}

static void radio_free(radio *r) {
	free(r);
}

static void radio_tune(radio *r, const char *station) {
	r->station = station;
}
*/
import "C"

import "unsafe"

type counter struct {
	n int
}

func goSlice(n int) {
	buf := make([]byte, n)
	C.ring_attach((*C.uint8_t)(unsafe.Pointer(&buf[0])), C.size_t(n)) // want "GM108 .*C.ring_attach"
}

func goSliceData(buf []byte) {
	C.ring_attach((*C.uint8_t)(unsafe.SliceData(buf)), C.size_t(len(buf))) // todo-want "GM108"
}

func goStruct() {
	c := &counter{}
	C.set_user_data(unsafe.Pointer(c)) // want "GM108 .*C.set_user_data"
}

func goVariable() {
	var n int
	C.set_user_data(unsafe.Pointer(&n)) // want "GM108"
}

func goString(s string) {
	C.log_set_prefix((*C.char)(unsafe.Pointer(unsafe.StringData(s)))) // want "GM108"
}

func goBytesOfString(s string) {
	b := append([]byte(s), 0)
	C.log_set_prefix((*C.char)(unsafe.Pointer(&b[0]))) // want "GM108"
}

func goBytesInTable(s string) {
	b := []byte(s + "\x00")
	C.hook_at(2, (*C.char)(unsafe.Pointer(&b[0]))) // want "GM108"
}

func (c *counter) register() {
	C.set_user_data(unsafe.Pointer(c)) // want "GM108"
}

func freedWhileKept(s string) {
	cs := C.CString(s)
	C.log_set_prefix(cs)
	C.free(unsafe.Pointer(cs)) // want "GM108 .*`cs`"
}

func freedAtEndWhileKept(s string) {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs)) // want "GM108"
	C.log_set_prefix(cs)
}

func tableFreedWhileKept(s string) {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs)) // want "GM108"
	C.hook_at(1, cs)
}

func bufferFreedWhileKept(n int) {
	p := C.malloc(C.size_t(n))
	C.ring_attach((*C.uint8_t)(p), C.size_t(n))
	C.free(p) // want "GM108"
}

func environment(entry string) {
	cs := C.CString(entry)
	defer C.free(unsafe.Pointer(cs)) // want "GM108"
	C.putenv(cs)
}

func keptByResult(s string) *C.radio {
	r := C.radio_new()
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs)) // todo-want "GM108"
	C.radio_tune(r, cs)
	return r
}
