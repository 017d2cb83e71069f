package watch

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
	"unsafe"
)

const rounds = 4

var large = strings.Repeat("0123456789abcdef", 1<<17)

type recorder struct {
	mu  sync.Mutex
	all []byte
}

func (r *recorder) Write(b []byte) (int, error) {
	time.Sleep(time.Millisecond)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, b...)
	return len(b), nil
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("no") }

var (
	reader   = reflect.TypeFor[io.Reader]()
	writer   = reflect.TypeFor[io.Writer]()
	anything = reflect.TypeFor[any]()
)

// argument makes an argument of a type; `round` varies it.
func argument(t reflect.Type, round int) reflect.Value {
	switch {
	case t == reader:
		return reflect.ValueOf([]io.Reader{strings.NewReader(large), failing{}, strings.NewReader("0123456789ab"), strings.NewReader("")}[round])
	case t == writer:
		return reflect.ValueOf(&recorder{})
	case t == anything:
		return reflect.ValueOf(large)
	}
	switch t.Kind() {
	case reflect.String:
		return reflect.ValueOf([]string{"first", "other", "third", "last"}[round])
	case reflect.Bool:
		return reflect.ValueOf(round%2 == 0)
	case reflect.Int:
		return reflect.ValueOf([]int{0, 1, 5000, 2}[round])
	case reflect.Chan:
		return channel(t)
	case reflect.Slice:
		return slice(t, round)
	case reflect.Pointer:
		return pointer(t, round)
	}
	return reflect.Zero(t)
}

func channel(t reflect.Type) reflect.Value {
	c := reflect.MakeChan(reflect.ChanOf(reflect.BothDir, t.Elem()), 1<<18)
	if t.ChanDir() == reflect.RecvDir {
		for i := 0; i < 1<<18 && t.Elem().Kind() == reflect.Float64; i++ {
			c.Send(reflect.ValueOf(1.5))
		}
		c.Close()
	}
	return c
}

func slice(t reflect.Type, round int) reflect.Value {
	s := reflect.MakeSlice(t, 0, 4)
	switch t.Elem().Kind() {
	case reflect.String:
		return reflect.ValueOf([][]string{{"a", "", "b"}, {"a"}, {}, {"b", "c"}}[round])
	case reflect.Slice:
		for i := 0; i < 3 && t.Elem().Elem().Kind() == reflect.Uint8; i++ {
			s = reflect.Append(s, reflect.ValueOf([]byte(large)))
		}
	case reflect.Struct:
		s = reflect.Append(s, filled(t.Elem(), round))
	}
	return s
}

func pointer(t reflect.Type, round int) reflect.Value {
	p := reflect.New(t.Elem())
	switch {
	case t == reflect.TypeFor[*Pool]():
		p.Elem().Field(0).Set(reflect.ValueOf(func() any { return new(bytes.Buffer) }))
	case t.Elem().Kind() == reflect.Slice && t.Elem().Elem().Kind() != reflect.Uint8:
		s := reflect.MakeSlice(t.Elem(), 1, 4)
		s.Index(0).Set(filled(t.Elem().Elem(), round))
		p.Elem().Set(s)
	case t.Elem().Kind() == reflect.Struct && t.Elem().PkgPath() == "main":
		if making[t] {
			return reflect.Zero(t)
		}
		making[t] = true
		defer delete(making, t)
		p.Elem().Set(filled(t.Elem(), round))
	}
	return p
}

// making holds the pointers whose structs are being filled: one that leads to itself ends with nil.
var making = map[reflect.Type]bool{}

// filled makes a value with something in all its fields.
func filled(t reflect.Type, round int) reflect.Value {
	v := reflect.New(t).Elem()
	if t.Kind() != reflect.Struct {
		v.Set(argument(t, round))
		return v
	}
	for i := 0; i < t.NumField(); i++ {
		field := v.Field(i)
		kind := field.Type()
		if kind.PkgPath() != "" && kind.Kind() == reflect.Struct || kind.Kind() == reflect.Interface && kind != reader {
			continue
		}
		reflect.NewAt(kind, unsafe.Pointer(field.UnsafeAddr())).Elem().Set(argument(kind, round))
	}
	return v
}

