package lent

import (
	"encoding/binary"
	"fmt"
	"io"
)

type point struct{ x, y int }

func size(r io.Reader, header []byte) (int, error) { // want "GM507 `header` leaks by a call that need not keep it, and 2 callers in loops"
	_, err := io.ReadFull(r, header)
	return int(binary.BigEndian.Uint16(header)), err
}

func total(r io.Reader, n int) (sum int, err error) {
	for i := 0; i < n; i++ {
		var header [2]byte
		more, err := size(r, header[:])
		if err != nil {
			return 0, err
		}
		sum += more
	}
	return sum, nil
}

func largest(r io.Reader, n int) (most int, err error) {
	for i := 0; i < n; i++ {
		header := make([]byte, 2)
		one, err := size(r, header)
		if err != nil {
			return 0, err
		}
		most = max(most, one)
	}
	return most, nil
}

func written(w io.Writer, points []point) error {
	for _, one := range points {
		var b [16]byte // want "GM507 `b` is allocated in every round of the loop, as io.Writer.Write may keep it"
		binary.BigEndian.PutUint64(b[:], uint64(one.x))
		binary.BigEndian.PutUint64(b[8:], uint64(one.y))
		if _, err := w.Write(b[:]); err != nil {
			return err
		}
	}
	return nil
}

func separated(w io.Writer, lines []string) {
	for _, line := range lines {
		w.Write([]byte(line)) // want "GM507 `\[\]byte\(line\)` is allocated in every round of the loop"
	}
}

type visitor interface{ visit(p *point) }

type width struct{ least, most int }

func (w *width) visit(p *point) { w.least, w.most = min(w.least, p.x), max(w.most, p.x) }

type height struct{ most int }

func (h *height) visit(p *point) { h.most = max(h.most, p.y) }

func tell(v visitor, p *point) { // want "GM507 `p` leaks by a call that need not keep it, and 1 caller in loops"
	v.visit(p)
}

func grid(v visitor, n int) {
	for i := 0; i < n; i++ {
		p := point{i, n - i}
		tell(v, &p)
	}
}

func each(n int, look func(*point)) {
	for i := 0; i < n; i++ {
		p := point{i, n - i} // want "GM507 `p` is allocated in every round of the loop, as look may keep it"
		look(&p)
	}
}

func sum(n int) (all int) {
	each(n, func(p *point) { all += p.x })
	return all
}

//go:noinline
func digit(text string) (int, error) { // want "GM507 `text` leaks by an error message that need not keep it"
	if len(text) != 1 || text[0] < '0' || text[0] > '9' {
		return 0, fmt.Errorf("no digit: %q", text)
	}
	return int(text[0] - '0'), nil
}

func digits(fields [][]byte) (all []int, err error) {
	for _, field := range fields {
		n, err := digit(string(field))
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

//go:noinline
func check(p *point) error { // want "GM507 `p` leaks by an error message that need not keep it"
	if p.x < 0 {
		return fmt.Errorf("negative: %v", p)
	}
	return nil
}

func checked(n int) error {
	for i := 0; i < n; i++ {
		p := point{i, n}
		if err := check(&p); err != nil {
			return err
		}
	}
	return nil
}

// Visitor is exported, but nobody else can write a method that takes a *point.
type Visitor interface{ Visit(p *point) }

type Depth struct{ most int }

func (d *Depth) Visit(p *point) { d.most = max(d.most, p.x+p.y) }

func Walk(v Visitor, n int) {
	for i := 0; i < n; i++ {
		p := point{i, n - i} // want "GM507 `p` is allocated in every round of the loop, as .*Visitor.Visit may keep it"
		v.Visit(&p)
	}
}
