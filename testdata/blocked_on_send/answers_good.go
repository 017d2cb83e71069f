package blockedonsend

import (
	"context"
	"time"
)

// withRoom leaves the answer in the channel.
func (s *server) withRoom(key string) string {
	one := &question{key: key, answer: make(chan string, 1)}
	s.questions <- one
	select {
	case value := <-one.answer:
		return value
	case <-time.After(time.Second):
		return ""
	}
}

// patient waits for the answer, whatever comes.
func (s *server) patient(key string) string {
	answer := make(chan string)
	s.questions <- &question{key: key, answer: answer}
	return <-answer
}

// afterAll tells that it is late, and waits all the same.
func (s *server) afterAll(ctx context.Context, key string) string {
	answer := make(chan string)
	s.questions <- &question{key: key, answer: answer}
	select {
	case value := <-answer:
		return value
	case <-ctx.Done():
		<-answer
		return ""
	}
}

type careful struct {
	answer chan int
	gone   <-chan struct{}
}

type carefulServer struct {
	questions chan careful
	done      chan struct{}
}

// serve looks whether the asker is gone.
func (s *carefulServer) serve() {
	for one := range s.questions {
		select {
		case one.answer <- 1:
		case <-one.gone:
		}
	}
}

func (s *carefulServer) ask(ctx context.Context) int {
	one := careful{answer: make(chan int), gone: ctx.Done()}
	s.questions <- one
	select {
	case n := <-one.answer:
		return n
	case <-ctx.Done():
		return 0
	}
}

type request struct {
	reply chan int
}

type loop struct {
	requests chan request
	done     chan struct{}
}

// run closes done when it ends: who sees that is not waited for any more.
func (l *loop) run() {
	defer close(l.done)
	for one := range l.requests {
		one.reply <- 1
	}
}

func (l *loop) ask() int {
	reply := make(chan int)
	select {
	case l.requests <- request{reply: reply}:
	case <-l.done:
		return 0
	}
	select {
	case n := <-reply:
		return n
	case <-l.done:
		return 0
	}
}

// again asks a second time before it gives up, and then waits.
func (s *server) again(key string) string {
	answer := make(chan string)
	s.questions <- &question{key: key, answer: answer}
	for {
		select {
		case value := <-answer:
			return value
		case <-time.After(time.Second):
			println("still waiting for", key)
		}
	}
}

// drained lets the late answer go.
func (s *server) drained(ctx context.Context, key string) string {
	one := &question{key: key, answer: make(chan string)}
	s.questions <- one
	select {
	case value := <-one.answer:
		return value
	case <-ctx.Done():
		go func() { <-one.answer }()
		return ""
	}
}
