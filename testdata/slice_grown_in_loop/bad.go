package grown

import "strconv"

type group struct {
	names []string
	size  map[string]int
}

func texts(numbers []int) []string {
	var all []string
	for _, n := range numbers {
		all = append(all, strconv.Itoa(n)) // want "GM508 `all` grows step by step to len\(numbers\) elements"
	}
	return all
}

func lengths(g *group) []int {
	all := []int{}
	for i := 0; i < len(g.names); i++ {
		all = append(all, len(g.names[i])) // want "GM508 `all` grows step by step to len\(g.names\) elements"
	}
	return all
}

func keys(g *group) []string {
	all := make([]string, 0)
	for name := range g.size {
		all = append(all, name) // want "GM508 `all` grows step by step to len\(g.size\) elements"
	}
	return all
}

func squares(n int) (sum int) {
	var all []int
	for i := 0; i < n; i++ {
		all = append(all, i*i) // want "GM508 `all` grows step by step to n elements"
	}
	for _, one := range all {
		sum += one
	}
	return sum
}

func parsed(groups []group) (rows [][]int, err error) {
	for _, one := range groups {
		var row []int
		for _, name := range one.names {
			n, err := strconv.Atoi(name)
			if err != nil {
				return nil, err
			}
			row = append(row, n) // want "GM508 `row` grows step by step to len\(one.names\) elements"
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func unguarded(digits []byte) []byte {
	if len(digits) > 3 {
		var all []byte
		for _, digit := range digits {
			all = append(all, digit-'0') // want "GM508 `all` grows step by step to len\(digits\) elements"
		}
		return all
	}
	return digits
}

func each(groups []*group, show func(...any)) {
	for _, one := range groups {
		show(lengths(one), keys(one), squares(one.length()))
	}
}

func (g *group) length() int { return len(g.names) }

// The function that calls texts and unguarded is called in a loop itself.
func both(numbers []int, digits []byte) int {
	return len(texts(numbers)) + len(unguarded(digits))
}

func sums(tables [][]int, digits []byte) (sum int) {
	for _, numbers := range tables {
		sum += both(numbers, digits)
	}
	return sum
}

type tree struct {
	name string
	has  []*tree
}

func (t *tree) copied() *tree {
	var has []*tree
	for _, one := range t.has {
		has = append(has, one.copied()) // want "GM508 `has` grows step by step to len\(t.has\) elements"
	}
	return &tree{t.name, has}
}

func atOnce(groups []group, done chan<- []int) {
	for _, one := range groups {
		go func() {
			var all []int
			for _, name := range one.names {
				all = append(all, len(name)) // want "GM508 `all` grows step by step to len\(one.names\) elements"
			}
			done <- all
		}()
	}
}
