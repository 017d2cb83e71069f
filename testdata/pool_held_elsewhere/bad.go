// Package pool_held_elsewhere holds objects that go back into their pool while somebody else has them.
package pool_held_elsewhere

import (
	"bytes"
	"io"
	"runtime"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

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

func goroutine(w io.Writer, line string) {
	buf := getBuffer()
	buf.WriteString(line)
	go func() { // want "GM409 a goroutine still uses `buf`"
		w.Write(buf.Bytes())
	}()
	putBuffer(buf)
}

func write(w io.Writer, buf *bytes.Buffer) {
	w.Write(buf.Bytes())
}

func goroutineByName(w io.Writer, line string) {
	buf := getBuffer()
	defer putBuffer(buf)
	buf.WriteString(line)
	go write(w, buf) // want "GM409 a goroutine still uses `buf`"
}

func sent(lines chan<- []byte, line string) {
	buf := getBuffer()
	buf.WriteString(line)
	lines <- buf.Bytes() // want "GM409 the receiver of a channel still has memory of `buf`"
	putBuffer(buf)
}

func finalizer(line string) {
	buf := getBuffer()
	runtime.SetFinalizer(buf, func(b *bytes.Buffer) { b.Reset() }) // want "GM409 a finalizer still refers to `buf`"
	buf.WriteString(line)
	buffers.Put(buf)
}
