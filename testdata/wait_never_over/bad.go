// Package waitneverover waits for counters and conditions that never come.
package waitneverover

import "sync"

func skipsDone(jobs []func() error) {
	var group sync.WaitGroup
	for _, job := range jobs {
		group.Add(1)
		go func() {
			if err := job(); err != nil {
				return
			}
			group.Done()
		}()
	}
	group.Wait() // want "GM306 .*`group`"
}

func waitsInside(jobs []func()) {
	var group sync.WaitGroup
	group.Add(1)
	go func() {
		defer group.Done()
		for _, job := range jobs {
			job()
		}
		group.Wait() // want "GM306 .*`group`"
	}()
	group.Wait()
}

func waitsInLoop(jobs []func()) {
	var group sync.WaitGroup
	group.Add(len(jobs))
	for _, job := range jobs {
		go func() {
			defer group.Done()
			job()
		}()
		group.Wait() // want "GM306 .*`group`"
	}
}

type gate struct {
	mu   sync.Mutex
	cond *sync.Cond
	open bool
}

func newGate() *gate {
	g := &gate{}
	g.cond = sync.NewCond(&g.mu)
	return g
}

func (g *gate) wait() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for !g.open {
		g.cond.Wait() // want "GM306 .*`g.cond`"
	}
}

func forgetsToSignal() {
	g := newGate()
	go g.wait()
	g.mu.Lock()
	g.open = true
	g.mu.Unlock()
}

func tooOften() {
	var group sync.WaitGroup
	group.Add(1)
	go func() {
		defer group.Done() // want "GM306 .*negative"
		group.Done()
	}()
	group.Wait()
}

type halting struct {
	queues map[string][]func()
}

func (h *halting) stop(name string) {
	var group sync.WaitGroup
	group.Add(len(h.queues[name]) + 1)
	for _, one := range h.queues[name] {
		go func(stop func()) {
			stop()
			group.Done()
		}(one)
	}
	group.Wait() // want "the counter of `group` does not become zero"
}
