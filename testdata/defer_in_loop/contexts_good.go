package deferinloop

import (
	"context"
	"os"
	"sync"
	"time"
)

func askEach(ctx context.Context, names []string, ask func(context.Context, string) error) error {
	for _, name := range names {
		err := func() error {
			one, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			return ask(one, name)
		}()
		if err != nil {
			return err
		}
	}
	return nil
}

// The goroutines need their contexts until all of them are done.
func askTogether(ctx context.Context, names []string, ask func(context.Context, string)) {
	var all sync.WaitGroup
	for _, name := range names {
		one, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		all.Add(1)
		go func() {
			defer all.Done()
			ask(one, name)
		}()
	}
	all.Wait()
}

func askAndCancel(ctx context.Context, names []string, ask func(context.Context, string) error) error {
	for _, name := range names {
		one, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		if err := ask(one, name); err != nil {
			return err
		}
		cancel()
	}
	return nil
}

func contexts(ctx context.Context, names []string, use func([]context.Context)) {
	var made []context.Context
	for range names {
		one, cancel := context.WithCancel(ctx)
		defer cancel()
		made = append(made, one)
	}
	use(made)
}

func onceOnly(ctx context.Context, names []string, ask func(context.Context, string) error) error {
	for _, name := range names {
		if name != "" {
			one, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			return ask(one, name)
		}
	}
	return nil
}

type job struct {
	input *os.File
	name  string
}

// The files are needed when all jobs are ready.
func prepare(jobs map[string]*job, names []string, run func(map[string]*job) error) error {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		one := jobs[name]
		one.input = f
	}
	return run(jobs)
}

func prepareEither(first, second *job, names []string, run func(*job, *job) error) error {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		var one *job
		if name == first.name {
			one = first
		} else {
			one = second
		}
		one.input = f
	}
	return run(first, second)
}
