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
