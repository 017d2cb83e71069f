package pool_held_elsewhere

import (
	"bytes"
	"io"
	"sync"
)

func putByTheGoroutine(w io.Writer, line string) {
	buf := getBuffer()
	buf.WriteString(line)
	go func() {
		defer putBuffer(buf)
		w.Write(buf.Bytes())
	}()
}

func waitedFor(w io.Writer, line string) {
	buf := getBuffer()
	buf.WriteString(line)
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		w.Write(buf.Bytes())
	}()
	wg.Wait()
	putBuffer(buf)
}

func waitedForByChannel(w io.Writer, line string) {
	buf := getBuffer()
	buf.WriteString(line)
	done := make(chan struct{})
	go func() {
		w.Write(buf.Bytes())
		close(done)
	}()
	<-done
	putBuffer(buf)
}

func copySent(lines chan<- []byte, line string) {
	buf := getBuffer()
	defer putBuffer(buf)
	buf.WriteString(line)
	lines <- bytes.Clone(buf.Bytes())
}

func sentForGood(lines chan<- *bytes.Buffer, line string) {
	buf := getBuffer()
	buf.WriteString(line)
	lines <- buf
}

func putByTheReceiver(lines <-chan *bytes.Buffer) {
	for buf := range lines {
		putBuffer(buf)
	}
}

func startedWithAnother(w io.Writer, line string) {
	buf := getBuffer()
	text := buf.String()
	go func() {
		io.WriteString(w, text+line)
	}()
	putBuffer(buf)
}

type outputs struct{ n, e struct{ w io.Writer } }

var outputPool sync.Pool

func acquireOutput(w io.Writer) *outputs {
	v := outputPool.Get()
	if v == nil {
		v = &outputs{}
	}
	o := v.(*outputs)
	o.n.w = w
	return o
}

func releaseOutput(o *outputs) {
	o.n.w = nil
	outputPool.Put(o)
}

func page(w io.Writer) {
	o := acquireOutput(w)
	_, _ = io.WriteString(o.n.w, "page")
	releaseOutput(o)
}

// The callee's own object keeps the buffer no longer than the call.
func render() int {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	page(buf)
	return buf.Len()
}

// There is nothing to recover from behind the send.
func sentOrPutBack(out chan<- *bytes.Buffer) {
	buf := buffers.Get().(*bytes.Buffer)
	defer func() {
		if r := recover(); r != nil {
			buffers.Put(buf)
		}
	}()
	buf.WriteString("text")
	out <- buf
}
