// Package pool_wrong_type puts values into pools that their users do not expect.
package pool_wrong_type

import (
	"bytes"
	"strings"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func viewPutBack(name string) string {
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	buf.WriteString(name)
	s := buf.String()
	buffers.Put(bytes.NewReader(buf.Bytes())) // want "GM407 `bytes.NewReader.buf.Bytes...` is a \*bytes.Reader, but this pool makes \*bytes.Buffer"
	return s
}

func otherBuilder(b *strings.Builder) {
	buffers.Put(b) // want "GM407 `b` is a \*strings.Builder, but this pool makes \*bytes.Buffer"
}

type base struct {
	pool  *sync.Pool
	parts []string
}

type full struct {
	*base
	extra int
}

type owner struct {
	pool sync.Pool
}

func newOwner() *owner {
	o := &owner{}
	o.pool.New = func() any { return &full{base: &base{}} }
	return o
}

func (o *owner) embeddedPutBack(b *base) {
	o.pool.Put(b) // want "GM407 `b` is a \*testdata/pool_wrong_type.base, but this pool makes \*testdata/pool_wrong_type.full|GM407 `b` is a \*pool_wrong_type.base, but this pool makes \*pool_wrong_type.full"
}

var sizes sync.Pool

func pointerExpected(n int) *[]byte {
	if b, ok := sizes.Get().(*[]byte); ok {
		return b
	}
	b := make([]byte, n)
	return &b
}

func arrayPutBack(b *[16]byte) {
	sizes.Put(b) // want "GM407 `b` is a \*\[16\]uint8, but this pool is asserted to hold \*\[\]uint8"
}
