"""A closure, method value or deferred call that a loop allocates anew in every round.

## Why is this bad

A function literal that uses variables from around it is an object that holds them, and so is `x.method` as a value.
Where the callee may keep it, or a goroutine starts with it, the object goes to the heap, anew in every round. A `defer`
in a loop has its record and the closure for its arguments there as well, and both stay until the function ends.

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

Make the closure or method value before the loop, where it uses nothing of the round. What a round defers belongs into
a function of its own, or at the round's end.

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
- A loop that counts starts goroutines with it: those are a few workers.
- What is deferred gives something back, such as Close, Unlock or Release (GM603 reports what piles up), or the loop is
  left after it.
- The loop makes only a few rounds or is left after the closure, or a condition stands before it.
- The code is seen to run seldom: its names or its parameters say that it is for tests, tools, settings, the start of a
  program or text for people, it writes to the terminal, or only such code calls it. Then `--show possible` shows it,
  and so does a profile (`--profile`) that says that at least 1% of what it measured was spent there.

## Can miss

- Closures that could be told what they need by parameters instead.
- Deferred calls of a function value without arguments, of which the compiler says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.bounds import is_counted
from golint_mem.semantics.escape import ESCAPES, candidate, claim
from golint_mem.semantics.inference import arguments
from golint_mem.semantics.loops import Site, declared_in, invariant
from golint_mem.syntax.go import matches, text

if TYPE_CHECKING:
    from tree_sitter import Node

    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM505", name="closure-made-in-loop", needs=(b"for ",), level="note", precision="high")
CLOSURES = "(call_expression arguments: (argument_list (func_literal) @site))"
METHODS = "(call_expression arguments: (argument_list (selector_expression operand: (identifier)) @site))"
STARTED = "(go_statement (call_expression function: (func_literal) @site))"
DEFERRED = "(defer_statement (call_expression) @site)"
NAMES = "(identifier) @name"
RELEASES = re.compile(
    r"(?i:close|r?unlock|release|free|stop|cancel|done|destroy|dispose|delete|remove|rollback|unref|put"
    r"|clean|shutdown)\w*"
)
SAME = "this function literal uses nothing of the round, and is allocated in every round of the loop"


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every closure, method value and deferred call that is allocated in every round of a loop."""
    for site in package.loops.sites(CLOSURES):
        if site.always and not _started(site.node) and _from_outside(site):
            yield _closure(site, site.node, SAME)
    for site in package.loops.sites(STARTED):
        if site.always and not is_counted(site) and not _given(site.node) and _from_outside(site):
            yield _closure(site, site.node, SAME)
    for site in package.loops.sites(DEFERRED):
        literal, name = _deferred(site.node)
        if site.always and not RELEASES.fullmatch(name):
            message = f"`defer {name}` puts its record and a closure on the heap in every round for the whole function"
            yield _closure(site, literal, message)
    for site in package.loops.sites(METHODS):
        if site.always and _is_method(site) and not _started(site.node):
            name = text(site.node)
            message = f"the method value `{name}` is the same one, and is allocated, in every round of the loop"
            yield candidate(RULE.code, site, site.node, message, claim(site.node, ESCAPES), name)


def _closure(site: Site, node: Node, message: str) -> Finding:
    return candidate(RULE.code, site, node, message, claim(node, ESCAPES, says="func literal"), "func")


def _started(node: Node) -> bool:
    """Whether a node is an argument of a call that `go` or `defer` makes."""
    call = node.parent.parent if node.parent is not None else None
    return call is not None and call.parent is not None and call.parent.type in ("go_statement", "defer_statement")


def _given(literal: Node) -> bool:
    """Whether a function literal is called with arguments."""
    return literal.parent is not None and bool(arguments(literal.parent))


def _deferred(call: Node) -> tuple[Node, str]:
    """What holds the closure of a deferred call (a function literal, or the statement), and the callee's name."""
    function, statement = call.child_by_field_name("function"), call.parent
    assert function is not None and statement is not None
    if function.type == "func_literal":
        return function, "func"
    return statement, text(function).rpartition(".")[2]


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
