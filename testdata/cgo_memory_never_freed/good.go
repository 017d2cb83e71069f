package neverfreed

/*
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct part {
	int id;
	char *label;
} part;

static part *part_new(int id) {
	part *p = calloc(1, sizeof *p);
	if (p != NULL) {
		p->id = id;
	}
	return p;
}

static void part_free(part *p) {
	if (p == NULL) {
		return;
	}
	free(p->label);
	free(p);
}

static int part_id(const part *p) {
	return p->id;
}

static int part_open(part **out) {
	*out = part_new(7);
	return *out == NULL ? -1 : 0;
}

static void part_close(part *p) {
	part_free(p);
}

static void part_take_label(part *p, char *label) {
	free(p->label);
	p->label = label;
}

static int length(const char *s) {
	return (int)strlen(s);
}

static int sum(char **list, int n) {
	int all = 0;
	for (int i = 0; i < n; i++) {
		all += length(list[i]);
	}
	return all;
}

static char *whisper(const char *s) {
	char *low = malloc(strlen(s) + 3);
	strcpy(low, "(");
	strcat(low, s);
	strcat(low, ")");
	return low;
}

static void print_and_free(char *s) {
	puts(s);
	free(s);
}

static void free_list(char **list, int n) {
	for (int i = 0; i < n; i++) {
		free(list[i]);
	}
	free(list);
}

static char *kept_names[16];
static int kept_count;

static void keep_name(char *s) {
	kept_names[kept_count++ % 16] = s;
}

static const char *version(void) {
	return "1.0";
}

static char *skip_blanks(char *s) {
	while (*s == ' ') {
		s++;
	}
	return s;
}
*/
import "C"

import (
	"errors"
	"fmt"
	"log"
	"os"
	"runtime"
	"sync"
	"unsafe"
)

var (
	banner   = C.CString("banner")
	greeting *C.char
	names    = map[string]*C.char{}
	once     sync.Once
)

func init() {
	greeting = C.CString("hello")
	C.setvbuf(C.stdout, C.CString("a buffer for the life of the process"), C._IOFBF, 16)
}

func okDeferred(s string) {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	C.puts(cs)
}

func okExplicit(s string) int {
	cs := C.CString(s)
	n := int(C.length(cs))
	C.free(unsafe.Pointer(cs))
	return n
}

func okInlineFree(s string) {
	C.free(unsafe.Pointer(C.CString(s)))
}

func okInlineTaken(s string) {
	C.print_and_free(C.CString(s))
}

func okDeferredLiteral(s string) {
	cs := C.CString(s)
	defer func() {
		C.free(unsafe.Pointer(cs))
	}()
	C.puts(cs)
}

func okLateBound(n int) {
	var p unsafe.Pointer
	defer func() { C.free(p) }()
	p = C.malloc(C.size_t(n))
	C.memset(p, 0, C.size_t(n))
}

func okBothOfTwo(x, y string) {
	a, b := C.CString(x), C.CString(y)
	defer C.free(unsafe.Pointer(a))
	defer C.free(unsafe.Pointer(b))
	C.strcmp(a, b)
}

func okBuffer(n int) byte {
	p := C.malloc(C.size_t(n))
	defer C.free(p)
	C.memset(p, 1, C.size_t(n))
	return *(*byte)(p)
}

func okBytes(b []byte) {
	p := C.CBytes(b)
	defer C.free(p)
	C.fwrite(p, 1, C.size_t(len(b)), C.stdout)
}

func okDuplicate(s string) {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	dup := C.strdup(cs)
	defer C.free(unsafe.Pointer(dup))
	C.puts(dup)
}

func okFreshFromC(s string) string {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	low := C.whisper(cs)
	defer C.free(unsafe.Pointer(low))
	return C.GoString(low)
}

func okBorrowed() string {
	v := C.version()
	home := C.getenv(greeting)
	return C.GoString(v) + C.GoString(home)
}

