// Package neverfreed makes C memory and never gives it back.
package neverfreed

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct thing {
	int id;
	char *label;
} thing;

static thing *thing_new(int id) {
	thing *t = calloc(1, sizeof *t);
	if (t != NULL) {
		t->id = id;
	}
	return t;
}

static void thing_free(thing *t) {
	if (t == NULL) {
		return;
	}
	free(t->label);
	free(t);
}

static int thing_id(const thing *t) {
	return t->id;
}

static int thing_open(thing **out) {
	*out = thing_new(7);
	return *out == NULL ? -1 : 0;
}

static void thing_close(thing *t) {
	thing_free(t);
}

static int count(const char *s) {
	return (int)strlen(s);
}

static int total(char **list, int n) {
	int sum = 0;
	for (int i = 0; i < n; i++) {
		sum += count(list[i]);
	}
	return sum;
}

static char *shout(const char *s) {
	char *loud = malloc(strlen(s) + 2);
	strcpy(loud, s);
	strcat(loud, "!");
	return loud;
}
*/
import "C"

import (
	"errors"
	"fmt"
	"unsafe"
)

func inlineArgument(s string) {
	C.puts(C.CString(s)) // want "GM101 .*C.CString"
}

func inlineInExpression(s string) int {
	return 1 + int(C.count(C.CString(s))) // want "GM101"
}

func inlineInCondition(s string) bool {
	if C.count(C.CString(s)) > 3 { // want "GM101"
		return true
	}
	return false
}

func inlineTwice(a, b string) bool {
	return C.strcmp(C.CString(a), C.CString(b)) == 0 // want "GM101" "GM101"
}

func inlineDeferred(s string) {
	defer C.puts(C.CString(s)) // want "GM101"
	fmt.Println("first")
}

func inlineInSwitch(s string) int {
	switch C.count(C.CString(s)) { // want "GM101"
	case 0:
		return 0
	default:
		return 1
	}
}

func plain(s string) {
	cs := C.CString(s) // want "GM101 .*`cs`"
	C.puts(cs)
}

func declared(s string) {
	var cs *C.char = C.CString(s) // want "GM101 .*`cs`"
	C.puts(cs)
}

func assignedLater(s string) {
	var cs *C.char
	cs = C.CString(s) // want "GM101"
	C.puts(cs)
}

func thrownAway(s string) {
	_ = C.CString(s) // want "GM101"
}

func onlyOneOfTwo(x, y string) {
	a, b := C.CString(x), C.CString(y) // want "GM101 .*`b`"
	defer C.free(unsafe.Pointer(a))
	C.strcmp(a, b)
}

func buffer(n int) byte {
	p := C.malloc(C.size_t(n)) // want "GM101 .*C.malloc"
	C.memset(p, 1, C.size_t(n))
	return *(*byte)(p)
}

func zeroed(n int) int {
	p := (*C.int)(C.calloc(C.size_t(n), 4)) // want "GM101 .*C.calloc"
	return int(*p)
}

func bytes(b []byte) {
	p := C.CBytes(b) // want "GM101 .*C.CBytes"
	C.fwrite(p, 1, C.size_t(len(b)), C.stdout)
}

func duplicate(s string) {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	dup := C.strdup(cs) // want "GM101 .*`dup`"
	C.puts(dup)
}

func freshFromC(s string) {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	loud := C.shout(cs) // want "GM101 .*`loud`"
	C.puts(loud)
}

func lostResultOfC(s string) {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	C.shout(cs) // want "GM101"
}

func constructed() int {
	t := C.thing_new(3) // want "GM101 .*C.thing_new"
	if t == nil {
		return 0
	}
	return int(C.thing_id(t))
}

func opened() (int, error) {
	var t *C.thing
	if C.thing_open(&t) != 0 { // want "GM101"
		return 0, errors.New("cannot open")
	}
	return int(C.thing_id(t)), nil
}

func fresh(s string) *C.char {
	return C.CString("<" + s + ">")
}

func freshWithError(s string) (*C.char, error) {
	if s == "" {
		return nil, errors.New("empty")
	}
	return C.CString(s), nil
}

func fromGoHelper(s string) {
	cs := fresh(s) // want "GM101"
	C.puts(cs)
}

func fromGoHelperInline(s string) {
	C.puts(fresh(s)) // want "GM101"
}

func fromGoHelperWithError(s string) error {
	cs, err := freshWithError(s) // want "GM101"
	if err != nil {
		return err
	}
	C.puts(cs)
	return nil
}

