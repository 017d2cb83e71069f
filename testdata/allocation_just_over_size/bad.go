package justover

import "io"

const chunk = 32 << 10

func read(r io.Reader) ([]byte, error) {
	buffer := make([]byte, chunk+1) // want "GM506 32769 bytes take 40960 on the heap, where 32768 would take 32768"
	n, err := r.Read(buffer)
	return buffer[:n], err
}

type sample uint32

func samples() []sample {
	const most = 1025
	return make([]sample, 0, most) // want "GM506 4100 bytes take 4864 on the heap, where 4096 would take 4096"
}

func pages() []byte {
	return make([]byte, 65537) // want "GM506 65537 bytes take 73728 on the heap, where 65536 would take 65536"
}

func zeroes(seed int) int {
	var all [40000]int // want "GM506 `all` .320000 bytes. is too large for the stack"
	all[seed] = 1
	sum := 0
	for _, one := range all {
		sum += one
	}
	return sum
}
