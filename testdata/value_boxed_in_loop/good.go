package boxed

import (
	"fmt"
	"io"
	"sort"
	"strconv"
)

const prefix = "p"

type speaking string

func (s speaking) String() string { return "<" + string(s) + ">" }

type level int

func (l level) String() string { return "level " + strconv.Itoa(int(l)) }

func levels(all []level) (texts []string) {
	for _, one := range all {
		texts = append(texts, fmt.Sprint(one), fmt.Sprintf("%v", one))
	}
	return texts
}

var table = map[int]string{}

func init() {
	for n := 1000; n < 2000; n++ {
		table[n] = fmt.Sprint(n)
	}
}

type item struct{ cost int64 }

func typed(numbers []int) []string {
	all := make([]string, 0, len(numbers))
	for _, n := range numbers {
		all = append(all, "item-"+strconv.Itoa(n))
	}
	return all
}

func free(flags []bool, bytes []byte, items []*item, w io.Writer) (all []string) {
	for i := range flags {
		all = append(all, fmt.Sprint(flags[i]), fmt.Sprintf("%d", bytes[i]), fmt.Sprint(items[i]))
		fmt.Fprintf(w, "%s", prefix)
		fmt.Fprint(w, "text")
	}
	return all
}

// earned formats in a way that nothing simpler does, or asks the value for its text.
func earned(numbers []int, said []speaking) (all []string) {
	for i, n := range numbers {
		all = append(all, fmt.Sprintf("%04d", n), fmt.Sprintf("%d of %d", i, n), fmt.Sprintf("%x", n), fmt.Sprintf("item-%d", n))
		if n > 1000 {
			all = append(all, fmt.Sprint(n))
		}
		all = append(all, fmt.Sprintf("%s", said[i]))
	}
	return all
}

func failed(lines []string, check func(string) error) error {
	for _, line := range lines {
		if err := check(line); err != nil {
			return fmt.Errorf("%s: %w", fmt.Sprintf("line %s", line), err)
		}
	}
	return nil
}

func once(groups [][]int) {
	all := groups[0]
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
}

func sorted(groups [][]string) {
	for _, group := range groups {
		sort.Strings(group)
	}
}
