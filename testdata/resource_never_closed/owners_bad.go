package resource

import (
	"net"
	"os"
)

// Only asks whether there is a listener, and takes over none.
func needs(s settings) bool { return s.listener == nil && s.address != "" }

func asked(address string) error {
	l, err := net.Listen("tcp", address) // want "GM606 `l`, the listener of net.Listen, is never closed"
	if err != nil {
		return err
	}
	if needs(settings{listener: l, address: address}) {
		return os.ErrInvalid
	}
	return nil
}

// The function that is handed over is called, and not kept.
func each(lines []string, f func(line string) error) error {
	for _, line := range lines {
		if err := f(line); err != nil {
			return err
		}
	}
	return nil
}

func writeEach(name string, lines []string) error {
	f, err := os.Create(name) // todo-want "GM606 `f`, the file of os.Create, is never closed"
	if err != nil {
		return err
	}
	return each(lines, func(line string) error {
		_, err := f.WriteString(line)
		return err
	})
}
