package never_told_to_stop

import (
	"context"
	"os"
)

// openLast starts the goroutine when nothing can fail any more.
func openLast(path string) (*journal, error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	j := &journal{file: file, lines: make(chan string)}
	go j.run()
	return j, nil
}

// openAndStop ends the goroutine before it fails.
func openAndStop(path string) (*journal, error) {
	j := &journal{lines: make(chan string)}
	go j.run()
	file, err := os.Create(path)
	if err != nil {
		close(j.lines)
		return nil, err
	}
	j.file = file
	return j, nil
}

// openDeferred ends what it started in a deferred function.
func openDeferred(path string) (_ *mapper, err error) {
	m := &mapper{queue: newJobQueue(1)}
	defer func() {
		if err != nil {
			m.queue.stop()
		}
	}()
	m.dir, err = os.Open(path)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// openChecked closes all of the object when it cannot open.
func openChecked(size int) (*mapper, error) {
	m := &mapper{}
	m.queue = newJobQueue(size)
	if err := m.open(); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

// watcher ends with the context of its caller.
type watcher struct {
	ctx context.Context
}

func newWatcher(ctx context.Context, path string) (*watcher, error) {
	w := &watcher{ctx: ctx}
	go w.run()
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	return w, nil
}

func (w *watcher) run() { <-w.ctx.Done() }

// never fails behind the start.
func neverFails(path string) (*poller, error) {
	if path == "" {
		return nil, os.ErrInvalid
	}
	p := &poller{path: path, stopped: make(chan struct{})}
	p.start()
	return p, nil
}

// task ends when its work is done.
type task struct {
	done chan struct{}
}

func startTask(path string, work func()) (*task, error) {
	t := &task{done: make(chan struct{})}
	go func() {
		work()
		close(t.done)
	}()
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	return t, nil
}

func (t *task) Stop() { <-t.done }

// recorder starts its goroutine last: where that fails, none runs.
type recorder struct {
	lines chan string
	quit  chan struct{}
}

func (r *recorder) begin(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	go r.record(file)
	return nil
}

func (r *recorder) record(file *os.File) {
	defer file.Close()
	for {
		select {
		case line := <-r.lines:
			file.WriteString(line)
		case <-r.quit:
			return
		}
	}
}

func (r *recorder) Close() { close(r.quit) }

func newRecorder(path string) (*recorder, error) {
	r := &recorder{lines: make(chan string), quit: make(chan struct{})}
	if err := r.begin(path); err != nil {
		return nil, err
	}
	return r, nil
}
