package neverfreed

/*
#include <stdlib.h>

static char **make_array(int count) { return calloc(sizeof(char *), count); }
static void set_text(char **array, int i, char *text) { array[i] = text; }
static void free_array(char **array, int count) {
	for (int i = 0; i < count; i++) {
		free(array[i]);
	}
	free(array);
}
__attribute__((weak)) int command(void *player, char **words);
*/
import "C"

import "unsafe"

// The array is freed, and the texts in it are lost.
func commanded(player unsafe.Pointer, words []string) C.int {
	array := C.make_array(C.int(len(words) + 1))
	defer C.free(unsafe.Pointer(array))
	for i, word := range words {
		C.set_text(array, C.int(i), C.CString(word)) // want "the result of C.CString is never freed"
	}
	return C.command(player, array)
}

func commandedWell(player unsafe.Pointer, words []string) C.int {
	array := C.make_array(C.int(len(words) + 1))
	defer C.free_array(array, C.int(len(words)))
	for i, word := range words {
		C.set_text(array, C.int(i), C.CString(word))
	}
	return C.command(player, array)
}

// The texts have to live until the call behind the loop: a defer in the loop is right.
func commandedSlowly(player unsafe.Pointer, words []string) C.int {
	array := C.make_array(C.int(len(words) + 1))
	defer C.free(unsafe.Pointer(array))
	for i, word := range words {
		text := C.CString(word)
		defer C.free(unsafe.Pointer(text))
		C.set_text(array, C.int(i), text)
	}
	return C.command(player, array)
}

// The caller frees the array and what is in it.
func arrayOf(words []string) **C.char {
	array := C.make_array(C.int(len(words) + 1))
	for i, word := range words {
		C.set_text(array, C.int(i), C.CString(word))
	}
	return array
}

func commandedByArray(player unsafe.Pointer, words []string) C.int {
	array := arrayOf(words)
	defer C.free_array(array, C.int(len(words)))
	return C.command(player, array)
}
