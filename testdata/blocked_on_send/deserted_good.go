package blockedonsend

import (
	"context"
	"sync"
)

// guarded looks at the same end as its receiver.
type guarded struct {
	jobs chan func()
	stop chan struct{}
}

func openGuarded() *guarded {
	one := &guarded{jobs: make(chan func()), stop: make(chan struct{})}
	go one.run()
	return one
}

func (g *guarded) run() {
	for {
		select {
		case job := <-g.jobs:
			job()
		case <-g.stop:
			return
		}
	}
}

func (g *guarded) later(job func()) {
	go func() {
		select {
		case g.jobs <- job:
		case <-g.stop:
		}
	}()
}

func (g *guarded) close() { close(g.stop) }

// faithful receives until the channel is closed.
type faithful struct {
	jobs chan func()
}

func openFaithful(jobs []func()) *faithful {
	one := &faithful{jobs: make(chan func())}
	go one.run()
	go func() {
		for _, job := range jobs {
			one.jobs <- job
		}
		close(one.jobs)
	}()
	return one
}

func (f *faithful) run() {
	for job := range f.jobs {
		job()
	}
}

// patient waits for those who send before it ends the receiver.
type patient struct {
	group sync.WaitGroup
	jobs  chan func()
	stop  chan struct{}
}

func openPatient() *patient {
	one := &patient{jobs: make(chan func()), stop: make(chan struct{})}
	go one.run()
	return one
}

func (p *patient) run() {
	for {
		select {
		case job := <-p.jobs:
			job()
		case <-p.stop:
			return
		}
	}
}

func (p *patient) later(job func()) {
	p.group.Add(1)
	go func() {
		defer p.group.Done()
		p.jobs <- job
	}()
}

func (p *patient) close() {
	p.group.Wait()
	close(p.stop)
}

// drainedLexer can be told to receive all that is left.
type drainedLexer struct {
	input  string
	tokens chan token
}

func lexDrained(input string) *drainedLexer {
	l := &drainedLexer{input: input, tokens: make(chan token)}
	go l.run()
	return l
}

func (l *drainedLexer) run() {
	for _, one := range l.input {
		l.tokens <- token{string(one)}
	}
	close(l.tokens)
}

func (l *drainedLexer) next() token { return <-l.tokens }

func (l *drainedLexer) drain() {
	for range l.tokens {
	}
}

// forever serves as long as the process lives.
type forever struct {
	jobs chan func()
}

func openForever() *forever {
	one := &forever{jobs: make(chan func())}
	go one.run()
	return one
}

func (f *forever) run() {
	for {
		job := <-f.jobs
		job()
	}
}

func (f *forever) later(job func()) {
	go func() { f.jobs <- job }()
}

// attentive looks at its end while it hands a task over.
type attentive struct {
	buffer chan int
	tasks  chan int
	stop   chan struct{}
}

func newAttentive() *attentive {
	a := &attentive{buffer: make(chan int, 10), tasks: make(chan int), stop: make(chan struct{})}
	go a.dispatch()
	return a
}

func (a *attentive) dispatch() {
	for {
		select {
		case one := <-a.buffer:
			select {
			case a.tasks <- one:
			case <-a.stop:
				return
			}
		case <-a.stop:
			return
		}
	}
}

func (a *attentive) poll(ctx context.Context) (int, error) {
	select {
	case one := <-a.tasks:
		return one, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (a *attentive) Stop() { close(a.stop) }

// served has somebody who receives in any case.
type served struct {
	buffer chan int
	tasks  chan int
	stop   chan struct{}
}

func newServed() *served {
	s := &served{buffer: make(chan int, 10), tasks: make(chan int), stop: make(chan struct{})}
	go s.dispatch()
	return s
}

func (s *served) dispatch() {
	for {
		select {
		case one := <-s.buffer:
			s.tasks <- one
		case <-s.stop:
			return
		}
	}
}

func (s *served) poll() int { return <-s.tasks }

func (s *served) Stop() { close(s.stop) }

const manyJobs = 1 << 16

// roomy has room for all that may come, as far as is known.
type roomy struct {
	jobs chan func()
	stop chan struct{}
}

func openRoomy() *roomy {
	one := &roomy{jobs: make(chan func(), manyJobs), stop: make(chan struct{})}
	go one.run()
	return one
}

func (r *roomy) run() {
	for {
		select {
		case job := <-r.jobs:
			job()
		case <-r.stop:
			return
		}
	}
}

func (r *roomy) later(job func()) {
	go func() { r.jobs <- job }()
}

func (r *roomy) close() { close(r.stop) }
