package buffermade

func checksums(blocks [][]byte) int {
	total := 0
	for _, block := range blocks {
		scratch := make([]byte, len(block)) // want "GM502 `scratch` is made anew"
		copy(scratch, block)
		for i := range scratch {
			scratch[i] ^= 0x5a
			total += int(scratch[i])
		}
	}
	return total
}

type row []int

func counts(rows []row, width int) int {
	most := 0
	for _, one := range rows {
		var seen = make([]int, 0, width) // want "GM502 `seen` is made anew"
		for _, value := range one {
			if value > 0 {
				seen = append(seen, value)
			}
		}
		for i := 0; i < len(seen); i++ {
			inner := make(row, i+1) // want "GM502 `inner` is made anew"
			inner[i] = seen[i]
			most = max(most, inner[0])
		}
	}
	return most
}
