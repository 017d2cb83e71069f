package goroutine_never_ends

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"runtime"
	"sync"
	"time"
)

// A way out by a channel that is closed.
type watcher struct {
	done   chan struct{}
	ticker *time.Ticker
}

func newWatcher() *watcher {
	w := &watcher{done: make(chan struct{}), ticker: time.NewTicker(time.Second)}
	go w.run()
	return w
}

func (w *watcher) run() {
	for {
		select {
		case <-w.ticker.C:
			fmt.Println("tick")
		case <-w.done:
			return
		}
	}
}

func (w *watcher) Close() {
	w.ticker.Stop()
	close(w.done)
}

// A break with a label leaves the loop.
func labelled(ctx context.Context, values <-chan int) {
	go func() {
	loop:
		for {
			select {
			case value := <-values:
				fmt.Println(value)
			case <-ctx.Done():
				break loop
			}
		}
		fmt.Println("done")
	}()
}

// The loop ends when the channel is closed.
type queue struct{ jobs chan func() }

func newQueue() *queue {
	q := &queue{jobs: make(chan func())}
	go func() {
		for job := range q.jobs {
			job()
		}
	}()
	return q
}

func (q *queue) Close() { close(q.jobs) }

// An error ends the process, the goroutine, or the loop.
func reader(ctx context.Context, conn net.Conn) {
	go func() {
		buffer := make([]byte, 1)
		for {
			if _, err := conn.Read(buffer); err != nil {
				log.Fatal(err)
			}
		}
	}()
	go func() {
		buffer := make([]byte, 1)
		for {
			if _, err := conn.Read(buffer); err != nil {
				runtime.Goexit()
			}
		}
	}()
	go func() {
		buffer := make([]byte, 1)
		for {
			_, err := conn.Read(buffer)
			check(err)
			fail(err)
		}
	}()
	go readAll(conn)
	<-ctx.Done()
	_ = conn.Close()
}

func check(err error) {
	if err != nil {
		fmt.Println(err)
	}
}

func fail(err error) {
	fmt.Println(err)
	os.Exit(1)
}

func readAll(conn net.Conn) {
	buffer := make([]byte, 1)
	for {
		if _, err := conn.Read(buffer); err != nil {
			return
		}
	}
}

// The goroutine belongs to the process.
var (
	once    sync.Once
	changes = make(chan int)
)

func init() {
	go collect()
}

func collect() {
	total := 0
	for {
		total += <-changes
	}
}

type client struct{}

func (c *client) Send(ctx context.Context, n int) {
	once.Do(func() {
		go func() {
			for {
				collect()
			}
		}()
	})
	changes <- n
}

func (c *client) Close() { fmt.Println("closed") }

// Nothing says that this one has an end before the process.
func NewDaemon() {
	go func() {
		for {
			time.Sleep(time.Second)
		}
	}()
}

// Close of something that the goroutine does not work for.
type station struct{ name string }

func (s *station) Close() { s.name = "" }

func (s *station) Announce() {
	go func() {
		for {
			fmt.Println("all aboard")
			time.Sleep(time.Second)
		}
	}()
}

// A fixed number of rounds.
func workers(count int) {
	for i := 0; i < count; i++ {
		go collect()
	}
}

// drains leaves by a label with a comment behind it.
type drains struct {
	jobs chan func()
	done chan struct{}
}

func newDrains() *drains {
	d := &drains{jobs: make(chan func()), done: make(chan struct{})}
	go d.run()
	return d
}

func (d *drains) run() {
	for {
		select {
		case job := <-d.jobs:
			job()
			continue
		case <-d.done:
			goto drain
		}

	drain:
		// All that is left.
		for {
			select {
			case job := <-d.jobs:
				job()
			default:
				return
			}
		}
	}
}

func (d *drains) Close() { close(d.done) }

// bucket has one value, and what that starts belongs to the process.
type bucket struct {
	mu    sync.Mutex
	level int
}

var theBucket bucket

func Start(ctx context.Context) {
	theBucket.StartTicker(ctx)
}

func (b *bucket) StartTicker(ctx context.Context) {
	if ctx.Value("rate") == nil {
		return
	}
	ticker := time.NewTicker(time.Minute)
	go func() {
		for range ticker.C {
			b.mu.Lock()
			b.level = 0
			b.mu.Unlock()
		}
	}()
}
