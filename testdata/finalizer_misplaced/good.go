package misplaced

import (
	"io"
	"runtime"
)

type box struct {
	first part
	other part
}

func (b *box) Close() error { return nil }

func plain() *box {
	b := &box{}
	runtime.SetFinalizer(b, (*box).Close)
	return b
}

func fresh() *box {
	b := new(box)
	runtime.SetFinalizer(b, func(b *box) { b.Close() })
	return b
}

// The address of the variable is what leaves.
func local() *box {
	b := box{}
	runtime.SetFinalizer(&b, (*box).Close)
	return &b
}

func localStored(into map[string]*box) {
	b := box{}
	runtime.SetFinalizer(&b, (*box).Close)
	into["b"] = &b
}

// The first field stands where the object begins.
func firstField(b *box) {
	runtime.SetFinalizer(&b.first, closePart)
}

// The runtime lets inner pointers to small things without pointers pass.
func small(w *whole) {
	runtime.SetFinalizer(&w.part, closePart)
}

// Cleanups may have pointers into an object.
func inner(b *box) runtime.Cleanup {
	return runtime.AddCleanup(&b.other, func(int) {}, 1)
}

// A package-level pointer leads to an object like any other.
var latest *box

func replace() {
	latest = &box{}
	runtime.SetFinalizer(latest, (*box).Close)
}

// The finalizer takes an interface.
func byInterface() *box {
	b := &box{}
	runtime.SetFinalizer(b, func(c io.Closer) { c.Close() })
	return b
}

func closed(c io.Closer) {
	runtime.SetFinalizer(c, func(c io.Closer) { c.Close() })
}

// Cleared, and set again.
func rearmed(b *box) {
	runtime.SetFinalizer(b, (*box).Close)
	runtime.SetFinalizer(b, nil)
	runtime.SetFinalizer(b, (*box).Close)
}

// One or the other.
func either(loud bool) *box {
	b := &box{}
	if loud {
		runtime.SetFinalizer(b, func(b *box) { println("gone"); b.Close() })
	} else {
		runtime.SetFinalizer(b, (*box).Close)
	}
	return b
}

// A new object in every round.
func many(n int) []*box {
	var all []*box
	for range n {
		b := &box{}
		runtime.SetFinalizer(b, (*box).Close)
		all = append(all, b)
	}
	return all
}

func other() (*box, *box) {
	b := plain()
	runtime.SetFinalizer(b, nil)
	runtime.SetFinalizer(b, (*box).Close)
	c := &box{}
	runtime.SetFinalizer(c, (*box).Close)
	return b, c
}

// A sentinel that shows when a collection has run: the variable is all there is.
func sentinel(done chan<- struct{}) {
	marker := new([16]byte)
	runtime.SetFinalizer(marker, func(*[16]byte) { close(done) })
}

// Only the length of the slice leaves.
func length(n int) int {
	data := make([]byte, n)
	runtime.SetFinalizer(&data, func(*[]byte) {})
	return len(data)
}
