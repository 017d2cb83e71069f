package main

/*
#include <dirent.h>
#include <fnmatch.h>
#include <unistd.h>
#include <stdlib.h>

static const char *entry_name(struct dirent *entry) { return entry->d_name; }
*/
import "C"

import (
	"fmt"
	"unsafe"
)

// Directory is an open directory of the C library.
type Directory struct {
	handle *C.DIR
	path   string
}

// Open opens the directory at path. The caller has to close it.
func Open(path string) (*Directory, error) {
	name := C.CString(path)
	handle, err := C.opendir(name)
	if handle == nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	C.free(unsafe.Pointer(name))
	return &Directory{handle: handle, path: resolve(path)}, nil
}

// Close gives the directory back to the C library.
func (d *Directory) Close() {
	C.closedir(d.handle)
}

// Matching lists the entries whose names match a shell pattern.
func (d *Directory) Matching(pattern string) []string {
	var names []string
	for entry := C.readdir(d.handle); entry != nil; entry = C.readdir(d.handle) {
		name := C.entry_name(entry)
		if C.fnmatch(C.CString(pattern), name, C.FNM_PERIOD) == 0 {
			names = append(names, C.GoString(name))
		}
	}
	return names
}

// resolve is the path without links, or the path as it is where there is none.
func resolve(path string) string {
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	if C.access(name, C.R_OK) != 0 {
		return path
	}
	return C.GoString(C.realpath(name, nil))
}
