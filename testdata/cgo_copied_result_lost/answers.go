package copiedlost

/*
#include <stdlib.h>
#define UNSEEN __attribute__((weak))

typedef struct xmlNode xmlNode;
UNSEEN char *xmlNodeGetContent(xmlNode *node);
UNSEEN void xmlFree(void *text);
UNSEEN int hs_database_info(void *database, char **info);
*/
import "C"

import "unsafe"

// The reference manuals of well-known libraries say what the caller owns.
func content(node *C.xmlNode) string {
	text := C.xmlNodeGetContent(node)
	return C.GoString(text) // want "GM109"
}

func contentFreed(node *C.xmlNode) string {
	text := C.xmlNodeGetContent(node)
	defer C.xmlFree(unsafe.Pointer(text))
	return C.GoString(text)
}

func information(database unsafe.Pointer) string {
	var text *C.char
	if C.hs_database_info(database, &text) != 0 {
		return ""
	}
	return C.GoString(text) // want "GM109"
}

func informationFreed(database unsafe.Pointer) string {
	var text *C.char
	if C.hs_database_info(database, &text) != 0 {
		return ""
	}
	defer C.free(unsafe.Pointer(text))
	return C.GoString(text)
}
