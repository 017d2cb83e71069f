"""A number, string or slice that is put into an interface in every round of a loop, where a typed call would do.

## Why is this bad

An interface holds a pointer. To put a value into one, the value is copied to the heap first: 8 bytes for a number past
255, 16 for a string, 24 for a slice. `fmt` then reads its format anew and finds out by reflection what it was given.
`fmt.Sprintf("%d", n)` takes two allocations per round, `strconv.Itoa(n)` one.

## Example

```go
package example

import "fmt"

func labels(numbers []int) []string {
    all := make([]string, 0, len(numbers))
    for _, n := range numbers {
        all = append(all, fmt.Sprintf("%d", n))
    }
    return all
}
```

## Use instead

`strconv` for numbers, `+` for strings, `io.WriteString` to write one, `slices.SortFunc` for `sort.Slice` and
`sort.Sort`, a heap that knows its elements for `container/heap`, a map with keys of their own type for `map[any]V`. An
error that is made in every round can be of a type with fields, which makes its text only where somebody asks for it.

```go
package example

import "strconv"

func labels(numbers []int) []string {
    all := make([]string, 0, len(numbers))
    for _, n := range numbers {
        all = append(all, strconv.Itoa(n))
    }
    return all
}
```

## Silent when

- The compiler was not asked (`--compiler`), or does not say that the value escapes to the heap at this very place.
- The value is a constant, a `bool` or a single byte, which need no memory of their own, or its type is not known.
- The format holds more than one plain `%d`, `%s` or `%v`, and fewer than two strings: there a sum of strings would
  allocate as much. Several strings are written one by one only where they go to a `bytes.Buffer`, `strings.Builder` or
  `bufio.Writer`, as every other writer would be called more often.
- A map has keys of several types, or goes anywhere else.
- The module's Go version has no package `slices` (before 1.21).
- The loop makes only a few rounds or is left after the call, or a condition stands before the call; for an error also
  where rounds may end early, as then errors are what is left.
- The code is seen to run seldom: its names or its parameters say that it is for tests, tools, settings, the start of a
  program or text for people, it writes to the terminal, or only such code calls it. Then `--show possible` shows it,
  and so does a profile (`--profile`) that says that at least 1% of what it measured was spent there.

Where `--profile` says that at least 1% of what it measured was spent in a line, loops and conditions do not matter:
every value is reported that a call boxes there for a parameter of type `any`, with `fmt`, loggers and wrapped errors
among them.

## Can miss

- Maps with interface keys that are fields or parameters, and interfaces with methods.
- Numbers up to 255 cost nothing; the rule does not know how large they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.boxing import boxed, in_any, one_key_type
from golint_mem.semantics.containers import contained
from golint_mem.semantics.escape import ESCAPES, at_least, candidate, claim
from golint_mem.semantics.loops import Site
from golint_mem.semantics.printing import formatted
from golint_mem.syntax.go import text

if TYPE_CHECKING:
    from tree_sitter import Node

    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM503", name="value-boxed-in-loop", needs=(b"(",), level="note", precision="high")
LIKELY = (b'"fmt"', b'"sort"', b'"container/heap"')
CALLS = "(call_expression function: (selector_expression)) @site"
EVERY_CALL = "(call_expression) @site"
SET = """[
  (assignment_statement left: (expression_list (index_expression operand: (identifier)) @site))
  (inc_statement (index_expression operand: (identifier)) @site)
  (dec_statement (index_expression operand: (identifier)) @site)
]"""
ANY_KEY = (b"map[any]", b"map[interface{}]")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every value that a call in a loop boxes without need, or a call that a profile shows."""
    reported = set()
    for finding in (*_called(package), *_keyed(package)):
        reported.add(finding.place.line)
        yield finding
    for finding in _hot(package) if package.settings.profiles else ():
        if finding.place.line not in reported:
            yield finding


def _called(package: PackageFacts) -> Iterator[Finding]:
    """What calls of the standard library box in every round."""
    for site in package.loops.sites(CALLS) if package.mentions(LIKELY) else ():
        avoidable = (contained(site, at_least(package, 1, 21)) or formatted(site)) if site.always else None
        if avoidable is not None:
            yield _finding(site, avoidable.value, site.view.callee(site.node).qualified, avoidable.instead)


def _keyed(package: PackageFacts) -> Iterator[Finding]:
    """The keys that a map of interface keys gets in every round, where all of them have one type."""
    for site in package.loops.sites(SET) if package.mentions(ANY_KEY) else ():
        key = site.node.named_children[-1]
        kind = one_key_type(site, site.node.named_children[0]) if site.always and boxed(site, key) else None
        if kind is not None:
            name = text(site.node.named_children[0])
            yield _finding(site, key, f"the map `{name}`", f"one with keys of type {kind} does not")


def _hot(package: PackageFacts) -> Iterator[Finding]:
    """The first value that each call boxes, for a profile to say whether it counts."""
    for site in package.loops.anywhere(EVERY_CALL):
        value = next((one for one in in_any(site) if boxed(site, one)), None)
        if value is not None:
            callee = site.view.callee(site.node)
            name = callee.qualified or callee.name
            instead = (
                "strconv and append do not" if name.startswith("fmt.") else "a function that takes its type does not"
            )
            found = _finding(site, value, name, instead, "here, where the program spends its time")
            yield replace(found, claim=replace(claim(value, ESCAPES), hot=True))


def _finding(site: Site, value: Node, name: str, instead: str, when: str = "in every round") -> Finding:
    message = f"{name} boxes `{text(value)}` {when}; {instead}"
    return candidate(RULE.code, site, value, message, claim(value, ESCAPES), text(value))
