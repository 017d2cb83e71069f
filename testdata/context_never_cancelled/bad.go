package context_never_cancelled

import (
	"context"
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
