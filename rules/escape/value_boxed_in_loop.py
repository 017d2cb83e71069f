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

`strconv` for numbers, `+` for strings, `io.WriteString` to write one, `slices.SortFunc` for `sort.Slice`, and a heap
that knows its elements for `container/heap`.

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
- The format says more than one plain `%d`, `%s` or `%v`: there `fmt` earns its keep, and a sum of strings would
  allocate as much.
- The module's Go version has no package `slices` (before 1.21).
- The loop makes only a few rounds or is left after the call, or a condition stands before the call.

## Can miss

- `fmt` with several verbs, loggers, `map[any]` and other interfaces of the program's own.
- Numbers up to 255 cost nothing; the rule does not know how large they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.escape import ESCAPES, at_least, candidate, claim
from golint_mem.semantics.inference import arguments
from golint_mem.semantics.loops import Site
from golint_mem.semantics.types import BOOL, BYTE, STRING, Type, basic
from golint_mem.syntax.go import text

if TYPE_CHECKING:
    from tree_sitter import Node

    from golint_mem.semantics.package import PackageFacts

RULE = Rule(
    code="GM503",
    name="value-boxed-in-loop",
    needs=(b'"fmt"', b'"sort"', b'"container/heap"'),
    level="note",
    precision="high",
)
CALLS = "(call_expression function: (selector_expression)) @site"
BOXING = {"fmt.Sprintf": 1, "fmt.Sprint": 0, "fmt.Fprintf": 2, "fmt.Fprint": 1, "container/heap.Push": 1}
SORTING = {"sort.Slice": "slices.SortFunc", "sort.SliceStable": "slices.SortStableFunc"}
ONE_VERB = re.compile(r'["`]%[dsv]["`]')
FREE = (BOOL, BYTE, basic("int8"))


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every value that a call in a loop boxes without need."""
    for site in package.loops.sites(CALLS):
        if not site.always:
            continue
        name, given = site.view.callee(site.node).qualified, arguments(site.node)
        if name in SORTING and given and at_least(package, 1, 21):
            yield _finding(site, given[0], f"{name} boxes `{text(given[0])}` in every round; {SORTING[name]} does not")
        elif name in BOXING and len(given) == BOXING[name] + 1 and (instead := _instead(site, name, given)):
            yield _finding(site, given[-1], f"{name} boxes `{text(given[-1])}` in every round; {instead}")


def _instead(site: Site, name: str, given: list[Node]) -> str:
    """What would do without a box; empty where nothing would, or where the value needs no box."""
    value = given[-1]
    if _is_constant(site, value):
        return ""
    kind = site.view.underlying(site.view.type_of(value))
    if name == "container/heap.Push":
        return "a heap of its own type does not" if kind.kind in ("struct", "basic") and kind not in FREE else ""
    if name.endswith("f") and not ONE_VERB.fullmatch(text(given[-2])):
        return ""
    writes = name.startswith("fmt.F")
    if not (name.endswith("f") and "d" in text(given[-2])) and _speaks(site, value):
        return ""
    if kind == STRING:
        return "io.WriteString writes a string as it is" if writes else "a string can be used as it is"
    return "strconv formats numbers without a box" if _is_integer(kind) and not writes else ""


def _is_integer(kind: Type) -> bool:
    return kind.kind == "basic" and re.fullmatch(r"u?int(16|32|64)?", kind.name) is not None


def _speaks(site: Site, value: Node) -> bool:
    """Whether fmt would ask the value for its text."""
    kind = site.view.type_of(value)
    return kind.kind == "named" and any(site.view.member(kind, name) for name in ("String", "Error", "Format"))


def _is_constant(site: Site, value: Node) -> bool:
    if value.type.endswith("literal"):
        return True
    known = site.view.object(value)
    if known is None or known.kind != "package":
        variable = site.variable(value) if value.type == "identifier" else None
        return variable is not None and variable.statement.type == "const_spec"
    home = site.view.facts.seen(known.package)
    declared = home.declarations.values.get(known.name) if home is not None else None
    return declared is None or declared.constant


def _finding(site: Site, value: Node, message: str) -> Finding:
    return candidate(RULE.code, site, value, message, claim(value, ESCAPES), text(value))
