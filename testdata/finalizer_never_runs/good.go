package neverruns

import (
	"runtime"
	"time"
)

func GoodParameter() {
	n := &node{id: 1}
	runtime.SetFinalizer(n, func(n *node) { n.release() })
}

func GoodMethodExpression() {
	n := &node{id: 1}
	runtime.SetFinalizer(n, (*node).release)
}

// What is captured is a part of the object, or belongs to it.
func GoodPart() {
	child := &node{id: 1}
	n := &node{next: child}
	runtime.SetFinalizer(n, func(*node) { child.release() })
}

func GoodNumber() {
	n := &node{id: 1}
	id := n.id
	runtime.SetFinalizer(n, func(*node) { count(id) })
}

func GoodCleanup() {
	n := &node{id: 1}
	runtime.AddCleanup(n, count, n.id)
}

func GoodCleanupChild() {
	child := &node{id: 1}
	n := &node{next: child}
	runtime.AddCleanup(n, (*node).release, child)
}

// Another object that does not lead here.
func GoodOther() {
	n, other := &node{}, &node{id: 1}
	runtime.SetFinalizer(n, func(*node) { other.release() })
}

// The captured variable is given up.
func GoodReset() {
	n := &node{id: 1}
	runtime.SetFinalizer(n, func(*node) {
		if n == nil {
			ran.Add(1)
		}
	})
	n = nil
}

// Cleanups do not mind cycles.
func GoodCycle() {
	n := &node{id: 1}
	n.next = n
	runtime.AddCleanup(n, count, 1)
}

// Pointers from an object to itself are passed over.
func GoodSelf() {
	n := &node{id: 1}
	n.next = n
	runtime.SetFinalizer(n, (*node).release)
}

func GoodSelfInside() {
	n := &node{id: 1}
	n.inside = pair{first: n}
	same := n
	n.inside.second = same
	both := pair{n, n}
	n.inside = both
	runtime.SetFinalizer(n, (*node).release)
}

// A child knows its parent, the parent does not know the child.
func GoodChild() {
	parent := &node{}
	n := &node{id: 1, parent: parent}
	runtime.SetFinalizer(n, (*node).release)
}

func GoodList() {
	first := &node{id: 1}
	second := &node{id: 1, next: first}
	runtime.SetFinalizer(second, (*node).release)
	runtime.KeepAlive(first)
}

// The goroutine has the inner object, and callers the outer one.
type handle struct{ inner *node }

func GoodWrapper() {
	inner := &node{id: 1, stop: make(chan bool)}
	go inner.run()
	h := &handle{inner}
	runtime.SetFinalizer(h, func(h *handle) {
		close(h.inner.stop)
		ran.Add(1)
	})
}

// The goroutine takes the channel with it.
func GoodChannel() {
	n := &node{id: 1, stop: make(chan bool)}
	stop := n.stop
	go func() {
		for {
			select {
			case <-time.After(time.Hour):
			case <-stop:
				return
			}
		}
	}()
	runtime.SetFinalizer(n, (*node).shut)
}

// The goroutine ends by itself.
func GoodShort() {
	n := &node{id: 1}
	go n.release()
	runtime.SetFinalizer(n, (*node).release)
}
