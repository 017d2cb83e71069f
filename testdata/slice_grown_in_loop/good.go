package grown

import (
	"bufio"
	"errors"
	"io"
	"strconv"
)

func roomy(numbers []int) []string {
	all := make([]string, 0, len(numbers))
	for _, n := range numbers {
		all = append(all, strconv.Itoa(n))
	}
	return all
}

func sized(numbers []int) []string {
	all := make([]string, len(numbers))
	for i, n := range numbers {
		all[i] = strconv.Itoa(n)
	}
	return all
}

func some(numbers []int) []string {
	var all []string
	for _, n := range numbers {
		if n > 0 {
			all = append(all, strconv.Itoa(n))
		}
	}
	return all
}

func skipping(numbers []int) []string {
	var all []string
	for _, n := range numbers {
		if n < 0 {
			continue
		}
		all = append(all, strconv.Itoa(n))
	}
	return all
}

func until(numbers []int, most int) []int {
	var all []int
	for _, n := range numbers {
		if n == most {
			return all
		}
		all = append(all, n)
	}
	return all
}

func lines(r io.Reader) []string {
	var all []string
	for s := bufio.NewScanner(r); s.Scan(); {
		all = append(all, s.Text())
	}
	return all
}

func received(c chan int) []int {
	var all []int
	for n := range c {
		all = append(all, n)
	}
	return all
}

func flat(groups []group) []string {
	var all []string
	for _, one := range groups {
		for _, name := range one.names {
			all = append(all, name)
		}
	}
	return all
}

func spread(groups []group) []string {
	var all []string
	for _, one := range groups {
		all = append(all, one.names...)
	}
	return all
}

func batches(numbers []int, send func([]int)) {
	var all []int
	for _, n := range numbers {
		all = append(all, n)
		if len(all) == 100 {
			send(all)
			all = nil
		}
	}
	send(all)
}

func few() []int {
	var all []int
	for i := 0; i < 3; i++ {
		all = append(all, i)
	}
	return all
}

func given(all []int, numbers []int) []int {
	for _, n := range numbers {
		all = append(all, n+1)
	}
	return all
}

func shrinking(numbers []int) []int {
	var all []int
	for i := 0; i < len(numbers); i++ {
		all = append(all, numbers[i])
		numbers = numbers[:len(numbers)-1]
	}
	return all
}

// read must not make room for as many as somebody else says there are.
func read(next func() (int, error)) ([]int, error) {
	n, err := next()
	if err != nil {
		return nil, err
	}
	var all []int
	for i := 0; i < n; i++ {
		one, err := next()
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

var table = []string{"a", "b", "c"}

func tabled() []string {
	var all []string
	for _, one := range table {
		all = append(all, one+"!")
	}
	return all
}

func variadic(numbers ...int) []int {
	var all []int
	for _, n := range numbers {
		all = append(all, n*2)
	}
	return all
}

func guarded(digits []byte) []byte {
	if len(digits) == 3 || len(digits) == 4 {
		var all []byte
		for _, digit := range digits {
			all = append(all, digit-'0')
		}
		return all
	}
	return digits
}

// Once calls nobody in a loop of this package.
func Once(numbers []int) []string {
	var all []string
	for _, n := range numbers {
		all = append(all, strconv.Itoa(n))
	}
	return all
}

type shelf struct{ books []string }

func (s *shelf) titles() []string {
	var all []string
	for _, book := range s.books {
		all = append(all, book+"!")
	}
	return all
}

type titled interface{ titles() []string }

// shown calls the titles of anything, which need not be those of a shelf.
func shown(all []titled, show func([]string)) {
	for _, one := range all {
		show(one.titles())
	}
}

type list struct{ all []string }

func (l *list) titles() []string { return l.all }

func listed(lists []*list, show func([]string)) {
	for _, one := range lists {
		show(one.titles())
	}
}

func doubled(numbers []int) []int {
	var all []int
	for _, n := range numbers {
		all = append(all, n*2)
	}
	return all
}

func outside(numbers []int, show func(int)) {
	for _, n := range doubled(numbers) {
		show(n)
	}
}

func thrice(numbers []int, show func([]int)) {
	for i := 0; i < 3; i++ {
		show(doubled(numbers))
	}
}

func failing(numbers []int, try func(int) error) []int {
	for _, n := range numbers {
		if err := try(n); err != nil {
			return doubled(numbers)
		}
	}
	return nil
}

func setup(tables [][]int, show func([]int)) {
	for _, numbers := range tables {
		show(doubled(numbers))
	}
}

func callbacks(groups []group, add func(func() []int)) {
	for _, one := range groups {
		add(func() []int {
			var all []int
			for _, name := range one.names {
				all = append(all, len(name))
			}
			return all
		})
	}
}

// down calls itself, but not in a loop.
func down(numbers []int) []int {
	if len(numbers) == 0 {
		return nil
	}
	var all []int
	for _, n := range numbers {
		all = append(all, n/2)
	}
	return down(all[1:])
}

func found(groups []group, name string) []int {
	for _, one := range groups {
		if one.names[0] == name {
			var all []int
			for _, name := range one.names {
				all = append(all, len(name))
			}
			return all
		}
	}
	return nil
}

func orElse(n int, err error, show func([]int)) {
	if err != nil {
		show(halves(n))
	}
	switch {
	case errors.Is(err, io.EOF):
		show(halves(n))
	}
}

func tried(n int, tries []error, show func([]int)) {
	for _, err := range tries {
		orElse(n, err, show)
	}
}

func halves(n int) []int {
	var all []int
	for i := 0; i < n; i++ {
		all = append(all, i/2)
	}
	return all
}

func fields(values map[string][]int, show func([]int)) {
	for key, value := range values {
		switch key {
		case "size", "length":
			var all []int
			for _, n := range value {
				all = append(all, n+1)
			}
			show(all)
		}
	}
}