// look searches a value for poison and for what is in a pool.
func look(v reflect.Value, depth int) {
	if depth == 0 || !v.IsValid() {
		return
	}
	switch v.Kind() {
	case reflect.Int:
		if v.Int() == poisonedSize {
			happened("used")
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 && bytes.IndexByte(v.Bytes(), poison) >= 0 {
			happened("poisoned")
		}
	case reflect.String:
		if strings.IndexByte(v.String(), poison) >= 0 {
			happened("poisoned")
		}
	case reflect.Pointer:
		for p := range pools {
			for _, item := range p.items {
				if w := reflect.ValueOf(item); w.Kind() == reflect.Pointer && w.Pointer() == v.Pointer() {
					happened("escaped")
				}
			}
		}
		look(v.Elem(), depth-1)
	case reflect.Interface:
		look(v.Elem(), depth-1)
	case reflect.Struct:
		known := v.Type().PkgPath() == "main" || v.Type() == reflect.TypeFor[recorder]()
		for i := 0; i < v.NumField() && known; i++ {
			look(v.Field(i), depth-1)
		}
	case reflect.Chan:
		for v.Type().ChanDir() == reflect.BothDir && v.Len() > 0 {
			one, _ := v.Recv()
			look(one, depth-1)
		}
	}
}

// call calls a function once, and a method twice on the same receiver.
func call(f reflect.Value, method bool, round int) {
	defer func() {
		if _, ok := recover().(*runtime.TypeAssertionError); ok {
			happened("panic")
		}
	}()
	before := runtime.NumGoroutine()
	var arguments []reflect.Value
	for i := 0; i < f.Type().NumIn(); i++ {
		arguments = append(arguments, argument(f.Type().In(i), round))
	}
	results := f.Call(arguments)
	if method {
		f.Call(arguments)
	}
	settle(before)
	for _, result := range results {
		look(result, 4)
	}
	for i, one := range arguments {
		if f.Type().In(i) == reader || f.Type().In(i) == writer || one.Kind() == reflect.Pointer || one.Kind() == reflect.Chan {
			look(one, 4)
		}
	}
	if !gentle && spoiled() {
		happened("written")
	}
}

// settle waits for the goroutines that a call has started.
func settle(before int) {
	for i := 0; i < 1000 && (i < 3 || runtime.NumGoroutine() > before); i++ {
		time.Sleep(2 * time.Millisecond)
	}
}

// drive calls a function in all rounds, and tells what happened.
func drive(f any, method bool) []string {
	events = map[string]bool{}
	var balances []int
	allMissed := true
	for round := 0; round < rounds; round++ {
		for p := range pools {
			if p.New != nil && !gentle {
				p.items = nil
			}
		}
		taken, put, missed = 0, 0, 0
		call(reflect.ValueOf(f), method, round)
		balances = append(balances, taken-put)
		allMissed = allMissed && taken > 0 && put > 0 && missed == taken
	}
	if least, most := extremes(balances); least <= 0 && most > 0 {
		events["missing"] = true
	}
	if gentle && allMissed {
		events["useless"] = true
	}
	found := []string{}
	for what := range events {
		found = append(found, what)
	}
	return found
}

func extremes(values []int) (least, most int) {
	least, most = values[0], values[0]
	for _, one := range values {
		least, most = min(least, one), max(most, one)
	}
	return least, most
}

// Main drives functions by name and prints what happened in each, as JSON.
func Main(functions map[string]any) {
	said := map[string][]string{}
	gentle = len(os.Args) > 1
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		said[name] = drive(functions[name], strings.Contains(name, "."))
	}
	json.NewEncoder(os.Stdout).Encode(said)
}
