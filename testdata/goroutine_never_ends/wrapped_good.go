package goroutine_never_ends

import (
	"context"
	"time"
)

type sampler struct {
	crew    crew
	samples int
	end     chan struct{}
}

func (s *sampler) start() {
	s.crew.run(s.sample)
	s.crew.run(func() {
		for {
			select {
			case <-time.After(time.Second):
				s.samples++
			case <-s.end:
				return
			}
		}
	})
}

func (s *sampler) sample() {
	for {
		select {
		case <-time.After(time.Minute):
			s.samples = 0
		case <-s.end:
			return
		}
	}
}

func (s *sampler) Close() {
	close(s.end)
	s.crew.waiting.Wait()
}

func now(run func()) { run() }

func serveHere(ctx context.Context, serve func() error) {
	now(func() {
		for {
			if err := serve(); err != nil {
				return
			}
		}
	})
}
