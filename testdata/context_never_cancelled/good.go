package context_never_cancelled

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Called when the function ends.
func deferred(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	<-ctx.Done()
}

// Nobody but the users of this one refers to it.
func rooted() context.Context {
	ctx, _ := context.WithCancel(context.Background())
	return ctx
}

// The deadline's own function is not what is thrown away.
func withValue(ctx context.Context) (context.Context, bool) {
	_, ok := ctx.Deadline()
	return context.WithValue(ctx, key{}, "value"), ok
}

type key struct{}

// A field that Close cancels.
type service struct {
	ctx    context.Context
	cancel context.CancelFunc
}

func newService(parent context.Context) *service {
	ctx, cancel := context.WithCancel(parent)
	return &service{ctx: ctx, cancel: cancel}
}

func (s *service) restart(parent context.Context) {
	s.cancel()
	s.ctx, s.cancel = context.WithCancel(parent)
}

func (s *service) Close() { s.cancel() }

// A field whose cancel function somebody else is handed.
type job struct{ cancel context.CancelFunc }

func (j *job) start(parent context.Context, onStop func(func())) {
	_, j.cancel = context.WithCancel(parent)
	onStop(j.cancel)
}

func (j *job) Stop() { fmt.Println("stopped by the one who was handed it") }

// Loops that listen to their context, or end otherwise.
func listen(ctx context.Context, messages <-chan string) error {
	for {
		select {
		case message := <-messages:
			fmt.Println(message)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func rounds(ctx context.Context) {
	for i := 0; i < 10; i++ {
		fmt.Println(ctx.Value(key{}))
		time.Sleep(time.Second)
	}
}

func checks(ctx context.Context) {
	for ctx.Err() == nil {
		time.Sleep(time.Second)
	}
}

// The context is of no use to this one, and says so.
func ignores(_ context.Context, messages <-chan string) {
	for {
		fmt.Println(<-messages)
	}
}

// The parent is cancelled when the function ends, and takes its child with it.
func withCauses(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	ctx, _ = context.WithTimeoutCause(ctx, time.Second, errors.New("too slow"))
	defer cancel(context.Canceled)
	<-ctx.Done()
	return context.Cause(ctx)
}

func inBetween(parent context.Context) error {
	outer, cancel := context.WithCancel(parent)
	defer cancel()
	inner, _ := context.WithTimeout(outer, time.Second)
	<-inner.Done()
	return inner.Err()
}

// Called on every path, or handed to somebody who calls it.
func everyPath(ctx context.Context, ready bool) error {
	ctx, cancel := context.WithCancel(ctx)
	if !ready {
		cancel()
		return errors.New("not ready")
	}
	<-ctx.Done()
	cancel()
	return nil
}

func handedOn(ctx context.Context) {
	limited, cancel := context.WithTimeout(ctx, time.Hour)
	context.AfterFunc(ctx, cancel)
	<-limited.Done()
}

func byGoroutine(ctx context.Context, work func(context.Context)) {
	limited, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		work(limited)
	}()
}

func returned(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	return ctx, func() {
		fmt.Println("stop")
		cancel()
	}
}

func onlyWhereMade(ctx context.Context, limit time.Duration) error {
	var cancel context.CancelFunc
	if limit > 0 {
		ctx, cancel = context.WithTimeout(ctx, limit)
	}
	if cancel != nil {
		defer cancel()
	}
	<-ctx.Done()
	return ctx.Err()
}

func noLimit(ctx context.Context, limit time.Duration) error {
	cancel := func() {}
	if limit > 0 {
		ctx, cancel = context.WithTimeout(ctx, limit)
	}
	defer cancel()
	<-ctx.Done()
	return ctx.Err()
}

func registered(ctx context.Context, stops map[string]func(), name string) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	stops[name] = cancel
	return ctx
}

// A request's context ends with the request.
func serve(request *http.Request, ready bool) error {
	ctx, cancel := context.WithCancel(request.Context())
	if !ready {
		return errors.New("not ready")
	}
	defer cancel()
	<-ctx.Done()
	return nil
}

// It is in the options of something that keeps what it needs of them, and gives itself to a stranger.
type loopOptions struct {
	stop context.CancelFunc
	size int
}

type looping struct {
	stop  context.CancelFunc
	inner fmt.Stringer
}

func newLooping(options loopOptions, wrap func(*looping) fmt.Stringer) fmt.Stringer {
	one := &looping{stop: options.stop}
	one.inner = wrap(one)
	return one.inner
}

func loopWith(ctx context.Context, wrap func(*looping) fmt.Stringer) string {
	ctx, cancel := context.WithCancel(ctx)
	inner := newLooping(loopOptions{size: 1, stop: cancel}, wrap)
	<-ctx.Done()
	return inner.String()
}

// The deadline is meant to do it.
func byDeadline(ctx context.Context, send func(context.Context)) {
	//nolint:govet // the deadline ends it
	limited, _ := context.WithTimeout(ctx, time.Second)
	send(limited)
}

type patience struct {
	ctx  context.Context
	wait time.Duration
}

func inTime(p *patience, otherwise time.Duration) context.CancelFunc {
	var cancel context.CancelFunc
	if p.ctx == nil && p.wait > 0 {
		p.ctx, cancel = context.WithTimeout(context.Background(), p.wait)
	}
	if p.ctx != nil {
		if _, ok := p.ctx.Deadline(); !ok {
			p.ctx, cancel = context.WithTimeout(p.ctx, otherwise)
		}
	}
	return cancel
}

type streams struct {
	ends  map[string]context.CancelFunc
	whole context.Context
	dial  func(context.Context) (*stream, error)
}

type stream struct{ name string }

func (s *streams) store(name string, cancel context.CancelFunc) bool {
	if _, known := s.ends[name]; known {
		return false
	}
	s.ends[name] = cancel
	return true
}

func (s *streams) add(name string) {
	_, cancel := context.WithCancel(s.whole)
	if !s.store(name, cancel) {
		cancel()
	}
}

func (s *streams) connect() (*stream, context.CancelFunc) {
	for {
		ctx, cancel := context.WithCancel(s.whole)
		found, err := s.dial(ctx)
		if err == nil {
			return found, cancel
		}
		cancel()
		select {
		case <-s.whole.Done():
			return nil, cancel
		case <-time.After(time.Second):
		}
	}
}

func (s *streams) follow() {
	for {
		found, cancel := s.connect()
		if found == nil {
			return
		}
		fmt.Println(found.name)
		cancel()
	}
}

// Nobody keeps a list of what comes from the background.
func tagged(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, tag{}, name)
}

