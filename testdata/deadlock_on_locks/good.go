package deadlockonlocks

import (
	"errors"
	"runtime"
	"sync"
)

type calm struct {
	mu    sync.Mutex
	count int
}

func (c *calm) Count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.countLocked()
}

func (c *calm) countLocked() int { return c.count }

func (c *calm) Double() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count += c.countLocked()
}

func (c *calm) Twice() int {
	before := c.Count()
	c.mu.Lock()
	c.count = before
	c.mu.Unlock()
	return c.Count()
}

func unlocksAlways(items []int) error {
	var mu sync.Mutex
	total := 0
	for _, item := range items {
		mu.Lock()
		if item < 0 {
			mu.Unlock()
			return errors.New("negative")
		}
		total += item
		mu.Unlock()
	}
	return nil
}

func (c *calm) acquire() { c.mu.Lock() }

func (c *calm) release() { c.mu.Unlock() }

func (c *calm) with(action func()) {
	c.acquire()
	defer c.release()
	action()
}

type ordered struct{ first, second sync.Mutex }

func (o *ordered) one() {
	o.first.Lock()
	o.second.Lock()
	o.second.Unlock()
	o.first.Unlock()
}

func (o *ordered) other() {
	o.first.Lock()
	defer o.first.Unlock()
	o.second.Lock()
	defer o.second.Unlock()
}

func sameOrder() {
	o := &ordered{}
	go o.one()
	go o.other()
}

type tree struct {
	mu       sync.Mutex
	children []*tree
	size     int
}

func (t *tree) total() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	sum := t.size
	for _, child := range t.children {
		sum += child.total()
	}
	return sum
}

func (c *calm) tries() bool {
	if !c.mu.TryLock() {
		return false
	}
	defer c.mu.Unlock()
	return true
}

type mailbox struct {
	mu    sync.Mutex
	queue chan int
	last  int
}

func (m *mailbox) publish(value int) {
	m.mu.Lock()
	m.last = value
	m.mu.Unlock()
	m.queue <- value
}

func (m *mailbox) consume(done chan<- struct{}) {
	defer close(done)
	for value := range m.queue {
		m.mu.Lock()
		m.last = value
		m.mu.Unlock()
	}
}

func publishesUnlocked() {
	m, done := &mailbox{queue: make(chan int)}, make(chan struct{})
	go m.consume(done)
	m.publish(1)
	m.publish(2)
	close(m.queue)
	<-done
}

type plan struct {
	mu     sync.RWMutex
	values []int
}

func (p *plan) read() int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return len(p.values)
}

func (p *plan) write() {
	p.mu.Lock()
	p.values = append(p.values, 1)
	p.mu.Unlock()
}

func readersAndWriters() {
	p := &plan{}
	go p.read()
	go p.write()
	go p.read()
}

func conditionally(locks bool, c *calm) {
	if locks {
		c.mu.Lock()
	}
	c.count++
	if locks {
		c.mu.Unlock()
	}
}

func transfers(from, to *calm) {
	from.mu.Lock()
	to.mu.Lock()
	to.mu.Unlock()
	from.mu.Unlock()
}

// gauge is followed where it is nil, which panics: nothing waits for its lock.
type gauge struct {
	mu    sync.Mutex
	total *tally
}

type tally struct {
	mu  sync.RWMutex
	sum int
}

func (t *tally) read() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.sum
}

func gaugeOf(ready bool) *gauge {
	if !ready {
		return nil
	}
	return &gauge{total: &tally{}}
}

func readGauge(ready bool) int {
	one := gaugeOf(ready)
	one.mu.Lock()
	defer one.mu.Unlock()
	return one.total.read()
}

// shelf unlocks on all ways, under the same condition twice, or for those who call it with the lock.
type shelf struct {
	mu    sync.Mutex
	items []int
}

func (s *shelf) first(each func(int)) bool {
	s.mu.Lock()
	if len(s.items) == 0 {
		s.mu.Unlock()
		return false
	}
	item := s.items[0]
	s.mu.Unlock()
	each(item)
	return true
}

func (s *shelf) put(item int, alone bool) int {
	if !alone {
		s.mu.Lock()
	}
	s.items = append(s.items, item)
	if alone {
		return len(s.items)
	}
	count := len(s.items)
	s.mu.Unlock()
	return count
}

func (s *shelf) wait(ready func() bool) int {
	for !ready() {
		s.mu.Unlock()
		runtime.Gosched()
		s.mu.Lock()
	}
	return len(s.items)
}

func (s *shelf) lockFor(item int) bool {
	s.mu.Lock()
	if len(s.items) > item {
		return true
	}
	s.mu.Unlock()
	return false
}

func (s *shelf) must(item int) int {
	s.mu.Lock()
	if len(s.items) <= item {
		panic("no such item")
	}
	found := s.items[item]
	s.mu.Unlock()
	return found
}

func (s *shelf) take(item int) int {
	mine := false
	if item > 0 {
		s.mu.Lock()
		mine = true
	}
	if item > 10 {
		if mine {
			s.mu.Unlock()
		}
		return 10
	}
	if !mine {
		s.mu.Lock()
	}
	count := len(s.items)
	s.mu.Unlock()
	return count
}

// ledger hands its lock on to a goroutine.
type ledger struct {
	mu      sync.Mutex
	pending map[string]int
}

func (l *ledger) add(name string, wait func() error) error {
	l.mu.Lock()
	if _, known := l.pending[name]; known {
		l.mu.Unlock()
		return wait()
	}
	l.enter(name)
	return wait()
}

// enter takes over the lock.
func (l *ledger) enter(name string) {
	l.pending[name]++
	go func() {
		defer l.mu.Unlock()
		delete(l.pending, name)
	}()
}