func okInteriorPointer(s string) {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	word := C.skip_blanks(cs)
	C.puts(word)
}

func okConstructed() int {
	p := C.part_new(3)
	if p == nil {
		return 0
	}
	defer C.part_free(p)
	return int(C.part_id(p))
}

func okOpened() (int, error) {
	var p *C.part
	if C.part_open(&p) != 0 {
		return 0, errors.New("cannot open")
	}
	defer C.part_close(p)
	return int(C.part_id(p)), nil
}

func okLabelTaken(s string) {
	p := C.part_new(1)
	defer C.part_free(p)
	C.part_take_label(p, C.CString(s))
}

func okLabelAssigned(s string) {
	p := C.part_new(1)
	defer C.part_free(p)
	p.label = C.CString(s)
}

func okFresh(s string) *C.char {
	return C.CString("<" + s + ">")
}

func okFreshWithError(s string) (p *C.char, err error) {
	if s == "" {
		return nil, errors.New("empty")
	}
	p = C.CString(s)
	return
}

func okFromGoHelper(s string) {
	cs := okFresh(s)
	defer C.free(unsafe.Pointer(cs))
	C.puts(cs)
}

func okFromGoHelperWithError(s string) error {
	cs, err := okFreshWithError(s)
	if err != nil {
		return err
	}
	defer C.free(unsafe.Pointer(cs))
	C.puts(cs)
	return nil
}

func release(p *C.char) {
	C.free(unsafe.Pointer(p))
}

func releaseAll(list []*C.char) {
	for _, p := range list {
		release(p)
	}
}

func okFreedByHelper(s string) {
	cs := C.CString(s)
	defer release(cs)
	C.puts(cs)
}

func okFreedByLiteral(s string) {
	drop := func(p *C.char) { C.free(unsafe.Pointer(p)) }
	cs := C.CString(s)
	C.puts(cs)
	drop(cs)
}

func okFreedThroughAlias(s string) {
	cs := C.CString(s)
	p := unsafe.Pointer(cs)
	at := uintptr(p)
	C.puts(cs)
	C.free(unsafe.Pointer(at))
}

func okFreedInGoroutine(s string) {
	cs := C.CString(s)
	go func() {
		defer C.free(unsafe.Pointer(cs))
		C.puts(cs)
	}()
}

func okHandedToGoroutine(s string) {
	cs := C.CString(s)
	go okPrintAndRelease(cs)
}

func okPrintAndRelease(p *C.char) {
	defer release(p)
	C.puts(p)
}

func okWithCleanup(s string) (*C.char, func()) {
	cs := C.CString(s)
	return cs, func() { C.free(unsafe.Pointer(cs)) }
}

func okUsesCleanup(s string) {
	cs, done := okWithCleanup(s)
	defer done()
	C.puts(cs)
}

func okCollectedCleanups(all []string) {
	var cleanups []func()
	defer func() {
		for _, cleanup := range cleanups {
			cleanup()
		}
	}()
	for _, s := range all {
		cs := C.CString(s)
		cleanups = append(cleanups, func() { C.free(unsafe.Pointer(cs)) })
		C.puts(cs)
	}
}

func okChannel(out chan<- *C.char, s string) {
	out <- C.CString(s)
}

func okChannelInSelect(out chan<- *C.char, s string) {
	cs := C.CString(s)
	select {
	case out <- cs:
	default:
		C.free(unsafe.Pointer(cs))
	}
}

func okRegistry(s string) *C.char {
	if cs, ok := names[s]; ok {
		return cs
	}
	cs := C.CString(s)
	names[s] = cs
	return cs
}

func okGlobal(s string) {
	once.Do(func() {
		banner = C.CString(s)
	})
}

func okKeptByC(s string) {
	C.keep_name(C.CString(s))
}

func okFillsCaller(p *C.part, s string) {
	p.label = C.CString(s)
}

