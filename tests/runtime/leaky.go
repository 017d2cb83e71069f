package main

import (
	"os"
	"runtime"
	"runtime/pprof"
	"time"
)

func fetch(fail bool) int {
	found := make(chan int)
	go func() { found <- 1 }()
	if fail {
		return 0
	}
	return <-found
}

func main() {
	for i := 0; i < 7; i++ {
		fetch(true)
	}
	time.Sleep(10 * time.Millisecond)
	runtime.GC()
	profile := pprof.Lookup("goroutineleak")
	if profile == nil {
		os.Exit(3)
	}
	f, _ := os.Create("goroutineleak.pb.gz")
	profile.WriteTo(f, 0)
	f.Close()
}
