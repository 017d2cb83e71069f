// Package blockedonreceive has goroutines that nobody sends to any more.
package blockedonreceive

import (
	"context"
	"errors"
)

func forgotten(items []int, handle func(int)) error {
	work, quit := make(chan int), make(chan struct{})
	go func() {
		for {
			select { // want "GM302 .*select"
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
	close(quit)
	return nil
}

func senderGivesUp(load func() (int, error)) int {
	result := make(chan int)
	go func() {
		value, err := load()
		if err != nil {
			return
		}
		result <- value
	}()
	return <-result // want "GM302 .*`result`"
}

func neverCancelled(watch func()) {
	ctx, cancel := context.WithCancel(context.Background())
	_ = cancel
	go func() {
		<-ctx.Done() // want "GM302 .*`ctx.Done..`"
		watch()
	}()
}

type server struct {
	ctx  context.Context
	stop context.CancelFunc
}

func (s *server) wait() {
	<-s.ctx.Done() // want "GM302 .*`s.ctx.Done..`"
}

func startServer() {
	s := &server{}
	s.ctx, s.stop = context.WithCancel(context.Background())
	go s.wait()
}

func onlyOneAnswer(ready func() bool) {
	first, second := make(chan int), make(chan int)
	go func() {
		if ready() {
			first <- 1
		} else {
			second <- 1 // want "GM301 .*`second`"
		}
	}()
	<-first
	close(second)
}

func assigned(quit chan struct{}) {
	answers := make(chan *int)
	go func() {
		var answer *int
		select {
		case answer = <-answers:
		case <-quit:
		}
		if answer == nil {
			return
		}
		<-answers // want "GM302 .*`answers`"
	}()
	one := 1
	answers <- &one // want "GM301 .*`answers`"
}

// answersOnce waits for a second answer that nobody gives.
func answersOnce(late chan<- error) {
	answers := make(chan error, 1)
	go func() { answers <- tooLate{} }()
	err := <-answers
	if err == (tooLate{}) {
		<-answers // want "GM302 .*`answers`"
	}
	late <- err
}
