// Package workerlostbyconstructor has constructors that fail with a goroutine running.
package workerlostbyconstructor

import (
	"fmt"
	"os"
)

type journal struct {
	file  *os.File
	lines chan string
}

func (j *journal) run() {
	for line := range j.lines {
		println(line)
	}
}

func (j *journal) Close() error {
	close(j.lines)
	return j.file.Close()
}

func openJournal(path string) (*journal, error) {
	j := &journal{lines: make(chan string)}
	go j.run() // want "openJournal can fail with the goroutine of journal running"
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	j.file = file
	return j, nil
}

type queue struct {
	jobs chan func()
	quit chan struct{}
}

func newQueue(size int) *queue {
	q := &queue{jobs: make(chan func(), size), quit: make(chan struct{})}
	q.start()
	return q
}

func (q *queue) start() {
	go func() {
		for {
			select {
			case job := <-q.jobs:
				job()
			case <-q.quit:
				return
			}
		}
	}()
}

func (q *queue) stop() { close(q.quit) }

type mapper struct {
	dir   *os.File
	queue *queue
}

func (m *mapper) open() error { return nil }

func (m *mapper) Close() error {
	m.queue.stop()
	return m.dir.Close()
}

func newMapper(path string, size int) (*mapper, error) {
	dir, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	m := &mapper{dir: dir}
	if size > 0 {
		m.queue = newQueue(size) // want "newMapper can fail with the goroutine of queue running"
	}
	return m, m.open()
}

func newMapperOfMany(paths []string) (*mapper, error) {
	m := &mapper{queue: newQueue(1)} // want "newMapperOfMany can fail with the goroutine of queue running"
	for _, path := range paths {
		if path == "" {
			return m, fmt.Errorf("no path")
		}
	}
	return m, nil
}

type poller struct {
	stopped chan struct{}
	path    string
}

func (p *poller) start() {
	go p.loop()
}

func (p *poller) loop() {
	<-p.stopped
}

func (p *poller) Stop() { close(p.stopped) }

func newPoller(path string) (*poller, error) {
	p := &poller{path: path, stopped: make(chan struct{})}
	p.start() // want "newPoller can fail with the goroutine of poller running"
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}
