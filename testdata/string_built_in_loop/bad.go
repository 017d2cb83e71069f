package stringbuilt

import "strings"

func join(words []string) string {
	s := ""
	for _, word := range words {
		s += word + "," // want "GM504 `s` is copied"
	}
	return s
}

func assigned(words []string) string {
	var s string
	for i := 0; i < len(words); i++ {
		s = s + words[i] + "\n" // want "GM504 `s` is copied"
	}
	return s
}

type label string

func twice(words []string) label {
	var s label
	for _, word := range words {
		if word == "" {
			continue
		}
		s += label(word) + "=" // want "GM504 `s` is copied"
		s += "x"
	}
	return s
}

func nested(words [][]string) (s string) {
	for _, line := range words {
		for _, word := range line {
			s = s + strings.ToUpper(word) // want "GM504 `s` is copied"
		}
	}
	return s
}

func single(words []string) string {
	s := ""
	for _, word := range words {
		s += word // todo-want "GM504 `s` is copied"
	}
	return s
}
