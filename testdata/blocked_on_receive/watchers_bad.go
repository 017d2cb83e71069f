package blockedonreceive

import (
	"context"
	"sync"
)

type pipeline struct {
	mu     sync.Mutex
	closed bool
	ctx    context.Context
}

func (p *pipeline) finish(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
}

func (p *pipeline) receive() error {
	err := p.ctx.Err()
	if err != nil {
		p.finish(err)
	}
	return err
}

func (p *pipeline) Context() context.Context { return p.ctx }

func openPipeline(ctx context.Context) (*pipeline, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p := &pipeline{ctx: ctx}
	go func() {
		<-ctx.Done() // want "GM302 .*even when `p.finish` was called before"
		p.finish(ctx.Err())
	}()
	return p, nil
}

type subscription struct {
	events chan int
	once   sync.Once
}

func (s *subscription) Close() { s.once.Do(func() { close(s.events) }) }

func subscribe(from *pipeline) *subscription {
	s := &subscription{events: make(chan int)}
	go func() {
		<-from.Context().Done() // want "GM302 .*even when `s.Close` was called before"
		s.Close()
	}()
	return s
}
