package usedafterfree

/*
#include <stdlib.h>
typedef struct canvas canvas;
__attribute__((weak)) void canvas_destroy(canvas *c);
__attribute__((weak)) int canvas_width(canvas *c);
*/
import "C"

import (
	"sync"
	"unsafe"
)

// Canvas holds an address as a number.
type Canvas uintptr

func (c Canvas) native() *C.canvas { return (*C.canvas)(unsafe.Pointer(c)) }

// The variable that holds the address is Go's.
func (c *Canvas) Destroy() {
	C.canvas_destroy(c.native())
	*c = 0
}

// Here the library is asked after the end.
func (c *Canvas) DestroyBadly() int {
	C.canvas_destroy(c.native())
	return c.width() // want "used after it was freed"
}

func (c *Canvas) width() int { return int(C.canvas_width(c.native())) }

var callbacks sync.Map

func forget(key unsafe.Pointer) { callbacks.Delete(key) }

func width(c unsafe.Pointer) int { return int(C.canvas_width((*C.canvas)(c))) }

type pane struct{ canvas *C.canvas }

// An address that is only looked up is not looked into.
func (w *pane) close() {
	C.canvas_destroy(w.canvas)
	forget(unsafe.Pointer(w.canvas))
}

func (w *pane) closeBadly() int {
	C.canvas_destroy(w.canvas)
	return width(unsafe.Pointer(w.canvas)) // want "used after it was freed"
}

// What is inside goes first, the block that holds it second.
func emptied() {
	block := C.malloc(64)
	C.canvas_destroy((*C.canvas)(block))
	C.free(block)
}
