package neverfreed

/*
#include <stdlib.h>
#define UNSEEN __attribute__((weak))

typedef struct layer layer;
typedef struct feature feature;
typedef int code;

UNSEEN code layer_create_feature(layer *l, feature *f);
UNSEEN void feature_destroy(feature *f);
UNSEEN void layer_destroy(layer *l);
UNSEEN feature *feature_new(const char *name);
UNSEEN void layer_destroy_feature(layer *l);
UNSEEN _Bool crypt_init(void *crypt);
UNSEEN void crypt_cleanup(void *crypt);

typedef struct field_info {
	const char *name;
	int flags;
} field_info;

UNSEEN int stream_parameters_copy(void *to, const void *from);
UNSEEN void stream_parameters_free(void *stream);
UNSEEN int compiler_compile(void *compiler, const char *path);
UNSEEN int result_ok(int result);
UNSEEN void compiler_destroy(void *compiler);

#ifdef _WIN32
static void set_title(const char *title) {
}
#else
static void set_title(const char *title) {
	free((void *)title);
}
#endif

static void field_set(field_info *info, const char *name) {
	*info = (field_info){.name = name, .flags = 1};
}

static void fields_set(field_info *infos, const char **names, int n) {
	for (int i = 0; i < n; i++) {
		infos[i].name = names[i];
	}
}
*/
import "C"

import (
	"errors"
	"unsafe"
)

// The result is an error code, whatever the name says of creating.
func okErrorCode(l *C.layer, f *C.feature) error {
	cErr := C.layer_create_feature(l, f)
	if cErr != 0 {
		return errors.New("not created")
	}
	return nil
}

func badNameOfFeature(name string) *C.feature {
	return C.feature_new(C.CString(name)) // want "GM101 the result of C.CString is never freed"
}

// What is given back by the address of the first element is the caller's: see freeSamples.
func okSamples(n int) []float32 {
	samples := (*float32)(C.malloc(C.size_t(4 * n)))
	return unsafe.Slice(samples, n)
}

func freeSamples(samples []float32) {
	first := unsafe.Pointer(&samples[0])
	C.free(first)
}

// An answer of yes or no.
func okAnswer(crypt unsafe.Pointer) error {
	if !C.crypt_init(crypt) {
		return errors.New("not made ready")
	}
	return nil
}

// C code keeps them, by an initializer and element by element.
func okInitializer(info *C.field_info, name string) {
	C.field_set(info, C.CString(name))
}

func okElements(infos *C.field_info, names []string) {
	held := make([]*C.char, len(names))
	for i, name := range names {
		held[i] = C.CString(name)
	}
	C.fields_set(infos, (**C.char)(unsafe.Pointer(&held[0])), C.int(len(held)))
}

// Numbers, whatever the names say of copying and compiling.
func okNumbers(to, from, compiler unsafe.Pointer, path *C.char) error {
	ret := int(C.stream_parameters_copy(to, from))
	if ret < 0 {
		return errors.New("not copied")
	}
	res := C.compiler_compile(compiler, path)
	if C.result_ok(res) == 0 {
		return errors.New("not compiled")
	}
	return nil
}

// One of two definitions of the C function frees it.
func okVariant(title string) {
	C.set_title(C.CString(title))
}
