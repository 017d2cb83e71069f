"""A string that grows by `+` in a loop, and so is allocated and copied anew in every round.

## Why is this bad

Strings cannot grow. `s = s + x` makes a new string of the length of both and copies both into it, so that a loop of n
rounds copies in the order of n² bytes and leaves n dead strings to the garbage collector.

## Example

```go
package example

func join(words []string) string {
    s := ""
    for _, word := range words {
        s += word + ","
    }
    return s
}
```

## Use instead

`strings.Builder`, which grows its memory by doubling; `Grow` makes room at once where the length is known.

```go
package example

import "strings"

func join(words []string) string {
    var s strings.Builder
    for _, word := range words {
        s.WriteString(word)
        s.WriteByte(',')
    }
    return s.String()
}
```

## Silent when

- The compiler was not asked (`--compiler`), or does not say at this very place that the sum goes to the heap.
- The string is looked at in the loop in between: a builder would not give it without a copy.
- The string is declared in the loop, or the loop makes only a few rounds or is left after the addition.
- The code is seen to run seldom: its names or its parameters say that it is for tests, tools, settings, the start of a
  program or text for people, it writes to the terminal, or only such code calls it. Then `--show possible` shows it,
  and so does a profile (`--profile`) that says that at least 1% of what it measured was spent there.

## Can miss

- `s += x` with a single operand: the compiler says nothing about it. It is shown as a mere possibility.
- Strings in fields, maps and slices.
- It does not count rounds: for two or three short words a `+` is as good as a builder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.escape import ESCAPES, candidate, claim
from golint_mem.semantics.loops import Site, declared_in
from golint_mem.semantics.scopes import Variable
from golint_mem.semantics.types import STRING
from golint_mem.syntax.go import matches, text

if TYPE_CHECKING:
    from tree_sitter import Node

    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM504", name="string-built-in-loop", needs=(b"+",), level="note", precision="high")
ASSIGNED = """(assignment_statement
  left: (expression_list . (identifier) @target .)
  right: (expression_list . (_) .))"""
NAMES = "(identifier) @name"


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every string of outside a loop that the loop adds to."""
    reported = set()
    for site in package.loops.sites(ASSIGNED, "target"):
        statement, value = _parts(site.node)
        variable = site.variable(site.node)
        if variable is None or not _mentions(statement, value) or not _only_grows(site, variable):
            continue
        key = site.function.node.id, variable.id, site.loop.id
        if key in reported:
            continue
        reported.add(key)
        message = f"`{text(site.node)}` is copied in every round of the loop to add to it"
        says = claim(value, ESCAPES, says=r".+ \+ .+")
        finding = candidate(RULE.code, site, statement, message, says, text(site.node))
        yield finding if value.type == "binary_expression" else replace(finding, claim=None)


def _parts(target: Node) -> tuple[Node, Node]:
    """The assignment to a single target, and the value that it assigns."""
    statement = target.parent.parent if target.parent is not None else None
    right = statement.child_by_field_name("right") if statement is not None else None
    assert statement is not None and right is not None
    return statement, right.named_children[0]


def _mentions(statement: Node, value: Node) -> int:
    """How often `s += x` (once) or `s = s + x` (twice) mentions the string it adds to; 0 for other assignments."""
    operator = text(statement.child_by_field_name("operator"))
    if operator != "=":
        return int(operator == "+=")
    start = value
    while start.type == "binary_expression" and text(start.child_by_field_name("operator")) == "+":
        left = start.child_by_field_name("left")
        assert left is not None
        start = left
    grown = start.id != value.id and text(start) == text(statement.child_by_field_name("left"))
    return 2 if grown else 0


def _only_grows(site: Site, variable: Variable) -> bool:
    """Whether a variable is a string of outside the loop, which the loop adds to and does not look at."""
    if declared_in(variable.name, site.loop) or site.view.underlying(site.view.type_of(site.node)) != STRING:
        return False
    names = [name for name in matches(site.loop, NAMES, "name") if site.scopes.resolve(name) == variable.id]
    grown = [_parts(target) for target in matches(site.loop, ASSIGNED, "target") if target in names]
    return len(names) == sum(_mentions(*parts) for parts in grown)
