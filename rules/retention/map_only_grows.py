"""A package-level map that is used as a cache, and from which nothing is ever taken out.

## Why is this bad

A cache without a bound is a leak with a lookup. Whoever chooses the keys, a user's patterns, paths, names or ids,
chooses how much memory the process holds, and it holds it until it ends. Keys that are pointers are worst: a new object
is a new key each time, its entry is never found again, and both stay alive.

## Example

```go
package example

import (
    "net/http"
    "regexp"
    "sync"
)

var patterns sync.Map

func compile(pattern string) (*regexp.Regexp, error) {
    if known, ok := patterns.Load(pattern); ok {
        return known.(*regexp.Regexp), nil
    }
    re, err := regexp.Compile(pattern)
    if err == nil {
        patterns.Store(pattern, re)
    }
    return re, err
}

func search(w http.ResponseWriter, r *http.Request) {
    re, err := compile(r.FormValue("q"))
    if err != nil || !re.MatchString("text") {
        http.NotFound(w, r)
    }
}
```

## Use instead

Bound the cache, let entries expire, or keep it with what it belongs to, so that both end together.

```go
package example

import (
    "net/http"
    "regexp"
    "sync"
)

const most = 1000

var (
    mu       sync.Mutex
    patterns = map[string]*regexp.Regexp{}
)

func compile(pattern string) (*regexp.Regexp, error) {
    mu.Lock()
    defer mu.Unlock()
    if known, ok := patterns[pattern]; ok {
        return known, nil
    }
    re, err := regexp.Compile(pattern)
    if err == nil {
        if len(patterns) >= most {
            clear(patterns)
        }
        patterns[pattern] = re
    }
    return re, err
}

func search(w http.ResponseWriter, r *http.Request) {
    re, err := compile(r.FormValue("q"))
    if err != nil || !re.MatchString("text") {
        http.NotFound(w, r)
    }
}
```

## Silent when

- The package deletes from the map, clears or replaces it, or compares its length with something.
- The map is exported, handed to a function, or its address is taken: others may remove entries.
- The function that adds an entry does not look for it first: a registry is filled once.
- The key does not come from the caller, or is a number or a type: there are only so many.
- Nobody who takes a request, a response writer or a context leads there, and keys are no pointers: then it is only
  shown as possible. So it is in a package below `cmd`, `cli` or `tools` that only takes contexts.

## Can miss

- Slices, maps in fields and maps of other packages, and caches of a type of their own.
- It does not know how many keys there are. If they come from a short list in the end, the map may stay as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.caches import (
    Entry,
    Growth,
    comes_from_caller,
    growths,
    is_cache,
    is_fresh,
    is_of_command,
    is_open,
    on_request,
)
from golint_mem.syntax.go import place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM602", name="map-only-grows", needs=(b"sync.Map", b"map["), level="warning", precision="medium")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every map of the package that keeps all that it was ever asked for."""
    for growth in growths(package):
        if growth.bounded:
            continue
        found = [entry for entry in growth.entries if _adds(package, growth, entry)]
        if found:
            yield _finding(package, growth, found[0])


def _adds(package: PackageFacts, growth: Growth, entry: Entry) -> bool:
    named = entry.view.tree.path in package.asked and entry.function.name != "init"
    return named and is_cache(growth, entry) and is_open(entry) and comes_from_caller(entry)


def _finding(package: PackageFacts, growth: Growth, entry: Entry) -> Finding:
    path = entry.view.tree.path
    where, key = place(path, entry.node), text(entry.key)
    declared = Step(place(growth.value.tree.path, growth.value.spec), "the map lives as long as the process")
    added = Step(where, f"an entry for `{key}` is added, and none is ever removed")
    likely = (is_fresh(entry) and not is_of_command(package)) or on_request(package, entry.function)
    why = "each new object is a new key" if is_fresh(entry) else "and callers choose the keys"
    return Finding(
        code=RULE.code,
        message=f"`{growth.name}` only grows: no entry is ever removed, {why}",
        place=where,
        threads=((declared, added),),
        confidence=Confidence.LIKELY if likely else Confidence.POSSIBLE,
        function=entry.function.qualified,
        subject=growth.name,
    )
