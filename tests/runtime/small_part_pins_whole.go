package pinning

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Keeps a part of a file of eight megabytes in one way or another, and prints how many megabytes that holds.
func TestRetained(t *testing.T) {
	name := filepath.Join(t.TempDir(), "data")
	content := append([]byte("# title\nfirst "), make([]byte, 8<<20)...)
	os.WriteFile(name, content, 0o600)
	open := func() *os.File { f, _ := os.Open(name); return f }
	cases := map[string]func() any{
		"load":       func() any { e := &entry{}; e.load(name); return e },
		"loadTitle":  func() any { e := &entry{}; f := open(); defer f.Close(); e.loadTitle(f); return e },
		"remember":   func() any { remember(name); return titles },
		"tag":        func() any { e := &entry{}; e.tag(name); return e },
		"fromBuffer": func() any { e := &entry{}; e.fromBuffer(bytes.NewReader(content)); return e },
	}
	for label, keep := range cases {
		before := heap()
		kept := keep()
		after := heap()
		fmt.Println(label, "RETAINED", (after-before)>>20)
		runtime.KeepAlive(kept)
		clear(titles)
	}
	runtime.KeepAlive(content)
}

func heap() int64 {
	var stats runtime.MemStats
	for range 3 {
		runtime.GC()
	}
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