type tag struct{}

type depot struct {
	ctx    context.Context
	cancel context.CancelFunc
}

func newDepot(check func() error) (*depot, error) {
	base := context.Background()
	ctx := tagged(base, "depot")
	d := &depot{}
	d.ctx, d.cancel = context.WithCancel(ctx)
	if err := check(); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *depot) Close() { d.cancel() }

func fresh() (context.Context, context.CancelFunc, error) {
	ctx, cancel := context.WithCancel(context.Background())
	return ctx, cancel, nil
}

func openDepot(check func() error) (*depot, error) {
	d := &depot{}
	var err error
	if d.ctx, d.cancel, err = fresh(); err != nil {
		return nil, err
	}
	if err := check(); err != nil {
		return nil, err
	}
	return d, nil
}

type node struct{ stop func() }

// The goroutine holds what calls it.
func newNode(life context.Context, start func(context.Context) error) (*node, error) {
	ctx, cancel := context.WithCancel(context.WithValue(life, tag{}, 1))
	n := &node{}
	n.stop = func() { cancel() }
	go func() {
		<-life.Done()
		n.stop()
	}()
	if err := start(ctx); err != nil {
		return nil, err
	}
	return n, nil
}

// What ends with its parent needs no end of its own.
func restarted(ctx context.Context, changed <-chan string, run func(context.Context, string)) error {
	var cancel context.CancelFunc
	for {
		select {
		case <-ctx.Done():
			return nil
		case name := <-changed:
			if cancel != nil {
				cancel()
			}
			inner, innerCancel := context.WithCancel(ctx)
			cancel = innerCancel
			go run(inner, name)
		}
	}
}

func newDepotAgain(check func() error) (*depot, error) {
	ctx := context.Background()
	ctx, cancel := context.WithCancel(ctx)
	if err := check(); err != nil {
		return nil, err
	}
	return &depot{ctx: ctx, cancel: cancel}, nil
}
