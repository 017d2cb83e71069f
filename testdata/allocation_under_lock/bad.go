package critical

import (
	"fmt"
	"strings"
	"sync"
)

type store struct {
	mu   sync.RWMutex
	all  map[string]int
	last []byte
}

func (s *store) set(kind string, id, value int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := fmt.Sprintf("%s/%d", kind, id) // want "GM605 fmt.Sprintf allocates while `s.mu.Lock\(\)` is held"
	s.all[key] = value
}

func (s *store) get(name string) int {
	s.mu.RLock()
	key := strings.Repeat(name, 2) // want "GM605 strings.Repeat allocates while `s.mu.RLock\(\)` is held"
	value := s.all[key]
	s.mu.RUnlock()
	return value
}

func (s *store) resize(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	bigger := make([]byte, n) // want "GM605 make allocates"
	copy(bigger, s.last)
	s.last = bigger
}

var global sync.Mutex

func both(a, b string, n int) string {
	global.Lock()
	defer global.Unlock()
	first := fmt.Sprint(a, b)      // want "GM605"
	second := strings.Repeat(b, n) // want "GM605"
	return first + second
}
