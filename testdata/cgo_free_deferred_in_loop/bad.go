// Package deferredinloop defers the release of C memory in loops.
package deferredinloop

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct row {
	int width;
	char *cells;
} row;

static row *row_new(int width) {
	row *r = calloc(1, sizeof *r);
	if (r != NULL) {
		r->width = width;
		r->cells = malloc((size_t)width + 1);
	}
	return r;
}

static void row_free(row *r) {
	if (r != NULL) {
		free(r->cells);
		free(r);
	}
}

static int row_open(int width, row **out) {
	*out = row_new(width);
	return *out != NULL;
}
*/
import "C"

import (
	"bufio"
	"io"
	"unsafe"
)

func overRange(all []string) {
	for _, s := range all {
		cs := C.CString(s)
		defer C.free(unsafe.Pointer(cs)) // want "GM103 .*`cs`"
		C.puts(cs)
	}
}

func overIndex(n int) {
	for i := 0; i < n; i++ {
		p := C.malloc(16)
		defer C.free(p) // want "GM103"
		C.memset(p, 0, 16)
	}
}

func overInteger(n int) {
	for range n {
		p := C.malloc(16)
		defer C.free(p) // want "GM103"
		C.memset(p, 0, 16)
	}
}

func whileMore(in *bufio.Reader) error {
	for {
		line, err := in.ReadString('\n')
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		cs := C.CString(line)
		defer C.free(unsafe.Pointer(cs)) // want "GM103"
		C.puts(cs)
	}
}

func overChannel(in <-chan string) {
	for s := range in {
		cs := C.CString(s)
		defer C.free(unsafe.Pointer(cs)) // want "GM103"
		C.puts(cs)
	}
}

func inBranch(all []string) {
	for _, s := range all {
		if s != "" {
			cs := C.CString(s)
			defer C.free(unsafe.Pointer(cs)) // want "GM103"
			C.puts(cs)
		}
	}
}

func inSwitch(all []any) {
	for _, v := range all {
		switch v := v.(type) {
		case string:
			cs := C.CString(v)
			defer C.free(unsafe.Pointer(cs)) // want "GM103"
			C.puts(cs)
		case []byte:
			p := C.CBytes(v)
			defer C.free(p) // want "GM103"
			C.memset(p, 0, C.size_t(len(v)))
		}
	}
}

func inSelect(in <-chan string, quit <-chan struct{}) {
	for {
		select {
		case s := <-in:
			cs := C.CString(s)
			defer C.free(unsafe.Pointer(cs)) // want "GM103"
			C.puts(cs)
		case <-quit:
			return
		}
	}
}

func nested(rows [][]string) {
	for _, row := range rows {
		for _, s := range row {
			cs := C.CString(s)
			defer C.free(unsafe.Pointer(cs)) // want "GM103"
			C.puts(cs)
		}
	}
}

func labelled(rows [][]string) {
outer:
	for _, row := range rows {
		for _, s := range row {
			if s == "" {
				continue outer
			}
			cs := C.CString(s)
			defer C.free(unsafe.Pointer(cs)) // want "GM103"
			C.puts(cs)
		}
	}
}

func deferredLiteral(all []string) {
	for _, s := range all {
		cs := C.CString(s)
		defer func() { // want "GM103"
			C.free(unsafe.Pointer(cs))
		}()
		C.puts(cs)
	}
}

func deferredHelper(all []string) {
	for _, s := range all {
		cs := C.CString(s)
		defer drop(cs) // want "GM103"
		C.puts(cs)
	}
}

func drop(p *C.char) {
	C.free(unsafe.Pointer(p))
}

func destructor(widths []int) int {
	total := 0
	for _, width := range widths {
		r := C.row_new(C.int(width))
		if r == nil {
			continue
		}
		defer C.row_free(r) // want "GM103 .*C.row_new"
		total += int(r.width)
	}
	return total
}

func outParameter(widths []int) int {
	total := 0
	for _, width := range widths {
		var r *C.row
		if C.row_open(C.int(width), &r) == 0 {
			continue
		}
		defer C.row_free(r) // want "GM103"
		total += int(r.width)
	}
	return total
}

func slots(all []string) {
	list := make([]*C.char, len(all))
	for i, s := range all {
		list[i] = C.CString(s)
		defer C.free(unsafe.Pointer(list[i]))
	}
	C.puts(list[0])
}

func inLiteral(all []string) {
	func() {
		for _, s := range all {
			cs := C.CString(s)
			defer C.free(unsafe.Pointer(cs)) // want "GM103"
			C.puts(cs)
		}
	}()
}

func twice(pairs [][2]string) {
	for _, pair := range pairs {
		a, b := C.CString(pair[0]), C.CString(pair[1])
		defer C.free(unsafe.Pointer(a)) // want "GM103 .*`a`"
		defer C.free(unsafe.Pointer(b)) // want "GM103 .*`b`"
		C.strcmp(a, b)
	}
}
