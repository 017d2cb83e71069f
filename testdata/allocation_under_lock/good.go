package critical

import (
	"fmt"
	"strings"
)

func (s *store) before(kind string, id, value int) {
	key := fmt.Sprintf("%s/%d", kind, id)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all[key] = value
}

// It needs what the lock protects.
func (s *store) describe() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	text := fmt.Sprintf("%d entries", len(s.all))
	return text
}

func (s *store) copied() []byte {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]byte, len(s.last))
	copy(out, s.last)
	return out
}

// A check comes first, and may make it needless.
func (s *store) perhaps(kind string, id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		return
	}
	key := fmt.Sprintf("%s/%d", kind, id)
	s.all[key]++
}

// A pointer may lead to what is protected.
func (s *store) pointed(other *store) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := fmt.Sprintf("%v", other)
	return text
}

// The variable changes.
func (s *store) changing(n int) {
	for n < 10 {
		s.mu.Lock()
		key := strings.Repeat("x", n)
		s.all[key] = n
		n++
		s.mu.Unlock()
	}
}

// Small, and of one size.
func (s *store) small() chan int {
	s.mu.Lock()
	defer s.mu.Unlock()
	done := make(chan int, 1)
	return done
}
