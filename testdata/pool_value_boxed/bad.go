// Package pool_value_boxed puts values into pools that are no pointers.
package pool_value_boxed

import "sync"

type point struct{ x, y int }

type block []byte

var (
	blocks = sync.Pool{New: func() any { return make([]byte, 4096) }}
	again  = sync.Pool{New: func() any { return make([]byte, 4096) }}
	named  = sync.Pool{New: func() any { return make(block, 4096) }}
	points = sync.Pool{New: func() any { return point{} }}
	words  = sync.Pool{New: func() any { return "" }}
	counts = sync.Pool{New: func() any { return 0 }}
)

func slice() byte {
	b := blocks.Get().([]byte)
	defer blocks.Put(b) // want "GM405 `b` is no pointer: each Put allocates the 24 bytes of a slice header"
	return b[0]
}

func inAClosure() byte {
	b := again.Get().([]byte)
	defer func() {
		again.Put(b[:cap(b)]) // want "GM405 `b\[:cap.b.\]` is no pointer"
	}()
	return b[0]
}

func namedSlice(b block) {
	named.Put(b) // want "GM405 `b` is no pointer: each Put allocates the 24 bytes"
}

func structValue(p point) {
	points.Put(p) // want "GM405 `p` is no pointer: each Put allocates room for a copy of the struct"
}

func text(s string) {
	words.Put(s) // want "GM405 `s` is no pointer: each Put allocates the 16 bytes of a string header"
}

func number(n int) {
	counts.Put(n) // want "GM405 `n` is no pointer"
}

type server struct{ pool *sync.Pool }

func (s *server) release(b []byte) {
	s.pool.Put(b) // want "GM405 `b` is no pointer"
}
