package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"
)

var sink []string
var kept [][]byte
var last error

type table struct{ n int }

// moved
func (t *table) fill(words []string) string {

	s := ""
	for _, word := range words {
		s += word + ","
	}
	t.n = len(s)
	return s
}

func labels(numbers []int) (all []string) {
	for _, n := range numbers {
		all = append(all, fmt.Sprintf("%d", n))
	}
	return all
}

func where(name string, line int) error {
	if line%2 == 0 {
		return fmt.Errorf("%s:%d: %w", name, line, io.EOF)
	}
	return nil
}

func once(name string) string { return fmt.Sprintf("%q", name) }

func generic[T any](all []T, do func(T) []byte) {
	for _, one := range all {
		kept = append(kept, do(one))
	}
}

//go:noinline
func size(r io.Reader, header []byte) int {
	n, _ := io.ReadFull(r, header)
	return n
}

func sizes(r io.Reader, rounds int) (sum int) {
	for i := 0; i < rounds; i++ {
		var header [512]byte
		sum += size(r, header[:])
	}
	return sum
}

func recurse(depth int) []byte {
	if depth == 0 {
		return bytes.Repeat([]byte("x"), 1<<16)
	}
	return recurse(depth - 1)
}

func blocked(ch chan int) { <-ch }

func contended(mu *sync.Mutex, done *sync.WaitGroup) {
	defer done.Done()
	for i := 0; i < 20; i++ {
		mu.Lock()
		time.Sleep(100 * time.Microsecond)
		mu.Unlock()
	}
}

func write(name string) {
	f, err := os.Create(name + ".pb.gz")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	if err := pprof.Lookup(name).WriteTo(f, 0); err != nil {
		panic(err)
	}
}

func main() {
	runtime.MemProfileRate = 1024
	runtime.SetBlockProfileRate(1)
	runtime.SetMutexProfileFraction(1)
	cpu, _ := os.Create("cpu.pb.gz")
	pprof.StartCPUProfile(cpu)
	words := make([]string, 600)
	numbers := make([]int, 20000)
	for i := range words {
		words[i] = fmt.Sprint("word", i)
	}
	for i := range numbers {
		numbers[i] = i + 1000
	}
	t := &table{}
	for i := 0; i < 90000; i++ {
		last = where("main.go", i)
	}
	sink = append(sink, once(os.Args[0]))
	for i := 0; i < 30; i++ {
		sink = append(sink, t.fill(words))
		sink = append(sink, labels(numbers)...)
	}
	generic([]int{1, 2, 3}, func(n int) []byte { return recurse(n) })
	sizes(bytes.NewReader(bytes.Repeat([]byte("x"), 1<<20)), 2000)
	var mu sync.Mutex
	var done sync.WaitGroup
	for i := 0; i < 4; i++ {
		done.Add(1)
		go contended(&mu, &done)
		go blocked(make(chan int))
	}
	done.Wait()
	pprof.StopCPUProfile()
	cpu.Close()
	runtime.GC()
	for _, name := range []string{"heap", "allocs", "goroutine", "block", "mutex"} {
		write(name)
	}
}
