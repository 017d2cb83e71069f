package boxed

import (
	"bytes"
	"container/heap"
	"fmt"
	"io"
	"sort"
)

type name string

func labels(numbers []int, names []name) []string {
	var all []string
	for i, n := range numbers {
		all = append(all, fmt.Sprintf("%d", n)) // want "GM503 fmt.Sprintf boxes `n`"
		all = append(all, fmt.Sprint(n+i))      // want "GM503 fmt.Sprint boxes `n.i`"
	}
	for _, one := range names {
		all = append(all, fmt.Sprintf("%s", one)) // want "GM503 fmt.Sprintf boxes `one`"
	}
	return all
}

type rank int

func (r rank) String() string { return "rank" }

func ranks(all []rank) (texts []string) {
	for _, one := range all {
		texts = append(texts, fmt.Sprintf("%d", one)) // want "GM503 fmt.Sprintf boxes `one`"
	}
	return texts
}

func write(w io.Writer, lines []string) {
	for _, line := range lines {
		fmt.Fprintf(w, "%s", line) // want "GM503 fmt.Fprintf boxes `line`"
		fmt.Fprint(w, line)        // want "GM503 fmt.Fprint boxes `line`"
	}
}

func ordered(groups [][]int) {
	for _, group := range groups {
		sort.Slice(group, func(i, j int) bool { return group[i] < group[j] }) // want "GM503 sort.Slice boxes `group`"
	}
}

type queue []int64

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i] < q[j] }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.(int64)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

func fill(values []int64) *queue {
	var q queue
	for _, value := range values {
		heap.Push(&q, value) // want "GM503 container/heap.Push boxes `value`"
	}
	return &q
}

func paths(folders, files []string, sizes []int) (all []string) {
	for i := range folders {
		all = append(all, fmt.Sprintf("%s/%s", folders[i], files[i]))               // want "GM503 fmt.Sprintf boxes `folders.i.`"
		all = append(all, fmt.Sprintf("%s/%s: %d", folders[i], files[i], sizes[i])) // want "GM503 fmt.Sprintf boxes `folders.i.`"
	}
	return all
}

func listed(b *bytes.Buffer, folders, files []string) {
	for i := range folders {
		fmt.Fprintf(b, "%s\t%s\n", folders[i], files[i]) // want "GM503 fmt.Fprintf boxes `folders.i.`"
	}
}

type byLength []string

func (b byLength) Len() int           { return len(b) }
func (b byLength) Less(i, j int) bool { return len(b[i]) < len(b[j]) }
func (b byLength) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

func byInterface(groups [][]string) {
	for _, group := range groups {
		sort.Sort(byLength(group))               // want "GM503 sort.Sort boxes `byLength.group.` in every round; slices.SortFunc does not"
		sort.Sort(sort.Reverse(byLength(group))) // want "GM503 sort.Sort boxes `byLength.group.`"
	}
}

func counts(words []string) int {
	seen := map[any]int{}
	for _, word := range words {
		seen[word]++ // want "GM503 the map `seen` boxes `word` in every round; one with keys of type string does not"
	}
	return len(seen)
}

func wrapped(names []string, try func(string) error) (errs []error) {
	for _, name := range names {
		errs = append(errs, fmt.Errorf("%s: %w", name, try(name))) // want "GM503 fmt.Errorf boxes `name` in every round; an error type"
	}
	return errs
}

func texts(names []string) (errs []error) {
	for _, name := range names {
		errs = append(errs, fmt.Errorf("%s", name)) // want "GM503 fmt.Errorf boxes `name` in every round; errors.New takes a string as it is"
	}
	return errs
}
