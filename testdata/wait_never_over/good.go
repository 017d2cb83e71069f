package waitneverover

import (
	"context"
	"sync"
)

func alwaysDone(jobs []func() error) {
	var group sync.WaitGroup
	for _, job := range jobs {
		group.Add(1)
		go func() {
			defer group.Done()
			if err := job(); err != nil {
				return
			}
		}()
	}
	group.Wait()
}

func countedAtOnce(jobs []func()) {
	var group sync.WaitGroup
	group.Add(len(jobs))
	for _, job := range jobs {
		go func() {
			defer group.Done()
			job()
		}()
	}
	group.Wait()
}

func byHelper(jobs []func()) {
	var group sync.WaitGroup
	for _, job := range jobs {
		group.Add(1)
		go work(&group, job)
	}
	group.Wait()
}

func work(group *sync.WaitGroup, job func()) {
	defer group.Done()
	job()
}

func signals() {
	g := newGate()
	go g.wait()
	g.mu.Lock()
	g.open = true
	g.cond.Broadcast()
	g.mu.Unlock()
}

type queue struct {
	mu    sync.Mutex
	ready *sync.Cond
	items []int
}

func (q *queue) put(item int) {
	q.mu.Lock()
	q.items = append(q.items, item)
	q.mu.Unlock()
	q.ready.Signal()
}

func (q *queue) take() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.ready.Wait()
	}
	item := q.items[0]
	q.items = q.items[1:]
	return item
}

func handsOver() int {
	q := &queue{}
	q.ready = sync.NewCond(&q.mu)
	go q.put(1)
	return q.take()
}

type workers struct {
	group sync.WaitGroup
	quit  chan struct{}
}

func (w *workers) start(job func()) {
	w.group.Add(1)
	go func() {
		defer w.group.Done()
		for {
			select {
			case <-w.quit:
				return
			default:
				job()
			}
		}
	}()
}

func (w *workers) stop() {
	close(w.quit)
	w.group.Wait()
}

func servesForEver(job func()) {
	var group sync.WaitGroup
	group.Add(1)
	go func() {
		defer group.Done()
		for {
			job()
		}
	}()
	group.Wait()
}

// stopping counts the elements of a map in a map, and of a slice in one.
type stopping struct {
	streams map[string]map[string]func()
	queues  map[string][]func()
}

func (s *stopping) stop(name string) {
	var group sync.WaitGroup
	group.Add(len(s.streams[name]) + len(s.queues[name]))
	for _, one := range s.streams[name] {
		go func(stop func()) {
			stop()
			group.Done()
		}(one)
	}
	for _, one := range s.queues[name] {
		go func(stop func()) {
			stop()
			group.Done()
		}(one)
	}
	group.Wait()
}

// pooled has as many workers as it counts, though no loop says so.
type pooled struct {
	count   int
	workers []chan *sync.WaitGroup
}

func (p *pooled) flush() {
	var group sync.WaitGroup
	group.Add(p.count)
	for _, worker := range p.workers {
		worker <- &group
	}
	group.Wait()
}

// crew runs jobs until it is closed.
type crew struct {
	jobs chan func()
	end  chan struct{}
}

func (c *crew) work() {
	for {
		select {
		case job := <-c.jobs:
			job()
		case <-c.end:
			return
		}
	}
}

func (c *crew) take(ctx context.Context, job func()) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case c.jobs <- job:
		return nil
	}
}

func (c *crew) all(ctx context.Context, jobs []func()) error {
	var counted sync.WaitGroup
	var err error
	for _, job := range jobs {
		counted.Add(1)
		err = c.take(ctx, func() {
			defer counted.Done()
			job()
		})
		if err != nil {
			counted.Done()
			break
		}
	}
	counted.Wait()
	return err
}
