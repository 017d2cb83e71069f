package goroutine_never_ends

import (
	"context"
	"sync"
	"time"
)

// crew starts functions and waits for them.
type crew struct{ waiting sync.WaitGroup }

func (c *crew) run(job func()) {
	c.waiting.Add(1)
	go func() {
		defer c.waiting.Done()
		job()
	}()
}

type surveyor struct {
	crew  crew
	plots int
	end   chan struct{}
}

func (p *surveyor) start() {
	p.crew.run(p.poll)
	p.crew.run(func() {
		for { // want "GM304 .*never ends"
			time.Sleep(time.Second)
			p.plots++
		}
	})
}

func (p *surveyor) poll() {
	for { // want "GM304 .*never ends"
		time.Sleep(time.Minute)
		p.plots = 0
	}
}

func (p *surveyor) Close() { close(p.end) }

func watchWrapped(ctx context.Context, seen func()) {
	safe(func() {
		for { // want "GM304 .*never ends"
			time.Sleep(time.Second)
			seen()
		}
	})
}

func safe(run func()) { go guarded(run) }

func guarded(run func()) {
	defer func() { _ = recover() }()
	run()
}
