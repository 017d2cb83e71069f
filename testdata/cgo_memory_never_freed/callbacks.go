package neverfreed

/*
#include <stdio.h>
#include <stdlib.h>

void walk(void);
*/
import "C"

import "unsafe"

//export goVisit
func goVisit(name *C.char) C.int {
	C.puts(name)
	return 0
}

//export goName
func goName() *C.char {
	return C.CString("handed to the C caller")
}

//export goReport
func goReport(name *C.char) {
	C.puts(C.CString("report: " + C.GoString(name))) // want "GM101"
}

//export goReportOnce
func goReportOnce(name *C.char) {
	cs := C.CString("report: " + C.GoString(name))
	defer C.free(unsafe.Pointer(cs))
	C.puts(cs)
}

// Walk calls back into Go.
func Walk() {
	C.walk()
}
