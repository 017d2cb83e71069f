package pool_unbounded_buffer

import (
	"bytes"
	"io"
	"strconv"
	"sync"
)

const most = 64 << 10

var limited = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func readLimited(r io.Reader) (string, error) {
	buf := limited.Get().(*bytes.Buffer)
	buf.Reset()
	defer putLimited(buf)
	_, err := buf.ReadFrom(r)
	return buf.String(), err
}

func putLimited(buf *bytes.Buffer) {
	if buf.Cap() > most {
		return
	}
	limited.Put(buf)
}

var byLength = sync.Pool{New: func() any { b := make([]byte, 0, 64); return &b }}

func putByLength(b *[]byte) {
	if cap(*b) <= most {
		*b = (*b)[:0]
		byLength.Put(b)
	}
}

func fill(parts [][]byte) {
	b := byLength.Get().(*[]byte)
	for _, part := range parts {
		*b = append(*b, part...)
	}
	putByLength(b)
}

var numbers = sync.Pool{New: func() any { b := make([]byte, 0, 24); return &b }}

func format(f float64) string {
	b := numbers.Get().(*[]byte)
	defer numbers.Put(b)
	*b = strconv.AppendFloat((*b)[:0], f, 'g', -1, 64)
	*b = append(*b, '.', '0')
	return string(*b)
}

var fixed = sync.Pool{New: func() any { b := make([]byte, 32<<10); return &b }}

func copyFixed(w io.Writer, r io.Reader) (int64, error) {
	b := fixed.Get().(*[]byte)
	defer fixed.Put(b)
	return io.CopyBuffer(w, r, *b)
}

var arrays = sync.Pool{New: func() any { return new([4096]byte) }}

func copyArray(w io.Writer, r io.Reader) (int64, error) {
	b := arrays.Get().(*[4096]byte)
	defer arrays.Put(b)
	return io.CopyBuffer(w, r, b[:])
}

var bySize [4]sync.Pool

func putBySize(b *[]byte, class int) {
	bySize[class].Put(b)
}

func growBySize(class int, parts [][]byte) {
	b, _ := bySize[class].Get().(*[]byte)
	for _, part := range parts {
		*b = append(*b, part...)
	}
	putBySize(b, class)
}

var words = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func greeting() string {
	buf := words.Get().(*bytes.Buffer)
	defer words.Put(buf)
	buf.Reset()
	buf.WriteString("hello")
	buf.WriteByte('!')
	return buf.String()
}

type sizeClass struct{ pool sync.Pool }

var classes [4]sizeClass

func classOf(size int) *sizeClass {
	for index := range classes {
		if size <= 1<<(10+index) {
			return &classes[index]
		}
	}
	return nil
}

// There is a class for some sizes only; what is larger is dropped.
func putInClass(buf *bytes.Buffer) {
	class := classOf(buf.Cap())
	if class == nil {
		return
	}
	buf.Reset()
	class.pool.Put(buf)
}

func readInClass(r io.Reader) string {
	class := &classes[3]
	buf, _ := class.pool.Get().(*bytes.Buffer)
	if buf == nil {
		buf = new(bytes.Buffer)
	}
	defer putInClass(buf)
	buf.ReadFrom(r)
	return buf.String()
}
