// Package deadlockonlocks has goroutines that wait for ever for a lock.
package deadlockonlocks

import (
	"errors"
	"sync"
)

type counter struct {
	mu    sync.Mutex
	count int
}

func (c *counter) Count() int {
	c.mu.Lock() // want "GM305 .*`c.mu`"
	defer c.mu.Unlock()
	return c.count
}

func (c *counter) Double() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count += c.Count()
}

type state struct {
	sync.RWMutex
	values map[string]int
}

func (s *state) Get(key string) int {
	s.RLock() // want "GM305 .*`s`"
	defer s.RUnlock()
	return s.values[key]
}

func (s *state) Set(key string) {
	s.Lock()
	s.values[key] = s.Get(key) + 1
	s.Unlock()
}

func leftLocked(items []int) error {
	var mu sync.Mutex
	total := 0
	for _, item := range items {
		mu.Lock() // want "GM305 .*`mu`"
		if item < 0 {
			continue
		}
		total += item
		mu.Unlock()
	}
	if total > 9 {
		return errors.New("too much")
	}
	return nil
}

type account struct {
	mu      sync.Mutex
	balance int
}

func move(from, to *account) {
	from.mu.Lock()
	defer from.mu.Unlock()
	to.mu.Lock() // want "GM305 .*`to.mu`"
	defer to.mu.Unlock()
	from.balance--
	to.balance++
}

func exchange() {
	one, other := &account{}, &account{}
	var group sync.WaitGroup
	group.Add(2)
	go func() {
		defer group.Done()
		move(one, other)
	}()
	go func() {
		defer group.Done()
		move(other, one)
	}()
	group.Wait()
}

type cache struct {
	mu sync.RWMutex
}

func (c *cache) inner() int {
	c.mu.RLock() // want "GM305 .*`c.mu`"
	defer c.mu.RUnlock()
	return 1
}

func (c *cache) outer() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.inner()
}

func (c *cache) write() {
	c.mu.Lock()
	defer c.mu.Unlock()
}

func readersAndWriter() {
	c := &cache{}
	go c.outer()
	go c.write()
}

type events struct {
	mu    sync.Mutex
	queue chan int
	last  int
}

func (e *events) publish(value int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.queue <- value // want "GM305"
}

func (e *events) consume() {
	for value := range e.queue {
		e.mu.Lock()
		e.last = value
		e.mu.Unlock()
	}
}

func publishes() {
	e := &events{queue: make(chan int)}
	go e.consume()
	e.publish(1)
	e.publish(2)
	close(e.queue)
}

type lazy struct {
	once  sync.Once
	value int
}

func (l *lazy) get() int {
	l.once.Do(func() { // want "GM305 .*`l.once`"
		l.value = l.get() + 1
	})
	return l.value
}

func unlockedTwice(fail bool) {
	var mu sync.Mutex
	mu.Lock()
	if fail {
		mu.Unlock()
	}
	mu.Unlock() // want "GM305 .*`mu` is unlocked"
}

// presence forgets to unlock where it has nothing to do.
type presence struct {
	sync.RWMutex
	closed   bool
	channels []string
}

func (p *presence) update(each func(string)) {
	p.RLock()
	if p.closed {
		return // want "`p` stays locked when the function leaves here"
	}
	for _, channel := range p.channels {
		each(channel)
	}
	p.RUnlock()
}

func (p *presence) fetch(read func() error) error {
	p.Lock()
	if p.closed {
		p.Unlock()
		return nil
	}
	if err := read(); err != nil {
		return err // want "`p` stays locked when the function leaves here"
	}
	p.Unlock()
	return nil
}

type roster struct {
	mu    sync.Mutex
	names map[string]int
}

func (r *roster) add(name string, wait func() error) error {
	r.mu.Lock()
	if _, known := r.names[name]; known {
		r.mu.Unlock()
		return wait()
	}
	r.enter(name)
	return wait() // want "GM305 .*`r.mu` stays locked"
}

func (r *roster) enter(name string) { r.names[name]++ }
