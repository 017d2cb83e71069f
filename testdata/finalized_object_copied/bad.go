package objectcopied

/*
#include <stdlib.h>
*/
import "C"

import (
	"errors"
	"os"
	"runtime"
	"unsafe"
)

type Value struct{ ptr unsafe.Pointer }

func NewValue() (*Value, error) {
	v := &Value{C.malloc(8)}
	if v.ptr == nil {
		return nil, errors.New("no memory")
	}
	runtime.SetFinalizer(v, (*Value).Free)
	return v, nil
}

func (v *Value) Free() {
	runtime.SetFinalizer(v, nil)
	C.free(v.ptr)
	v.ptr = nil
}

type List Value

// Converted to another type, which copies.
func NewList() *List {
	v, err := NewValue()
	if err != nil {
		return nil
	}
	list := List(*v) // want "GM208 `\*v` is copied out of a finalized_object_copied.Value that has a finalizer"
	return &list
}

// Copied as it is.
func plain() Value {
	v, _ := NewValue()
	out := *v // want "GM208 `\*v` is copied"
	return out
}

func direct() Value {
	v, _ := NewValue()
	return *v // want "GM208 `\*v` is copied"
}

// Made here.
func made() List {
	v := &Value{C.malloc(8)}
	runtime.SetFinalizer(v, func(v *Value) { C.free(v.ptr) })
	return List(*v) // want "GM208 `\*v` is copied"
}

// A type of the standard library whose constructor sets a finalizer.
func start(name string) (os.Process, error) {
	p, err := os.StartProcess(name, nil, &os.ProcAttr{})
	if err != nil {
		return os.Process{}, err
	}
	return *p, nil // want "GM208 `\*p` is copied out of a os.Process"
}

// The copy leaves in a struct.
type pair struct{ value Value }

func wrapped() *pair {
	v, _ := NewValue()
	return &pair{value: *v} // todo-want "GM208 `\*v` is copied"
}
