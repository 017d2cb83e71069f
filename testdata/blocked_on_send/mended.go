package blockedonsend

// What the channel kernels of GoKer look like when they are mended; the comments name the kernels.

import (
	"context"
	"math/rand"
	"sync"
	"time"
)

// kubernetes5316: room for the one result.
func finishes(limit time.Duration, work func() error) {
	done, failed := make(chan bool, 1), make(chan error, 1)
	go func() {
		if err := work(); err != nil {
			failed <- err
		} else {
			done <- true
		}
	}()
	select {
	case <-done:
	case <-failed:
	case <-time.After(limit):
	}
}

// grpc660: the worker may also see that the client stops.
type bench struct{ stop chan bool }

func (b *bench) loop() {
	for {
		done := make(chan bool, 1)
		go func() {
			if rand.Intn(10) > 7 {
				done <- false
				return
			}
			done <- true
		}()
		select {
		case <-b.stop:
			return
		case <-done:
		}
	}
}

func benches() {
	b := &bench{stop: make(chan bool)}
	go b.loop()
	go func() { b.stop <- true }()
}

// cockroach1462: the sender selects on the end.
type transport struct {
	events chan int
	quit   chan struct{}
	group  sync.WaitGroup
}

func (t *transport) produce() {
	defer t.group.Done()
	for {
		select {
		case <-t.quit:
			return
		case t.events <- 0:
		}
	}
}

func (t *transport) consume() {
	defer t.group.Done()
	for {
		select {
		case <-t.events:
		case <-t.quit:
			return
		}
	}
}

func transports() {
	t := &transport{events: make(chan int), quit: make(chan struct{})}
	t.group.Add(2)
	go t.produce()
	go t.consume()
	close(t.quit)
	t.group.Wait()
}

// cockroach18101: the sender sees that the context ends.
func restores(ctx context.Context, total int) bool {
	ready := make(chan bool, 2)
	go func() {
		defer close(ready)
		for range total {
			select {
			case ready <- true:
			case <-ctx.Done():
				return
			}
		}
	}()
	for range ready {
		select {
		case <-ctx.Done():
			return false
		default:
		}
	}
	return true
}

// cockroach24808: room for what is sent before the receiver starts.
type compactor struct{ wake chan struct{} }

func (c *compactor) start() {
	c.wake <- struct{}{}
	go func() { <-c.wake }()
}

func compacts() {
	c := &compactor{wake: make(chan struct{}, 1)}
	c.start()
}

// cockroach35073, cockroach35931: as much room as there are rows.
type rows struct{ data chan int }

func (r *rows) push() { r.data <- 0 }

func pushes() {
	r := &rows{data: make(chan int, 3)}
	for range 2 {
		r.push()
	}
	var group sync.WaitGroup
	group.Add(1)
	go func() {
		defer group.Done()
		r.push()
	}()
	group.Wait()
}

// etcd6857: asking for the status ends with the node.
type node struct {
	status chan chan int
	stop   chan struct{}
	done   chan struct{}
}

func (n *node) Status() int {
	reply := make(chan int, 1)
	select {
	case n.status <- reply:
		return <-reply
	case <-n.done:
		return 0
	}
}

func (n *node) run() {
	defer close(n.done)
	for {
		select {
		case reply := <-n.status:
			reply <- 1
		case <-n.stop:
			return
		}
	}
}

func (n *node) Stop() {
	select {
	case n.stop <- struct{}{}:
		<-n.done
	case <-n.done:
	}
}

func nodes() {
	n := &node{status: make(chan chan int), stop: make(chan struct{}), done: make(chan struct{})}
	go n.run()
	go n.Status()
	go n.Stop()
}

// kubernetes25331: the result goes out, or the context ends.
type watch struct {
	ctx     context.Context
	cancel  context.CancelFunc
	results chan bool
	errors  chan error
}

func (w *watch) Stop() {
	select {
	case w.errors <- nil:
	case <-w.ctx.Done():
	}
	w.cancel()
}

func (w *watch) run() {
	select {
	case <-w.errors:
		select {
		case w.results <- true:
		case <-w.ctx.Done():
		}
	case <-w.ctx.Done():
	}
}

func watches() {
	ctx, cancel := context.WithCancel(context.Background())
	w := &watch{ctx: ctx, cancel: cancel, results: make(chan bool), errors: make(chan error)}
	go w.run()
	go w.Stop()
}

// kubernetes38669: the results are taken until the watcher closes them.
type cacheWatcher struct {
	input, result chan int
}

func (c *cacheWatcher) process(initial []int) {
	defer close(c.result)
	for _, event := range initial {
		c.result <- event
	}
	for range c.input {
	}
}

func cacheWatches() {
	c := &cacheWatcher{input: make(chan int), result: make(chan int)}
	go c.process([]int{1, 2})
	close(c.input)
	for range c.result {
	}
}

// moby28462, moby33781: the monitor's probe cannot wait for a monitor that has gone.
func monitors(stop chan bool) {
	for {
		results := make(chan error, 1)
		go func() { results <- nil }()
		select {
		case <-stop:
			return
		case <-results:
		case <-time.After(time.Millisecond):
			select {
			case <-stop:
				return
			case <-results:
			}
		}
	}
}

func startsMonitor() {
	stop := make(chan bool)
	go monitors(stop)
	go func() { stop <- true }()
}

// istio17860: the exit status has room.
type agent struct {
	status chan error
	active int
}

func (a *agent) wait(run func() error) { a.status <- run() }

func (a *agent) Run(ctx context.Context, run func() error) {
	a.active++
	go a.wait(run)
	select {
	case <-a.status:
	case <-ctx.Done():
	}
}

func runsAgent(run func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	a := &agent{status: make(chan error, 1)}
	go a.Run(ctx, run)
	cancel()
}

// serving2137: the lock that the request waits for is given back before its result is awaited.
type breaker struct{ pending, active chan struct{} }

func (b *breaker) request(done chan<- bool) {
	select {
	case b.pending <- struct{}{}:
	default:
		done <- false
		return
	}
	b.active <- struct{}{}
	<-b.active
	<-b.pending
	done <- true
}

func requests() {
	b := &breaker{pending: make(chan struct{}, 1), active: make(chan struct{}, 1)}
	done := make(chan bool, 2)
	go b.request(done)
	go b.request(done)
	<-done
	<-done
}
