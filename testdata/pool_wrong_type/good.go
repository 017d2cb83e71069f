package pool_wrong_type

import (
	"bytes"
	"hash"
	"io"
	"sync"
)

func samePutBack(name string) string {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	buf.WriteString(name)
	return buf.String()
}

func freshOne() {
	buffers.Put(bytes.NewBufferString(""))
}

var hashes sync.Pool

func anyHash(h hash.Hash) []byte {
	if known, ok := hashes.Get().(hash.Hash); ok {
		h = known
	}
	defer hashes.Put(h)
	return h.Sum(nil)
}

var classes [2]sync.Pool

func class(n int) any {
	if n == 0 {
		return classes[0].Get().(*[16]byte)
	}
	return classes[1].Get().(*[32]byte)
}

func putClasses(a *[16]byte, b *[32]byte) {
	classes[0].Put(a)
	classes[1].Put(b)
}

var mixed sync.Pool

func typeSwitch() int {
	switch v := mixed.Get().(type) {
	case *bytes.Buffer:
		return v.Len()
	case *bytes.Reader:
		return v.Len()
	}
	return 0
}

func putMixed(b *bytes.Buffer, r *bytes.Reader, w io.Writer) {
	b.Reset()
	mixed.Put(b)
	mixed.Put(r)
	mixed.Put(w)
}

type generic[T any] struct{ pool sync.Pool }

func (g *generic[T]) get() *T { return g.pool.Get().(*T) }

func (g *generic[T]) put(v *T) { g.pool.Put(v) }

func (o *owner) fullPutBack(f *full) { o.pool.Put(f) }
