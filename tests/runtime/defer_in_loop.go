package deferinloop

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Lets each case open twenty files one after the other where ten more than now may be open, and prints whether it fails.
func TestRetained(t *testing.T) {
	name := filepath.Join(t.TempDir(), "data")
	os.WriteFile(name, []byte("data"), 0o600)
	var names []string
	for range 20 {
		names = append(names, name)
	}
	cases := map[string]func() error{
		"files":             func() error { return files(names) },
		"unfixed:inLiteral": func() error { return inLiteral(names) },
		"unpack":            func() error { return unpack(archive(), t.TempDir()) },
		"sizes":             func() error { _, err := sizes(names); return err },
		"unfixed:assigned": func() error {
			if n := assigned(names); n < len(names) {
				return fmt.Errorf("%d lines", n)
			}
			return nil
		},
	}
	for label, run := range cases {
		failed := 0
		if limited(run) != nil {
			failed = 1
		}
		fmt.Println(label, "RETAINED", failed)
	}
}

func archive() *zip.Reader {
	var buffer bytes.Buffer
	w := zip.NewWriter(&buffer)
	for i := range 20 {
		w.Create(fmt.Sprint("member", i))
	}
	w.Close()
	r, err := zip.NewReader(bytes.NewReader(buffer.Bytes()), int64(buffer.Len()))
	if err != nil {
		panic(err)
	}
	return r
}

// Run something where few descriptors are to be had.
func limited(run func() error) error {
	var before syscall.Rlimit
	syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before)
	open, _ := os.ReadDir("/proc/self/fd")
	few := before
	few.Cur = uint64(len(open)) + 10
	syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few)
	defer syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before)
	return run()
}
