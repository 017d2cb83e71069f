package ticker_never_stopped

import (
	"fmt"
	"time"
)

// Stopped by the method that ends the type.
type cleaner struct {
	ticker *time.Ticker
	done   chan struct{}
}

func newCleaner() *cleaner {
	c := &cleaner{ticker: time.NewTicker(time.Minute), done: make(chan struct{})}
	go func() {
		for {
			select {
			case <-c.ticker.C:
				fmt.Println("clean")
			case <-c.done:
				return
			}
		}
	}()
	return c
}

func (c *cleaner) Close() {
	c.ticker.Stop()
	close(c.done)
}

// Handed to somebody who stops it.
type sampler struct{ ticker *time.Ticker }

func (s *sampler) Start() { s.ticker = time.NewTicker(time.Second) }

func (s *sampler) Stop() { halt(s.ticker) }

func halt(ticker *time.Ticker) { ticker.Stop() }

// Nothing says that this one ends before the process does.
type clock struct{ ticker *time.Ticker }

func (c *clock) run() {
	c.ticker = time.NewTicker(time.Second)
	for range c.ticker.C {
		fmt.Println("tick")
	}
}

// The function never returns, so the ticker is always needed.
func forever() {
	for now := range time.Tick(time.Second) {
		fmt.Println(now)
	}
}

func alsoForever(changes <-chan int) {
	tick := time.Tick(time.Second)
	for {
		select {
		case change := <-changes:
			fmt.Println(change)
		case <-tick:
			fmt.Println("still there")
		}
	}
}

// One timer only: the other case leaves the loop.
func once(messages <-chan string) string {
	for {
		select {
		case message := <-messages:
			return message
		case <-time.After(time.Hour):
			fmt.Println("still waiting")
		}
	}
}

// Nothing but the timer is waited for.
func pause() {
	for i := 0; i < 3; i++ {
		<-time.After(time.Hour)
	}
}

// The timer is made once.
func deadline(messages <-chan string) {
	timeout := time.After(time.Hour)
	for {
		select {
		case message := <-messages:
			fmt.Println(message)
		case <-timeout:
			return
		}
	}
}

func stopped(messages <-chan string) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case message := <-messages:
			fmt.Println(message)
		case <-timer.C:
			return
		}
	}
}

// A type of its own that is only called like the one of the standard library.
type Ticker struct{}

func (Ticker) After(time.Duration) <-chan struct{} { return nil }

func other(time_ Ticker, messages <-chan string) {
	for {
		select {
		case message := <-messages:
			fmt.Println(message)
		case <-time_.After(time.Hour):
			return
		}
	}
}

// A variable holds it, and somebody stops it.
func deferredStop(changes <-chan int) int {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case change := <-changes:
			return change
		case <-ticker.C:
			fmt.Println("still waiting")
		}
	}
}

func stoppedByLiteral(done <-chan struct{}) {
	ticker := time.NewTicker(time.Second)
	go func() {
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				fmt.Println("tick")
			}
		}
	}()
}

func makeTicker() *time.Ticker {
	ticker := time.NewTicker(time.Second)
	ticker.Reset(time.Minute)
	return ticker
}

func neverEnds() {
	ticker := time.NewTicker(time.Second)
	for range ticker.C {
		fmt.Println("tick")
	}
}

func replaced(changes <-chan time.Duration) {
	ticker := time.NewTicker(time.Second)
	for change := range changes {
		ticker.Stop()
		ticker = time.NewTicker(change)
	}
	ticker.Stop()
}
