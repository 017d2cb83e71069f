// Package blockedonsend has goroutines that nobody receives from any more.
package blockedonsend

import (
	"context"
	"errors"
	"time"
)

func timeout(load func() string) (string, error) {
	result := make(chan string)
	go func() {
		result <- load() // want "GM301 .*`result`"
	}()
	select {
	case value := <-result:
		return value, nil
	case <-time.After(time.Second):
		return "", errors.New("timeout")
	}
}

func cancelled(ctx context.Context, load func() (string, error)) (string, error) {
	values, failures := make(chan string), make(chan error)
	go func() {
		value, err := load()
		if err != nil {
			failures <- err // want "GM301 .*`failures`"
			return
		}
		values <- value // want "GM301 .*`values`"
	}()
	select {
	case value := <-values:
		return value, nil
	case err := <-failures:
		return "", err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func earlyReturn(check func() error, work func() int) (int, error) {
	done := make(chan int)
	go func() {
		done <- work() // want "GM301 .*`done`"
	}()
	if err := check(); err != nil {
		return 0, err
	}
	return <-done, nil
}

func firstWins(mirrors []string, ask func(string) string) string {
	answers := make(chan string)
	for _, mirror := range mirrors {
		go func() {
			answers <- ask(mirror) // want "GM301 .*`answers`"
		}()
	}
	if len(mirrors) > 0 {
		return <-answers
	}
	return ""
}

func tooSmall(jobs []func() error) error {
	failures := make(chan error, 1)
	for _, job := range jobs {
		go func() {
			failures <- job() // want "GM301 .*`failures`"
		}()
	}
	if len(jobs) > 0 {
		return <-failures
	}
	return nil
}

type parcel struct{ reply chan int }

func twice(first bool) int {
	one := parcel{reply: make(chan int)}
	go answer(one, first)
	return <-one.reply
}

func answer(one parcel, first bool) {
	if first {
		one.reply <- 1
	}
	one.reply <- 2 // want "GM301 .*`one.reply`"
}

type stream struct {
	lines chan string
	quit  chan struct{}
}

func (s *stream) run(read func() (string, bool)) {
	for {
		line, ok := read()
		if !ok {
			close(s.lines)
			return
		}
		s.lines <- line // want "GM301 .*`s.lines`"
	}
}

func firstLine(read func() (string, bool)) string {
	s := &stream{lines: make(chan string), quit: make(chan struct{})}
	go s.run(read)
	defer close(s.quit)
	return <-s.lines
}

func onlySends(values []int) {
	left, right := make(chan int), make(chan int)
	go func() {
		for _, value := range values {
			select { // want "GM301"
			case left <- value:
			case right <- value:
			}
		}
	}()
	if len(values) > 1 {
		<-left
	}
}
