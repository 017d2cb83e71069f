package resource

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
)

type settings struct {
	listener net.Listener
	address  string
	writer   io.Writer
}

type front struct{ listener net.Listener }

// Opens a listener of its own only where it is handed none.
func frontOn(s settings) (*front, error) {
	var l net.Listener
	if s.listener != nil {
		l = s.listener
	} else {
		listener, err := net.Listen("tcp", s.address)
		if err != nil {
			return nil, err
		}
		l = listener
	}
	return &front{listener: l}, nil
}

func frontFor(l net.Listener, address string) (*front, error) {
	return frontOn(settings{listener: l, address: address})
}

type fronts struct{ all *front }

func start(address string) (*fronts, error) {
	f := &fronts{}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	f.all, err = frontFor(l, address)
	if err != nil {
		os.Exit(1)
	}
	return f, nil
}

type handler interface{ log(line string) error }

type handlerFunc func(line string) error

func (h handlerFunc) log(line string) error { return h(line) }

func asHandler(f func(line string) error) handler { return handlerFunc(f) }

var root handler

// The handler is a function that writes to the file, within another function.
func toFile(w io.Writer) handler {
	inner := asHandler(func(line string) error {
		_, err := io.WriteString(w, line)
		return err
	})
	return unlessEmpty(inner)
}

func unlessEmpty(h handler) handler {
	return asHandler(func(line string) error {
		if line == "" {
			return errors.New("empty")
		}
		return h.log(line)
	})
}

func setUp(name string) {
	writer := os.Stderr
	if name != "" {
		f, err := os.Create(name)
		if err != nil {
			return
		}
		writer = f
	}
	root = toFile(writer)
}

// A test ends soon, and its process closes all it has.
func readFixture(t testing.TB, name string) []byte {
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Without a round there is nobody who reads.
func readers(name string, n int, use func(*os.File)) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	for i := 0; i < n; i++ {
		go func() { use(f) }()
	}
	return nil
}
