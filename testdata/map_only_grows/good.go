package growing

import (
	"context"
	"net/http"
	"reflect"
	"sync"
)

// Entries go.
var live = map[string]*request{}

func find(ctx context.Context, name string) *request {
	if known, ok := live[name]; ok {
		return known
	}
	live[name] = &request{name}
	return live[name]
}

func forget(name string) { delete(live, name) }

// Entries are counted.
var counted = map[string]*request{}

func findCounted(ctx context.Context, name string) *request {
	if known, ok := counted[name]; ok {
		return known
	}
	made := &request{name}
	if len(counted) < 100 {
		counted[name] = made
	}
	return made
}

// The map is replaced.
var current = map[string]*request{}

func findCurrent(ctx context.Context, name string) *request {
	if known, ok := current[name]; ok {
		return known
	}
	current[name] = &request{name}
	return current[name]
}

func reload() { current = map[string]*request{} }

// A registry: nobody looks first.
var handlers = map[string]http.Handler{}

func register(ctx context.Context, name string, h http.Handler) { handlers[name] = h }

func lookup(name string) http.Handler { return handlers[name] }

// There are only so many types and numbers.
var fields sync.Map

func fieldsOf(ctx context.Context, v any) int {
	t := reflect.TypeOf(v)
	if known, ok := fields.Load(t); ok {
		return known.(int)
	}
	fields.Store(t, t.NumField())
	return t.NumField()
}

var byCode = map[int]string{}

func status(ctx context.Context, code int) string {
	if known, ok := byCode[code]; ok {
		return known
	}
	byCode[code] = http.StatusText(code)
	return byCode[code]
}

// Others see the map.
var shared = map[string]string{}

func all() map[string]string { return shared }

func findShared(ctx context.Context, name string) string {
	if known, ok := shared[name]; ok {
		return known
	}
	shared[name] = name
	return name
}

// A map that belongs to an object ends with it.
type holder struct{ all map[string]string }

func (h *holder) find(ctx context.Context, name string) string {
	if known, ok := h.all[name]; ok {
		return known
	}
	h.all[name] = name
	return name
}

// The key is a constant.
var once = map[string]string{}

func config(ctx context.Context) string {
	if known, ok := once["config"]; ok {
		return known
	}
	once["config"] = "x"
	return "x"
}

// Nobody but init leads here.
var table = map[string]int{}

func number(name string) int {
	if known, ok := table[name]; ok {
		return known
	}
	table[name] = len(table)
	return table[name]
}

func init() { number("a") }

type hook func(ctx context.Context) error

var hooks = map[string]hook{}

// Nothing is registered twice.
func registerOnce(ctx context.Context, name string, h hook) bool {
	if _, known := hooks[name]; known {
		return false
	}
	hooks[name] = h
	return true
}

var described = map[string]int{}

func nameOf(t reflect.Type) string { return t.PkgPath() + "." + t.Name() }

// There are only so many types.
func describe(ctx context.Context, v any) int {
	t := reflect.TypeOf(v)
	name := nameOf(t)
	if n, known := described[name]; known {
		return n
	}
	described[name] = t.NumMethod()
	return described[name]
}
