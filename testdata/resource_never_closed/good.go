package resource

import (
	"bufio"
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime/trace"
	"sync"
)

func deferred(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

func everyPath(name string, data []byte) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func joined(name string, data []byte) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

func onFailureOnly(name string) (_ *os.File, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	if _, err = f.Stat(); err != nil {
		return nil, err
	}
	return f, nil
}

func byClosure(name string, data []byte) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	fail := func(err error) error {
		f.Close()
		os.Remove(name)
		return err
	}
	if _, err := f.Write(data); err != nil {
		return fail(err)
	}
	if err := f.Sync(); err != nil {
		return fail(err)
	}
	return f.Close()
}

func byFlag(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	closed := false
	defer func() {
		if !closed {
			f.Close()
		}
	}()
	if _, err := f.WriteString("x"); err != nil {
		return err
	}
	f.Close()
	closed = true
	return nil
}

// Owners.
type store struct {
	file *os.File
	all  map[string]io.Closer
	mu   sync.Mutex
}

func (s *store) keep(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.file = f
	return nil
}

func (s *store) keepByName(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	s.all[name] = f
	return nil
}

func newStore(name string) (*store, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return &store{file: f}, nil
}

func lines(name string) (*bufio.Scanner, func() error, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	return bufio.NewScanner(f), f.Close, nil
}

func body(url string) (io.ReadCloser, error) {
	resp, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return nil, errShort
	}
	return resp.Body, nil
}

func response(c *http.Client, req *http.Request) (*http.Response, error) {
	resp, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	return resp, nil
}

// Helpers that close.
func drain(resp *http.Response) {
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
}

func quietly(c io.Closer) { _ = c.Close() }

func byHelper(url, name string) error {
	resp, err := http.Get(url)
	if err != nil {
		return err
	}
	defer drain(resp)
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer quietly(f)
	_, err = io.Copy(f, resp.Body)
	return err
}

func guarded(url string) error {
	resp, err := http.Get(url)
	if resp != nil {
		defer resp.Body.Close()
	}
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// Rows that were read to their end are closed.
func allRows(db *sql.DB) (n int, err error) {
	rows, err := db.Query("SELECT 1")
	if err != nil {
		return 0, err
	}
	for rows.Next() {
		n++
	}
	return n, rows.Err()
}

func commit(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	stmt, err := tx.Prepare("UPDATE t SET n = 1")
	if err != nil {
		return err
	}
	if _, err := stmt.Exec(); err != nil {
		return err
	}
	return tx.Commit()
}

func oneByQueryRow(db *sql.DB) (n int, err error) {
	err = db.QueryRow("SELECT 1").Scan(&n)
	return n, err
}

// Goroutines and servers take what they are given.
func accept(l net.Listener) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		go handle(conn)
	}
}

func handle(conn net.Conn) {
	defer conn.Close()
	io.Copy(conn, conn)
}

func acceptInLiteral(l net.Listener, seen func(net.Conn)) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() { seen(conn) }()
	}
}

func serve(h http.Handler) error {
	l, err := net.Listen("tcp", ":0")
	if err != nil {
		return err
	}
	return http.Serve(l, h)
}

func serveLater(h http.Handler) error {
	l, err := net.Listen("tcp", ":0")
	if err != nil {
		return err
	}
	go func() { log.Print(http.Serve(l, h)) }()
	return nil
}

func hand(out chan<- io.ReadCloser, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	out <- f
	return nil
}

