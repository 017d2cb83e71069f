package lent

import (
	"fmt"
	"io"
	"strings"
)

// kept: every round needs its own.

type store struct {
	all  [][]byte
	last *point
}

func (s *store) add(b []byte) { s.all = append(s.all, b) }

func load(r io.Reader, s *store, n int) error {
	for i := 0; i < n; i++ {
		b := make([]byte, 16)
		if _, err := io.ReadFull(r, b); err != nil {
			return err
		}
		s.add(b)
	}
	return nil
}

func sent(r io.Reader, to chan<- []byte, n int) {
	for i := 0; i < n; i++ {
		var b [8]byte
		r.Read(b[:])
		to <- b[:]
	}
}

func later(r io.Reader, n int) (all []func() byte) {
	for i := 0; i < n; i++ {
		var b [8]byte
		r.Read(b[:])
		all = append(all, func() byte { return b[0] })
	}
	return all
}

func (s *store) keep(p *point) error {
	if p.x < 0 {
		return fmt.Errorf("negative: %v", p)
	}
	s.last = p
	return nil
}

func keepAll(s *store, n int) error {
	for i := 0; i < n; i++ {
		p := point{i, n}
		if err := s.keep(&p); err != nil {
			return err
		}
	}
	return nil
}

// one of the implementations keeps it.

type taker interface{ take(p *point) }

type looking struct{ n int }

func (l *looking) take(p *point) { l.n += p.x }

type keeping struct{ all []*point }

func (k *keeping) take(p *point) { k.all = append(k.all, p) }

func taken(t taker, n int) {
	for i := 0; i < n; i++ {
		p := point{i, n}
		t.take(&p)
	}
}

// Exported: nobody knows what callers do.

func Every(n int, look func(*point)) {
	for i := 0; i < n; i++ {
		p := point{i, n - i}
		look(&p)
	}
}

func passed(n int, look func(*point)) {
	for i := 0; i < n; i++ {
		p := point{i, n - i}
		look(&p)
	}
}

var pass = passed

// nothing leaks, or the buffer is there already.

func before(r io.Reader, n int) (sum int, err error) {
	var header [2]byte
	for i := 0; i < n; i++ {
		more, err := size(r, header[:])
		if err != nil {
			return 0, err
		}
		sum += more
	}
	return sum, nil
}

func norm(p *point) int { return p.x*p.x + p.y*p.y }

func norms(n int) (sum int) {
	for i := 0; i < n; i++ {
		p := point{i, n}
		sum += norm(&p)
	}
	return sum
}

func copied(text string) (int, error) {
	if len(text) != 1 {
		return 0, fmt.Errorf("no digit: %q", strings.Clone(text))
	}
	return int(text[0] - '0'), nil
}

func copies(fields [][]byte) (sum int) {
	for _, field := range fields {
		n, _ := copied(string(field))
		sum += n
	}
	return sum
}

func strung(w io.Writer, lines []string) {
	for _, line := range lines {
		io.WriteString(w, line)
	}
}

func filled(b *strings.Builder, lines []string) {
	for _, line := range lines {
		b.Write([]byte(line))
	}
}

// random tries until it has one that is small enough, which is mostly at once.
func random(r io.Reader, most byte) (byte, error) {
	for {
		b := make([]byte, 1)
		if _, err := io.ReadFull(r, b); err != nil {
			return 0, err
		}
		if b[0] < most {
			return b[0], nil
		}
	}
}

// Other packages may implement Counter, and keep what they get.

type Point struct{ X, Y int }

type Counter interface{ Count(p *Point) }

type Sum struct{ all int }

func (s *Sum) Count(p *Point) { s.all += p.X + p.Y }

func Tally(c Counter, n int) {
	for i := 0; i < n; i++ {
		p := Point{i, n - i}
		c.Count(&p)
	}
}

// An alias lets other packages name the type.

type hidden struct{ x int }

type Shown = hidden

type Taker interface{ Take(p *hidden) }

type last struct{ x int }

func (l *last) Take(p *hidden) { l.x = p.x }

func Give(t Taker, n int) {
	for i := 0; i < n; i++ {
		p := hidden{i}
		t.Take(&p)
	}
}
