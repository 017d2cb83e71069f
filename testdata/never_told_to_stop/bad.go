package never_told_to_stop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// Response bodies.
func never(url string) (int, error) {
	response, err := http.Get(url) // want "GM310 the response body of http.Get in `response` is never closed"
	if err != nil {
		return 0, err
	}
	return response.StatusCode, nil
}

func decoded(client *http.Client, request *http.Request, into any) error {
	response, err := client.Do(request) // want "GM310 the response body of http.Client.Do in `response` is never closed"
	if err != nil {
		return err
	}
	return json.NewDecoder(response.Body).Decode(into)
}

func onePath(client *http.Client, url string) ([]byte, error) {
	response, err := client.Get(url) // want "GM310 .* is closed on some paths, and not on others"
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.New(response.Status)
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}

func eachRound(urls []string) {
	for _, url := range urls {
		response, err := http.Get(url) // want "GM310 .* is closed on some paths, and not on others"
		if err != nil {
			continue
		}
		if response.ContentLength == 0 {
			continue
		}
		fmt.Println(response.Status)
		_ = response.Body.Close()
	}
}

func thrownAway(url string) error {
	_, err := http.Get(url) // want "GM310 the response body of http.Get is never closed"
	return err
}

// A helper of the module makes the request.
func byHelper(url string) (string, error) {
	response, err := get(url) // want "GM310 the response body of .* in `response` is never closed"
	if err != nil {
		return "", err
	}
	return response.Status, nil
}

func get(url string) (*http.Response, error) {
	response, err := http.Get(url)
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", url, err)
	}
	return response, nil
}

// Signals.
func untilSignal(ctx context.Context) {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGWINCH) // want "GM310 signal.Stop is never called for `stop`"
	select {
	case <-stop:
	case <-ctx.Done():
	}
}

// Workers.
type queue struct {
	jobs chan func()
	done chan struct{}
}

func newQueue() *queue {
	q := &queue{jobs: make(chan func()), done: make(chan struct{})}
	go q.run()
	return q
}

func (q *queue) run() {
	for {
		select { // want "GM302"
		case job := <-q.jobs:
			job()
		case <-q.done:
			return
		}
	}
}

func (q *queue) Add(job func()) { q.jobs <- job }

func (q *queue) Close() { close(q.done) }

func addAll(jobs []func()) {
	q := newQueue() // want "GM310 the worker made by .*newQueue in `q` is never told to stop"
	for _, job := range jobs {
		q.Add(job)
	}
}

func addOne(job func()) error {
	q := newQueue() // want "GM310 .* is told to stop on some paths, and not on others"
	if job == nil {
		return errors.New("no job")
	}
	q.Add(job)
	q.Close()
	return nil
}

type store struct {
	writes *queue
	file   *os.File
}

func openStore(name string) (*store, error) {
	s := &store{writes: newQueue()} // want "GM310 .* is kept on some paths, and lost on others"
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	s.file = file
	return s, nil
}

// Started by a method that the constructor calls, and asked for more.
type buffer struct {
	mu     sync.Mutex
	ready  *sync.Cond
	values []int
	closed bool
}

func (b *buffer) pop() (int, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.values) == 0 && !b.closed {
		b.ready.Wait() // want "GM306"
	}
	if b.closed {
		return 0, false
	}
	value := b.values[0]
	b.values = b.values[1:]
	return value, true
}

func (b *buffer) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.ready.Broadcast()
}

type printer struct{ values *buffer }

func newPrinter() *printer {
	values := &buffer{}
	values.ready = sync.NewCond(&values.mu)
	p := &printer{values: values}
	p.start()
	return p
}

func (p *printer) start() {
	go func() {
		for {
			value, ok := p.values.pop()
			if !ok {
				return
			}
			fmt.Println(value)
		}
	}()
}

func (p *printer) stop() { p.values.close() }

func printed(name string) error {
	p := newPrinter() // want "GM310 .*newPrinter in `p` is told to stop on some paths"
	if _, err := os.Stat(name); err != nil {
		return err
	}
	p.stop()
	return nil
}

func getRequest(url string) (*http.Request, error) {
	return http.NewRequest(http.MethodGet, url, nil)
}

func reaches(client *http.Client, url string) (bool, error) {
	request, err := getRequest(url)
	if err != nil {
		return false, err
	}
	response, err := client.Do(request) // want "GM310 the response body of http.Client.Do in `response` is never closed"
	if err != nil {
		return false, err
	}
	return response.StatusCode == http.StatusOK, nil
}

func overSocket(request *http.Request, path string) error {
	transport := &http.Transport{
		Dial: func(network, address string) (net.Conn, error) { return net.Dial("unix", path) },
	}
	_, err := transport.RoundTrip(request) // want "GM310 .*never closed"
	return err
}
