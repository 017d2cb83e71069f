// Command lsmatch lists the entries of directories that match a shell pattern.
//
// It is an example for golint-mem: it works, and it leaks C memory in three places.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: lsmatch PATTERN DIRECTORY...")
		os.Exit(2)
	}
	status := 0
	for _, path := range os.Args[2:] {
		if err := list(path, os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, "lsmatch:", err)
			status = 1
		}
	}
	os.Exit(status)
}

func list(path, pattern string) error {
	directory, err := Open(path)
	if err != nil {
		return err
	}
	defer directory.Close()
	for _, name := range directory.Matching(pattern) {
		fmt.Printf("%s/%s\n", directory.path, name)
	}
	return nil
}
