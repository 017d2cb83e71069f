package pool_value_boxed

import (
	"bytes"
	"hash"
	"io"
	"sync"
)

var (
	buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
	hashes  sync.Pool
	arrays  = sync.Pool{New: func() any { return new([4096]byte) }}
	signals = sync.Pool{New: func() any { return make(chan error, 1) }}
	tables  = sync.Pool{New: func() any { return map[string]int{} }}
)

func pointer(b *bytes.Buffer) { buffers.Put(b) }

func pointerToSlice(b *[]byte) { hashes.Put(b) }

func interfaceValue(h hash.Hash) { hashes.Put(h) }

func writer(w io.Writer) { hashes.Put(w) }

func array(b []byte) { arrays.Put((*[4096]byte)(b)) }

func channel(c chan error) { signals.Put(c) }

func table(t map[string]int) { tables.Put(t) }

func anything(v any) { hashes.Put(v) }

func function(f func()) { hashes.Put(f) }

type free struct{ list [][]byte }

func (f *free) Put(b []byte) { f.list = append(f.list, b) }

func anotherPut(f *free, b []byte) { f.Put(b) }

type typed[T any] struct{ pool sync.Pool }

func (t *typed[T]) Put(v *T) { t.pool.Put(v) }
