package closures

import (
	"os"
	"sync"
)

func before(t *table, most int, n int) {
	small := func(v int) bool { return v < most }
	for i := 0; i < n; i++ {
		t.each(small)
	}
}

func ofTheRound(t *table, bounds []int) {
	for _, bound := range bounds {
		t.each(func(v int) bool { return v < bound })
		l := &limit{bound}
		t.each(l.allows)
	}
}

func changing(t *table, l *limit, n int) {
	for i := 0; i < n; i++ {
		t.each(l.allows)
		l = &limit{i}
	}
}

func nothing(t *table, n int) {
	for i := 0; i < n; i++ {
		t.each(func(v int) bool { return v < 7 })
	}
}

// stays is called with closures that it does not keep.
func stays(all []int, keep func(int) bool) (n int) {
	for _, one := range all {
		if keep(one) {
			n++
		}
	}
	return n
}

func nested(groups [][]int, most int) (n int) {
	for _, group := range groups {
		n += stays(group, func(v int) bool { return v < most })
	}
	return n
}

func started(n int, work func()) {
	var all sync.WaitGroup
	for i := 0; i < n; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			work()
		}()
	}
	all.Wait()
}

func scoped(names []string) (total int64, err error) {
	for _, name := range names {
		size, err := sizeOf(name)
		if err != nil {
			return 0, err
		}
		total += size
	}
	return total, nil
}

func sizeOf(name string) (int64, error) {
	file, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func firstOpen(names []string) error {
	for _, name := range names {
		if file, err := os.Open(name); err == nil {
			defer file.Close()
			return file.Sync()
		}
	}
	return nil
}

func sometimes(t *table, most int, bounds []int) {
	for _, bound := range bounds {
		if bound > most {
			t.each(func(v int) bool { return v < most })
		}
	}
}

// chain holds all the locks on purpose.
func chain(first *node) int {
	n := 0
	for one := first; one != nil; one = one.next {
		one.mu.Lock()
		defer one.mu.Unlock()
		n++
	}
	return n
}

type node struct {
	mu   sync.Mutex
	next *node
}

func pair(a, b *os.File) error {
	both := []*os.File{a, b}
	for _, one := range both {
		defer one.Close()
		if err := one.Sync(); err != nil {
			return err
		}
	}
	return nil
}

func locked(all []*sync.Mutex) int {
	n := 0
	for _, one := range all {
		one.Lock()
		defer one.Unlock()
		n++
	}
	return n
}

func collected(names []string) (files []*os.File, err error) {
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		files = append(files, file)
	}
	return files, useAll(files)
}

func useAll(files []*os.File) error { return files[0].Sync() }

func ofRequests(requests <-chan int, answer func(int)) {
	for request := range requests {
		go func() { answer(request) }()
	}
}

func before2(requests <-chan int, answer func()) {
	one := func() { answer() }
	for range requests {
		go one()
	}
}

func once(names []string, end func(string)) int {
	for _, name := range names {
		defer end(name)
		return len(name)
	}
	return 0
}

func eachRound(names []string, end func(string)) (n int) {
	for _, name := range names {
		func() {
			defer end(name)
			n += len(name)
		}()
	}
	return n
}

type shared struct{ uses int }

func (c *shared) Release() { c.uses-- }

func released(all []*shared, use func([]*shared)) {
	for _, one := range all {
		one.uses++
		defer one.Release()
	}
	use(all)
}
