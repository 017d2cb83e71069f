package resource

import (
	"io"
	"net"
	"os"
)

func lastJournalLine(name string) (string, error) {
	j, err := openJournal(name)
	if err != nil {
		return "", err
	}
	defer j.Close()
	last := ""
	for line, more := j.next(); more; line, more = j.next() {
		last = line
	}
	return last, nil
}

func journalClosedByHelper(name string) error {
	j, err := openJournal(name)
	if err != nil {
		return err
	}
	defer closeIt(j)
	_, err = j.size()
	return err
}

func closeIt(c io.Closer) { _ = c.Close() }

type shelf struct{ books map[string]*journal }

func (l *shelf) add(name string) (*journal, error) {
	j, err := openJournal(name)
	if err != nil {
		return nil, err
	}
	l.books[name] = j
	return j, nil
}

func journalHandedOn(name string) (io.Closer, error) {
	j, err := openJournal(name)
	if err != nil {
		return nil, err
	}
	return j, nil
}

func journalForGoroutine(name string, lines chan<- string) error {
	j, err := openJournal(name)
	if err != nil {
		return err
	}
	go func() {
		defer j.Close()
		line, _ := j.next()
		lines <- line
	}()
	return nil
}

// It has no Close: its file is its own business.
type tail struct{ f *os.File }

func openTail(name string) (*tail, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return &tail{f: f}, nil
}

func followTail(name string) (int64, error) {
	t, err := openTail(name)
	if err != nil {
		return 0, err
	}
	return t.f.Seek(0, io.SeekEnd)
}

// Its Close gives back another thing than what the constructor has opened.
type feed struct {
	listener net.Listener
	log      *os.File
}

func (s *feed) Close() error { return s.log.Close() }

func newFeed(address string, log *os.File) (*feed, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	return &feed{listener: l, log: log}, nil
}

func acceptFeed(address string, log *os.File) (net.Conn, error) {
	s, err := newFeed(address, log)
	if err != nil {
		return nil, err
	}
	return s.listener.Accept()
}

func journalClosedOnBothWays(name string) (int64, error) {
	j, err := openJournal(name)
	if err != nil {
		return 0, err
	}
	n, err := j.size()
	if err != nil {
		_ = j.Close()
		return 0, err
	}
	return n, j.Close()
}
