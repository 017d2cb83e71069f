package resource

import (
	"archive/zip"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"
)

// Runs each case and prints how many descriptors are open afterwards that were not before; the collector is off.
func TestRetained(t *testing.T) {
	debug.SetGCPercent(-1)
	dir := t.TempDir()
	name := filepath.Join(dir, "data")
	os.WriteFile(name, []byte("data"), 0o600)
	archive := filepath.Join(dir, "a.zip")
	out, _ := os.Create(archive)
	zip.NewWriter(out).Close()
	out.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		w.Write(make([]byte, 1<<20))
	}))
	defer server.Close()
	echo, _ := net.Listen("tcp", "127.0.0.1:0")
	defer echo.Close()
	client := &http.Client{Transport: &http.Transport{}}
	req, _ := http.NewRequest("GET", server.URL, nil)
	cases := map[string]func(){
		"never":                func() { never(name) },
		"onError":              func() { onError("/dev/full", []byte("x")) },
		"temp":                 func() { temp(dir) },
		"unfixed:bodyByStatus": func() { bodyByStatus(server.URL) },
		"unfixed:bodyNever":    func() { var v any; bodyNever(client, req, &v) },
		"dial":                 func() { dial(echo.Addr().String(), []byte("x")) },
		"port":                 func() { port() },
		"members":              func() { members(archive) },
		"byWrapper":            func() { byWrapper(dir) },
		"notCalled":            func() { notCalled(filepath.Join(dir, "new")) },
		"walk":                 func() { walk(dir) },
		"unfixed:twice":        func() { twice(name, name) },
		"unfixed:inLoop":       func() { inLoop([]string{name, name}) },
	}
	for label, run := range cases {
		before := descriptors()
		run()
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		client.CloseIdleConnections()
		after := descriptors()
		for wait := 0; after > before && wait < 20; wait++ {
			time.Sleep(5 * time.Millisecond)
			after = descriptors()
		}
		fmt.Println(label, "RETAINED", after-before)
	}
}

func descriptors() int {
	all, _ := os.ReadDir("/proc/self/fd")
	return len(all)
}
