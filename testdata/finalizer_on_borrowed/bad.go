package onborrowed

/*
#include <stdlib.h>

typedef struct repo {
	int refs;
} repo;

static void repo_free(repo *r) { free(r); }
*/
import "C"

import (
	"runtime"
	"unsafe"
)

type Repo struct {
	ptr   *C.repo
	owner string
}

func newRepo(ptr *C.repo, owner string) *Repo {
	r := &Repo{ptr: ptr, owner: owner}
	runtime.SetFinalizer(r, (*Repo).Free)
	return r
}

func (r *Repo) Free() {
	runtime.SetFinalizer(r, nil)
	C.repo_free(r.ptr)
}

var handler func(*Repo) int

//export onRepo
func onRepo(ptr *C.repo) C.int {
	r := newRepo(ptr, "") // want "GM207 `newRepo` sets a finalizer that will call C.repo_free on `ptr`, which C code only lends to the callback `onRepo`"
	return C.int(handler(r))
}

// The pointer is converted first, and the wrapper stored.
type payload struct{ repo *Repo }

var current payload

//export onPointer
func onPointer(data unsafe.Pointer) {
	lent := (*C.repo)(data)
	if current.repo == nil {
		current.repo = newRepo(lent, "c") // want "GM207 `newRepo` sets a finalizer"
	}
}

// A constructor of a constructor.
func wrapRepo(ptr *C.repo) *Repo {
	return newRepo(ptr, "wrapped")
}

//export onWrapped
func onWrapped(ptr *C.repo) {
	handler(wrapRepo(ptr)) // want "GM207 `wrapRepo` sets a finalizer"
}

// The field is assigned, and the object has a cleanup.
type session struct{ ptr *C.repo }

func newSession(ptr *C.repo) *session {
	s := new(session)
	s.ptr = ptr
	runtime.AddCleanup(s, func(ptr *C.repo) { C.repo_free(ptr) }, s.ptr)
	return s
}

var sessions func(*session)

//export onSession
func onSession(ptr *C.repo) {
	sessions(newSession(ptr)) // want "GM207 `newSession` sets a finalizer that will call C.repo_free"
}

// Another callback that clears nothing, beside one that does.
//
//export onSecond
func onSecond(first, second *C.repo) {
	handler(newRepo(second, "")) // want "GM207 .* on `second`"
}
