package goroutine_never_ends

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// Stop does not close the ticker's channel.
type flusher struct {
	once   sync.Once
	ticker *time.Ticker
	count  int
}

func (f *flusher) Write() {
	f.once.Do(f.start)
	f.count++
}

func (f *flusher) start() {
	f.ticker = time.NewTicker(time.Second)
	go func() {
		for range f.ticker.C { // want "GM304 .*`for range f.ticker.C`, but `Stop` ends the flusher"
			f.count = 0
		}
	}()
}

func (f *flusher) Stop() { f.ticker.Stop() }

// The loop is in a method, and behind a condition.
type poller struct {
	enabled bool
	state   chan int
}

func newPoller(enabled bool) *poller {
	p := &poller{enabled: enabled, state: make(chan int)}
	go p.poll()
	return p
}

func (p *poller) poll() {
	if !p.enabled {
		return
	}
	p.rounds()
}

func (p *poller) rounds() {
	for { // want "GM304 .*`for`, but `Close` ends the poller"
		select {
		case value := <-p.state:
			if value < 0 {
				break // leaves the select only
			}
		case <-time.Tick(time.Second):
			continue
		}
	}
}

func (p *poller) Close() error {
	p.enabled = false
	return nil
}

// The context is looked at on the way, and not in the loop.
func watch(ctx context.Context, report func(error)) {
	ticker := time.NewTicker(time.Second)
	go func() {
		for ; true; <-ticker.C { // want "GM304 .*but `ctx` says when to end"
			report(ctx.Err())
		}
	}()
	<-ctx.Done()
	ticker.Stop()
}

func untilDone(done <-chan struct{}, work func()) {
	go func() {
		for { // want "GM304 .*but `done` says when to end"
			work()
			time.Sleep(time.Second)
		}
	}()
	<-done
}

// One more with each request, and with each connection.
func handle(w http.ResponseWriter, r *http.Request) {
	updates := make(chan string)
	go func() {
		for { // want "GM304 .*but each request starts one more"
			updates <- r.URL.Path // want "GM301"
		}
	}()
	_, _ = w.Write([]byte(<-updates))
}

func accept(listener net.Listener) error {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go serve(conn)
	}
}

func serve(conn net.Conn) {
	buffer := make([]byte, 1)
	for { // want "GM304 .*but each round of this loop starts one more"
		if _, err := conn.Read(buffer); err != nil {
			continue
		}
	}
}

// Waiting for ever on purpose, in something that can be stopped.
type server struct{ open bool }

func (s *server) Shutdown(context.Context) { s.open = false }

func (s *server) Run() error {
	if s.open {
		return errors.New("open already")
	}
	s.open = true
	go func() {
		defer func() { s.open = false }()
		select {} // want "GM304 .*`select {}`, but `Shutdown` ends the server"
	}()
	return nil
}

func group(ctx context.Context, wait *sync.WaitGroup) {
	wait.Add(1)
	go func() {
		defer wait.Done()
		for i := 0; ; i++ { // want "GM304 .*`for i := 0; ; i\+\+`"
			time.Sleep(time.Duration(i))
		}
	}()
	<-ctx.Done()
}

type pail struct {
	mu    sync.Mutex
	level int
}

func StartPail(ctx context.Context) *pail {
	one := &pail{}
	one.startTicker(ctx)
	return one
}

func (p *pail) startTicker(ctx context.Context) {
	if ctx.Value("rate") == nil {
		return
	}
	ticker := time.NewTicker(time.Minute)
	go func() {
		for range ticker.C { // want "the goroutine never ends"
			p.mu.Lock()
			p.level = 0
			p.mu.Unlock()
		}
	}()
}
