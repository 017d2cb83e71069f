package pinning

import (
	"bytes"
	"io"
	"os"
	"strings"
)

type document struct {
	body, id []byte
	title    string
	lines    []string
}

func (d *document) load(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	d.body = data
	d.id = bytes.Clone(data[:16])
	d.title = string(data[16:32])
	return nil
}

func (d *document) copied(r io.Reader) {
	data, _ := io.ReadAll(r)
	d.id = append([]byte(nil), data[:16]...)
	d.title = strings.Clone(strings.Fields(string(data))[0])
}

// The whole is kept anyway.
func (d *document) both(name string) {
	data, _ := os.ReadFile(name)
	d.body = data
	d.id = data[:16]
}

func (d *document) returned(name string) []byte {
	data, _ := os.ReadFile(name)
	d.id = data[:16]
	return data
}

// All of it is needed.
func (d *document) split(name string) {
	data, _ := os.ReadFile(name)
	for _, line := range strings.Split(string(data), "\n") {
		if line != "" {
			d.lines = append(d.lines, line)
		}
	}
}

func (d *document) rest(name string) {
	data, _ := os.ReadFile(name)
	d.body = data[4:]
}

// The part ends with the function.
func first(name string) int {
	data, _ := os.ReadFile(name)
	head := data[:4]
	return len(head)
}

// Nothing says that this is big.
func (d *document) given(data []byte) { d.id = data[:16] }

func (d *document) made() {
	data := make([]byte, 64)
	d.id = data[:16]
}

// The object ends with the function, unless somebody keeps it as a whole.
func build(name string) int {
	var d document
	data, _ := os.ReadFile(name)
	d.id = data[:16]
	return len(d.id)
}
