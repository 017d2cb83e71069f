package fieldneverfreed

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct motor {
	int power;
	char *label;
} motor;

static motor *motor_new(int power) {
	motor *m = calloc(1, sizeof *m);
	if (m != NULL) {
		m->power = power;
	}
	return m;
}

static void motor_free(motor *m) {
	if (m != NULL) {
		free(m->label);
		free(m);
	}
}

static const char *motor_kind(const motor *m) {
	return m->power > 100 ? "strong" : "weak";
}

static void drop_text(char *s) {
	free(s);
}
*/
import "C"

import (
	"runtime"
	"sync"
	"unsafe"
)

type okBadge struct {
	name *C.char
}

func newOKBadge(s string) *okBadge {
	return &okBadge{name: C.CString(s)}
}

// Close frees the name.
func (b *okBadge) Close() {
	C.free(unsafe.Pointer(b.name))
}

type okBanner struct {
	text *C.char
}

func newOKBanner(s string) *okBanner {
	b := new(okBanner)
	b.text = C.CString(s)
	runtime.SetFinalizer(b, func(b *okBanner) {
		C.free(unsafe.Pointer(b.text))
	})
	return b
}

type okCleaned struct {
	text *C.char
}

func freeText(p *C.char) {
	C.free(unsafe.Pointer(p))
}

func newOKCleaned(s string) *okCleaned {
	c := &okCleaned{text: C.CString(s)}
	runtime.SetFinalizer(c, func(c *okCleaned) { freeText(c.text) })
	return c
}

type okPoster struct {
	text *C.char
}

func (p *okPoster) setText(s string) {
	C.free(unsafe.Pointer(p.text))
	p.text = C.CString(s)
}

func (p *okPoster) destroy() {
	text := p.text
	p.text = nil
	C.free(unsafe.Pointer(text))
}

type okWhole struct {
	one, two *C.char
}

func newOKWhole(s string) *okWhole {
	w := &okWhole{}
	w.one = C.CString(s)
	w.two = C.CString(s)
	return w
}

// Close frees both, by different ways.
func (w *okWhole) Close() {
	freeText(w.one)
	C.drop_text(w.two)
}

type okCar struct {
	motor *C.motor
	kind  *C.char
}

func newOKCar(power int) *okCar {
	m := C.motor_new(C.int(power))
	if m == nil {
		return nil
	}
	return &okCar{motor: m, kind: (*C.char)(C.motor_kind(m))}
}

// Free gives the motor back; its kind was never ours.
func (c *okCar) Free() {
	if c == nil || c.motor == nil {
		return
	}
	C.motor_free(c.motor)
	c.motor = nil
}

type okMenu struct {
	items []*C.char
}

func (m *okMenu) add(s string) {
	m.items = append(m.items, C.CString(s))
}

func (m *okMenu) clear() {
	for _, item := range m.items {
		C.free(unsafe.Pointer(item))
	}
	m.items = nil
}

type okIndex struct {
	mu     sync.Mutex
	byName map[string]*C.char
}

func (x *okIndex) lookup(s string) *C.char {
	x.mu.Lock()
	defer x.mu.Unlock()
	if p, ok := x.byName[s]; ok {
		return p
	}
	p := C.CString(s)
	x.byName[s] = p
	return p
}

func (x *okIndex) reset() {
	for name, p := range x.byName {
		C.free(unsafe.Pointer(p))
		delete(x.byName, name)
	}
}

type okPair struct {
	both [2]*C.char
}

func newOKPair(a, b string) *okPair {
	p := &okPair{}
	p.both[0] = C.CString(a)
	p.both[1] = C.CString(b)
	return p
}

func (p *okPair) close() {
	for i := range p.both {
		C.free(unsafe.Pointer(p.both[i]))
	}
}

type okScratch struct {
	buf unsafe.Pointer
	len int
}

func newOKScratch(n int) *okScratch {
	return &okScratch{C.malloc(C.size_t(n)), n}
}

func (s *okScratch) grow(n int) bool {
	p := C.realloc(s.buf, C.size_t(n))
	if p == nil {
		return false
	}
	s.buf, s.len = p, n
	return true
}

func freeScratch(s *okScratch) {
	C.free(s.buf)
}

type okNamed struct {
	*okBadge
	title *C.char
}

func newOKNamed(s string) *okNamed {
	return &okNamed{newOKBadge(s), C.CString(s)}
}

// Close frees the embedded badge, too.
func (n *okNamed) Close() {
	n.okBadge.Close()
	C.free(unsafe.Pointer(n.title))
}

type okBorrower struct {
	home *C.char
}

func newOKBorrower(name *C.char) *okBorrower {
	return &okBorrower{home: C.getenv(name)}
}

type okCopy struct {
	name string
}

func newOKCopy(s string) *okCopy {
	cs := C.CString(s)
	defer C.free(unsafe.Pointer(cs))
	return &okCopy{name: C.GoString(cs)}
}

var state struct {
	name *C.char
	list []*C.char
}

func setState(s string) {
	state.name = C.CString(s)
	state.list = append(state.list, C.CString(s))
}

type okWithFunc struct {
	name  *C.char
	close func()
}

func newOKWithFunc(s string) *okWithFunc {
	name := C.CString(s)
	return &okWithFunc{name: name, close: func() { C.free(unsafe.Pointer(name)) }}
}

func okTemporary(s string) {
	b := okBadge{name: C.CString(s)}
	defer b.Close()
	C.puts(b.name)
}
