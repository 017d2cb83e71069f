package neverruns

import (
	"runtime"
	"sync/atomic"
	"time"
)

// ran counts the finalizers and cleanups that have run.
var ran atomic.Int32

type node struct {
	id     int
	next   *node
	parent *node
	stop   chan bool
	notify func()
	all    []*node
	inside pair
}

type pair struct{ first, second *node }

func (n *node) release() { ran.Add(int32(n.id)) }

func (n *node) finish(*node) { ran.Add(1) }

func count(int) { ran.Add(1) }

func BadCapture() {
	n := &node{id: 1}
	runtime.SetFinalizer(n, func(_ *node) { // want "GM202 this finalizer never runs: it holds `n`, which leads to the object that it watches"
		n.release()
	})
}

func BadUnnamed() {
	n := &node{id: 1}
	runtime.SetFinalizer(n, func(*node) { n.release() }) // want "GM202 .* it holds `n`"
}

// The wrapper leads to what it wraps.
func BadWrapper() {
	inner := &node{id: 1}
	outer := &node{id: 2, next: inner}
	runtime.SetFinalizer(inner, func(i *node) { outer.release() }) // want "GM202 .* it holds `outer`"
}

// A copy of the pointer.
func BadAlias() {
	n := &node{id: 1}
	same := n
	runtime.SetFinalizer(n, func(*node) { same.release() }) // want "GM202 .* it holds `same`"
}

// A literal that is registered by its name.
func BadNamed() {
	n := &node{id: 1}
	finalize := func(*node) { n.release() }
	runtime.SetFinalizer(n, finalize) // want "GM202 .* it holds `n`"
}

// A method value holds its receiver.
func BadMethodValue() {
	n := &node{id: 1}
	runtime.SetFinalizer(n, n.finish) // want "GM202 .* it holds `n`"
}

func BadCleanupCapture() {
	n := &node{id: 1}
	runtime.AddCleanup(n, func(int) { n.release() }, 1) // want "GM202 this cleanup never runs: it holds `n`"
}

// The argument leads to the object.
func BadArgument() {
	n := &node{id: 1}
	outer := &node{next: n}
	runtime.AddCleanup(n, func(o *node) { ran.Add(1) }, outer) // want "GM202 this cleanup never runs: its argument `outer` leads to"
}

func BadInnerArgument() {
	n := &node{id: 1}
	runtime.AddCleanup(n, func(id *int) { ran.Add(1) }, &n.id) // want "GM202 .* its argument `&n.id` leads to"
}

// An object that leads to itself through another one.
func BadParent() {
	n := &node{id: 1}
	child := &node{parent: n}
	n.next = child
	runtime.SetFinalizer(n, (*node).release) // want "GM202 this finalizer never runs: `n` leads to itself"
}

func BadChild() {
	n := &node{id: 1}
	n.next = &node{parent: n}
	runtime.SetFinalizer(n, (*node).release) // want "GM202 .* `n` leads to itself"
}

func BadSlice() {
	n := &node{id: 1}
	n.all = []*node{n}
	runtime.SetFinalizer(n, (*node).release) // want "GM202 .* `n` leads to itself"
}

func BadCallback() {
	n := &node{id: 1}
	n.notify = func() { n.id++ }
	runtime.SetFinalizer(n, (*node).release) // want "GM202 .* `n` leads to itself"
}

// The goroutine holds the object until the finalizer tells it to stop.
func BadGoroutine() {
	n := &node{id: 1, stop: make(chan bool)}
	go n.run()
	runtime.SetFinalizer(n, func(n *node) { // want "GM202 this finalizer never runs: a goroutine holds `n` in a loop that only the finalizer would end"
		close(n.stop)
		ran.Add(1)
	})
}

func (n *node) run() {
	ticker := time.NewTicker(time.Hour)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			n.id++
		case <-n.stop:
			return
		}
	}
}

func BadGoroutineLiteral() {
	n := &node{id: 1, stop: make(chan bool)}
	go func() {
		for {
			select {
			case <-time.After(time.Hour):
				n.id++
			case <-n.stop:
				return
			}
		}
	}()
	runtime.SetFinalizer(n, (*node).shut) // want "GM202 .* a goroutine holds `n`"
}

func (n *node) shut() {
	close(n.stop)
	ran.Add(1)
}

// The goroutine is started by a method.
func BadStarted() {
	n := &node{id: 1, stop: make(chan bool)}
	n.start()
	runtime.SetFinalizer(n, (*node).shut) // want "GM202 .* a goroutine holds `n`"
}

func (n *node) start() { go n.run() }

// A cycle that another function makes is not seen.
func BadElsewhere() {
	n := &node{id: 1}
	link(n)
	runtime.SetFinalizer(n, (*node).release) // todo-want "GM202 .* `n` leads to itself"
}

func link(n *node) { n.next = &node{parent: n} }
