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

// parts writes to what may be a file, where one call is better than three, and prints more than texts.
func parts(w io.Writer, folders, files []string, sizes []float64) (all []string) {
	for i := range folders {
		fmt.Fprintf(w, "%s\t%s\n", folders[i], files[i])
		all = append(all, fmt.Sprintf("%s: %.2f of %s", folders[i], sizes[i], files[i]))
		all = append(all, fmt.Sprintf("%-8s %s", folders[i], files[i]))
		all = append(all, fmt.Sprintf("%s/%s", folders[i], prefix))
	}
	return all
}

func several(words []string, numbers []int) int {
	seen := map[any]int{}
	for i, word := range words {
		seen[word]++
		seen[numbers[i]]++
	}
	return len(seen)
}

func handed(words []string, to func(map[any]int)) {
	seen := map[any]int{}
	for _, word := range words {
		seen[word]++
	}
	to(seen)
}

func looked(words []string, seen map[any]int) (n int) {
	for _, word := range words {
		n += seen[word]
	}
	return n
}

func pointed(items []*item) int {
	seen := map[any]bool{}
	for _, one := range items {
		seen[one] = true
	}
	return len(seen)
}

func mostly(names []string, try func(string) error) (errs []error) {
	for _, name := range names {
		if err := try(name); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	return errs
}

// first tries one after the other, and is mostly done with the first one.
func first(base string, names []string, try func(string) (int, error)) (n int, err error) {
	for _, name := range names {
		n, err = try(fmt.Sprintf("%s/%s", base, name))
		if err == nil {
			break
		}
	}
	return n, err
}