func throughConversions(s string) {
	p := unsafe.Pointer(C.CString(s)) // want "GM101"
	q := (*C.char)(p)
	C.puts(q)
}

func throughUintptr(s string) int {
	at := uintptr(unsafe.Pointer(C.CString(s))) // want "GM101"
	return int(at & 7)
}

func printIt(p *C.char) {
	C.puts(p)
}

func same(p *C.char) *C.char {
	return p
}

func handedToReader(s string) {
	cs := C.CString(s) // want "GM101"
	printIt(cs)
}

func handedThroughAlias(s string) {
	cs := C.CString(s) // want "GM101"
	C.puts(same(cs))
}

func inLoop(all []string) {
	for _, s := range all {
		cs := C.CString(s) // want "GM101"
		C.puts(cs)
	}
}

func inLiteral(s string) {
	func() {
		cs := C.CString(s) // want "GM101"
		C.puts(cs)
	}()
}

func inGoroutine(s string) {
	go func() {
		cs := C.CString(s) // want "GM101"
		C.puts(cs)
	}()
}

func inNamedLiteral(all []string) {
	show := func(s string) {
		C.puts(C.CString(s)) // want "GM101"
	}
	for _, s := range all {
		show(s)
	}
}

func inSelect(in chan string, quit chan struct{}) {
	for {
		select {
		case s := <-in:
			C.puts(C.CString(s)) // want "GM101"
		case <-quit:
			return
		}
	}
}

func inTypeSwitch(v any) {
	switch v := v.(type) {
	case string:
		C.puts(C.CString(v)) // want "GM101"
	case fmt.Stringer:
		cs := C.CString(v.String())
		C.puts(cs)
		C.free(unsafe.Pointer(cs))
	}
}

func shadowed(s string) {
	cs := C.CString(s) // want "GM101"
	if s != "" {
		cs := C.CString(s + s)
		defer C.free(unsafe.Pointer(cs))
		C.puts(cs)
	}
	C.puts(cs)
}

func staleArgument(n int) {
	var p unsafe.Pointer
	defer C.free(p)
	p = C.malloc(C.size_t(n)) // want "GM101 .*`p`"
	C.memset(p, 0, C.size_t(n))
}

func sliceOfStrings(all []string) int {
	list := make([]*C.char, len(all))
	for i, s := range all {
		list[i] = C.CString(s) // want "GM101"
	}
	return int(C.total(&list[0], C.int(len(list))))
}

func appendedStrings(all []string) int {
	var list []*C.char
	for _, s := range all {
		list = append(list, C.CString(s)) // want "GM101"
	}
	return int(C.total(&list[0], C.int(len(list))))
}

func bigArray(all []string) int {
	size := C.size_t(len(all)) * C.size_t(unsafe.Sizeof(uintptr(0)))
	block := C.malloc(size)
	defer C.free(block)
	list := (*[1 << 28]*C.char)(block)[:len(all):len(all)]
	for i, s := range all {
		list[i] = C.CString(s) // want "GM101"
	}
	return int(C.total((**C.char)(block), C.int(len(all))))
}

func bigArrayItself(all []string) int {
	size := C.size_t(len(all)) * C.size_t(unsafe.Sizeof(uintptr(0)))
	block := C.malloc(size) // want "GM101 .*`block`"
	list := (*[1 << 28]*C.char)(block)[:len(all):len(all)]
	for i, s := range all {
		list[i] = C.CString(s)
		defer C.free(unsafe.Pointer(list[i]))
	}
	return int(C.total((**C.char)(block), C.int(len(all))))
}

func unsafeSlice(n int) byte {
	block := C.malloc(C.size_t(n)) // want "GM101"
	view := unsafe.Slice((*byte)(block), n)
	view[0] = 3
	return view[0]
}

func localStruct(s string) int {
	var t C.thing
	t.label = C.CString(s) // want "GM101"
	return int(C.thing_id(&t))
}

func localLiteral(s string) int {
	t := C.thing{id: 3, label: C.CString(s)} // want "GM101"
	return int(C.thing_id(&t))
}

type printer struct {
	prefix string
}

func (p *printer) method(s string) {
	cs := C.CString(p.prefix + s) // want "GM101"
	C.puts(cs)
}

func notFreedByLiteral(s string) {
	show := func(p *C.char) { C.puts(p) }
	cs := C.CString(s) // want "GM101"
	show(cs)
}

func errnoForm(s string) error {
	_, err := C.puts(C.CString(s)) // want "GM101"
	return err
}
