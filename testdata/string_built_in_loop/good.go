package stringbuilt

import (
	"errors"
	"strings"
)

func built(words []string) string {
	var s strings.Builder
	for _, word := range words {
		s.WriteString(word)
		s.WriteByte(',')
	}
	return s.String()
}

func numbers(all []int) int {
	sum := 0
	for _, one := range all {
		sum = sum + one + 1
	}
	return sum
}

// looked reads the string in between: a builder would have to give it in every round.
func looked(words []string, seen map[string]bool) string {
	path := ""
	for _, word := range words {
		path = path + "/" + word
		seen[path] = true
	}
	return path
}

func inner(words []string) int {
	n := 0
	for _, word := range words {
		s := "<"
		s = s + word + ">"
		n += strings.Count(s, "<")
	}
	return n
}

func once(words []string) string {
	s := "first: "
	for _, word := range words {
		if word != "" {
			s = s + word + "!"
			break
		}
	}
	return s
}

func failed(words []string, check func(string) error) (string, error) {
	text := ""
	for _, word := range words {
		if err := check(word); err != nil {
			text = text + word + ": " + err.Error()
			return text, errors.New(text)
		}
	}
	return text, nil
}

func few(word string) string {
	s := ""
	for i := 0; i < 3; i++ {
		s = s + word + ","
	}
	return s
}

// stays is never taken out of the function, and yet it is a sum of numbers only.
func stays(all []float64) float64 {
	var total float64
	for _, one := range all {
		total = total + one*2
	}
	return total
}
