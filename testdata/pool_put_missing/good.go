package pool_put_missing

import (
	"bytes"
	"io"
	"log"
)

func deferred(r io.Reader) (int64, error) {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	return io.CopyN(buf, r, 100)
}

func onBothPaths(r io.Reader) (int64, error) {
	buf := getBuffer()
	n, err := io.CopyN(buf, r, 100)
	if err != nil {
		putBuffer(buf)
		return 0, err
	}
	putBuffer(buf)
	return n, nil
}

func handedOn(r io.Reader) (*bytes.Buffer, error) {
	buf := getBuffer()
	if _, err := io.CopyN(buf, r, 10); err != nil {
		putBuffer(buf)
		return nil, err
	}
	return buf, nil
}

func neverPutBack(r io.Reader) string {
	buf := getBuffer()
	io.CopyN(buf, r, 10)
	return buf.String()
}

func tooLarge(r io.Reader) int {
	buf := getBuffer()
	io.CopyN(buf, r, 100)
	n := buf.Len()
	if buf.Cap() > 50 {
		return n
	}
	putBuffer(buf)
	return n
}

func putUnlessLarge(buf *bytes.Buffer) {
	if buf.Cap() > 1024 {
		return
	}
	buffers.Put(buf)
}

func dropsTheLarge(r io.Reader) {
	buf := getBuffer()
	defer putUnlessLarge(buf)
	io.CopyN(buf, r, 10)
}

func endsTheProcess(r io.Reader) {
	buf := getBuffer()
	if _, err := io.CopyN(buf, r, 10); err != nil {
		log.Fatal(err)
	}
	putBuffer(buf)
}

func anotherGoroutine(r io.Reader, done chan<- int64) {
	buf := getBuffer()
	go func() {
		defer putBuffer(buf)
		n, _ := io.CopyN(buf, r, 10)
		done <- n
	}()
}

type carrier struct{ buf *bytes.Buffer }

func (c *carrier) begin(early bool) {
	buf := getBuffer()
	if early {
		putBuffer(buf)
		return
	}
	c.buf = buf
}

type sink interface {
	send(*bytes.Buffer) error
}

func ownerOnSuccess(to sink) error {
	buf := getBuffer()
	buf.WriteString("line")
	if err := to.send(buf); err != nil {
		putBuffer(buf)
		return err
	}
	return nil
}

type lazy struct{ end func() }

func ownerLater(text string) (*lazy, error) {
	buf := getBuffer()
	if _, err := buf.WriteString(text); err != nil {
		putBuffer(buf)
		return nil, err
	}
	return &lazy{end: func() { putBuffer(buf) }}, nil
}
