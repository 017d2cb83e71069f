package buffermade

func reused(blocks [][]byte) int {
	total := 0
	var scratch []byte
	for _, block := range blocks {
		scratch = append(scratch[:0], block...)
		for i := range scratch {
			total += int(scratch[i] ^ 0x5a)
		}
	}
	return total
}

func kept(blocks [][]byte) [][]byte {
	all := make([][]byte, 0, len(blocks))
	for _, block := range blocks {
		one := make([]byte, len(block))
		copy(one, block)
		all = append(all, one)
	}
	return all
}

func constant(blocks [][]byte) int {
	const size = 16
	n := 0
	for _, block := range blocks {
		head := make([]byte, size)
		n += copy(head, block)
	}
	return n
}

func left(blocks [][]byte) int {
	for _, block := range blocks {
		if len(block) > 0 {
			scratch := make([]byte, len(block))
			return copy(scratch, block)
		}
	}
	return 0
}

func outside(n int, rounds int) int {
	scratch := make([]int, n)
	for i := 0; i < rounds; i++ {
		scratch[i%n]++
	}
	return scratch[0]
}

func table(keys []string, n int) int {
	sum := 0
	for range keys {
		counts := make(map[string]int, n)
		sum += len(counts)
	}
	return sum
}

func retried(read func([]byte) int) string {
	for length := 128; ; length *= 2 {
		part := make([]byte, length)
		if n := read(part); n < length {
			return string(part[:n])
		}
	}
}

func roomed(blocks [][]byte) int {
	n := 0
	for _, block := range blocks {
		head := make([]byte, min(len(block), 64), 64)
		n += copy(head, block)
	}
	return n
}

func found(groups [][]byte, want int) (int, error) {
	for _, group := range groups {
		if len(group) > want {
			copied := make([]byte, len(group))
			copy(copied, group)
			switch copied[0] {
			case 0:
				return 0, nil
			default:
				return len(copied), nil
			}
		}
	}
	return 0, nil
}
