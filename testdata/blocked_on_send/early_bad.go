package blockedonsend

import (
	"context"
	"errors"
	"sync"
	"time"
)

var errTooLate = errors.New("too late")

func earlyError(check func() error, work func() int) (int, error) {
	results := make(chan int)
	go func() {
		results <- work() // want "GM301 .*wait for ever to send on `results`"
	}()
	if err := check(); err != nil {
		return 0, err
	}
	return <-results, nil
}

func afterTimeout(work func() error) error {
	var failed = make(chan error)
	go func() {
		failed <- work() // want "GM301 .*wait for ever to send on `failed`"
	}()
	select {
	case err := <-failed:
		return err
	case <-time.After(time.Second):
		return errTooLate
	}
}

func onErrorOnly(ctx context.Context, steps []func() error) error {
	failed := make(chan error)
	go func() {
		for _, step := range steps {
			if err := step(); err != nil {
				failed <- err // want "GM301 .*wait for ever to send on `failed`"
				return
			}
		}
		close(failed)
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func firstOfMany(replicas []func() int) int {
	answers := make(chan int)
	for _, replica := range replicas {
		go func() {
			answers <- replica() // want "GM301 .*wait for ever to send on `answers`"
		}()
	}
	return <-answers // want "GM302"
}

func firstErrorOfMany(jobs []func() error) error {
	errs := make(chan error)
	for _, job := range jobs {
		go func() {
			errs <- job() // want "GM301 .*wait for ever to send on `errs`"
		}()
	}
	for range jobs {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

type runner struct {
	mu sync.Mutex
}

func (r *runner) perform(done chan<- error, job func() error) {
	err := job()
	r.report(done, err)
}

func (r *runner) report(done chan<- error, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	done <- err // want "GM301 .*wait for ever to send on `done`"
}

func (r *runner) run(ctx context.Context, job func() error) error {
	done := make(chan error)
	go r.perform(done, job)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-done:
		return err
	}
}

func twoSendersOneReceive(ctx context.Context, job func() error) error {
	done := make(chan error)
	go func() {
		done <- job() // want "GM301"
	}()
	go func() {
		<-ctx.Done()
		done <- ctx.Err() // want "GM301 .*wait for ever to send on `done`"
	}()
	return <-done
}

func stopsReading(lines []string, use func(string) error) error {
	queue := make(chan string)
	go func() {
		for _, line := range lines {
			queue <- line // want "GM301 .*wait for ever to send on `queue`"
		}
		close(queue)
	}()
	for line := range queue {
		if err := use(line); err != nil {
			return err
		}
	}
	return nil
}

func leavesTheLoop(ctx context.Context, poll func() int) int {
	sum := 0
	values := make(chan int)
	go func() {
		for { // want "GM304"
			values <- poll() // want "GM301 .*wait for ever to send on `values`"
		}
	}()
	for {
		select {
		case value := <-values:
			sum += value
		case <-ctx.Done():
			return sum
		}
	}
}

// fromWithin starts its senders in a goroutine of its own.
func fromWithin(jobs []func() error) error {
	errs := make(chan error)
	go func() {
		for _, job := range jobs {
			go func() {
				errs <- job() // want "GM301"
			}()
		}
	}()
	return <-errs // want "GM302"
}

// byHelper lets another function receive, which need not.
func byHelper(ctx context.Context, job func() error) error {
	done := make(chan error)
	go func() {
		done <- job() // want "GM301"
	}()
	return helped(ctx, done)
}

func helped(ctx context.Context, done <-chan error) error {
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// One branch starts the sender, the other one closes the channel at once.
func probe(alone bool, ask func() (bool, error), acks <-chan bool) bool {
	fallback := make(chan bool)
	if !alone {
		go func() {
			defer close(fallback)
			answered, err := ask()
			if err == nil {
				fallback <- answered // want "wait for ever to send on `fallback`"
			}
		}()
	} else {
		close(fallback)
	}
	if <-acks {
		return true
	}
	for answered := range fallback {
		if answered {
			return true
		}
	}
	return false
}
