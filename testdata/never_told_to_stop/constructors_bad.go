package never_told_to_stop

import (
	"context"
	"fmt"
	"os"
)

type journal struct {
	file  *os.File
	lines chan string
}

func (j *journal) run() {
	for line := range j.lines { // want "GM303"
		println(line)
	}
}

func (j *journal) Close() error {
	close(j.lines)
	return j.file.Close()
}

func openJournal(path string) (*journal, error) {
	j := &journal{lines: make(chan string)}
	go j.run() // want "GM310 openJournal can fail with the goroutine of journal running"
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	j.file = file
	return j, nil
}

type jobQueue struct {
	jobs chan func()
	quit chan struct{}
}

func newJobQueue(size int) *jobQueue {
	q := &jobQueue{jobs: make(chan func(), size), quit: make(chan struct{})}
	q.start()
	return q
}

func (q *jobQueue) start() {
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

func (q *jobQueue) stop() { close(q.quit) }

type mapper struct {
	dir   *os.File
	queue *jobQueue
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
		m.queue = newJobQueue(size) // want "GM310 newMapper can fail with the goroutine of jobQueue running"
	}
	return m, m.open()
}

func newMapperOfMany(paths []string) (*mapper, error) {
	m := &mapper{queue: newJobQueue(1)} // want "GM310 newMapperOfMany can fail with the goroutine of jobQueue running"
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
	<-p.stopped // want "GM302"
}

func (p *poller) Stop() { close(p.stopped) }

func newPoller(path string) (*poller, error) {
	p := &poller{path: path, stopped: make(chan struct{})}
	p.start() // want "GM310 newPoller can fail with the goroutine of poller running"
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

type archive struct {
	lines chan string
	quit  chan struct{}
}

func (a *archive) begin(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	go a.keep(file)
	return nil
}

func (a *archive) keep(file *os.File) {
	defer file.Close()
	for {
		select { // want "GM302"
		case line := <-a.lines:
			file.WriteString(line)
		case <-a.quit:
			return
		}
	}
}

func (a *archive) Close() { close(a.quit) }

func newArchive(path, index string) (*archive, error) {
	a := &archive{lines: make(chan string), quit: make(chan struct{})}
	err := a.begin(path) // want "GM310 newArchive can fail with the goroutine of archive running.*"
	if err != nil {
		return nil, err
	}
	if _, err = os.Stat(index); err != nil {
		return nil, err
	}
	return a, nil
}

type dial struct {
	ctx    context.Context
	cancel context.CancelFunc
	ticks  chan int
}

func newDial(ctx context.Context) *dial {
	ctx, cancel := context.WithCancel(ctx)
	d := &dial{ctx: ctx, cancel: cancel, ticks: make(chan int)}
	go d.run()
	return d
}

func (d *dial) run() {
	for {
		select { // want "GM302"
		case <-d.ticks:
		case <-d.ctx.Done():
			return
		}
	}
}

func (d *dial) Close() { d.cancel() }

type gauge struct{ dial *dial }

func newGauge(path string) (*gauge, error) {
	g := &gauge{}
	g.dial = newDial(context.Background()) // want "GM310 .*newDial.*"
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	return g, nil
}
