package blockedonsend

import (
	"context"
	"errors"
	"time"
)

type question struct {
	key    string
	answer chan string
}

type server struct {
	questions chan *question
	quit      chan struct{}
	values    map[string]string
}

func (s *server) serve() {
	for {
		select {
		case one := <-s.questions:
			one.answer <- s.values[one.key]
		case <-s.quit:
			return
		}
	}
}

func (s *server) withTimeout(key string) (string, error) {
	one := &question{key: key, answer: make(chan string)} // want "GM301 .*one.answer <- ...` can wait for ever"
	s.questions <- one
	select {
	case value := <-one.answer:
		return value, nil
	case <-time.After(time.Second):
		return "", errors.New("timeout")
	}
}

func (s *server) withContext(ctx context.Context, key string) (string, error) {
	answer := make(chan string) // want "GM301 .*can wait for ever"
	select {
	case s.questions <- &question{key: key, answer: answer}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	select {
	case value := <-answer:
		return value, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (s *server) untilShutdown(key string) string {
	answer := make(chan string) // want "GM301 .*can wait for ever"
	s.questions <- &question{key, answer}
	select {
	case value := <-answer:
		return value
	case <-s.quit:
	}
	return ""
}

type size struct {
	result chan int
}

type queue struct {
	items []any
}

func (q *queue) put(item any) { q.items = append(q.items, item) }

type windowed struct {
	pending queue
	window  int
	closed  chan struct{}
}

func (t *windowed) outWindow() int {
	result := make(chan int) // want "GM301 .*can wait for ever"
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	t.pending.put(&size{result})
	select {
	case n := <-result:
		return n
	case <-t.closed:
		return -1
	case <-timer.C:
		return -2
	}
}

func (t *windowed) handle(item any) {
	switch item := item.(type) {
	case *size:
		item.result <- t.window
	}
}