// Nothing outside the program is held.
func gunzip(r io.Reader) ([]byte, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func output(name string) ([]byte, error) {
	cmd := exec.Command(name)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(out)
	return data, errors.Join(err, cmd.Wait())
}

// The process ends.
func mustRead(name string) []byte {
	f, err := os.Open(name)
	if err != nil {
		log.Fatal(err)
	}
	data, err := io.ReadAll(f)
	if err != nil {
		log.Fatal(err)
	}
	f.Close()
	return data
}

func setLog(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	log.SetOutput(f)
	return nil
}

// Each round closes its own.
func deferredInLiteral(names []string) (err error) {
	for _, name := range names {
		err = func() error {
			f, err := os.Open(name)
			if err != nil {
				return err
			}
			defer func() { _ = f.Close() }()
			_, err = io.Copy(io.Discard, f)
			return err
		}()
	}
	return err
}

func outer(root string) error {
	var f *os.File
	open := func() (err error) {
		f, err = os.Open(root)
		return err
	}
	if err := open(); err != nil {
		return err
	}
	defer f.Close()
	return nil
}

// The callee fails in many ways, and makes its error of the one that it got.
func dialSomehow(kind int, addr string) (net.Conn, error) {
	switch kind {
	case 0:
		return dialWrapped("tcp", addr)
	case 1:
		return dialWrapped("tcp4", addr)
	case 2:
		return dialWrapped("tcp6", addr)
	case 3:
		return nil, nil
	}
	return dialWrapped("udp", addr)
}

func dialWrapped(network, addr string) (net.Conn, error) {
	conn, err := net.Dial(network, addr)
	if err != nil {
		return nil, wrapped(err)
	}
	return conn, nil
}

func wrapped(err error) error { return &net.AddrError{Err: err.Error()} }

func greet(kind int, addr string) error {
	conn, err := dialSomehow(kind, addr)
	if err != nil {
		return err
	}
	if conn == nil {
		return io.EOF
	}
	defer conn.Close()
	_, err = conn.Write([]byte("hello"))
	return err
}

type site http.Server

// The callee leaves the listener to the server of the library, which closes it.
func (s *site) serve(ln net.Listener, name string) error {
	if name == "" {
		return io.EOF
	}
	return (*http.Server)(s).Serve(ln)
}

func (s *site) listen(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	if err := s.serve(ln, addr); err != nil {
		ln.Close()
		return err
	}
	return nil
}

// What closes it is returned beside it.
func openTarget(name string) (*os.File, func(), error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, nil, err
	}
	return f, func() { f.Close() }, nil
}

func writeTarget(name string) error {
	f, done, err := openTarget(name)
	if err != nil {
		return err
	}
	defer done()
	_, err = f.WriteString("text")
	return err
}

// `f, err :=` assigns to the result, which the deferred function looks at.
func closedWhereItFails(name string, data []byte) (f *os.File, err error) {
	target, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			target.Close()
		}
	}()
	if _, err := target.Write(data); err != nil {
		return nil, err
	}
	return target, nil
}

func closeAll(all ...io.Closer) {
	for _, one := range all {
		if one != nil {
			one.Close()
		}
	}
}

func bothPipes() (err error) {
	var r, w, r2, w2 *os.File
	defer func() {
		closeAll(r, w, r2, w2)
	}()
	if r, w, err = os.Pipe(); err != nil {
		return err
	}
	if r2, w2, err = os.Pipe(); err != nil {
		return err
	}
	_, err = io.Copy(w, r2)
	return err
}

type codec struct{ rwc io.ReadWriteCloser }

type session struct{ codec any }

func newSession(conn io.ReadWriteCloser) *session {
	c := &codec{conn}
	return newSessionWith(c)
}

func newSessionWith(codec any) *session {
	s := &session{codec: codec}
	go func() { _ = s.codec }()
	return s
}

// The session owns the connection, by way of what it was made with.
func openSession(addr string) (*session, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return newSession(conn), nil
}

var errStopped = errors.New("stopped")

// An error that was set is what is compared here: nothing was opened.
func dialUntil(ctx context.Context, addr string) error {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err == context.Canceled || err == context.DeadlineExceeded {
		return errStopped
	}
	if err != nil {
		return err
	}
	return conn.Close()
}

// The deferred function heeds the error that the last statement returns.
func copied(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() {
		if failed := in.Close(); failed != nil {
			err = failed
		}
		if err != nil {
			os.Remove(to)
		}
	}()
	info, err := in.Stat()
	if err != nil {
		os.Remove(from)
	}
	if err == nil {
		os.Chmod(to, info.Mode())
	}
	return nil
}

func redirect(names []string) error {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		os.Stdin = f
	}
	return nil
}

type logger struct{ prefix string }

func (l *logger) Fatalf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, l.prefix+format, args...)
	os.Exit(1)
}

func servedUntilFailure(l *logger, serve func(net.Listener) error) {
	listener, err := net.Listen("tcp", ":0")
	if err != nil {
		l.Fatalf("listen: %v", err)
	}
	if err := os.Chdir("/"); err != nil {
		l.Fatalf("chdir: %v", err)
	}
	defer listener.Close()
	serve(listener)
}

// Close closes what is given, and is no method of it.
func Close(one io.Closer) {
	if one == nil {
		return
	}
	if err := one.Close(); err != nil {
		log.Print(err)
	}
}

func closedByHelper(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer Close(f)
	return io.ReadAll(f)
}

func outputAndCloser(name string) (io.Writer, io.Closer, error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, nil, err
	}
	return f, f, nil
}

func closedByOtherName(name, text string) error {
	out, closer, err := outputAndCloser(name)
	if err != nil {
		return err
	}
	defer Close(closer)
	_, err = io.WriteString(out, text)
	return err
}

// traced leaves the file to the tracer, which writes to it as long as the process lives.
func traced(name string) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := trace.Start(f); err != nil {
		f.Close()
		return err
	}
	return nil
}
