package pool_used_after_put

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"strings"
	"sync"
)

func stringReturned(name string) string {
	buf := getBuffer()
	defer putBuffer(buf)
	buf.WriteString(name)
	return buf.String()
}

func copyReturned(name string) []byte {
	buf := getBuffer()
	defer putBuffer(buf)
	buf.WriteString(name)
	return append([]byte(nil), buf.Bytes()...)
}

func cloneReturned(name string) []byte {
	buf := getBuffer()
	defer putBuffer(buf)
	buf.WriteString(name)
	return bytes.Clone(buf.Bytes())
}

func convertedReturned(name string) (string, int) {
	buf := getBuffer()
	defer putBuffer(buf)
	buf.WriteString(name)
	return string(buf.Bytes()), buf.Len()
}

func keptForGood(name string) []byte {
	buf := getBuffer()
	buf.WriteString(name)
	return buf.Bytes()
}

func anotherValue(name string) int {
	buf := getBuffer()
	putBuffer(buf)
	buf = getBuffer()
	defer putBuffer(buf)
	buf.WriteString(name)
	return buf.Len()
}

func oneOrTheOther(name string, early bool) int {
	buf := getBuffer()
	if early {
		putBuffer(buf)
	}
	if !early {
		buf.WriteString(name)
		defer putBuffer(buf)
		return buf.Len()
	}
	return 0
}

func deferredInTheRightOrder(w io.Writer, v any) error {
	gz := writers.Get().(*gzip.Writer)
	gz.Reset(w)
	defer writers.Put(gz)
	defer gz.Close()
	return json.NewEncoder(gz).Encode(v)
}

func (m *message) fillCopied(name string) {
	buf := getBuffer()
	defer putBuffer(buf)
	buf.WriteString(name)
	m.raw = bytes.Clone(buf.Bytes())
}

func (m *message) fillAndForget(name string) {
	buf := getBuffer()
	defer putBuffer(buf)
	buf.WriteString(name)
	m.raw = buf.Bytes()
	m.raw = nil
}

func errorOfTheObject() error {
	m := messages.Get().(*message)
	defer messages.Put(m)
	return m.err
}

func comparedOnly(name string) bool {
	buf := getBuffer()
	putBuffer(buf)
	return buf != nil && strings.HasPrefix(name, "a")
}

type closingReader struct {
	gz *gzip.Reader
}

var readers sync.Pool

func (c *closingReader) Read(b []byte) (int, error) {
	if c.gz == nil {
		return 0, io.EOF
	}
	n, err := c.gz.Read(b)
	if err == io.EOF {
		readers.Put(c.gz)
		c.gz = nil
	}
	return n, err
}

func rounds(names []string) (total int) {
	for _, name := range names {
		buf := getBuffer()
		buf.WriteString(name)
		total += buf.Len()
		putBuffer(buf)
	}
	return total
}

type exchange struct {
	body []byte
	next *exchange
}

var exchanges = sync.Pool{New: func() any { return new(exchange) }}

// What the pointer points to is put back, and the pointer is set to another one: it is not used.
func renew(p **exchange, line string) string {
	one := *p
	exchanges.Put(one)
	*p = nil
	*p = exchanges.Get().(*exchange)
	return line
}

func renewed(lines []string) int {
	one := exchanges.Get().(*exchange)
	for _, line := range lines {
		line = renew(&one, line)
		one.body = append(one.body[:0], line...)
	}
	size := len(one.body)
	exchanges.Put(one)
	return size
}

// The memory is swapped for that of the other: what is put back is no longer what is kept.
func swapBodies(a, b *exchange) {
	a.body, b.body = b.body, a.body
}

func answer(to *exchange) {
	one := exchanges.Get().(*exchange)
	one.body = append(one.body[:0], "answer"...)
	swapBodies(to, one)
	exchanges.Put(one)
}

// The length of a slice is the variable's own.
func sizeOf(text string) int {
	p := slices.Get().(*[]byte)
	b := append((*p)[:0], text...)
	*p = b
	slices.Put(p)
	return len(b)
}

var slices = sync.Pool{New: func() any { return new([]byte) }}

type entry struct{ line []byte }

func (e *entry) Reset() { *e = entry{} }

type encoder struct{ last entry }

// What was stored is let go of before the deferred Put.
func (e *encoder) encode(buf *bytes.Buffer, w io.Writer) {
	defer putBuffer(buf)
	e.last.line = buf.Bytes()
	w.Write(e.last.line)
	e.last.Reset()
}

type series struct{ values []byte }

func settled(values []byte) []byte {
	if len(values) == 0 {
		return values
	}
	fresh := append(getBuffer().Bytes(), values...)
	putBuffer(bytes.NewBuffer(values))
	return fresh
}

func settleAll(all []*series) {
	for _, one := range all {
		one.values = settled(one.values)
	}
}
