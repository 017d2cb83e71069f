// Package pool_used_after_put holds objects that are used after they went back into their pool.
package pool_used_after_put

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
var blocks = sync.Pool{New: func() any { b := make([]byte, 4096); return &b }}
var writers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

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

func viewReturned(name string) []byte {
	buf := getBuffer()
	defer putBuffer(buf)
	buf.WriteString(name)
	return buf.Bytes() // want "GM401 memory of `buf` is returned"
}

func viewReturnedByName(name string) (out []byte, err error) {
	buf := getBuffer()
	defer putBuffer(buf)
	buf.WriteString(name)
	out = bytes.TrimSpace(buf.Bytes())
	return out, nil // want "GM401 memory of `buf` is returned"
}

func sliceReturned(r io.Reader) ([]byte, error) {
	block := blocks.Get().(*[]byte)
	defer blocks.Put(block)
	n, err := r.Read(*block)
	return (*block)[:n], err // want "GM401 memory of `block` is returned"
}

func objectReturned() *bytes.Buffer {
	buf := getBuffer()
	buffers.Put(buf)
	return buf // want "GM401 `buf` is used after"
}

func usedAfterwards(name string) int {
	buf := getBuffer()
	buf.WriteString(name)
	buffers.Put(buf)
	return buf.Len() // want "GM401 `buf.Len..` is used after"
}

func aliasUsed(name string) {
	buf := getBuffer()
	other := buf
	buffers.Put(buf)
	other.WriteString(name) // want "GM401 `other.WriteString.name.` is used after"
}

func deferredInTheWrongOrder(w io.Writer, v any) error {
	gz := writers.Get().(*gzip.Writer)
	gz.Reset(w)
	defer gz.Close() // want "GM401 `gz.Close..` is used after"
	defer writers.Put(gz)
	return json.NewEncoder(gz).Encode(v)
}

type message struct {
	raw []byte
	err error
}

func (m *message) fill(name string) {
	buf := getBuffer()
	buf.WriteString(name)
	m.raw = buf.Bytes() // want "GM401 memory of `buf` is stored in raw"
	putBuffer(buf)
}

var messages = sync.Pool{New: func() any { return new(message) }}

func writtenByADefer() (err error) {
	m := messages.Get().(*message)
	defer func() {
		m.err = err // want "GM401 `m.err` is used after"
	}()
	m.err = nil
	messages.Put(m)
	return nil
}

type pooledReader struct {
	io.Reader
	pool *sync.Pool
}

func (p *pooledReader) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	if err == io.EOF {
		p.pool.Put(p) // want "GM401 `p` puts itself back"
	}
	return n, err
}

func limited(pool *sync.Pool, r io.Reader) io.Reader {
	p := pool.Get().(*pooledReader)
	p.Reader, p.pool = r, pool
	return p
}

var raw = sync.Pool{New: func() any { return make([]byte, 1024) }}

func processed(data string) []byte {
	buf := raw.Get().([]byte)
	defer raw.Put(buf) // want "GM405 `buf` is no pointer"
	n := copy(buf, data)
	return buf[:n] // want "GM401 `buf` is returned although"
}