func okFillsCallerSlice(list []*C.char, all []string) {
	for i, s := range all {
		list[i] = C.CString(s)
	}
}

func okReturnedList(all []string) []*C.char {
	list := make([]*C.char, 0, len(all))
	for _, s := range all {
		list = append(list, C.CString(s))
	}
	return list
}

func okListOfHelper(all []string) int {
	list := okReturnedList(all)
	defer releaseAll(list)
	return int(C.sum(&list[0], C.int(len(list))))
}

func okSliceOfStrings(all []string) int {
	list := make([]*C.char, len(all))
	for i, s := range all {
		list[i] = C.CString(s)
	}
	defer func() {
		for i := range list {
			C.free(unsafe.Pointer(list[i]))
		}
	}()
	return int(C.sum(&list[0], C.int(len(list))))
}

func okBigArray(all []string) int {
	size := C.size_t(len(all)) * C.size_t(unsafe.Sizeof(uintptr(0)))
	block := C.malloc(size)
	defer C.free(block)
	list := (*[1 << 28]*C.char)(block)[:len(all):len(all)]
	for i, s := range all {
		list[i] = C.CString(s)
	}
	n := int(C.sum((**C.char)(block), C.int(len(all))))
	for _, p := range list {
		C.free(unsafe.Pointer(p))
	}
	return n
}

func okListFreedByC(all []string) int {
	size := C.size_t(len(all)) * C.size_t(unsafe.Sizeof(uintptr(0)))
	block := (**C.char)(C.malloc(size))
	list := unsafe.Slice(block, len(all))
	for i, s := range all {
		list[i] = C.CString(s)
	}
	n := C.sum(block, C.int(len(all)))
	C.free_list(block, C.int(len(all)))
	return int(n)
}

func okUnsafeSlice(n int) byte {
	view := unsafe.Slice((*byte)(C.malloc(C.size_t(n))), n)
	defer C.free(unsafe.Pointer(&view[0]))
	view[0] = 3
	return view[0]
}

func okLocalStruct(s string) int {
	var p C.part
	p.label = C.CString(s)
	defer C.free(unsafe.Pointer(p.label))
	return int(C.part_id(&p))
}

func okLocalLiteral(s string) int {
	p := C.part{id: 3, label: C.CString(s)}
	n := int(C.part_id(&p))
	C.free(unsafe.Pointer(p.label))
	return n
}

func okStructByValue(s string) C.part {
	return C.part{id: 3, label: C.CString(s)}
}

type handle struct {
	part *C.part
	name *C.char
}

func newHandle(s string) *handle {
	h := &handle{part: C.part_new(1), name: C.CString(s)}
	runtime.SetFinalizer(h, (*handle).Close)
	return h
}

// Close gives everything back.
func (h *handle) Close() {
	C.part_free(h.part)
	C.free(unsafe.Pointer(h.name))
	h.part, h.name = nil, nil
}

func okConditional(s string) int {
	var cs *C.char
	if s != "" {
		cs = C.CString(s)
		defer C.free(unsafe.Pointer(cs))
	}
	if cs == nil {
		return 0
	}
	return int(C.length(cs))
}

func okNilCheck(s string) int {
	var cs *C.char
	if s != "" {
		cs = C.CString(s)
	}
	n := 0
	if cs != nil {
		n = int(C.length(cs))
		C.free(unsafe.Pointer(cs))
	}
	return n
}

func okFatal(s string) {
	cs := C.CString(s)
	C.puts(cs)
	os.Exit(1)
}

func okLogFatal(s string) {
	cs := C.CString(s)
	log.Fatal(fmt.Sprint(cs))
}

func okInLoop(all []string) {
	for _, s := range all {
		cs := C.CString(s)
		C.puts(cs)
		C.free(unsafe.Pointer(cs))
	}
}

func okStructOnChannel(out chan handle, s string) {
	out <- handle{name: C.CString(s)}
}
