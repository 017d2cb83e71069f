package blockedonsend

import (
	"context"
	"time"

	"example.com/testdata/blocked_on_send/safely"
)

func wrappedWithRoom(work func() int) (int, bool) {
	results := make(chan int, 1)
	safely.Go("work", func() {
		results <- work()
	})
	select {
	case result := <-results:
		return result, true
	case <-time.After(time.Second):
		return 0, false
	}
}

func wrappedUntilDone(ctx context.Context, work func() error) error {
	failed := make(chan error)
	safely.Quietly(func() {
		select {
		case failed <- work():
		case <-ctx.Done():
		}
	})
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func received(work func() int) int {
	results := make(chan int)
	safely.Go("work", func() { results <- work() })
	return <-results
}

func refused(pool *safely.Pool, work func() int) (int, error) {
	results := make(chan int)
	if err := pool.Submit(func() { results <- work() }); err != nil {
		return 0, err
	}
	return <-results, nil
}

func calledHere(work func() int) int {
	results := make(chan int, 1)
	safely.Call(func() { results <- work() })
	select {
	case result := <-results:
		return result
	default:
		return 0
	}
}

func perhapsAside(many bool, work func() int) (int, bool) {
	results := make(chan int, 1)
	safely.Perhaps(many, func() { results <- work() })
	select {
	case result := <-results:
		return result, true
	case <-time.After(time.Second):
		return 0, false
	}
}

func allOfGroup(group *safely.Group, works []func() int) int {
	results, total := make(chan int), 0
	for _, work := range works {
		group.Start(func(int) { results <- work() })
	}
	for range works {
		total += <-results
	}
	return total
}

func fedByEach(values []int, add func(int)) {
	safely.Each(len(values), func(numbers chan<- int) {
		for _, value := range values {
			numbers <- value
		}
	}, add)
}

func fed(values []int) {
	safely.Feed(func(numbers chan<- int) {
		for _, value := range values {
			numbers <- value
		}
	})
}

func collectedByEach(count int) []int {
	results := make(chan int, 1)
	safely.Each(count, func(numbers chan<- int) { numbers <- count }, func(number int) { results <- number })
	close(results)
	var all []int
	for result := range results {
		all = append(all, result)
	}
	return all
}
