package justover

import "io"

func whole(r io.Reader) ([]byte, error) {
	buffer := make([]byte, chunk)
	n, err := r.Read(buffer)
	return buffer[:n], err
}

// stays has room on the stack.
func stays(data []byte) int {
	buffer := make([]byte, chunk+1)
	return copy(buffer, data)
}

func fitting() ([]byte, []int64, []byte) {
	return make([]byte, 1000), make([]int64, 128), make([]byte, 48<<10)
}

// far is not close to any smaller size.
func far() ([]byte, []byte) {
	return make([]byte, 37000), make([]byte, 4500)
}

func unknown(n int) []byte {
	return make([]byte, n+1)
}

func pointers() []*int {
	return make([]*int, 513)
}

func small(seed int) int {
	var all [4000]int
	all[seed] = 1
	return all[0]
}

// kept goes to the heap for another reason than its size.
func kept() *[20000]byte {
	var all [20000]byte
	return &all
}

func init() {
	_ = append(make([]byte, 65537), byte(len(pages())))
}
