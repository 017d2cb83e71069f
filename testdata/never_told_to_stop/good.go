package never_told_to_stop

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"os/signal"
)

// Closed at once, at the end, or by a helper.
func atOnce(url string) error {
	response, err := http.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	scanner := bufio.NewScanner(response.Body)
	for scanner.Scan() {
		fmt.Println(scanner.Text())
	}
	return scanner.Err()
}

func byLiteral(url string) error {
	response, err := http.Get(url)
	if err != nil {
		return err
	}
	defer func() {
		if err := response.Body.Close(); err != nil {
			fmt.Println(err)
		}
	}()
	return nil
}

func byHelpers(url string) error {
	response, err := http.Get(url)
	if err != nil {
		return err
	}
	defer drain(response)
	return nil
}

func drain(response *http.Response) {
	_, _ = io.Copy(io.Discard, response.Body)
	shut(response.Body)
}

func shut(closer io.Closer) { _ = closer.Close() }

func whereThere(client *http.Client, request *http.Request) (string, error) {
	response, err := client.Do(request)
	if response != nil {
		defer response.Body.Close()
	}
	if err != nil {
		return "", err
	}
	return response.Status, nil
}

func noError(url string) (status string) {
	if response, err := http.Get(url); err == nil {
		status = response.Status
		response.Body.Close()
	}
	return status
}

// Somebody else's to close.
func returned(url string) (io.ReadCloser, error) {
	response, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	return response.Body, nil
}

type download struct{ body io.ReadCloser }

func stored(url string, into *download) error {
	response, err := http.Get(url)
	if err != nil {
		return err
	}
	into.body = response.Body
	return nil
}

func wrapped(url string) (*download, error) {
	response, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	return &download{body: response.Body}, nil
}

func handed(url string, read func(io.ReadCloser) error) error {
	response, err := http.Get(url)
	if err != nil {
		return err
	}
	return read(response.Body)
}

func head(url string) (int64, error) {
	response, err := http.Head(url)
	if err != nil {
		return 0, err
	}
	return response.ContentLength, nil
}

type transport struct{ base http.RoundTripper }

func (t transport) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := t.base.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	fmt.Println(response.Status)
	return response, nil
}

// Signals that are given back, or are wanted as long as the process lives.
func stopped(ctx context.Context) {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	defer signal.Stop(stop)
	select {
	case <-stop:
	case <-ctx.Done():
	}
}

func forTheProcess() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	<-stop
}

func elsewhere(ctx context.Context, watch func(<-chan os.Signal)) {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	watch(stop)
	<-ctx.Done()
}

// Workers that are told to stop, that leave the function, or that end by themselves.
func closed(jobs []func()) {
	q := newQueue()
	defer q.Close()
	for _, job := range jobs {
		q.Add(job)
	}
}

func kept() *store {
	return &store{writes: newQueue()}
}

func (s *store) Close() error {
	s.writes.Close()
	return s.file.Close()
}

func handedOver(use func(*queue)) {
	use(newQueue())
}

type counter struct {
	values chan int
	done   chan struct{}
}

func newCounter(ctx context.Context) *counter {
	c := &counter{values: make(chan int), done: make(chan struct{})}
	go func() {
		for {
			select {
			case value := <-c.values:
				fmt.Println(value)
			case <-ctx.Done():
				return
			case <-c.done:
				return
			}
		}
	}()
	return c
}

func (c *counter) Close() { close(c.done) }

func count(ctx context.Context, values []int) {
	c := newCounter(ctx)
	for _, value := range values {
		select {
		case c.values <- value:
		case <-ctx.Done():
		}
	}
}

type once struct{ result chan error }

func newOnce(work func() error) *once {
	o := &once{result: make(chan error, 1)}
	go func() { o.result <- work() }()
	return o
}

func (o *once) Close() { close(o.result) }

func runOnce() error {
	o := newOnce(func() error { return errors.New("once") })
	return <-o.result
}

// Responses without a body, or with one that somebody else has read to its end.
func size(client *http.Client, ctx context.Context, url string) (int64, error) {
	request, err := http.NewRequestWithContext(ctx, "HEAD", url, nil)
	if err != nil {
		return 0, err
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	return response.ContentLength, nil
}

func headRequest(url string) (*http.Request, error) {
	return http.NewRequest(http.MethodHead, url, nil)
}

func exists(client *http.Client, url string) (bool, error) {
	request, err := headRequest(url)
	if err != nil {
		return false, err
	}
	response, err := client.Do(request)
	if err != nil {
		return false, err
	}
	return response.StatusCode == http.StatusOK, nil
}

func dump(client *http.Client, request *http.Request) ([]byte, error) {
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	return httputil.DumpResponse(response, true)
}

// byStatus leaves it to the function for the status to close the body.
func byStatus(client *http.Client, request *http.Request, decode func(io.Reader) error) error {
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	actions := map[int]func() error{
		http.StatusOK: func() error {
			defer response.Body.Close()
			return decode(response.Body)
		},
		http.StatusNotFound: func() error { return response.Body.Close() },
	}
	if action, ok := actions[response.StatusCode]; ok {
		return action()
	}
	return response.Body.Close()
}

// Write closes the body that it has read.
func passOn(client *http.Client, request *http.Request, out io.Writer) error {
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	return response.Write(out)
}

// meter ends with the context of who makes it as well.
type meter struct {
	ctx    context.Context
	cancel context.CancelFunc
	ticks  chan int
}

func newMeter(ctx context.Context) *meter {
	ctx, cancel := context.WithCancel(ctx)
	m := &meter{ctx: ctx, cancel: cancel, ticks: make(chan int)}
	go m.run()
	return m
}

func (m *meter) run() {
	for {
		select {
		case <-m.ticks:
		case <-m.ctx.Done():
			return
		}
	}
}

func (m *meter) Close() { m.cancel() }

type board struct{ meter *meter }

func newBoard(ctx context.Context, path string) (*board, error) {
	b := &board{}
	b.meter = newMeter(ctx)
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	return b, nil
}

// inMemory never leaves the process.
func inMemory(request *http.Request, ends func() (net.Conn, error)) error {
	transport := &http.Transport{
		Dial: func(network, address string) (net.Conn, error) { return ends() },
	}
	defer transport.CloseIdleConnections()
	_, err := transport.RoundTrip(request)
	return err
}
