// Package pool_put_twice holds objects that go back into their pool twice.
package pool_put_twice

import (
	"bytes"
	"errors"
	"io"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

var errEmpty = errors.New("empty")

func getBuffer() *bytes.Buffer {
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	return buf
}

func putBuffer(buf *bytes.Buffer) {
	if buf.Cap() < 64<<10 {
		buffers.Put(buf)
	}
}

func beside(r io.Reader) (int, error) {
	buf := getBuffer()
	defer buffers.Put(buf) // want "GM402 `buf` is put back into its pool twice"
	if _, err := buf.ReadFrom(r); err != nil {
		buffers.Put(buf)
		return 0, err
	}
	return buf.Len(), nil
}

func inARow(name string) {
	buf := getBuffer()
	buf.WriteString(name)
	putBuffer(buf)
	putBuffer(buf) // want "GM402 `buf` is put back into its pool twice"
}

func throughAnAlias(name string) {
	buf := getBuffer()
	same := buf
	buf.WriteString(name)
	buffers.Put(same)
	buffers.Put(buf) // want "GM402 `buf` is put back into its pool twice"
}

func larger(buf *bytes.Buffer, size int) *bytes.Buffer {
	if buf.Cap() >= size {
		return buf
	}
	buffers.Put(buf)
	next := new(bytes.Buffer)
	next.Grow(size)
	return next
}

func staleArgument(size int) int {
	buf := getBuffer()
	defer buffers.Put(buf) // want "GM402 `buf` is put back into its pool twice"
	buf = larger(buf, size)
	return buf.Cap()
}

type session struct {
	buf  *bytes.Buffer
	pool *sync.Pool
}

func (s *session) Close() error {
	s.pool.Put(s) // want "GM402 `s` goes back into the pool each time Close is called"
	return nil
}

func open(pool *sync.Pool) io.Closer {
	s := pool.Get().(*session)
	s.pool = pool
	return s
}

type stream struct {
	buf *bytes.Buffer
}

func (s *stream) Close() error {
	putBuffer(s.buf)
	return nil
}

func both() (io.Closer, io.Closer) { return &plain{buf: getBuffer()}, &stream{} }

type plain struct {
	buf *bytes.Buffer
}

func (p *plain) Close() error {
	buffers.Put(p.buf) // want "GM402 `p.buf` goes back into the pool each time Close is called"
	return nil
}
