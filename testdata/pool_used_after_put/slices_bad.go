package pool_used_after_put

func lendSlice() []byte {
	return *blocks.Get().(*[]byte)
}

func giveSliceBack(b []byte) {
	blocks.Put(&b)
}

func usedAsSlice(fill func([]byte)) byte {
	b := lendSlice()
	fill(b)
	giveSliceBack(b)
	return b[0] // want "GM401 `b\[0\]` is used after it was put back"
}

func returnedAsSlice(fill func([]byte)) []byte {
	b := lendSlice()
	defer giveSliceBack(b)
	fill(b)
	return b[:16] // want "GM401 `b` is returned although `b` is put back"
}

func copiedFromSlice(fill func([]byte)) []byte {
	b := lendSlice()
	defer giveSliceBack(b)
	fill(b)
	return append([]byte(nil), b[:16]...)
}

func readBeforeGivenBack(fill func([]byte)) byte {
	b := lendSlice()
	fill(b)
	first := b[0]
	giveSliceBack(b)
	return first
}
