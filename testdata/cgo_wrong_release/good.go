package wrongrelease

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct shelf {
	int boards;
	char *label;
} shelf;

static shelf *shelf_new(int boards) {
	shelf *s = calloc(1, sizeof *s);
	if (s != NULL) {
		s->boards = boards;
		s->label = strdup("shelf");
	}
	return s;
}

static void shelf_free(shelf *s) {
	if (s != NULL) {
		free(s->label);
		free(s);
	}
}

static void shelf_close(shelf *s) {
	shelf_free(s);
}

static int shelf_open(int boards, shelf **out) {
	*out = shelf_new(boards);
	return *out == NULL;
}

typedef struct nail {
	int length;
} nail;

static nail *nail_new(int length) {
	nail *n = malloc(sizeof *n);
	if (n != NULL) {
		n->length = length;
	}
	return n;
}

static void nail_free(nail *n) {
	free(n);
}

static void text_free(char *s) {
	free(s);
}

static char *text_repeat(const char *s) {
	char *r = malloc(2 * strlen(s) + 1);
	strcpy(r, s);
	strcat(r, s);
	return r;
}
*/
import "C"

import "unsafe"

func okGoMemoryIsRead(n int) {
	b := make([]byte, n)
	C.memset(unsafe.Pointer(&b[0]), 0, C.size_t(n))
}

func okCopyOfGoMemory(b []byte) {
	p := C.CBytes(b)
	C.free(p)
}

func okPointerInGoVariable(s string) {
	var p *C.char
	fill(&p, s)
	C.free(unsafe.Pointer(p))
}

func fill(out **C.char, s string) {
	*out = C.CString(s)
}

func okPointerInGoSlice(all []string) {
	list := make([]*C.char, len(all))
	for i, s := range all {
		list[i] = C.CString(s)
	}
	for i := range list {
		C.free(unsafe.Pointer(list[i]))
	}
}

func okOwnPartner() {
	s := C.shelf_new(4)
	C.shelf_free(s)
}

func okOtherPartner() int {
	var s *C.shelf
	if C.shelf_open(4, &s) != 0 {
		return 0
	}
	defer C.shelf_close(s)
	return int(s.boards)
}

func okFreeAfterOpen() int {
	var s *C.shelf
	if C.shelf_open(4, &s) != 0 {
		return 0
	}
	defer C.shelf_free(s)
	return int(s.boards)
}

func okThinDestructor() {
	n := C.nail_new(3)
	C.nail_free(n)
}

func okPlainFreeOfThin() {
	n := C.nail_new(3)
	C.free(unsafe.Pointer(n))
}

func okThinTextFree(s string) {
	cs := C.CString(s)
	C.puts(cs)
	C.text_free(cs)
}

func okFreshText(s string) {
	cs := C.CString(s)
	defer C.text_free(cs)
	twice := C.text_repeat(cs)
	defer C.free(unsafe.Pointer(twice))
	C.puts(twice)
}

func okMallocedStruct() int {
	s := (*C.shelf)(C.malloc(C.size_t(unsafe.Sizeof(C.shelf{}))))
	s.boards = 3
	defer C.free(unsafe.Pointer(s))
	return int(s.boards)
}

func okMallocedStructToDestructor() {
	s := (*C.shelf)(C.calloc(1, C.size_t(unsafe.Sizeof(C.shelf{}))))
	s.label = C.CString("by hand")
	C.shelf_free(s)
}

func okFieldOfStruct() {
	var s C.shelf
	s.label = C.CString("field")
	C.puts(s.label)
	C.free(unsafe.Pointer(s.label))
}

func okFile(path string) {
	name, mode := C.CString(path), C.CString("r")
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(mode))
	f := C.fopen(name, mode)
	if f != nil {
		C.fclose(f)
	}
}

func okParameter(p unsafe.Pointer) {
	C.free(p)
}

func okParameterOfType(s *C.shelf, b []byte) {
	if len(b) == 0 {
		C.shelf_free(s)
	}
}

func okView(n int) {
	p := C.malloc(C.size_t(n))
	view := unsafe.Slice((*byte)(p), n)
	view[0] = 1
	C.free(unsafe.Pointer(&view[0]))
}

func okBigArray(n int) {
	p := C.malloc(C.size_t(n))
	view := (*[1 << 30]byte)(p)[:n:n]
	view[0] = 1
	C.free(unsafe.Pointer(&view[0]))
}

func okFromCArray(list **C.char, n int) {
	for _, p := range unsafe.Slice(list, n) {
		C.free(unsafe.Pointer(p))
	}
}

// What a struct of Go is copied into is C memory still, and so is what is stored there later.
func copiedInto() *C.shelf {
	made := (*C.shelf)(C.malloc(C.sizeof_shelf))
	*made = C.shelf{}
	label := C.CString("oak")
	C.free(unsafe.Pointer(made.label))
	made.label = label
	return made
}
