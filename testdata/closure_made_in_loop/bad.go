package closures

type table struct{ visit []func(int) bool }

func (t *table) each(keep func(int) bool) { t.visit = append(t.visit, keep) }

type limit struct{ most int }

func (l *limit) allows(v int) bool { return v < l.most }

func rounds(t *table, most int, n int) {
	small := &limit{most}
	for i := 0; i < n; i++ {
		t.each(func(v int) bool { return v < most }) // want "GM505 this function literal uses nothing of the round"
		t.each(small.allows)                         // want "GM505 the method value `small.allows` is the same one"
	}
}

func served(requests <-chan int, answer func()) {
	for range requests {
		go func() { // want "GM505 this function literal uses nothing of the round"
			answer()
		}()
	}
}

func traced(names []string, end func(string)) (n int) {
	for _, name := range names {
		defer end(name) // want "GM505 `defer end` puts its record"
		n += len(name)
	}
	return n
}

func counted(names []string, total *int) {
	for _, name := range names {
		defer func() { *total += len(name) }() // want "GM505 `defer func` puts its record"
	}
}
