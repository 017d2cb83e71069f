package resource

import (
	"archive/zip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
)

var errShort = errors.New("short")

func never(name string) ([]byte, error) {
	f, err := os.Open(name) // want "GM606 `f`, the file of os.Open, is never closed"
	if err != nil {
		return nil, err
	}
	return io.ReadAll(f)
}

func onError(name string, data []byte) error {
	f, err := os.Create(name) // want "GM606 `f`, the file of os.Create, is not closed on every path"
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Close()
}

func temp(dir string) error {
	f, err := os.CreateTemp(dir, "probe") // want "GM606 `f`, the file of os.CreateTemp, is never closed"
	if err != nil {
		return err
	}
	return os.Remove(f.Name())
}

func bodyByStatus(url string) ([]byte, error) {
	resp, err := http.Get(url) // want "GM310"
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %s", resp.Status)
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

func bodyNever(c *http.Client, req *http.Request, v any) error {
	resp, err := c.Do(req) // want "GM310"
	if err != nil {
		return err
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

// The reader is returned, or lost.
func opened(name string) (io.ReadCloser, error) {
	f, err := os.Open(name) // want "GM606 `f`, the file of os.Open, is not closed on every path"
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() == 0 {
		f.Close()
		return nil, errShort
	}
	return f, nil
}

func rowsOnError(db *sql.DB) (names []string, err error) {
	rows, err := db.Query("SELECT name FROM t") // want "GM606 `rows`, the rows of sql.DB.Query, is not closed on every path"
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

func oneRow(ctx context.Context, db *sql.DB) (n int, err error) {
	rows, err := db.QueryContext(ctx, "SELECT count(*) FROM t") // want "GM606 `rows`"
	if err != nil {
		return 0, err
	}
	rows.Next()
	err = rows.Scan(&n)
	return n, err
}

func transaction(db *sql.DB) error {
	tx, err := db.Begin() // want "GM606 `tx`, the transaction of sql.DB.Begin, is not closed on every path"
	if err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE t SET n = n + 1"); err != nil {
		return err
	}
	return tx.Commit()
}

func statement(db *sql.DB, ids []int) error {
	stmt, err := db.Prepare("DELETE FROM t WHERE id = ?") // want "GM606 `stmt`"
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := stmt.Exec(id); err != nil {
			return err
		}
	}
	return nil
}

func dial(address string, message []byte) error {
	conn, err := net.Dial("tcp", address) // want "GM606 `conn`, the connection of net.Dial, is never closed"
	if err != nil {
		return err
	}
	_, err = conn.Write(message)
	return err
}

func port() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // want "GM606 `l`, the listener of net.Listen, is never closed"
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, nil
}

func members(name string) (all []string, err error) {
	r, err := zip.OpenReader(name) // want "GM606 `r`, the archive of zip.OpenReader, is never closed"
	if err != nil {
		return nil, err
	}
	for _, one := range r.File {
		all = append(all, one.Name)
	}
	return all, nil
}

// Made by a function of the package, and lost by this one.
func open(dir, name string) (*os.File, error) { return os.Open(filepath.Join(dir, name)) }

func byWrapper(dir string) (int64, error) {
	f, err := open(dir, "data") // want "GM606 `f`, the file of os.Open, is never closed"
	if err != nil {
		return 0, err
	}
	return io.Copy(io.Discard, f)
}

func twice(a, b string) (int64, error) {
	f, err := os.Open(a) // want "GM606 `f`, the file of os.Open, is overwritten before it is closed"
	if err != nil {
		return 0, err
	}
	n, _ := io.Copy(io.Discard, f)
	f, err = os.Open(b)
	if err != nil {
		return n, err
	}
	defer f.Close()
	m, err := io.Copy(io.Discard, f)
	return n + m, err
}

func inLoop(names []string) (total int64) {
	for _, name := range names {
		f, err := os.Open(name) // want "GM606 `f`, the file of os.Open, is (never|overwritten)"
		if err != nil {
			continue
		}
		n, _ := io.Copy(io.Discard, f)
		total += n
	}
	return total
}

// A method value is no call.
func notCalled(name string) error {
	f, err := os.Create(name) // want "GM606 `f`"
	if err != nil {
		return err
	}
	_ = f.Close
	return nil
}

// The deferred call closes what `rows` was then.
func bound(db *sql.DB) (n int, err error) {
	rows, err := db.Query("SELECT 1")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	rows, err = db.Query("SELECT 2") // want "GM606 `rows`"
	if err != nil {
		return 0, err
	}
	if rows.Next() {
		err = rows.Scan(&n)
	}
	return n, err
}

// The return has set f to nil when the deferred literal looks at it.
func resultIsNil(name string) (f *os.File, err error) {
	f, err = os.Open(name) // want "GM606 `f`"
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

func walk(root string) error {
	return filepath.Walk(root, func(path string, _ os.FileInfo, err error) error {
		f, err := os.Open(path) // want "GM606 `f`, the file of os.Open, is never closed"
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, f)
		return err
	})
}

func dialTwice(network, addr string) (net.Conn, error) {
	conn, err := net.Dial(network, addr)
	if err != nil {
		return nil, &net.AddrError{Err: err.Error()}
	}
	return conn, nil
}

func greetAndForget(addr string) error {
	conn, err := dialTwice("tcp", addr) // want "is not closed on every path|is never closed"
	if err != nil {
		return err
	}
	_, err = conn.Write([]byte("hello"))
	return err
}

// The error that is looked at is another one than the function returns.
func closedWhereAnotherFails(name string, data []byte) error {
	f, err := os.Create(name) // want "GM606 `f`, the file of os.Create, is never closed"
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return nil
}

func parseAll(r io.Reader) ([]string, error) {
	return library.Parse(r)
}

// Whoever takes an io.Reader does not close it.
func parsedAndForgotten(name string) ([]string, error) {
	f, err := os.Open(name) // want "GM606 `f`, the file of os.Open, is never closed"
	if err != nil {
		return nil, err
	}
	return parseAll(f)
}

var library interface {
	Parse(r io.Reader) ([]string, error)
}

type database interface {
	Query(query string, args ...any) (*sql.Rows, error)
}

func firstOf(db database) (found int, err error) {
	rows, err := db.Query("SELECT 1") // want "GM606 `rows`, the rows of sql.DB.Query, is not closed on every path"
	if err != nil {
		return 0, err
	}
	if rows.Next() {
		err = rows.Scan(&found)
	}
	return found, err
}
