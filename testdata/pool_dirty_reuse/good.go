package pool_dirty_reuse

import (
	"bytes"
	"slices"
	"sync"
)

var cleared = sync.Pool{New: func() any { return new([]row) }}

func putCleared(r *[]row) {
	clear(*r)
	*r = (*r)[:0]
	cleared.Put(r)
}

func putDeleted(r *[]row) {
	*r = slices.Delete(*r, 0, len(*r))
	cleared.Put(r)
}

func putEmptied(r *[]row) {
	s := *r
	for i := range s {
		s[i] = row{}
	}
	s = s[:0]
	cleared.Put(&s)
}

func putFieldsEmptied(s []row) {
	for i := range s {
		s[i].key = ""
		s[i].cells = nil
	}
	s = s[:0]
	cleared.Put(&s)
}

func clearRows(r *[]row) {
	for i := range *r {
		(*r)[i] = row{}
	}
}

func putByHelper(r *[]row) {
	clearRows(r)
	cleared.Put(r)
}

var numbers = sync.Pool{New: func() any { return new([]number) }}

func putNumbers(n *[]number) {
	*n = (*n)[:0]
	numbers.Put(n)
}

var bytesOnly = sync.Pool{New: func() any { return new([]byte) }}

func putBytes(b *[]byte) { bytesOnly.Put(b) }

var resetByGet = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func getReset() *bytes.Buffer {
	buf := resetByGet.Get().(*bytes.Buffer)
	buf.Reset()
	return buf
}

func useReset(name string) string {
	buf := getReset()
	defer resetByGet.Put(buf)
	buf.WriteByte(name[0])
	return buf.String()
}

var resetByPut = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func useAndReset(name string) string {
	buf := resetByPut.Get().(*bytes.Buffer)
	buf.WriteByte(name[0])
	s := buf.String()
	buf.Reset()
	resetByPut.Put(buf)
	return s
}
