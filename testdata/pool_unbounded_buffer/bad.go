// Package pool_unbounded_buffer puts buffers of any size back into their pools.
package pool_unbounded_buffer

import (
	"bytes"
	"encoding/json"
	"io"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func read(r io.Reader) (string, error) {
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	defer buffers.Put(buf) // want "GM406 `buf` goes back into the pool however large"
	_, err := buf.ReadFrom(r)
	return buf.String(), err
}

var encoders = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func getEncoder() *bytes.Buffer { return encoders.Get().(*bytes.Buffer) }

func putEncoder(buf *bytes.Buffer) {
	buf.Reset()
	encoders.Put(buf) // want "GM406 `buf` goes back into the pool however large"
}

func encode(v any) (string, error) {
	buf := getEncoder()
	defer putEncoder(buf)
	err := json.NewEncoder(buf).Encode(v)
	return buf.String(), err
}

var lines = sync.Pool{New: func() any { b := make([]byte, 0, 256); return &b }}

func join(parts [][]byte) string {
	line := lines.Get().(*[]byte)
	b := (*line)[:0]
	for _, part := range parts {
		b = append(b, part...)
	}
	*line = b
	lines.Put(line) // want "GM406 `line` goes back into the pool however large"
	return string(b)
}

var samples sync.Pool

func getSamples(n int) *[]float64 {
	if v := samples.Get(); v != nil {
		return v.(*[]float64)
	}
	s := make([]float64, 0, n)
	return &s
}

func putSamples(s *[]float64) {
	samples.Put(s) // want "GM406 `s` goes back into the pool however large"
}

func collect(from <-chan float64) (sum float64) {
	s := getSamples(16)
	for v := range from {
		*s = append(*s, v)
		sum += v
	}
	putSamples(s)
	return sum
}

var chunks = sync.Pool{New: func() any { b := make([]byte, 4096); return &b }}

func skim(r io.Reader) error {
	c := chunks.Get().(*[]byte)
	b := *c
	n, err := r.Read(b)
	b = b[n:]
	chunks.Put(&b) // want "GM406 `b` was cut at its front"
	return err
}

var shared = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Buffer and Release are for other packages, which write into the buffer what they like.
func Buffer() *bytes.Buffer { return shared.Get().(*bytes.Buffer) }

func Release(buf *bytes.Buffer) {
	buf.Reset()
	shared.Put(buf) // want "GM406 `buf` goes back into the pool however large it has grown"
}
