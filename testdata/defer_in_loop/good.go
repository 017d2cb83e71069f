package deferinloop

import (
	"compress/gzip"
	"io"
	"net"
	"os"
	"sync"
)

func perRound(names []string) error {
	for _, name := range names {
		err := func() error {
			f, err := os.Open(name)
			if err != nil {
				return err
			}
			defer f.Close()
			_, err = io.Copy(io.Discard, f)
			return err
		}()
		if err != nil {
			return err
		}
	}
	return nil
}

func explicit(names []string) error {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, f)
		f.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// Once at most: the loop is left.
func first(names []string) (int64, error) {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		defer f.Close()
		return io.Copy(io.Discard, f)
	}
	return 0, os.ErrNotExist
}

func firstByBreak(names []string) (r io.Reader) {
	for _, name := range names {
		f, err := os.Open(name)
		if err == nil {
			r = f
			defer f.Close()
			break
		}
	}
	if r != nil {
		io.Copy(io.Discard, r)
	}
	return nil
}

func labelled(groups [][]string) {
search:
	for _, names := range groups {
		for _, name := range names {
			f, err := os.Open(name)
			if err != nil {
				continue
			}
			defer f.Close()
			break search
		}
	}
}

// Needed after the loop.
func concat(names []string, w io.Writer) error {
	var all []io.Reader
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		all = append(all, f)
	}
	_, err := io.Copy(w, io.MultiReader(all...))
	return err
}

func wrapped(names []string, w io.Writer) error {
	var all []io.Reader
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		limited := io.LimitReader(f, 1<<10)
		all = append(all, limited)
	}
	_, err := io.Copy(w, io.MultiReader(all...))
	return err
}

func byName(names []string) int {
	open := map[string]*os.File{}
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		defer f.Close()
		open[name] = f
	}
	return len(open)
}

func goroutines(names []string) {
	var wg sync.WaitGroup
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		defer f.Close()
		wg.Add(1)
		go func() {
			defer wg.Done()
			io.Copy(io.Discard, f)
		}()
	}
	wg.Wait()
}

// Open before the loop.
func handedIn(conns []net.Conn) {
	for _, c := range conns {
		defer c.Close()
	}
}

// The defer guards the ways out; the round closes as well.
func both(names []string) error {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		closed := false
		defer func() {
			if !closed {
				f.Close()
			}
		}()
		if _, err := io.Copy(io.Discard, f); err != nil {
			return err
		}
		f.Close()
		closed = true
	}
	return nil
}

// A few rounds.
func few(names []string) {
	for _, name := range []string{"a", "b"} {
		f, err := os.Open(name)
		if err != nil {
			return
		}
		defer f.Close()
	}
	for i := 0; i < 3; i++ {
		f, err := os.Open(names[i])
		if err != nil {
			return
		}
		defer f.Close()
	}
}

// Nothing is held outside the program.
func gunzip(all []io.Reader) error {
	for _, r := range all {
		z, err := gzip.NewReader(r)
		if err != nil {
			return err
		}
		defer z.Close()
		io.Copy(io.Discard, z)
	}
	return nil
}

// A lock per element, all of them held to the end.
func lockAll(counters []*counter) (total int) {
	for _, c := range counters {
		c.mu.Lock()
		defer c.mu.Unlock()
	}
	for _, c := range counters {
		total += c.total
	}
	return total
}

// Once, and a flag says so.
func lockOnce(c *counter, values []int) {
	locked := false
	for _, v := range values {
		if v > 0 && !locked {
			c.mu.Lock()
			defer c.mu.Unlock()
			locked = true
		}
	}
}

func afterLoop(names []string) error {
	for range names {
	}
	f, err := os.Open("x")
	if err != nil {
		return err
	}
	defer f.Close()
	return nil
}

type tasks struct{ wait sync.WaitGroup }

func (t *tasks) Go(f func()) {
	t.wait.Add(1)
	go func() {
		defer t.wait.Done()
		f()
	}()
}

// Those that run later need what is open.
func inTasks(names []string) {
	var all tasks
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		defer f.Close()
		all.Go(func() { io.Copy(io.Discard, f) })
	}
	all.wait.Wait()
}
