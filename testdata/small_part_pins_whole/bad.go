package pinning

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"strings"
)

type entry struct {
	id    []byte
	title string
	tags  []string
}

var titles = map[string]string{}

var heading = regexp.MustCompile(`(?m)^# (.*)$`)

func (e *entry) load(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	e.id = data[:16] // want "GM601 `data\[:16\]`, kept in `e.id`, keeps all that os.ReadFile has read alive"
	return nil
}

func (e *entry) loadTitle(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	whole := string(data)
	found := heading.FindStringSubmatch(whole)
	if found == nil {
		return io.ErrUnexpectedEOF
	}
	e.title = found[1] // want "GM601 `found\[1\]`, kept in `e.title`, keeps all that io.ReadAll has read alive"
	return nil
}

func remember(name string) {
	data, _ := os.ReadFile(name)
	fields := strings.Fields(string(data))
	titles[name] = fields[0] // want "GM601 `fields\[0\]`, kept in `titles\[name\]`"
}

func (e *entry) tag(name string) {
	data, _ := os.ReadFile(name)
	text := string(data)
	first := text[2:10]
	e.tags = append(e.tags, first) // want "GM601 `first`, kept in `e.tags`"
}

func (e *entry) fromBuffer(r io.Reader) {
	var b bytes.Buffer
	b.ReadFrom(r)
	data := b.Bytes()
	e.id = data[4:8] // want "GM601 `data\[4:8\]`"
}
