// Package channelmisused uses nil and closed channels.
package channelmisused

import "sync"

func nilChannel() {
	var done chan struct{}
	go func() {
		<-done // want "GM307 .*`done`"
	}()
}

type unmade struct{ values chan int }

func (u *unmade) send(value int) {
	u.values <- value // want "GM307 .*`u.values`"
}

func forgetsToMake() {
	u := &unmade{}
	u.send(1)
}

func closesTwice(fail bool) {
	done := make(chan struct{})
	go func() {
		<-done
	}()
	if fail {
		close(done)
	}
	close(done) // want "GM307 .*closed already"
}

func sendsAfterClose(jobs []func() int) {
	values := make(chan int, 8)
	for _, job := range jobs {
		go func() {
			values <- job() // want "GM307 .*closed channel"
		}()
	}
	close(values)
}

func closedByEach(jobs []func()) {
	done := make(chan struct{})
	for _, job := range jobs {
		go func() {
			job()
			close(done) // want "GM307 .*closed already"
		}()
	}
	if len(jobs) > 0 {
		<-done
	}
}

func closesNil(make_ bool) {
	var done chan struct{}
	if make_ {
		done = make(chan struct{})
	}
	close(done) // want "GM307 .*nil"
}

func waitsForNil() {
	var group sync.WaitGroup
	var ready chan int
	group.Add(1)
	go func() {
		defer group.Done()
		for range ready { // want "GM307 .*`ready`"
		}
	}()
	group.Wait()
}
