package sometimesfreed

/*
#include <stdlib.h>
#define UNSEEN __attribute__((weak))

typedef struct track track;
typedef struct reader reader;
typedef struct props { void *name; int length; } props;
typedef char *TEXT;

UNSEEN int player_tracks_get(void *player, track ***tracks);
UNSEEN void player_tracks_release(track **tracks, int count);
UNSEEN char *store_get_with_time(void *store, char **time);
UNSEEN void store_free(void *p);
UNSEEN void *consumer_new(void *conf, char *message, int size);
UNSEEN void consumer_free(void *consumer);
UNSEEN reader *io_alloc_reader(void *buffer);
UNSEEN void reader_free(reader *r);
UNSEEN void bind_text(void *statement, char *text, void *destructor);
UNSEEN void set_property(void *object, props *name, int kind, void *value);
UNSEEN void window_close(char *name);
UNSEEN void FreeType2_Load(char *name);
UNSEEN void feature_set_style_directly(void *feature, char *style);
UNSEEN int message_wrap(void *text, void **out);
UNSEEN void *canvas_create(int size);
UNSEEN int canvas_status(void *canvas);
UNSEEN void canvas_destroy(void *canvas);
UNSEEN int task_submit(void *queue, void *task);
*/
import "C"

import (
	"errors"
	"unsafe"
)

var errUnseen = errors.New("no")

// A number of nothing: no list was made.
func okCounted(player unsafe.Pointer) int {
	var tracks **C.track
	count := int(C.player_tracks_get(player, &tracks))
	if count <= 0 || tracks == nil {
		return 0
	}
	defer C.player_tracks_release(tracks, C.int(count))
	return count
}

// The result is nil, so there is nothing in the out parameter of the same call either.
func okBothOrNothing(store unsafe.Pointer) (string, string) {
	var time *C.char
	value := C.store_get_with_time(store, &time)
	if value == nil {
		return "", ""
	}
	found, at := C.GoString(value), C.GoString(time)
	C.store_free(unsafe.Pointer(value))
	C.store_free(unsafe.Pointer(time))
	return found, at
}

func badForgotten(store unsafe.Pointer, short bool) (string, string) {
	var time *C.char
	value := C.store_get_with_time(store, &time) // want "GM102"
	if value == nil {
		return "", ""
	}
	found, at := C.GoString(value), C.GoString(time)
	C.store_free(unsafe.Pointer(value))
	if short {
		return found, ""
	}
	C.store_free(unsafe.Pointer(time))
	return found, at
}

// The buffer holds a message where there is no consumer.
func okMessage(conf unsafe.Pointer) (unsafe.Pointer, error) {
	buffer := (*C.char)(C.calloc(1, 256))
	defer C.free(unsafe.Pointer(buffer))
	consumer := C.consumer_new(conf, buffer, 256)
	message := C.GoString(buffer)
	if len(message) > 0 {
		return nil, errors.New(message)
	}
	return consumer, nil
}

// A length under another name.
func okSameLength(object unsafe.Pointer, name string) {
	var property C.props
	property.length = C.int(len(name))
	if property.length > 0 {
		property.name = unsafe.Pointer(C.CString(name))
	}
	C.set_property(object, &property, 0, nil)
	if len(name) > 0 {
		C.free(property.name)
	}
}

// Which kind it is tells how the value was made.
func okByKind(object unsafe.Pointer, value any) error {
	var kind int
	var pointer unsafe.Pointer
	var copied C.int
	switch v := value.(type) {
	case int:
		kind = 5
		copied = C.int(v)
		pointer = unsafe.Pointer(&copied)
	case string:
		kind = 7
		pointer = unsafe.Pointer(C.CString(v))
	default:
		return errUnseen
	}
	C.set_property(object, nil, C.int(kind), pointer)
	if kind == 7 {
		C.free(pointer)
	}
	return nil
}

func okBySwitch(object unsafe.Pointer, operation C.int) {
	var p unsafe.Pointer
	if operation == 3 {
		p = C.malloc(8)
	}
	C.set_property(object, nil, operation, p)
	switch operation {
	case 4:
		return
	case 3:
		C.free(p)
	}
}

// What a constructor gets it may keep: only shown as possible.
func okHandedToConstructor(size int) (r *C.reader, err error) {
	buffer := C.malloc(C.size_t(size))
	defer func() {
		if err != nil {
			C.free(buffer)
		}
	}()
	r = C.io_alloc_reader(buffer)
	if r == nil {
		return nil, errUnseen
	}
	return r, nil
}

// The destructor goes along, in a variable.
func okDestructor(statement unsafe.Pointer, s string) {
	var text *C.char
	var release unsafe.Pointer
	if s != "" {
		text = C.CString(s)
		release = C.free
	}
	C.bind_text(statement, text, release)
}

// Names of things to close, and names that only look like a release.
func okNamesOfThings(s string) {
	name := C.CString(s)
	defer C.free(unsafe.Pointer(name))
	C.window_close(name)
	C.FreeType2_Load(name)
}

// A conversion to a type of C that is only written as one elsewhere.
func okConverted(property *C.props, s string) {
	property.name = unsafe.Pointer(C.TEXT(C.CString(s)))
}

func okDirectly(feature unsafe.Pointer, s string) {
	style := C.CString(s)
	C.feature_set_style_directly(feature, style)
}

func badName(s string) {
	name := C.CString(s) // want "GM102"
	C.window_close(name)
	if s == "" {
		return
	}
	C.free(unsafe.Pointer(name))
}

// A comparison with a converted nil.
func okConvertedNil(text unsafe.Pointer) []byte {
	var out unsafe.Pointer
	if C.message_wrap(text, &out) != 0 {
		return nil
	}
	if out != unsafe.Pointer(nil) {
		defer C.free(out)
	}
	return C.GoBytes(out, 3)
}

// What is freed only where the call has failed goes with the call: only shown as possible.
func okSubmitted(queue unsafe.Pointer) error {
	task := C.malloc(16)
	if status := C.task_submit(queue, task); status != 0 {
		C.free(task)
		return errUnseen
	}
	return nil
}

type status int

// The object says itself that it is none.
func okStatus(size int) (unsafe.Pointer, status) {
	canvas := C.canvas_create(C.int(size))
	state := status(C.canvas_status(canvas))
	if state != 0 {
		return nil, state
	}
	if size == 0 {
		C.canvas_destroy(canvas)
		return nil, 1
	}
	return canvas, 0
}
