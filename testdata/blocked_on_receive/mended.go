package blockedonreceive

// What the receiving kernels of GoKer look like when they are mended; the comments name the kernels.

import (
	"context"
	"sync"
	"time"
)

// cockroach10790: who drains can also see that the senders gave up.
func drains(ctx context.Context, channels []chan bool) {
	for _, one := range channels {
		select {
		case <-one:
		case <-ctx.Done():
			return
		}
	}
}

func begins() {
	ctx, cancel := context.WithCancel(context.Background())
	channels := []chan bool{make(chan bool), make(chan bool)}
	go func() {
		for _, one := range channels {
			select {
			case one <- true:
			case <-ctx.Done():
				return
			}
		}
	}()
	go drains(ctx, channels)
	go cancel()
}

// cockroach13197, cockroach13755: the transaction is always rolled back.
type tx struct {
	ctx    context.Context
	cancel context.CancelFunc
}

func begin(ctx context.Context) *tx {
	t := &tx{}
	t.ctx, t.cancel = context.WithCancel(ctx)
	go func() { <-t.ctx.Done() }()
	return t
}

func transacts() {
	t := begin(context.Background())
	defer t.cancel()
}

// cockroach25456: what is waited for is closed by who stops.
type quiescer struct{ quit chan struct{} }

func (q *quiescer) process(done chan<- struct{}) {
	<-q.quit
	close(done)
}

func quiesces() {
	q, done := &quiescer{quit: make(chan struct{})}, make(chan struct{})
	go q.process(done)
	close(q.quit)
	<-done
}

// grpc862, grpc1424: every dial closes what its goroutine waits for.
type dialed struct {
	ctx    context.Context
	cancel context.CancelFunc
}

func dials(ctx context.Context) {
	d := &dialed{}
	d.ctx, d.cancel = context.WithCancel(ctx)
	defer d.cancel()
	go func() { <-d.ctx.Done() }()
}

// grpc1275: closing the stream closes what its reader waits for.
type recvStream struct{ data chan bool }

func (s *recvStream) Read() { <-s.data }

func (s *recvStream) Close() { close(s.data) }

func inflight() {
	s, done := &recvStream{data: make(chan bool)}, make(chan bool)
	go func() {
		defer close(done)
		s.Read()
	}()
	s.Close()
	select {
	case <-done:
	case <-time.After(time.Second):
	}
}

// kubernetes70277: the poller's channel is closed on every way out.
func polls(done <-chan struct{}) <-chan struct{} {
	ticks := make(chan struct{})
	go func() {
		defer close(ticks)
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				select {
				case ticks <- struct{}{}:
				default:
				}
			case <-done:
				return
			}
		}
	}()
	return ticks
}

func waitsFor(condition func() bool) {
	stop := make(chan struct{})
	defer close(stop)
	for range polls(stop) {
		if condition() {
			return
		}
	}
}

// moby30408: the waiter is woken before it is waited for.
type plugin struct {
	activated chan struct{}
	once      sync.Once
}

func (p *plugin) wait() { <-p.activated }

func (p *plugin) activate() { p.once.Do(func() { close(p.activated) }) }

func activates() {
	p, done := &plugin{activated: make(chan struct{})}, make(chan struct{})
	go func() {
		p.wait()
		close(done)
	}()
	p.activate()
	<-done
}

// syncthing5795: the dispatcher is told to end before it is waited for.
type connection struct {
	inbox  chan int
	closed chan struct{}
	done   chan struct{}
}

func (c *connection) dispatch() {
	defer close(c.done)
	for {
		select {
		case <-c.inbox:
		case <-c.closed:
			return
		}
	}
}

func (c *connection) Close() {
	close(c.closed)
	<-c.done
}

func connects() {
	c := &connection{inbox: make(chan int), closed: make(chan struct{}), done: make(chan struct{})}
	go c.dispatch()
	c.Close()
}
