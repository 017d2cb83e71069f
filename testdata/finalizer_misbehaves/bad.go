package misbehaves

import (
	"os/exec"
	"runtime"
	"sync"
	"time"
)

type worker struct {
	stop    chan bool
	stopped chan bool
	group   sync.WaitGroup
	command *exec.Cmd
	buffer  []byte
}

func newWorker() *worker { return &worker{stop: make(chan bool), stopped: make(chan bool)} }

// The send alone may find somebody who is always there.
func send() {
	w := newWorker()
	runtime.SetFinalizer(w, func(w *worker) {
		w.stop <- true
		<-w.stopped // want "GM206 this finalizer receives from a channel: all other finalizers wait behind it"
	})
}

func receive() {
	w := newWorker()
	runtime.SetFinalizer(w, func(w *worker) {
		close(w.stop)
		<-w.stopped // want "GM206 this finalizer receives from a channel"
	})
}

func selects() {
	w := newWorker()
	runtime.SetFinalizer(w, func(w *worker) {
		select { // want "GM206 this finalizer waits in a select"
		case w.stop <- true:
		case <-time.After(time.Second):
		}
	})
}

func ranges() {
	w := newWorker()
	runtime.SetFinalizer(w, func(w *worker) {
		for range w.stopped { // want "GM206 this finalizer receives until a channel is closed"
		}
	})
}

// The wait is in the method that does the work.
func method() {
	w := newWorker()
	runtime.SetFinalizer(w, func(w *worker) { w.Close() }) // want "GM206 this finalizer waits for a WaitGroup"
}

func (w *worker) Close() {
	close(w.stop)
	w.group.Wait() // want "GM206 this finalizer waits for a WaitGroup"
}

func expression() {
	w := newWorker()
	runtime.SetFinalizer(w, (*worker).Close)
}

func sleeps() {
	w := newWorker()
	runtime.AddCleanup(w, func(stop chan bool) {
		time.Sleep(time.Second) // want "GM206 this cleanup sleeps"
		close(stop)
	}, w.stop)
}

func process() {
	w := newWorker()
	runtime.SetFinalizer(w, func(w *worker) {
		w.command.Wait() // want "GM206 this finalizer waits for a process"
	})
}

// Back to life.
var (
	idle  []*worker
	last  *worker
	pool  sync.Pool
	reuse = make(chan *worker)
)

func appended() {
	w := newWorker()
	runtime.SetFinalizer(w, func(w *worker) {
		idle = append(idle, w) // want "GM206 this finalizer stores its object in `idle`: it can be reached again"
	})
}

func assigned() {
	w := newWorker()
	runtime.SetFinalizer(w, func(w *worker) {
		last = w // want "GM206 this finalizer stores its object in `last`"
	})
}

func pooled() {
	w := newWorker()
	runtime.SetFinalizer(w, func(w *worker) {
		pool.Put(w) // want "GM206 this finalizer gives its object to pool.Put"
	})
}

func sent() {
	w := newWorker()
	runtime.SetFinalizer(w, func(w *worker) {
		reuse <- w // want "GM206 this finalizer sends its object"
	})
}

// Waiting in another module or in C code is not seen.
func started() {
	w := newWorker()
	runtime.SetFinalizer(w, wait)
}

func wait(w *worker) {
	if w.command != nil {
		w.command.Wait() // want "GM206 this finalizer waits for a process"
	}
}
