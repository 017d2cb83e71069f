// Package pool_of_no_use holds pools that cannot do their work.
package pool_of_no_use

import (
	"bytes"
	"sync"
)

func perCall(name string) string {
	pool := sync.Pool{New: func() any { return new(bytes.Buffer) }} // want "GM408 `pool` lives for one call only"
	buf := pool.Get().(*bytes.Buffer)
	defer pool.Put(buf)
	buf.Reset()
	buf.WriteByte(name[0])
	return buf.String()
}

func perCallByPointer(name string) string {
	pool := &sync.Pool{New: func() any { return new(bytes.Buffer) }} // want "GM408 `pool` lives for one call only"
	buf := pool.Get().(*bytes.Buffer)
	buf.Reset()
	buf.WriteByte(name[0])
	s := buf.String()
	pool.Put(buf)
	return s
}

func byValue(pool sync.Pool) any { // want "GM408 `pool sync.Pool` copies a sync.Pool"
	return pool.Get()
}

type keeper struct{ pool sync.Pool }

func (k *keeper) copied() any {
	pool := k.pool // want "GM408 `k.pool` copies a sync.Pool"
	return pool.Get()
}

var empty sync.Pool

func withoutNew() int {
	buf := empty.Get().(*bytes.Buffer) // want "GM408 `empty` has no New"
	defer empty.Put(buf)
	buf.Reset()
	return buf.Len()
}

type cache struct{ rows sync.Pool }

func (c *cache) get() *[]int {
	return c.rows.Get().(*[]int) // want "GM408 `c.rows` has no New"
}
