// Package safely starts goroutines that survive a panic.
package safely

import (
	"errors"
	"log"
)

// Go runs a function in a goroutine.
func Go(name string, run func()) {
	go func() {
		defer func() {
			if failure := recover(); failure != nil {
				log.Println(name, failure)
			}
		}()
		run()
	}()
}

// Quietly runs a function in a goroutine without a name.
func Quietly(run func()) {
	Go("", run)
}

// Call runs a function here and now.
func Call(run func()) {
	defer func() { _ = recover() }()
	run()
}

// Perhaps runs a function in a goroutine, or here and now.
func Perhaps(aside bool, run func()) {
	if aside {
		go run()
		return
	}
	run()
}

// Pool runs functions in its workers.
type Pool struct {
	jobs   chan func()
	closed bool
}

// ErrClosed says that a pool takes no more functions.
var ErrClosed = errors.New("closed")

// Submit leaves a function to one of the workers.
func (p *Pool) Submit(job func()) error {
	if p.closed {
		return ErrClosed
	}
	p.jobs <- job
	return nil
}

// Group counts the goroutines that it starts.
type Group struct {
	count int
}

// Start runs a function in a goroutine.
func (g *Group) Start(run func(int)) {
	g.count++
	number := g.count
	go run(number)
}

// Each runs a function for numbers that it is sent, and waits.
func Each(count int, send func(chan<- int), run func(int)) {
	numbers := make(chan int)
	go func() {
		defer close(numbers)
		send(numbers)
	}()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for number := range numbers {
			run(number)
		}
	}()
	wait(done)
}

func wait(done <-chan struct{}) { <-done }

// Feed runs a function with a channel of its own.
func Feed(send func(chan<- int)) {
	numbers := make(chan int)
	go send(numbers)
	go func() {
		for range numbers {
		}
	}()
}
