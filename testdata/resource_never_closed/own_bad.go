package resource

import (
	"bufio"
	"io"
	"net"
	"os"
)

type journal struct {
	f     *os.File
	lines *bufio.Scanner
}

func openJournal(name string) (*journal, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return &journal{f: f, lines: bufio.NewScanner(f)}, nil
}

func (j *journal) Close() error { return j.f.Close() }

func (j *journal) next() (string, bool) { return j.lines.Text(), j.lines.Scan() }

func (j *journal) size() (int64, error) {
	info, err := j.f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func firstLine(name string) (string, error) {
	j, err := openJournal(name) // want "GM606 `j`, the file of os.Open, is never closed"
	if err != nil {
		return "", err
	}
	line, _ := j.next()
	return line, nil
}

func sizeOnSomePaths(name string) (int64, error) {
	j, err := openJournal(name) // want "GM606 `j`, the file of os.Open, is not closed on every path"
	if err != nil {
		return 0, err
	}
	n, err := j.size()
	if err != nil {
		return 0, err
	}
	return n, j.Close()
}

type counted struct {
	io.Reader
	file *os.File
}

func (c *counted) Close() error { return c.file.Close() }

func openCounted(name string) (io.ReadCloser, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return &counted{Reader: bufio.NewReader(f), file: f}, nil
}

func readCounted(name string) ([]byte, error) {
	r, err := openCounted(name) // want "GM606 `r`, the file of os.Open, is never closed"
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

type framed struct{ net.Conn }

func dialFramed(address string) (*framed, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &framed{Conn: c}, nil
}

func ping(address string) error {
	c, err := dialFramed(address) // want "GM606 `c`, the connection of net.Dial, is not closed on every path"
	if err != nil {
		return err
	}
	if _, err := c.Write([]byte("ping")); err != nil {
		return err
	}
	return c.Close()
}

type source interface {
	io.Reader
	Close() error
}

func openSource(name string) (source, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return &counted{Reader: bufio.NewReader(f), file: f}, nil
}

func readSource(name string) ([]byte, error) {
	s, err := openSource(name) // want "GM606 `s`, the file of os.Open, is never closed"
	if err != nil {
		return nil, err
	}
	return io.ReadAll(s)
}
