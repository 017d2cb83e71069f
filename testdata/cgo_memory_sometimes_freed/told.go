package sometimesfreed

/*
#include <stdlib.h>
#ifndef UNSEEN
#define UNSEEN __attribute__((weak))
#endif
#define WELL_OK 0

typedef struct { int code; const char *why; } verdict;
typedef struct leaf leaf;

UNSEEN size_t leaf_list(const char *tree, leaf **leaves);
UNSEEN int leaf_take(leaf **leaves, int *got);
UNSEEN verdict leaf_create(int kind, leaf **made);
UNSEEN void leaf_free(leaf *leaves);
typedef struct { int count; int *veins; } twig;
typedef const char *leaf_error_t;
UNSEEN twig twig_bend(int how);
UNSEEN void twig_free_veins(twig bent);
UNSEEN leaf *leaf_new(leaf_error_t *e);
UNSEEN leaf *leaf_parse(const char *text, void **why);
*/
import "C"

import "unsafe"

type leafError struct {
	Code int
	why  unsafe.Pointer
}

func (e *leafError) Error() string { return "leaf" }

func fromVerdict(v C.verdict) *leafError { return &leafError{Code: int(v.code)} }

// Nothing has been made where the number of things is 0.
func leaves(tree *C.char) int {
	var found *C.leaf
	listed := C.leaf_list(tree, &found)
	if listed > 0 {
		defer C.leaf_free(found)
		return int(listed)
	}
	return 0
}

func taken() bool {
	var found *C.leaf
	got := C.int(0)
	if C.leaf_take(&found, &got) < 0 {
		return false
	}
	if got != 0 {
		C.leaf_free(found)
	}
	return true
}

// The code in what stands for the answer says whether it has been made.
func created(kind C.int) (*C.leaf, error) {
	var made *C.leaf
	answer := C.leaf_create(kind, &made)
	err := fromVerdict(answer)
	if err.Code == C.WELL_OK {
		return made, nil
	}
	return nil, err
}

// The field of an error that the callee sets tells that it has failed.
func parsed(text *C.char) error {
	errLeaf := &leafError{}
	made := C.leaf_parse(text, &errLeaf.why)
	if errLeaf.why != nil {
		return errLeaf
	}
	defer C.leaf_free(made)
	return nil
}

// An address in a number is nothing where it is 0; the method that undoes it is called where an error is returned.
type held struct{ block uintptr }

func hold(size C.size_t) *held {
	if block := uintptr(C.malloc(size)); block == 0 {
		return nil
	} else {
		return &held{block}
	}
}

func (h *held) Close() error {
	C.free(unsafe.Pointer(h.block))
	return nil
}

func undo(err *error, f func() error) {
	if *err != nil {
		_ = f()
	}
}

type field struct{ raw unsafe.Pointer }

func (f *field) Close() error {
	C.free(f.raw)
	return nil
}

func fielded(text *C.char) (made *field, err error) {
	made = &field{raw: C.malloc(8)}
	defer undo(&err, made.Close)
	if err = parsed(text); err != nil {
		return nil, err
	}
	return made, nil
}

// A field of what is answered counts what is in another one.
func bent(how C.int) int {
	answer := C.twig_bend(how)
	length := int(answer.count)
	if length == 0 {
		return 0
	}
	defer C.twig_free_veins(answer)
	return length
}

func asError(e C.leaf_error_t) error {
	if e == nil {
		return nil
	}
	return &leafError{}
}

// The type of what the callee sets says that it is an error.
func grown2() (*C.leaf, error) {
	var e C.leaf_error_t
	made := C.leaf_new(&e)
	err := asError(e)
	if err != nil {
		return nil, err
	}
	return made, nil
}
