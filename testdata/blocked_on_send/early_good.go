package blockedonsend

import (
	"context"
	"sync"
	"time"
)

func hasRoom(check func() error, work func() int) (int, error) {
	results := make(chan int, 1)
	go func() {
		results <- work()
	}()
	if err := check(); err != nil {
		return 0, err
	}
	return <-results, nil
}

func otherWayOut(work func() error) error {
	failed, gone := make(chan error), make(chan struct{})
	defer close(gone)
	go func() {
		select {
		case failed <- work():
		case <-gone:
		}
	}()
	select {
	case err := <-failed:
		return err
	case <-time.After(time.Second):
		return errTooLate
	}
}

func waitsAfterAll(ctx context.Context, cancel func(), work func(context.Context) error) error {
	failed := make(chan error)
	go func() {
		failed <- work(ctx)
	}()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		cancel()
		<-failed
		return ctx.Err()
	}
}

func allAreReceived(jobs []func() error) error {
	var first error
	errs := make(chan error)
	for _, job := range jobs {
		go func() {
			errs <- job()
		}()
	}
	for range jobs {
		if err := <-errs; err != nil && first == nil {
			first = err
		}
	}
	return first
}

func countedDown(jobs []func() int) []int {
	pending := 0
	results := make(chan int)
	for _, job := range jobs {
		go func() {
			results <- job()
		}()
		pending++
	}
	all := make([]int, 0, pending)
	for ; pending > 0; pending-- {
		all = append(all, <-results)
	}
	return all
}

func oneOrTheOther(ctx context.Context, load func() (int, error)) (int, error) {
	values, errs := make(chan int), make(chan error)
	go func() {
		value, err := load()
		if err != nil {
			errs <- err
			return
		}
		values <- value
	}()
	select {
	case value := <-values:
		return value, nil
	case err := <-errs:
		return 0, err
	}
}

func onlyWhenAsked(ask bool, work func() int) int {
	results := make(chan int)
	if ask {
		go func() {
			results <- work()
		}()
	}
	prepare()
	if ask {
		return <-results
	}
	return 0
}

func inACondition(work func() error) bool {
	failed := make(chan error)
	go func() {
		failed <- work()
	}()
	if <-failed != nil {
		return false
	}
	return true
}

func lastOneTellsTheEnd(next func() (string, error), use func(string)) error {
	type item struct {
		line string
		err  error
	}
	queue := make(chan item)
	go func() {
		for {
			line, err := next()
			if err != nil {
				queue <- item{err: err}
				return
			}
			queue <- item{line: line}
		}
	}()
	for one := range queue {
		if one.err != nil {
			return one.err
		}
		use(one.line)
	}
	return nil
}

func waitsForTheGroup(ctx context.Context, lines []string, use func(string)) {
	var group sync.WaitGroup
	queue := make(chan string)
	group.Add(1)
	go func() {
		defer group.Done()
		for _, line := range lines {
			queue <- line
		}
		close(queue)
	}()
	for line := range queue {
		use(line)
	}
	group.Wait()
}

func drainedAtTheEnd(lines []string, use func(string) error) error {
	queue := make(chan string)
	go func() {
		defer close(queue)
		for _, line := range lines {
			queue <- line
		}
	}()
	defer func() {
		for range queue {
		}
	}()
	for line := range queue {
		if err := use(line); err != nil {
			return err
		}
	}
	return nil
}

func pingPong(n int, step func(int) int) int {
	sum := 0
	results := make(chan int)
	for i := range n {
		go func() {
			results <- step(i)
		}()
		sum += <-results
	}
	return sum
}

func prepare() {}

// byPatientHelper lets another function receive, which always does.
func byPatientHelper(job func() error) error {
	done := make(chan error)
	go func() {
		done <- job()
	}()
	return patientlyHelped(done)
}

func patientlyHelped(done <-chan error) error {
	for {
		select {
		case err := <-done:
			return err
		case <-time.After(time.Second):
			prepare()
		}
	}
}

// There is room for the answer; and what is closed here has no sender any more.
func probes(alone bool, ask func() (bool, error), acks <-chan bool) bool {
	fallback := make(chan bool, 1)
	if !alone {
		go func() {
			defer close(fallback)
			answered, err := ask()
			if err == nil {
				fallback <- answered
			}
		}()
	} else {
		close(fallback)
	}
	if <-acks {
		return true
	}
	return <-fallback
}
