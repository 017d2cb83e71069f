package context_never_cancelled

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"
)

// Thrown away at once.
func thrownAway(ctx context.Context) context.Context {
	child, _ := context.WithCancel(ctx) // want "GM308 nobody can call the cancel function of WithCancel: .* until its parent is cancelled"
	return child
}

func untilDeadline() context.Context {
	limited, _ := context.WithTimeout(context.Background(), time.Hour) // want "GM308 nobody can call .* until the deadline"
	return limited
}

func signals(ctx context.Context) context.Context {
	ctx, _ = signal.NotifyContext(ctx, os.Interrupt) // want "GM308 nobody can call the stop function"
	return ctx
}

// A field that Close forgets.
type session struct {
	ctx    context.Context
	cancel context.CancelFunc
	name   string
}

func newSession(parent context.Context, name string) *session {
	s := &session{name: name}
	s.ctx, s.cancel = context.WithCancel(parent) // want "GM308 the cancel function in session.cancel is never called"
	go s.serve()
	return s
}

func (s *session) serve() {
	<-s.ctx.Done()
	fmt.Println("done")
}

func (s *session) Close() error {
	if s.cancel == nil {
		return nil
	}
	s.name = ""
	return nil
}

// Loops that do not look at their context.
type poller struct{ changed chan string }

func (p *poller) Poll(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for { // want "GM308 Poll never ends: nothing leads out of `for`, but `ctx` says when to end"
		p.changed <- "changed"
		time.Sleep(time.Second)
	}
}

func wait(ctx context.Context, messages <-chan string) {
	for { // want "GM308 wait never ends"
		select {
		case message := <-messages:
			fmt.Println(message)
		case <-ctx.Done():
			break // leaves the select only
		}
	}
}

// Lost on a path, in a round, or with the last reference.
func lostOnPath(ctx context.Context, ready bool) error {
	ctx, cancel := context.WithTimeout(ctx, time.Hour) // want "GM308 `cancel` \(context.WithTimeout\) is called on some paths"
	if !ready {
		return errors.New("not ready")
	}
	<-ctx.Done()
	cancel()
	return nil
}

func lostInLoop(ctx context.Context, try func(context.Context) error) {
	for {
		attempt, cancel := context.WithTimeout(ctx, time.Minute) // want "GM308 `cancel` .* is called on some paths"
		if try(attempt) != nil {
			continue
		}
		cancel()
		return
	}
}

func neverCalled(ctx context.Context, try func(context.Context) error) error {
	attempt, cancel := context.WithCancel(ctx) // want "GM308 `cancel` .* is never called"
	if cancel == nil {
		return nil
	}
	return try(attempt)
}

type holder struct {
	ctx    context.Context
	cancel context.CancelFunc
}

func newHolder(ctx context.Context, ready bool) (*holder, error) {
	h := &holder{}
	h.ctx, h.cancel = context.WithCancel(ctx) // want "GM308 `h.cancel` .* is kept on some paths"
	if !ready {
		return nil, errors.New("not ready")
	}
	return h, nil
}

func (h *holder) Close() { h.cancel() }

func madeTwice(ctx context.Context, again bool) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, time.Second) // want "GM308 `cancel` .*"
	if again {
		ctx, cancel = context.WithTimeout(ctx, time.Minute)
	}
	return ctx, cancel
}

type sessions struct {
	ends map[string]context.CancelFunc
	root context.Context
}

func (s *sessions) store(name string, cancel context.CancelFunc) bool {
	if _, known := s.ends[name]; known {
		return false
	}
	s.ends[name] = cancel
	return true
}

func (s *sessions) add(name string) {
	_, cancel := context.WithCancel(s.root) // want "GM308 `cancel` .*"
	if !s.store(name, cancel) {
		fmt.Println(name, "is known")
	}
}

type hub struct{ stop func() }

func newHub(life context.Context, start func(context.Context) error) (*hub, error) {
	ctx, cancel := context.WithCancel(life) // want "GM308 `cancel` .*"
	h := &hub{}
	h.stop = func() { cancel() }
	if err := start(ctx); err != nil {
		return nil, err
	}
	return h, nil
}

func reload(ctx context.Context, changed <-chan string, end <-chan struct{}, run func(context.Context, string)) {
	var cancel context.CancelFunc
	for {
		select {
		case <-end:
			return
		case name := <-changed:
			if cancel != nil {
				cancel()
			}
			inner, innerCancel := context.WithCancel(ctx) // want "GM308 `innerCancel` .*"
			cancel = innerCancel
			go run(inner, name)
		}
	}
}
