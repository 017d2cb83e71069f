// Package fieldneverfreed stores C memory in fields and containers that nothing releases.
package fieldneverfreed

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct engine {
	int power;
	char *label;
} engine;

static engine *engine_new(int power) {
	engine *e = calloc(1, sizeof *e);
	if (e != NULL) {
		e->power = power;
	}
	return e;
}

static void engine_free(engine *e) {
	if (e != NULL) {
		free(e->label);
		free(e);
	}
}
*/
import "C"

import "unsafe"

type badge struct {
	caption *C.char
}

func newBadge(s string) *badge {
	return &badge{caption: C.CString(s)} // want "GM107 .*caption"
}

func (b *badge) print() {
	C.puts(b.caption)
}

type banner struct {
	slogan *C.char
	size   int
}

func newBanner(s string) *banner {
	b := new(banner)
	b.slogan = C.CString(s) // want "GM107 .*slogan"
	b.size = len(s)
	return b
}

func (b *banner) print() {
	C.puts(b.slogan)
}

type poster struct {
	headline *C.char
}

func (p *poster) setText(s string) {
	p.headline = C.CString(s) // want "GM107"
}

func (p *poster) print() {
	C.puts(p.headline)
}

type half struct {
	freed, kept *C.char
}

func newHalf(s string) *half {
	h := &half{}
	h.freed = C.CString(s)
	h.kept = C.CString(s) // want "GM107 .*kept"
	return h
}

// Close forgets one of the fields.
func (h *half) Close() {
	C.puts(h.kept)
	C.free(unsafe.Pointer(h.freed))
}

type car struct {
	engine *C.engine
}

func newCar(power int) *car {
	e := C.engine_new(C.int(power)) // want "GM107 .*C.engine_new"
	if e == nil {
		return nil
	}
	return &car{engine: e}
}

func (c *car) power() int {
	return int(c.engine.power)
}

func usesEngine() int {
	e := C.engine_new(1)
	defer C.engine_free(e)
	return int(e.power)
}

type menu struct {
	entries []*C.char
}

func (m *menu) add(s string) {
	m.entries = append(m.entries, C.CString(s)) // want "GM107 .*entries"
}

func (m *menu) print() {
	for _, item := range m.entries {
		C.puts(item)
	}
}

type index struct {
	byNick map[string]*C.char
}

func (x *index) lookup(s string) *C.char {
	if p, ok := x.byNick[s]; ok {
		return p
	}
	x.byNick[s] = C.CString(s) // want "GM107 .*byNick"
	return nil
}

type pair struct {
	halves [2]*C.char
}

func newPair(a, b string) *pair {
	p := &pair{}
	p.halves[0] = C.CString(a) // want "GM107"
	p.halves[1] = C.CString(b) // want "GM107"
	return p
}

func (p *pair) same() bool {
	return C.strcmp(p.halves[0], p.halves[1]) == 0
}

type scratch struct {
	block unsafe.Pointer
	len   int
}

func newScratch(n int) *scratch {
	s := &scratch{block: C.malloc(C.size_t(n)), len: n} // want "GM107 .*block"
	return s
}

// Close only forgets the buffer.
func (s *scratch) Close() {
	s.block = nil
	s.len = 0
}

type named struct {
	badge
	rank *C.char
}

func newNamed(s string, old *badge) *named {
	n := &named{badge: *old}
	n.rank = C.CString(s) // want "GM107 .*rank"
	return n
}

func (n *named) print() {
	C.puts(n.rank)
}

type conn struct {
	id   int
	host *C.char
}

func dial(host string) (*conn, error) {
	c := &conn{}
	c.host = C.CString(host) // want "GM107 .*host"
	c.id = int(C.strlen(c.host))
	return c, nil
}

// Close does not look at the host.
func (c *conn) Close() error {
	c.id = 0
	return nil
}
