package channelmisused

import (
	"sync"
	"sync/atomic"
)

func madeInTime() {
	var done chan struct{}
	done = make(chan struct{})
	go func() {
		<-done
	}()
	close(done)
}

func closesOnce(fail bool) {
	done := make(chan struct{})
	var once sync.Once
	stop := func() { once.Do(func() { close(done) }) }
	go func() {
		<-done
	}()
	if fail {
		stop()
	}
	stop()
}

func closesAfterAll(jobs []func() int) {
	values := make(chan int, 8)
	var group sync.WaitGroup
	for _, job := range jobs {
		group.Add(1)
		go func() {
			defer group.Done()
			values <- job()
		}()
	}
	go func() {
		for range values {
		}
	}()
	group.Wait()
	close(values)
}

type guarded struct {
	mu     sync.Mutex
	done   chan struct{}
	closed bool
}

func (g *guarded) Close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.closed {
		g.closed = true
		close(g.done)
	}
}

func closesGuarded() {
	g := &guarded{done: make(chan struct{})}
	go g.Close()
	g.Close()
	<-g.done
}

func recovered(values chan int) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	done := make(chan struct{})
	close(done)
	close(done)
	return true
}

func switchedOff(input <-chan int, stop <-chan struct{}) {
	var output chan int
	for {
		select {
		case value := <-input:
			output = make(chan int, value)
		case output <- 1:
			output = nil
		case <-stop:
			return
		}
	}
}

// Only the last one closes.
func lastCloses(jobs []func(func())) {
	if len(jobs) == 0 {
		return
	}
	var left atomic.Int64
	left.Store(int64(len(jobs)))
	done := make(chan struct{})
	finished := func() {
		if left.Add(-1) == 0 {
			close(done)
		}
	}
	for _, job := range jobs {
		if job == nil {
			finished()
			continue
		}
		go job(finished)
	}
	<-done
}
