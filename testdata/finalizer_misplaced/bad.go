package misplaced

import (
	"runtime"
	"syscall"
)

type part struct{ fd int }

type piece struct {
	name string
	fd   int
}

type whole struct {
	name  string
	piece piece
	list  [4]piece
	part  part
}

func closePiece(p *piece) { syscall.Close(p.fd) }

func (w *whole) close() {}

func closePart(p *part) { syscall.Close(p.fd) }

// No pointer at all.
func value(fd int) part {
	p := part{fd}
	runtime.SetFinalizer(p, closePart) // want "GM205 runtime.SetFinalizer throws here: its first argument is a .*part, not a pointer"
	return p
}

func slice(n int) []byte {
	b := make([]byte, n)
	runtime.SetFinalizer(b, func([]byte) {}) // want "GM205 .* not a pointer"
	return b
}

// Pointers into an object.
func field(w *whole) {
	runtime.SetFinalizer(&w.piece, closePiece) // want "GM205 runtime.SetFinalizer throws here: `&w.piece` points into an object"
}

func element(w *whole) {
	runtime.SetFinalizer(&w.list[2], closePiece) // want "GM205 .* `&w.list.2.` points into an object"
}

// Package-level variables.
var current whole

func global() {
	runtime.SetFinalizer(&current, (*whole).close) // want "GM205 this finalizer never runs: `current` is a package-level variable"
}

func globalCleanup() {
	runtime.AddCleanup(&current, func(int) {}, 1) // want "GM205 this cleanup never runs: `current`"
}

// The variable is watched, and its value handed out.
func mapped(fd, size int) (data []byte, err error) {
	data, err = syscall.Mmap(fd, 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	runtime.SetFinalizer(&data, func(data *[]byte) { syscall.Munmap(*data) }) // want "GM205 this finalizer watches the variable `data`"
	return data, nil
}

func named(n int) (data []byte) {
	data = make([]byte, n)
	runtime.SetFinalizer(&data, func(*[]byte) {}) // want "GM205 this finalizer watches the variable `data`"
	return
}

func structure(fd int) part {
	p := part{fd}
	runtime.SetFinalizer(&p, closePart) // want "GM205 this finalizer watches the variable `p`"
	return p
}

type keeper struct{ table map[string]int }

func (k *keeper) stored() {
	table := map[string]int{}
	runtime.SetFinalizer(&table, func(*map[string]int) {}) // want "GM205 this finalizer watches the variable `table`"
	k.table = table
}

// Twice.
func twice() *whole {
	w := &whole{}
	runtime.SetFinalizer(w, (*whole).close)
	runtime.SetFinalizer(w, (*whole).close) // want "GM205 runtime.SetFinalizer throws here: `w` has a finalizer already"
	return w
}

func makeWhole() *whole {
	w := &whole{}
	runtime.SetFinalizer(w, (*whole).close)
	return w
}

func again() *whole {
	w := makeWhole()
	runtime.SetFinalizer(w, (*whole).close) // want "GM205 .* `w` has a finalizer already"
	return w
}

// A finalizer for something else.
func wrongType() *whole {
	w := &whole{}
	runtime.SetFinalizer(w, closePart) // want "GM205 runtime.SetFinalizer throws here: .* cannot take a "
	return w
}

func wrongCount() *whole {
	w := &whole{}
	runtime.SetFinalizer(w, func() {}) // want "GM205 .* takes 0 parameters"
	return w
}
