// Package pool_dirty_reuse puts objects back that keep what their last user put into them.
package pool_dirty_reuse

import (
	"bytes"
	"sync"
)

type row struct {
	key   string
	cells []string
}

type number struct{ at, value int64 }

var rows = sync.Pool{New: func() any { r := make([]row, 0, 64); return &r }}

func getRows() *[]row { return rows.Get().(*[]row) }

func putRows(r *[]row) {
	*r = (*r)[:0]
	rows.Put(r) // want "GM404 the elements of `r` keep what they refer to"
}

var pointers sync.Pool

func putPointers(p *[]*row) {
	if cap(*p) > 1000 {
		return
	}
	*p = (*p)[:0]
	pointers.Put(p) // want "GM404 the elements of `p` keep what they refer to"
}

type head struct {
	pool sync.Pool
}

func (h *head) release(all *[]any) {
	for _, one := range *all {
		if r, ok := one.(*row); ok {
			r.key = "seen"
		}
	}
	h.pool.Put(all) // want "GM404 the elements of `all` keep what they refer to"
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func render(name string) string {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf) // want "GM404 nobody resets `buf`"
	buf.WriteByte(name[0])
	return buf.String()
}
