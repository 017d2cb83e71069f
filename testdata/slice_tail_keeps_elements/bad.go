package slicetail

import "container/heap"

type conn struct {
	id     int
	buffer [1 << 16]byte
}

type session struct {
	name  string
	owner *conn
}

type server struct {
	conns    []*conn
	sessions []session
	hooks    []func()
	named    map[string][]*conn
	inner    struct{ list []any }
	queue    queue
}

var all []*conn

func (s *server) add(c *conn) {
	s.conns = append(s.conns, c)
	all = append(all, c)
}

func (s *server) remove(c *conn) {
	for i, one := range s.conns {
		if one == c {
			s.conns = append(s.conns[:i], s.conns[i+1:]...) // want "GM604 what is removed from `s.conns` stays alive in its memory: the elements behind move up"
			return
		}
	}
}

func removeGlobal(i int) {
	all = append(all[:i], all[i+1:]...) // want "GM604 what is removed from `all`"
}

func (s *server) removeStruct(i int) {
	s.sessions = append(s.sessions[:i], s.sessions[i+1:]...) // want "GM604 what is removed from `s.sessions`"
}

func (s *server) removeHook(i int) {
	s.hooks = append(s.hooks[:i], s.hooks[i+1:]...) // want "GM604"
}

func (s *server) removeInner(i int) {
	s.inner.list = append(s.inner.list[:i], s.inner.list[i+1:]...) // want "GM604"
}

func (s *server) removeNamed(name string, i int) {
	s.named[name] = append(s.named[name][:i], s.named[name][i+1:]...) // want "GM604"
}

// A local variable that leads to a field.
func removeThrough(byName map[string]*server, name string, i int) {
	s, ok := byName[name]
	if !ok {
		return
	}
	s.conns = append(s.conns[:i], s.conns[i+1:]...) // want "GM604"
}

func (s *server) removeFirst(n int) {
	s.conns = append(s.conns[:0], s.conns[n:]...) // want "GM604"
}

func (s *server) removeByCopy(i int) {
	copy(s.conns[i:], s.conns[i+1:])
	s.conns = s.conns[:len(s.conns)-1] // want "GM604 what is removed from `s.conns` stays alive in its memory: the last element"
}

func (s *server) removeBySwap(i int) {
	last := len(s.conns) - 1
	s.conns[i] = s.conns[last]
	s.conns = s.conns[:last] // want "GM604"
}

// The nil is written over by the shift.
func (s *server) removeTooEarly(i int) {
	s.conns[i] = nil
	s.conns = append(s.conns[:i], s.conns[i+1:]...) // want "GM604 .*a copy of the last one"
}

// The nil is written over by the copy.
func (s *server) copyTooEarly(i int) {
	s.conns[i] = nil
	copy(s.conns[i:], s.conns[i+1:])
	s.conns = s.conns[:len(s.conns)-1] // want "GM604"
}

func (s *server) take() *conn {
	c := s.conns[0]
	s.conns = s.conns[1:] // want "GM604 what is removed from `s.conns` stays alive in its memory: the elements before"
	return c
}

func (s *server) split(i int) *server {
	next := &server{}
	next.conns = append(next.conns, s.conns[i:]...)
	s.conns = s.conns[:i] // want "GM604 what is removed from `s.conns` stays alive in its memory: the elements behind"
	return next
}

func (s *server) keep(wanted func(*conn) bool) {
	kept := s.conns[:0]
	for _, c := range s.conns {
		if wanted(c) {
			kept = append(kept, c)
		}
	}
	s.conns = kept // want "GM604 what is removed from `s.conns` stays alive in its memory: what was not kept"
}

type queue []*conn

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].id < q[j].id }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(*conn)) }

func (q *queue) Pop() any {
	old := *q
	n := len(old)
	c := old[n-1]
	*q = old[:n-1] // want "GM604 what is removed from `.q` stays alive"
	return c
}

func (s *server) next() *conn { return heap.Pop(&s.queue).(*conn) }

type list[T any] struct{ items []T }

func (l *list[T]) remove(i int) {
	l.items = append(l.items[:i], l.items[i+1:]...) // want "GM604"
}

// Two go, and only one comes.
func (s *server) replacePair(i int, c *conn) {
	s.conns = append(s.conns[:i], s.conns[i+2:]...) // want "GM604 what is removed from `s.conns`"
	s.conns = append(s.conns, c)
}

// One is taken now and then, and the list goes on.
func (s *server) takeSession() (session, bool) {
	if len(s.sessions) == 0 {
		return session{}, false
	}
	first := s.sessions[0]
	s.sessions = s.sessions[1:] // want "GM604 what is removed from `s.sessions`"
	return first, true
}

func (s *server) addSession(one session) { s.sessions = append(s.sessions, one) }
