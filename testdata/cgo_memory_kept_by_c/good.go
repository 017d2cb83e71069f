package keptbyc

/*
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *title;

static void title_set(const char *text) {
	free(title);
	title = text == NULL ? NULL : strdup(text);
}

static const char *suffix;

static void suffix_set(const char *text) {
	suffix = text;
}

static char slots[8][32];

static void slot_set(int i, const char *text) {
	strncpy(slots[i & 7], text, 31);
}

static uintptr_t token;

static void token_set(uintptr_t t) {
	token = t;
}

static uint8_t *pinned;

static void pinned_set(uint8_t *p) {
	pinned = p;
}

static long checksum(const uint8_t *p, size_t n) {
	long sum = 0;
	for (size_t i = 0; i < n; i++) {
		sum += p[i];
	}
	return sum;
}

typedef struct lamp {
	int watts;
	const char *label;
} lamp;

static lamp *lamp_new(void) {
	return calloc(1, sizeof(lamp));
}

static void lamp_free(lamp *l) {
	free(l);
}

static void lamp_label(lamp *l, const char *label) {
	l->label = label;
}

static int lamp_show(const lamp *l) {
	return puts(l->label);
}

static const char **split_lines(const char *text) {
	static const char *lines[8];
	lines[0] = text;
	return lines;
}

static int draw_text(const char *text) {
	return split_lines(text)[0] != NULL;
}
*/
import "C"

import (
	"runtime"
	"runtime/cgo"
	"unsafe"
)

func okReadOnly(buf []byte) int {
	return int(C.checksum((*C.uint8_t)(unsafe.SliceData(buf)), C.size_t(len(buf))))
}

func okReadOnlyElement(n int) int {
	buf := make([]byte, n)
	return int(C.checksum((*C.uint8_t)(unsafe.Pointer(&buf[0])), C.size_t(n)))
}

func okFilled(n int) []byte {
	buf := make([]byte, n)
	C.memset(unsafe.Pointer(&buf[0]), 1, C.size_t(n))
	return buf
}

func okCopiedByC(s string) {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	C.title_set(cs)
	C.slot_set(1, cs)
}

func okGoMemoryCopiedByC(s string) {
	b := append([]byte(s), 0)
	C.title_set((*C.char)(unsafe.Pointer(&b[0])))
	C.slot_set(2, (*C.char)(unsafe.Pointer(&b[0])))
}

func okKeptForGood(s string) {
	C.suffix_set(C.CString(s))
}

func okForgottenFirst(s string) {
	cs := C.CString(s)
	C.suffix_set(cs)
	C.suffix_set(nil)
	C.free(unsafe.Pointer(cs))
}

func okForgottenFirstDeferred(s string) {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	C.suffix_set(cs)
	defer C.suffix_set(nil)
}

func okHandle(v any) cgo.Handle {
	h := cgo.NewHandle(v)
	C.token_set(C.uintptr_t(h))
	return h
}

type holder struct {
	pinner runtime.Pinner
	buf    []byte
}

func (h *holder) attach() {
	h.pinner.Pin(&h.buf[0])
	C.pinned_set((*C.uint8_t)(unsafe.Pointer(&h.buf[0])))
}

func (h *holder) detach() {
	C.pinned_set(nil)
	h.pinner.Unpin()
}

func okPinnedForCall(buf []byte) {
	var pinner runtime.Pinner
	defer pinner.Unpin()
	pinner.Pin(&buf[0])
	C.pinned_set((*C.uint8_t)(unsafe.Pointer(&buf[0])))
	defer C.pinned_set(nil)
}

func okKeeperDiesFirst(s string) {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	l := C.lamp_new()
	defer C.lamp_free(l)
	C.lamp_label(l, cs)
	C.lamp_show(l)
}

func okKeeperDiesFirstExplicit(s string) {
	l := C.lamp_new()
	cs := C.CString(s)
	C.lamp_label(l, cs)
	C.lamp_show(l)
	C.lamp_free(l)
	C.free(unsafe.Pointer(cs))
}

func okLocalStruct(s string) {
	var l C.lamp
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	C.lamp_label(&l, cs)
	C.lamp_show(&l)
}

func okCMemory(n int) *C.uint8_t {
	p := (*C.uint8_t)(C.malloc(C.size_t(n)))
	C.pinned_set(p)
	return p
}

func okSetenv(name, value string) {
	n, v := C.CString(name), C.CString(value)
	defer C.free(unsafe.Pointer(n))
	defer C.free(unsafe.Pointer(v))
	C.setenv(n, v, 1)
}

// A static array of a C function is scratch: the next call fills it anew.
func okScratch(s string) bool {
	text := C.CString(s)
	defer C.free(unsafe.Pointer(text))
	return C.draw_text(text) != 0
}
