package pool_wrong_type

import "sync"

type sortOf struct{ pool *sync.Pool }

type short struct {
	of *sortOf
	n  int
}

type long struct {
	of *sortOf
	s  string
}

// One field, and a pool of its own for each sort: what is put back came from its own one.
func (s *short) done() { s.of.pool.Put(s) }

func (l *long) done() { l.of.pool.Put(l) }

func bothSorts() (*sortOf, *sortOf) {
	shorts, longs := &sortOf{}, &sortOf{}
	shorts.pool = &sync.Pool{New: func() any { return &short{of: shorts} }}
	longs.pool = &sync.Pool{New: func() any { return &long{of: longs} }}
	return shorts, longs
}
