package closures

import "os"

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

func closed(names []string) (n int, err error) {
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			return n, err
		}
		defer file.Close() // want "GM505 this defer waits for the end of the function"
		info, err := file.Stat()
		if err != nil {
			return n, err
		}
		n += int(info.Size())
	}
	return n, nil
}

func opened(names []string) (sizes []int64, err error) {
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }() // want "GM505 this defer waits for the end of the function"
		info, err := file.Stat()
		if err != nil {
			return nil, err
		}
		sizes = append(sizes, info.Size())
	}
	return sizes, nil
}
