// Package pool_put_missing holds functions that put an object back on some paths only.
package pool_put_missing

import (
	"bytes"
	"errors"
	"io"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

var errShort = errors.New("short")

func getBuffer() *bytes.Buffer {
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	return buf
}

func putBuffer(buf *bytes.Buffer) { buffers.Put(buf) }

func errorReturn(r io.Reader) (int64, error) {
	buf := buffers.Get().(*bytes.Buffer) // want "GM403 `buf` is not put back"
	n, err := buf.ReadFrom(io.LimitReader(r, 100))
	if err != nil {
		return 0, err
	}
	buf.Reset()
	buffers.Put(buf)
	return n, nil
}

func throughWrappers(r io.Reader) (string, error) {
	buf := getBuffer() // want "GM403 `buf` is not put back"
	if _, err := io.CopyN(buf, r, 10); err != nil {
		return "", err
	}
	if buf.Len() < 10 {
		return "", errShort
	}
	s := buf.String()
	putBuffer(buf)
	return s, nil
}

func nextRound(names []string) {
	for _, name := range names {
		buf := getBuffer() // want "GM403 `buf` is not put back"
		if name == "" {
			continue
		}
		buf.WriteByte(name[0])
		putBuffer(buf)
	}
}

type pools struct {
	small sync.Pool
}

var shared = pools{small: sync.Pool{New: func() any { b := make([]byte, 512); return &b }}}

func (p *pools) get() *[]byte { return p.small.Get().(*[]byte) }

func (p *pools) put(b *[]byte) { p.small.Put(b) }

func (p *pools) copy(w io.Writer, r io.Reader) error {
	b := p.get() // want "GM403 `b` is not put back"
	n, err := r.Read(*b)
	if err != nil {
		return err
	}
	_, err = w.Write((*b)[:n])
	p.put(b)
	return err
}

func copyShared(w io.Writer, r io.Reader) error { return shared.copy(w, r) }
