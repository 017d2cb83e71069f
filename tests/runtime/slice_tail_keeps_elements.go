package slicetail

import (
	"fmt"
	"runtime"
	"testing"
	"time"
)

// Removes what a server holds in one way or another, and prints how many of the removed conns are still alive.
func TestRetained(t *testing.T) {
	cases := map[string]func(s *server, conns []*conn) any{
		"remove":         func(s *server, conns []*conn) any { each(conns, s.remove); return s },
		"removeGlobal":   func(s *server, conns []*conn) any { all = conns; times(conns, removeGlobal); return all },
		"removeStruct":   func(s *server, conns []*conn) any { own(s, conns); times(conns, s.removeStruct); return s },
		"removeInner":    func(s *server, conns []*conn) any { inner(s, conns); times(conns, s.removeInner); return s },
		"removeNamed":    func(s *server, conns []*conn) any { byName(s, conns); return s },
		"removeThrough":  func(s *server, conns []*conn) any { through(s, conns); return s },
		"removeFirst":    func(s *server, conns []*conn) any { s.removeFirst(len(conns)); return s },
		"removeByCopy":   func(s *server, conns []*conn) any { times(conns, s.removeByCopy); return s },
		"removeBySwap":   func(s *server, conns []*conn) any { times(conns, s.removeBySwap); return s },
		"removeTooEarly": func(s *server, conns []*conn) any { s.removeTooEarly(1); s.conns[len(s.conns)-1] = nil; return s },
		"copyTooEarly":   func(s *server, conns []*conn) any { s.copyTooEarly(1); s.conns[len(s.conns)-1] = nil; return s },
		"take":           func(s *server, conns []*conn) any { s.take(); s.take(); return s },
		"split":          func(s *server, conns []*conn) any { s.split(1); return s },
		"keep":           func(s *server, conns []*conn) any { s.keep(func(*conn) bool { return false }); return s },
		"heap":           func(s *server, conns []*conn) any { s.queue = conns; s.next(); s.next(); s.conns = nil; return s },
	}
	for name, remove := range cases {
		collected := 0
		kept, left := run(remove, func() { collected++ })
		for range 5 {
			runtime.GC()
			time.Sleep(5 * time.Millisecond)
		}
		fmt.Println(name, "RETAINED", 4-left-collected)
		runtime.KeepAlive(kept)
		all = nil
	}
}

func run(remove func(*server, []*conn) any, done func()) (any, int) {
	conns := make([]*conn, 4)
	for i := range conns {
		conns[i] = &conn{id: i}
		runtime.SetFinalizer(conns[i], func(*conn) { done() })
	}
	s := &server{conns: append([]*conn(nil), conns...)}
	kept := remove(s, append([]*conn(nil), conns...))
	return kept, living(kept)
}

// How many conns can be reached without looking behind a slice's end.
func living(kept any) int {
	seen := map[*conn]bool{}
	if list, ok := kept.([]*conn); ok {
		for _, c := range list {
			seen[c] = true
		}
	}
	if s, ok := kept.(*server); ok {
		for _, list := range [][]*conn{s.conns, s.queue, s.named["a"]} {
			for _, c := range list {
				seen[c] = true
			}
		}
	}
	delete(seen, nil)
	return len(seen)
}

func each(conns []*conn, remove func(*conn)) {
	for _, c := range conns {
		remove(c)
	}
}

func times(conns []*conn, remove func(int)) {
	for range conns {
		remove(0)
	}
}

func own(s *server, conns []*conn) {
	for _, c := range conns {
		s.sessions = append(s.sessions, session{owner: c})
	}
	s.conns = nil
}

func inner(s *server, conns []*conn) {
	for _, c := range conns {
		s.inner.list = append(s.inner.list, c)
	}
	s.conns = nil
}

func byName(s *server, conns []*conn) {
	s.named, s.conns = map[string][]*conn{"a": conns}, nil
	for range conns {
		s.removeNamed("a", 0)
	}
}

func through(s *server, conns []*conn) {
	for range conns {
		removeThrough(map[string]*server{"a": s}, "a", 0)
	}
}
