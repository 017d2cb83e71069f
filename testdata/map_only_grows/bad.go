package growing

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"sync"
)

var patterns sync.Map

func compile(pattern string) (*regexp.Regexp, error) {
	if known, ok := patterns.Load(pattern); ok {
		return known.(*regexp.Regexp), nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	patterns.Store(pattern, re) // want "GM602 `patterns` only grows: no entry is ever removed, and callers choose the keys"
	return re, nil
}

func search(w http.ResponseWriter, r *http.Request) {
	if _, err := compile(r.FormValue("q")); err != nil {
		http.NotFound(w, r)
	}
}

var (
	lock  sync.Mutex
	pages = make(map[string][]byte)
)

func page(ctx context.Context, name string, load func(string) []byte) []byte {
	lock.Lock()
	defer lock.Unlock()
	key := strings.ToLower(name)
	found, ok := pages[key]
	if !ok {
		found = load(key)
		pages[key] = found // want "GM602 `pages`"
	}
	return found
}

type request struct{ path string }

var parsed = map[*request][]string{}

// Each request is a key of its own.
func parts(r *request) []string {
	if known, ok := parsed[r]; ok {
		return known
	}
	found := strings.Split(r.path, "/")
	parsed[r] = found // want "GM602 `parsed` only grows: no entry is ever removed, each new object is a new key"
	return found
}

type pair struct{ pattern, flags string }

var pairs sync.Map

func compilePair(pattern, flags string) any {
	key := pair{pattern, flags}
	if known, ok := pairs.Load(key); ok {
		return known
	}
	made, _ := pairs.LoadOrStore(key, regexp.MustCompile(flags+pattern)) // want "GM602 `pairs`"
	return made
}

func handle(ctx context.Context, pattern string) any { return compilePair(pattern, "(?i)") }

var seenNames = map[string]bool{}

// What was seen once is remembered for ever.
func firstTime(ctx context.Context, name string) bool {
	if _, known := seenNames[name]; known {
		return false
	}
	seenNames[name] = true // want "GM602 `seenNames` only grows"
	return true
}
