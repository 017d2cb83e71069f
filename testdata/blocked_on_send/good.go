package blockedonsend

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"
)

func room(load func() string) (string, error) {
	result := make(chan string, 1)
	go func() {
		result <- load()
	}()
	select {
	case value := <-result:
		return value, nil
	case <-time.After(time.Second):
		return "", errors.New("timeout")
	}
}

func selects(ctx context.Context, load func() string) (string, error) {
	result := make(chan string)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case result <- load():
		case <-ctx.Done():
		}
	}()
	select {
	case value := <-result:
		return value, nil
	case <-time.After(time.Second):
		return "", errors.New("timeout")
	}
}

func returned(load func() string) <-chan string {
	result := make(chan string)
	go func() {
		result <- load()
	}()
	return result
}

func allReceived(mirrors []string, ask func(string) string) []string {
	answers := make(chan string)
	for _, mirror := range mirrors {
		go func() {
			answers <- ask(mirror)
		}()
	}
	var found []string
	for range mirrors {
		found = append(found, <-answers)
	}
	return found
}

func roomForAll(jobs []func() error) error {
	failures := make(chan error, len(jobs))
	for _, job := range jobs {
		go func() {
			failures <- job()
		}()
	}
	if len(jobs) > 0 {
		return <-failures
	}
	return nil
}

func roomButOne(jobs [3]func() error) error {
	failures := make(chan error, 2)
	for _, job := range jobs {
		go func() {
			failures <- job()
		}()
	}
	return <-failures
}

func drained(read func() (int, bool)) int {
	values := make(chan int)
	go func() {
		defer close(values)
		for {
			value, ok := read()
			if !ok {
				return
			}
			values <- value
		}
	}()
	total := 0
	for value := range values {
		total += value
	}
	return total
}

func dies(load func() string) string {
	result := make(chan string)
	go func() {
		result <- load()
	}()
	select {
	case value := <-result:
		return value
	case <-time.After(time.Minute):
		os.Exit(1)
	}
	return ""
}

func sameCondition(wanted bool, load func() int) int {
	var result chan int
	if wanted {
		result = make(chan int)
		go func() {
			result <- load()
		}()
	}
	if wanted {
		return <-result
	}
	return 0
}

func limited(jobs []func()) {
	var group sync.WaitGroup
	slots := make(chan struct{}, 4)
	for _, job := range jobs {
		group.Add(1)
		slots <- struct{}{}
		go func() {
			defer group.Done()
			defer func() { <-slots }()
			job()
		}()
	}
	group.Wait()
}

type registry struct{ listeners []chan int }

func (r *registry) publish(value int) {
	for _, listener := range r.listeners {
		go func() { listener <- value }()
	}
}

func (r *registry) listen() <-chan int {
	listener := make(chan int)
	r.listeners = append(r.listeners, listener)
	go func() { listener <- 0 }()
	return listener
}

func otherwise(values chan<- int) {
	go func() {
		select {
		case values <- 1:
		default:
		}
	}()
}
