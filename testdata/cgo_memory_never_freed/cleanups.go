package neverfreed

/*
#include <stdlib.h>
__attribute__((weak)) int scan(const char *text);
__attribute__((weak)) int scan_all(char **texts, int count);
*/
import "C"

import (
	"errors"
	"testing"
	"unsafe"
)

// cText hands out a text together with the function that frees it.
func cText(text string) (*C.char, func()) {
	raw := C.CString(text)
	return raw, func() { C.free(unsafe.Pointer(raw)) }
}

// cTexts does so for many.
func cTexts(texts []string) (**C.char, func()) {
	array := C.malloc(C.size_t(len(texts)) * 8)
	slots := unsafe.Slice((**C.char)(array), len(texts))
	for i, text := range texts {
		slots[i] = C.CString(text)
	}
	release := func() {
		for _, one := range slots {
			C.free(unsafe.Pointer(one))
		}
		C.free(array)
	}
	return (**C.char)(array), release
}

// cMaybe may fail, and hands out nothing then.
func cMaybe(text string) (raw *C.char, free func(), err error) {
	if text == "" {
		return nil, nil, errors.New("empty")
	}
	raw, free = cText(text)
	return raw, free, nil
}

// inPlace hands out the function alone: the memory is in a place that the caller gave.
func inPlace(text string) func() int {
	raw := C.CString(text)
	return func() int { defer C.free(unsafe.Pointer(raw)); return int(C.scan(raw)) }
}

func dropsCleanup(text string) {
	raw, _ := cText(text) // want "`raw` .cText. is never freed"
	C.scan(raw)
}

func forgetsCleanup(text string) error {
	raw, free, err := cMaybe(text) // want "`raw` .cMaybe. is never freed"
	if err != nil {
		return err
	}
	if free == nil {
		return nil
	}
	C.scan(raw)
	return nil
}

func forgetsMany(texts []string) {
	raw, free := cTexts(texts) // want "`raw` .cTexts. is never freed"
	if len(texts) > 100 {
		_ = free
	}
	C.scan_all(raw, C.int(len(texts)))
}

func forgetsPlace(text string) {
	run := inPlace(text) // want "is never freed"
	_ = run
}

func defersCleanup(text string) C.int {
	raw, free := cText(text)
	defer free()
	return C.scan(raw)
}

func callsCleanup(texts []string) C.int {
	raw, free := cTexts(texts)
	code := C.scan_all(raw, C.int(len(texts)))
	free()
	return code
}

func checksFirst(text string) (C.int, error) {
	raw, free, err := cMaybe(text)
	if err != nil {
		return 0, err
	}
	defer func() {
		if free != nil {
			free()
		}
	}()
	return C.scan(raw), nil
}

func callsPlace(text string) int {
	return inPlace(text)()
}

func collectsCleanups(texts []string) {
	var frees []func()
	defer func() {
		for _, free := range frees {
			free()
		}
	}()
	for _, text := range texts {
		raw, free := cText(text)
		frees = append(frees, free)
		C.scan(raw)
	}
}

func handsCleanupOn(t *testing.T, text string) *C.char {
	raw, free := cText(text)
	t.Cleanup(free)
	return raw
}

type textHolder struct {
	raw  *C.char
	free func()
}

func keepsCleanup(text string) *textHolder {
	raw, free := cText(text)
	return &textHolder{raw, free}
}

func (h *textHolder) Close() { h.free() }

func twice(first, second string) C.int {
	one, freeOne := cText(first)
	two, freeTwo := cText(second)
	defer func() {
		freeOne()
		freeTwo()
	}()
	return C.scan(one) + C.scan(two)
}

func lentTo(run func()) { run() }

// The function literal is run by the callee.
func freedByCallee(text string) {
	raw := C.CString(text)
	lentTo(func() { C.free(unsafe.Pointer(raw)) })
}

func freesItself(text string) C.int {
	raw, _ := cText(text)
	defer C.free(unsafe.Pointer(raw))
	return C.scan(raw)
}

type failure struct{ message *C.char }

// A deferred function literal may put memory into a named result.
func reports(run func()) (result failure) {
	defer func() {
		if problem := recover(); problem != nil {
			result.message = C.CString("failed")
		}
	}()
	run()
	return failure{}
}

type keeper struct {
	held map[int]*textHolder
}

// What is put into an object that the keeper holds is the keeper's.
func (k *keeper) keep(raw *C.char) *textHolder {
	made := &textHolder{raw: raw}
	k.held[len(k.held)] = made
	return made
}

func (k *keeper) text(text string) *textHolder {
	raw := C.CString(text)
	return k.keep(raw)
}

func (f failure) free() { C.free(unsafe.Pointer(f.message)) }
