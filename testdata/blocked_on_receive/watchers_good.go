package blockedonreceive

import "context"

// openWatched tells the watcher when it is closed otherwise.
type watched struct {
	done chan struct{}
}

func (w *watched) Close() { close(w.done) }

func (w *watched) abort() {}

func openWatched(ctx context.Context) *watched {
	w := &watched{done: make(chan struct{})}
	go func() {
		select {
		case <-ctx.Done():
			w.abort()
		case <-w.done:
		}
	}()
	return w
}

// derived cancels the context that its goroutine waits for.
type derived struct {
	cancel context.CancelFunc
}

func (d *derived) Close()   { d.cancel() }
func (d *derived) release() {}
func (d *derived) drop()    { d.release() }

func openDerived(parent context.Context) *derived {
	ctx, cancel := context.WithCancel(parent)
	d := &derived{cancel: cancel}
	go func() {
		<-ctx.Done()
		d.release()
	}()
	return d
}

// rewritten does the same with the parameter's own name.
func rewritten(ctx context.Context) *derived {
	d := &derived{}
	ctx, d.cancel = context.WithCancel(ctx)
	go func() {
		<-ctx.Done()
		d.release()
	}()
	return d
}

// only can be ended by its context and by nothing else.
type only struct{ ended bool }

func (o *only) stopNow() { o.ended = true }

func openOnly(ctx context.Context) *only {
	o := &only{}
	go func() {
		<-ctx.Done()
		o.stopNow()
	}()
	return o
}

// serve ends with its context, and is not handed to anybody.
func serve(ctx context.Context, handle func()) {
	w := &watched{done: make(chan struct{})}
	go func() {
		<-ctx.Done()
		w.Close()
	}()
	for {
		select {
		case <-w.done:
			return
		default:
			handle()
		}
	}
}
