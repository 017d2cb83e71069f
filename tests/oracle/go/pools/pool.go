// Package watch has a pool that watches what is done with its values, and a driver for functions that use it.
package watch

import (
	"bytes"
	"compress/gzip"
	"reflect"
	"sync"
)

const (
	poison       = 0xDB
	poisonedSize = 77
)

// Pool stands in for sync.Pool. It never loses anything, fills what is put back with poison, and tells what is wrong.
type Pool struct {
	New   func() any
	items []any
}

var (
	lock   sync.Mutex
	events = map[string]bool{}
	pools  = map[*Pool]bool{}
	taken  int
	put    int
	missed int
	gentle bool // no poison: what a user leaves behind stays
)

func happened(what string) {
	lock.Lock()
	defer lock.Unlock()
	events[what] = true
}

func (p *Pool) Get() any {
	lock.Lock()
	pools[p] = true
	taken++
	if n := len(p.items); n > 0 {
		x := p.items[n-1]
		p.items = p.items[:n-1]
		lock.Unlock()
		if buf, ok := x.(*bytes.Buffer); ok && !gentle {
			buf.Reset()
		}
		return x
	}
	missed++
	lock.Unlock()
	if p.New == nil {
		return nil
	}
	return p.New()
}

func (p *Pool) Put(x any) {
	lock.Lock()
	defer lock.Unlock()
	pools[p] = true
	put++
	inspect(p, x)
	for _, item := range p.items {
		if same(item, x) {
			events["twice"] = true
			return
		}
	}
	if !gentle {
		spoil(x)
	}
	p.items = append(p.items, x)
}

// inspect tells what is wrong with a value that is put back.
func inspect(p *Pool, x any) {
	if p.New != nil && reflect.TypeOf(p.New()) != reflect.TypeOf(x) {
		events["mismatch"] = true
	}
	if buf, ok := x.(*bytes.Buffer); ok && buf.Cap() > 1<<20 {
		events["large"] = true
	}
	v := reflect.ValueOf(x)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Slice {
		return
	}
	if v.Cap()*int(v.Type().Elem().Size()) > 1<<20 {
		events["large"] = true
	}
	if p.New != nil && v.Cap() < sizeOf(p.New()) {
		events["shrunk"] = true
	}
	for i := 0; i < v.Cap(); i++ {
		if element := v.Slice(0, v.Cap()).Index(i); pointers(element.Type()) && !element.IsZero() {
			events["dirty"] = true
		}
	}
}

func sizeOf(x any) int {
	v := reflect.Indirect(reflect.ValueOf(x))
	if v.Kind() == reflect.Slice {
		return v.Cap()
	}
	return 0
}

func pointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.String, reflect.Slice, reflect.Map, reflect.Interface:
		return true
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			if pointers(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

func same(x, y any) bool {
	v, w := reflect.ValueOf(x), reflect.ValueOf(y)
	return v.Kind() == reflect.Pointer && w.Kind() == reflect.Pointer && v.Pointer() == w.Pointer()
}

// spoil overwrites the memory of a value that is in the pool now.
func spoil(x any) {
	switch x := x.(type) {
	case *bytes.Buffer:
		all := x.Bytes()[:0:cap(x.Bytes())]
		fill(all[:cap(all)])
		x.Reset()
		x.Write(bytes.Repeat([]byte{poison}, poisonedSize))
	case *[]byte:
		fill((*x)[:cap(*x)])
	case []byte:
		fill(x[:cap(x)])
	case *gzip.Writer:
		x.Reset(tattler{})
	}
}

func fill(b []byte) {
	for i := range b {
		b[i] = poison
	}
}

// spoiled tells whether something in a pool is not as it was when it was put back.
func spoiled() bool {
	for p := range pools {
		for _, item := range p.items {
			switch x := item.(type) {
			case *bytes.Buffer:
				if x.Len() != poisonedSize || bytes.Count(x.Bytes(), []byte{poison}) != poisonedSize {
					return true
				}
			case *[]byte:
				if bytes.Count(*x, []byte{poison}) != len(*x) {
					return true
				}
			}
		}
	}
	return false
}

type tattler struct{}

func (tattler) Write(b []byte) (int, error) {
	happened("used")
	return len(b), nil
}
