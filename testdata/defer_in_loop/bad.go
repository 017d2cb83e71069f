package deferinloop

import (
	"archive/zip"
	"bufio"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
)

func files(names []string) error {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close() // want "GM603 `f` is closed by a defer in a loop"
		if _, err := io.Copy(io.Discard, f); err != nil {
			return err
		}
	}
	return nil
}

func inLiteral(names []string) (err error) {
	for _, name := range names {
		f, err := os.Create(name)
		if err != nil {
			return err
		}
		defer func() { // want "GM603 `f`"
			if cerr := f.Close(); cerr != nil && err == nil {
				err = cerr
			}
		}()
		fmt.Fprintln(f, name)
	}
	return err
}

func bodies(urls []string) (total int64, err error) {
	for i := 0; i < len(urls); i++ {
		resp, err := http.Get(urls[i])
		if err != nil {
			continue
		}
		defer resp.Body.Close() // want "GM603 `resp.Body`"
		n, _ := io.Copy(io.Discard, resp.Body)
		total += n
	}
	return total, nil
}

func rows(db *sql.DB, ids []int) (names []string, err error) {
	for _, id := range ids {
		rows, err := db.Query("SELECT name FROM t WHERE id = ?", id)
		if err != nil {
			return nil, err
		}
		defer rows.Close() // want "GM603 `rows`"
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return nil, err
			}
			names = append(names, name)
		}
	}
	return names, nil
}

// The case of a switch is as good as the loop's own block.
func unpack(r *zip.Reader, target string) error {
	for _, member := range r.File {
		switch {
		case member.FileInfo().IsDir():
			continue
		default:
			in, err := member.Open()
			if err != nil {
				return err
			}
			defer in.Close() // want "GM603 `in`"
			out, err := os.Create(filepath.Join(target, filepath.Base(member.Name)))
			if err != nil {
				return err
			}
			defer out.Close() // want "GM603 `out`"
			if _, err := io.Copy(out, in); err != nil {
				return err
			}
		}
	}
	return nil
}

// Never: the loop has no end.
func serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			continue
		}
		defer conn.Close() // want "GM603 `conn`"
		fmt.Fprintln(conn, "hello")
	}
}

// Assigned, not declared.
func assigned(names []string) (lines int) {
	var f *os.File
	var err error
	for _, name := range names {
		f, err = os.Open(name)
		if err != nil {
			continue
		}
		defer f.Close() // want "GM603 `f`"
		for s := bufio.NewScanner(f); s.Scan(); {
			lines++
		}
	}
	return lines
}

type counter struct {
	mu    sync.Mutex
	total int
}

// The second round waits for the first.
func (c *counter) add(values []int) {
	for _, v := range values {
		c.mu.Lock()         // want "GM305"
		defer c.mu.Unlock() // want "GM603 `c.mu` is unlocked by a defer in a loop"
		c.total += v
	}
}

// What is kept of the file is a number, a string, an error.
func sizes(names []string) (all []int64, last error) {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			last = err
			continue
		}
		defer f.Close() // want "GM603 `f`"
		info, err := f.Stat()
		if err != nil {
			last = err
			continue
		}
		all = append(all, info.Size())
	}
	return all, last
}

// In a literal that holds the loop, and not the other way round.
func literal(names []string) func() {
	return func() {
		for _, name := range names {
			f, err := os.Open(name)
			if err != nil {
				return
			}
			defer f.Close() // want "GM603 `f`"
			fmt.Println(f.Name())
		}
	}
}
