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

// calls keeps a handler for each question; an answer that comes takes the handler of its number, and it comes once.
type calls struct {
	mu       sync.Mutex
	handlers map[uint64]func(answer string)
	read     func() (uint64, string, error)
	end      chan struct{}
}

func newCalls(read func() (uint64, string, error), ask func(uint64) error) (*calls, error) {
	c := &calls{handlers: make(map[uint64]func(string)), read: read, end: make(chan struct{})}
	go c.listen()
	if err := c.ask(1, ask); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *calls) listen() {
	defer close(c.end)
	for {
		number, answer, err := c.read()
		if err != nil {
			return
		}
		c.mu.Lock()
		handle, ok := c.handlers[number]
		c.mu.Unlock()
		if ok {
			handle(answer)
		}
	}
}

func (c *calls) ask(number uint64, ask func(uint64) error) error {
	answers := make(chan string, 1)
	c.mu.Lock()
	c.handlers[number] = func(answer string) { answers <- answer }
	c.mu.Unlock()
	if err := ask(number); err != nil {
		return err
	}
	select {
	case <-answers:
		return nil
	case <-c.end:
		return errors.New("ended")
	}
}

// parks sends once, and then works for ever without waiting for anything.
func parks(started chan<- int, work func() int) {
	started <- 1
	for {
		if work() == 0 {
			continue
		}
		work()
	}
}

// start gives the exit status of the process.
func start(wait func() error, ready <-chan struct{}) (int, error) {
	exit := make(chan error)
	go func() {
		exit <- wait()
	}()
	select {
	case <-ready:
	case err := <-exit:
		return exitCodeFailed, err
	}
	return exitCodeOK, nil
}

const (
	exitCodeOK     = 0
	exitCodeFailed = 1
)

// dirs are found by a goroutine of the process.
type dirs struct {
	found []string
	scan  chan string
}

var allDirs dirs

func scanDirs(walk func(each func(string))) {
	allDirs.scan = make(chan string)
	go allDirs.walk(walk)
}

func (d *dirs) walk(walk func(each func(string))) {
	walk(func(name string) { d.scan <- name })
	close(d.scan)
}

func (d *dirs) next() (string, bool) {
	name, ok := <-d.scan
	d.found = append(d.found, name)
	return name, ok
}

// some starts as many as it was told to, which is not nothing.
func some(workers, jobs int, work func(int)) {
	queue := make(chan int, jobs)
	for i := 0; i < workers; i++ {
		go func() {
			for job := range queue {
				work(job)
			}
		}()
	}
	for i := 0; i < 2*jobs; i++ {
		queue <- i
	}
	close(queue)
}

var ErrStopped = errors.New("stopped")

// actor runs what it is sent, unless it has stopped.
type actor struct {
	calls chan func()
	end   chan struct{}
}

func (a *actor) send(call func()) error {
	if a.end == nil {
		return ErrStopped
	}
	select {
	case a.calls <- call:
		return nil
	case <-a.end:
		return ErrStopped
	}
}

func (a *actor) change(change func() error) error {
	failed := make(chan error)
	if err := a.send(func() { failed <- change() }); err != nil {
		return err
	}
	return <-failed
}
