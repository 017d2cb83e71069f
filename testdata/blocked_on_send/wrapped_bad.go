package blockedonsend

import (
	"context"
	"time"

	"example.com/testdata/blocked_on_send/safely"
)

func wrappedTimeout(work func() int) (int, bool) {
	results := make(chan int)
	safely.Go("work", func() {
		results <- work() // want "GM301 .*`results`"
	})
	select {
	case result := <-results:
		return result, true
	case <-time.After(time.Second):
		return 0, false
	}
}

func wrappedTwice(ctx context.Context, work func() error) error {
	failed := make(chan error)
	safely.Quietly(func() {
		failed <- work() // want "GM301 .*`failed`"
	})
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func submitted(ctx context.Context, pool *safely.Pool, work func() int) (int, error) {
	results := make(chan int)
	err := pool.Submit(func() {
		results <- work() // want "GM301 .*`results`"
	})
	if err != nil {
		return 0, err
	}
	select {
	case result := <-results:
		return result, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func firstOfGroup(group *safely.Group, works []func() int) int {
	results := make(chan int)
	if len(works) == 0 {
		return 0
	}
	for _, work := range works {
		group.Start(func(int) {
			results <- work() // want "GM301 .*`results`"
		})
	}
	return <-results
}

// aside starts a function next to the others of its package.
func aside(run func()) {
	go func() {
		defer func() { _ = recover() }()
		run()
	}()
}

func wrappedHere(check func() error, work func() int) (int, error) {
	results := make(chan int)
	aside(func() {
		results <- work() // want "GM301 .*`results`"
	})
	if err := check(); err != nil {
		return 0, err
	}
	return <-results, nil
}
