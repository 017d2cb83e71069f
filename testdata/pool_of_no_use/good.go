package pool_of_no_use

import (
	"bytes"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func shared(name string) string {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	buf.WriteByte(name[0])
	return buf.String()
}

func forOneLoop(names []string) (total int) {
	pool := sync.Pool{New: func() any { return new(bytes.Buffer) }}
	for _, name := range names {
		buf := pool.Get().(*bytes.Buffer)
		buf.Reset()
		buf.WriteByte(name[0])
		total += buf.Len()
		pool.Put(buf)
	}
	return total
}

func forGoroutines(names []string) {
	pool := sync.Pool{New: func() any { return new(bytes.Buffer) }}
	var wg sync.WaitGroup
	for range names {
		wg.Add(1)
		go func() {
			defer wg.Done()
			buf := pool.Get().(*bytes.Buffer)
			buf.Reset()
			pool.Put(buf)
		}()
	}
	wg.Wait()
}

func byPointer(pool *sync.Pool) any { return pool.Get() }

func handedOut() *sync.Pool {
	pool := &sync.Pool{New: func() any { return new(bytes.Buffer) }}
	byPointer(pool)
	return pool
}

var unset sync.Pool

func checked() *bytes.Buffer {
	if v := unset.Get(); v != nil {
		return v.(*bytes.Buffer)
	}
	return new(bytes.Buffer)
}

func tolerant() *bytes.Buffer {
	buf, ok := unset.Get().(*bytes.Buffer)
	if !ok {
		buf = new(bytes.Buffer)
	}
	return buf
}

var setLater sync.Pool

func init() {
	setLater.New = func() any { return new(bytes.Buffer) }
}

func usesSetLater() *bytes.Buffer { return setLater.Get().(*bytes.Buffer) }

type stock struct{ items sync.Pool }

func newStock(make func() any) *stock {
	return &stock{items: sync.Pool{New: make}}
}

func (s *stock) get() *bytes.Buffer { return s.items.Get().(*bytes.Buffer) }

type borrowed struct{ pool *sync.Pool }

func (b *borrowed) get() *bytes.Buffer { return b.pool.Get().(*bytes.Buffer) }
