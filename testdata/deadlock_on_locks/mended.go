package deadlockonlocks

// What the lock kernels of GoKer look like when they are mended; the comments name the kernels.

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// cockroach584: the lock is given back before the loop is left.
type gossip struct {
	mu     sync.Mutex
	closed bool
}

func (g *gossip) bootstrap() {
	for {
		g.mu.Lock()
		if g.closed {
			g.mu.Unlock()
			break
		}
		g.mu.Unlock()
	}
}

func gossips() {
	g := &gossip{closed: true}
	go func() {
		g.bootstrap()
		g.bootstrap()
	}()
}

// cockroach9935: the lock is free again before the function that locks it is called.
type logging struct{ mu sync.Mutex }

func (l *logging) output(failed bool) {
	l.mu.Lock()
	if failed {
		l.mu.Unlock()
		l.exit()
		return
	}
	l.mu.Unlock()
}

func (l *logging) exit() {
	l.mu.Lock()
	defer l.mu.Unlock()
}

func logs(failed bool) {
	l := &logging{}
	go l.output(failed)
}

// cockroach10214, cockroach7504: both goroutines lock in the same order.
type store struct {
	coalesced sync.Mutex
	replicas  []*replica
}

type replica struct {
	raft  sync.Mutex
	store *store
}

func (s *store) send() {
	s.coalesced.Lock()
	pending := s.replicas
	s.coalesced.Unlock()
	for _, one := range pending {
		one.report()
	}
}

func (r *replica) report() {
	r.raft.Lock()
	defer r.raft.Unlock()
}

func (r *replica) tick() {
	r.raft.Lock()
	defer r.raft.Unlock()
	r.store.coalesced.Lock()
	r.store.coalesced.Unlock()
}

func ticks() {
	s := &store{}
	r := &replica{store: s}
	s.replicas = append(s.replicas, r)
	go s.send()
	go r.tick()
}

// cockroach6181, cockroach3710, cockroach16167: no second read lock while the first one is held.
type ranges struct{ mu sync.RWMutex }

func (r *ranges) lookup() string {
	r.mu.RLock()
	found := r.textLocked()
	r.mu.RUnlock()
	r.mu.Lock()
	r.mu.Unlock()
	return found
}

func (r *ranges) textLocked() string { return "ranges" }

func lookups() {
	r := &ranges{}
	var group sync.WaitGroup
	for range 3 {
		group.Add(1)
		go func() {
			defer group.Done()
			r.lookup()
		}()
	}
	group.Wait()
}

// etcd5509: the read lock is given back on the path that finds the client closed.
type client struct {
	mu     sync.RWMutex
	cancel context.CancelFunc
}

func (c *client) acquire() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.cancel != nil
}

func (c *client) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cancel != nil {
		c.cancel()
		c.cancel = nil
	}
}

func closesClient() {
	_, cancel := context.WithCancel(context.Background())
	c := &client{cancel: cancel}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.acquire()
	}()
	runtime.Gosched()
	c.Close()
	<-done
}

// etcd6708, etcd10492: the callback runs without the lock.
type lessor struct {
	mu       sync.RWMutex
	callback func()
}

func (l *lessor) Renew() {
	l.mu.Lock()
	callback := l.callback
	l.mu.Unlock()
	if callback != nil {
		callback()
	}
}

func (l *lessor) Checkpoint() {
	l.mu.Lock()
	defer l.mu.Unlock()
}

func renews() {
	l := &lessor{}
	l.callback = l.Checkpoint
	go l.Renew()
}

// grpc795: the early return gives the lock back.
type draining struct {
	mu    sync.Mutex
	drain bool
}

func (d *draining) stop() {
	d.mu.Lock()
	if d.drain {
		d.mu.Unlock()
		return
	}
	d.drain = true
	d.mu.Unlock()
}

func (d *draining) serve() {
	d.mu.Lock()
	d.mu.Unlock()
}

func drains() {
	d := &draining{}
	go d.serve()
	for range 3 {
		d.stop()
	}
}

// grpc1460: nobody waits on the channel while the lock is held.
type keeper struct {
	mu      sync.Mutex
	awaken  chan struct{}
	streams int
}

func (k *keeper) keepalive() {
	k.mu.Lock()
	idle := k.streams < 1
	k.mu.Unlock()
	if idle {
		<-k.awaken
	}
}

func (k *keeper) open() {
	k.mu.Lock()
	k.streams++
	if k.streams == 1 {
		close(k.awaken)
	}
	k.mu.Unlock()
}

func keeps() {
	k := &keeper{awaken: make(chan struct{})}
	go k.keepalive()
	go k.open()
}

