"""A closure or method value that is the same in every round of a loop, and allocated anew in each of them.

## Why is this bad

A function literal that uses variables from around it is an object that holds them, and so is `x.method` as a value.
Where the callee may keep it, the object goes to the heap, anew in every round.

## Example

```go
package example

type table struct{ visit []func(int) bool }

func (t *table) each(keep func(int) bool) { t.visit = append(t.visit, keep) }

func rounds(t *table, limit int, n int) {
    for i := 0; i < n; i++ {
        t.each(func(v int) bool { return v < limit })
    }
}
```

## Use instead

Make the closure or method value before the loop, where it uses nothing of the round.

```go
package example

type table struct{ visit []func(int) bool }

func (t *table) each(keep func(int) bool) { t.visit = append(t.visit, keep) }

func rounds(t *table, limit int, n int) {
    small := func(v int) bool { return v < limit }
    for i := 0; i < n; i++ {
        t.each(small)
    }
}
```

## Silent when

- The compiler was not asked (`--compiler`), or does not say that the closure escapes to the heap at this very place.
- The closure uses a variable of the round, or the loop changes the value that a method is taken of.
- The closure uses no variable at all: such a function is not allocated.
- It is what a `go` statement starts: a goroutine costs more than its closure.
- The loop makes only a few rounds or is left after the closure, or a condition stands before it.

## Can miss

- Closures that could be told what they need by parameters instead.
- A `defer` in a loop, whose record is on the heap as well: GM603 reports what it leaves open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.escape import ESCAPES, candidate, claim
from golint_mem.semantics.loops import Site, declared_in, invariant
from golint_mem.syntax.go import matches, text

if TYPE_CHECKING:
    from tree_sitter import Node

    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM505", name="closure-made-in-loop", needs=(b"for ",), level="note", precision="high")
CLOSURES = "(call_expression arguments: (argument_list (func_literal) @site))"
METHODS = "(call_expression arguments: (argument_list (selector_expression operand: (identifier)) @site))"
NAMES = "(identifier) @name"


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every closure and method value that a loop could make once, and makes in every round."""
    for site in package.loops.sites(CLOSURES):
        if site.always and not _started(site.node) and _from_outside(site):
            message = "this function literal uses nothing of the round, and is allocated in every round of the loop"
            yield candidate(RULE.code, site, site.node, message, claim(site.node, ESCAPES, says="func literal"), "func")
    for site in package.loops.sites(METHODS):
        if site.always and _is_method(site) and not _started(site.node):
            name = text(site.node)
            message = f"the method value `{name}` is the same one, and is allocated, in every round of the loop"
            yield candidate(RULE.code, site, site.node, message, claim(site.node, ESCAPES), name)


def _started(node: Node) -> bool:
    """Whether a node is an argument of a call that `go` or `defer` makes."""
    call = node.parent.parent if node.parent is not None else None
    return call is not None and call.parent is not None and call.parent.type in ("go_statement", "defer_statement")


def _from_outside(site: Site) -> bool:
    """Whether a function literal uses local variables, and only such as are declared before the loop."""
    used = []
    for name in matches(site.node, NAMES, "name"):
        variable = site.variable(name)
        if variable is not None and not declared_in(variable.name, site.node):
            used.append(variable)
    return bool(used) and not any(declared_in(variable.name, site.loop) for variable in used)


def _is_method(site: Site) -> bool:
    known, operand = site.view.object(site.node), site.node.child_by_field_name("operand")
    return known is not None and known.kind == "method" and operand is not None and invariant(operand, site)
