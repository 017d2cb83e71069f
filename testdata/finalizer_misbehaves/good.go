package misbehaves

import (
	"log"
	"runtime"
	"sync"
	"time"
)

func closes() {
	w := newWorker()
	runtime.SetFinalizer(w, func(w *worker) { close(w.stop) })
}

// Only an attempt.
func tries() {
	w := newWorker()
	runtime.SetFinalizer(w, func(w *worker) {
		select {
		case w.stop <- true:
		default:
		}
	})
}

// Another goroutine waits.
func starts() {
	w := newWorker()
	runtime.SetFinalizer(w, func(w *worker) {
		stopped := w.stopped
		close(w.stop)
		go func() { <-stopped }()
	})
}

// The literal runs later, and elsewhere.
func hands() {
	w := newWorker()
	stop := w.stop
	runtime.SetFinalizer(w, func(*worker) {
		time.AfterFunc(time.Second, func() { stop <- true })
	})
}

// Somebody receives all the time.
func stops() {
	w := newWorker()
	runtime.SetFinalizer(w, func(w *worker) { w.stop <- true })
}

// A buffer that takes what it gets.
var events = make(chan string, 100)

func reports() {
	w := newWorker()
	runtime.SetFinalizer(w, func(*worker) { events <- "gone" })
}

// The lock is the object's own.
type locked struct {
	mu   sync.Mutex
	open bool
}

func own() {
	l := &locked{open: true}
	runtime.SetFinalizer(l, (*locked).close)
}

func (l *locked) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open = false
}

// A lock of the package: nobody can tell how long it is held.
var (
	mu    sync.Mutex
	count int
)

func counts() {
	w := newWorker()
	runtime.SetFinalizer(w, func(*worker) {
		mu.Lock()
		count--
		mu.Unlock()
	})
}

// A part of the object goes back to its pool.
var buffers sync.Pool

func recycles() {
	w := newWorker()
	runtime.SetFinalizer(w, func(w *worker) {
		buffer := w.buffer
		buffers.Put(&buffer)
	})
}

func logs() {
	w := newWorker()
	runtime.SetFinalizer(w, func(w *worker) { log.Println("never closed", len(w.buffer)) })
}

// Range over a slice waits for nobody.
func sums() {
	w := newWorker()
	runtime.SetFinalizer(w, func(w *worker) {
		for _, b := range w.buffer {
			count += int(b)
		}
	})
}
