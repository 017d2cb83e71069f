package pool_put_twice

import (
	"bytes"
	"io"
)

func onOnePathEach(r io.Reader) (int, error) {
	buf := getBuffer()
	if _, err := buf.ReadFrom(r); err != nil {
		buffers.Put(buf)
		return 0, err
	}
	n := buf.Len()
	buffers.Put(buf)
	return n, nil
}

func guarded(r io.Reader) (int, error) {
	buf := getBuffer()
	done := false
	defer func() {
		if !done {
			buffers.Put(buf)
		}
	}()
	if _, err := buf.ReadFrom(r); err != nil {
		return 0, err
	}
	n := buf.Len()
	buffers.Put(buf)
	done = true
	return n, nil
}

func anotherOne(name string) {
	buf := getBuffer()
	buf.WriteString(name)
	putBuffer(buf)
	buf = getBuffer()
	putBuffer(buf)
}

func eachRound(names []string) {
	for _, name := range names {
		buf := getBuffer()
		buf.WriteString(name)
		buffers.Put(buf)
	}
}

func eachElement(held []*bytes.Buffer) {
	for _, buf := range held {
		buffers.Put(buf)
	}
}

func late(size int) int {
	buf := getBuffer()
	defer func() { buffers.Put(buf) }()
	buf = larger(buf, size)
	return buf.Cap()
}

func setToNil(r io.Reader) error {
	buf := getBuffer()
	defer func() {
		if buf != nil {
			buffers.Put(buf)
		}
	}()
	if _, err := buf.ReadFrom(r); err != nil {
		buffers.Put(buf)
		buf = nil
		return errEmpty
	}
	return nil
}

type once struct {
	buf *bytes.Buffer
}

func (o *once) Close() error {
	if o.buf == nil {
		return errEmpty
	}
	buffers.Put(o.buf)
	o.buf = nil
	return nil
}

type always struct {
	buf *bytes.Buffer
}

func (a *always) Close() error {
	buffers.Put(a.buf)
	a.buf = nil
	return nil
}

type internal struct {
	buf *bytes.Buffer
}

func (i *internal) Close() {
	buffers.Put(i.buf)
}
