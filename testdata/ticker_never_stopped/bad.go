package ticker_never_stopped

import (
	"fmt"
	"time"
)

// The type can be closed, and leaves its ticker running.
type refresher struct {
	ticker *time.Ticker
	done   chan struct{}
}

func newRefresher() *refresher {
	r := &refresher{
		ticker: time.NewTicker(time.Minute), // want "GM309 the ticker in refresher.ticker is never stopped"
		done:   make(chan struct{}),
	}
	go r.run()
	return r
}

func (r *refresher) run() {
	for {
		select {
		case <-r.ticker.C:
			fmt.Println("refresh")
		case <-r.done:
			return
		}
	}
}

func (r *refresher) Close() { close(r.done) }

type heart struct {
	beat *time.Ticker
	stop chan struct{}
}

func (h *heart) Start() {
	h.beat = time.NewTicker(time.Second) // want "GM309 the ticker in heart.beat is never stopped"
	go func() {
		for {
			select {
			case <-h.beat.C:
				h.beat.Reset(2 * time.Second)
			case <-h.stop:
				return
			}
		}
	}()
}

func (h *heart) Stop() { close(h.stop) }

// time.Tick where the function comes to an end.
func waitUntil(ready func() bool) {
	for range time.Tick(time.Second) { // want "GM309 nobody can stop the ticker of time.Tick"
		if ready() {
			return
		}
	}
}

func firstOf(changes <-chan int) int {
	tick := time.Tick(time.Second) // want "GM309 nobody can stop the ticker of time.Tick"
	for {
		select {
		case change := <-changes:
			return change
		case <-tick:
			fmt.Println("still waiting")
		}
	}
}

// A timer for each message, kept for an hour.
func consume(messages <-chan string) {
	for {
		select {
		case message, ok := <-messages:
			if !ok {
				return
			}
			fmt.Println(message)
		case <-time.After(time.Hour): // want "GM309 .*which the runtime keeps for time.Hour"
			return
		}
	}
}

// A variable holds it.
func never(changes <-chan int) int {
	ticker := time.NewTicker(time.Second) // want "GM309 the ticker `ticker` is never stopped"
	for {
		select {
		case change := <-changes:
			return change
		case <-ticker.C:
			fmt.Println("still waiting")
		}
	}
}

func byGoroutine(done <-chan struct{}) {
	go func() {
		ticker := time.NewTicker(time.Second) // want "GM309 the ticker `ticker` is never stopped"
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

func sometimes(ready bool) {
	ticker := time.NewTicker(time.Second) // want "GM309 the ticker `ticker` is stopped on some paths"
	if ready {
		return
	}
	<-ticker.C
	ticker.Stop()
}