// kubernetes10182: the status goes out after the lock is free.
type statuses struct {
	mu      sync.RWMutex
	channel chan bool
}

func (s *statuses) set() {
	s.mu.Lock()
	s.mu.Unlock()
	s.channel <- true
}

func (s *statuses) sync() {
	for range 2 {
		<-s.channel
		s.mu.Lock()
		s.mu.Unlock()
	}
}

func syncs() {
	s := &statuses{channel: make(chan bool)}
	go s.sync()
	go s.set()
	go s.set()
}

// kubernetes6632: the sender can also see that the framer is closed.
type framer struct {
	mu     sync.Mutex
	reset  chan bool
	closed chan bool
}

func (f *framer) monitor() {
	<-f.closed
	f.mu.Lock()
	f.reset = nil
	f.mu.Unlock()
}

func (f *framer) write() {
	f.mu.Lock()
	reset := f.reset
	f.mu.Unlock()
	if reset == nil {
		return
	}
	select {
	case reset <- true:
	case <-f.closed:
	}
}

func frames() {
	f := &framer{reset: make(chan bool), closed: make(chan bool)}
	go f.monitor()
	go f.write()
	close(f.closed)
}

// kubernetes62464: the state is read once.
type cpuState struct{ sync.RWMutex }

func (s *cpuState) read() bool {
	s.RLock()
	defer s.RUnlock()
	return true
}

func (s *cpuState) write() {
	s.Lock()
	defer s.Unlock()
}

func reconciles() {
	s := &cpuState{}
	go func() {
		if !s.read() {
			s.read()
		}
	}()
	go func() {
		s.read()
		s.write()
	}()
}

// moby4951, moby7559, moby17176, moby36114: every path gives the lock back.
type devices struct {
	sync.Mutex
	deleted int
}

func (d *devices) cleanup() bool {
	d.Lock()
	defer d.Unlock()
	return d.deleted == 0
}

func cleans() {
	d := &devices{}
	d.cleanup()
	done := make(chan bool, 1)
	go func() {
		d.Lock()
		defer d.Unlock()
		done <- true
	}()
	select {
	case <-done:
	default:
	}
}

// istio16224, kubernetes30872: the handler does not need the lock that its caller holds.
type controller struct {
	mu     sync.Mutex
	events chan int
}

func (c *controller) run(handle func(int), stop <-chan struct{}) {
	for {
		select {
		case event := <-c.events:
			handle(event)
		case <-stop:
			return
		}
	}
}

func controls() {
	c, stop := &controller{events: make(chan int)}, make(chan struct{})
	go c.run(func(int) {
		c.mu.Lock()
		c.mu.Unlock()
	}, stop)
	c.events <- 1
	close(stop)
}

// cockroach1055: a task that was let in is counted down, so that draining ends.
type stopper struct {
	mu       sync.Mutex
	draining int32
	tasks    sync.WaitGroup
	quit     chan struct{}
}

func (s *stopper) start() bool {
	if atomic.LoadInt32(&s.draining) != 0 {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tasks.Add(1)
	return true
}

func (s *stopper) stop() {
	s.mu.Lock()
	atomic.StoreInt32(&s.draining, 1)
	s.mu.Unlock()
	s.tasks.Wait()
	close(s.quit)
}

func stops() {
	s := &stopper{quit: make(chan struct{})}
	go func() {
		if s.start() {
			s.tasks.Done()
		}
		<-s.quit
	}()
	s.stop()
}

// hugo3251: one lock at a time.
type remote struct {
	mu    sync.RWMutex
	locks map[string]*sync.Mutex
}

func (r *remote) lock(url string) *sync.Mutex {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.locks[url]; !known {
		r.locks[url] = &sync.Mutex{}
	}
	return r.locks[url]
}

func fetches(url string) {
	r := &remote{locks: map[string]*sync.Mutex{}}
	var group sync.WaitGroup
	for range 2 {
		group.Add(1)
		go func() {
			defer group.Done()
			one := r.lock(url)
			one.Lock()
			defer one.Unlock()
		}()
	}
	group.Wait()
}

// syncthing4829: the mapping is read before the second lock.
type addresses struct {
	mu     sync.RWMutex
	values []int
}

func (a *addresses) clear() {
	a.mu.Lock()
	before := len(a.values)
	a.values = nil
	a.mu.Unlock()
	a.notify(before)
}

func (a *addresses) notify(int) {
	a.mu.RLock()
	defer a.mu.RUnlock()
}

func clears() {
	a := &addresses{}
	go a.clear()
}
