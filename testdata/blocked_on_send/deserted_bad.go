package blockedonsend

import "context"

type log struct {
	jobs chan func() error
	stop chan struct{}
	done chan struct{}
}

func openLog() *log {
	one := &log{jobs: make(chan func() error, 1), stop: make(chan struct{}), done: make(chan struct{})}
	go one.run()
	return one
}

func (l *log) run() {
	defer close(l.done)
	for {
		select {
		case job := <-l.jobs:
			job()
		case <-l.stop:
			return
		}
	}
}

func (l *log) later(job func() error) {
	go func() {
		l.jobs <- job // want "GM301 .*wait for ever to send on `l.jobs`"
	}()
}

func (l *log) close() {
	close(l.stop)
	<-l.done
}

type message struct{ text string }

type session struct {
	incoming chan message
	quit     chan struct{}
	read     func() (message, error)
}

func newSession(read func() (message, error)) *session {
	s := &session{incoming: make(chan message), quit: make(chan struct{}), read: read}
	go s.readLoop()
	go s.handleLoop()
	return s
}

func (s *session) readLoop() {
	for {
		one, err := s.read()
		if err != nil {
			return
		}
		s.deliver(one)
	}
}

func (s *session) deliver(one message) {
	s.incoming <- one // want "GM301 .*wait for ever to send on `s.incoming`"
}

func (s *session) handleLoop() {
	for {
		select {
		case one := <-s.incoming:
			println(one.text)
		case <-s.quit:
			return
		}
	}
}

func (s *session) stop() { close(s.quit) }

type token struct{ text string }

type lexer struct {
	input  string
	tokens chan token
}

func lex(input string) *lexer {
	l := &lexer{input: input, tokens: make(chan token)}
	go l.run()
	return l
}

func (l *lexer) run() {
	for _, one := range l.input {
		l.emit(string(one))
	}
	close(l.tokens)
}

func (l *lexer) emit(text string) {
	l.tokens <- token{text} // want "GM301 .*wait for ever to send on `l.tokens`"
}

func (l *lexer) next() token {
	return <-l.tokens
}

type cursor struct {
	rows chan int
}

func query(ctx context.Context, n int) *cursor {
	c := &cursor{rows: make(chan int)}
	go func() {
		defer close(c.rows)
		for i := range n {
			c.rows <- i // want "GM301 .*wait for ever to send on `c.rows`"
		}
	}()
	return c
}

func (c *cursor) next(ctx context.Context) (int, bool) {
	select {
	case row, ok := <-c.rows:
		return row, ok
	case <-ctx.Done():
		return 0, false
	}
}

// dispatcher looks at its end between two tasks, and not while it hands one over.
type dispatcher struct {
	buffer chan int
	tasks  chan int
	stop   chan struct{}
}

func newDispatcher() *dispatcher {
	d := &dispatcher{buffer: make(chan int, 10), tasks: make(chan int), stop: make(chan struct{})}
	go d.dispatch()
	return d
}

func (d *dispatcher) dispatch() {
	for {
		select {
		case one := <-d.buffer:
			d.tasks <- one // want "GM301 .*does not look at that while it sends"
		case <-d.stop:
			return
		}
	}
}

func (d *dispatcher) poll(ctx context.Context) (int, error) {
	select {
	case one := <-d.tasks:
		return one, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (d *dispatcher) Stop() { close(d.stop) }
