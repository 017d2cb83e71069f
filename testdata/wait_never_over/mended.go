package waitneverover

// What the kernels of GoKer with counters and conditions look like when they are mended; the comments name the kernels.

import "sync"

// moby25384: the wait comes after the loop.
type manager struct{ plugins []func() }

func (m *manager) init() {
	var group sync.WaitGroup
	group.Add(len(m.plugins))
	for _, plugin := range m.plugins {
		go func() {
			defer group.Done()
			plugin()
		}()
	}
	group.Wait()
}

func initialises(one, two func()) {
	m := &manager{plugins: []func(){one, two}}
	go m.init()
}

// kubernetes58107, moby27782: what is waited for is remembered, so that a signal that comes first is not lost.
type pending struct {
	mu    sync.Mutex
	cond  *sync.Cond
	ready bool
}

func (p *pending) get() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.ready {
		p.cond.Wait()
	}
}

func (p *pending) put() {
	p.mu.Lock()
	p.ready = true
	p.mu.Unlock()
	p.cond.Signal()
}

func gets() {
	p := &pending{}
	p.cond = sync.NewCond(&p.mu)
	go p.get()
	p.put()
}

// kubernetes11298: the waiter holds the lock, and who signals changes the state under it.
type notifier struct {
	lock  sync.Mutex
	cond  *sync.Cond
	abort bool
}

func (n *notifier) serve() {
	n.lock.Lock()
	defer n.lock.Unlock()
	for !n.abort {
		n.cond.Wait()
	}
}

func notifies() {
	n := &notifier{}
	n.cond = sync.NewCond(&n.lock)
	done := make(chan struct{})
	go func() {
		defer close(done)
		n.serve()
	}()
	n.lock.Lock()
	n.abort = true
	n.lock.Unlock()
	n.cond.Broadcast()
	<-done
}

// etcd7492: the keeper goes on taking tokens until it is stopped, and needs no lock of its callers.
type tokens struct {
	add  chan struct{}
	stop chan struct{}
}

func (t *tokens) run() {
	for {
		select {
		case <-t.add:
		case <-t.stop:
			return
		}
	}
}

func authenticates() {
	t := &tokens{add: make(chan struct{}), stop: make(chan struct{})}
	go t.run()
	defer close(t.stop)
	var group sync.WaitGroup
	group.Add(2)
	for range 2 {
		go func() {
			defer group.Done()
			t.add <- struct{}{}
		}()
	}
	group.Wait()
}
