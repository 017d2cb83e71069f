package blockedonreceive

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"time"
)

func deferred(items []int, handle func(int)) error {
	work, quit := make(chan int), make(chan struct{})
	defer close(quit)
	go func() {
		for {
			select {
			case item := <-work:
				handle(item)
			case <-quit:
				return
			}
		}
	}()
	for _, item := range items {
		if item < 0 {
			return errors.New("negative")
		}
		work <- item
	}
	return nil
}

func senderAlwaysCloses(load func() (int, error)) int {
	result := make(chan int)
	go func() {
		defer close(result)
		value, err := load()
		if err != nil {
			return
		}
		result <- value
	}()
	return <-result
}

func cancelled(parent context.Context, watch func()) {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	go func() {
		<-ctx.Done()
		watch()
	}()
}

func expires(watch func()) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	_ = cancel
	go func() {
		<-ctx.Done()
		watch()
	}()
}

type session struct {
	stop context.CancelFunc
	done chan struct{}
}

func newSession() *session {
	ctx, stop := context.WithCancel(context.Background())
	s := &session{stop: stop, done: make(chan struct{})}
	go func() {
		<-ctx.Done()
		close(s.done)
	}()
	return s
}

func (s *session) Close() {
	s.stop()
	<-s.done
}

func untilSignal() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	<-signals
}

func callbackCloses(register func(func())) {
	done := make(chan struct{})
	register(func() { close(done) })
	<-done
}

func ticks(stop <-chan struct{}, tick func()) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			tick()
		case <-stop:
			return
		}
	}
}

func switchedOff(input <-chan int, stop <-chan struct{}) (found []int) {
	var output chan int
	for {
		select {
		case value, ok := <-input:
			if !ok {
				input = nil
			}
			found = append(found, value)
		case output <- 1:
		case <-stop:
			return found
		}
	}
}

type tooLate struct{}

func (tooLate) Error() string { return "too late" }

// greeted waits for the second answer only where the timer has given the first one.
func greeted(greet func() error, limit time.Duration) error {
	answers := make(chan error, 2)
	var timer *time.Timer
	if limit > 0 {
		timer = time.AfterFunc(limit, func() { answers <- tooLate{} })
	}
	go func() {
		err := greet()
		if timer != nil {
			timer.Stop()
		}
		answers <- err
	}()
	err := <-answers
	if err == (tooLate{}) {
		<-answers
	}
	return err
}
