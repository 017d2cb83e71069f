"""A variable of a loop's round that moves to the heap because its address goes to a decoder or scanner.

## Why is this bad

`json.Unmarshal(data, &v)`, `rows.Scan(&name)` and their like take their target as an interface, and what goes into an
interface by its address goes to the heap. A variable that is declared in the loop is a new one in every round, so every
round allocates it anew.

## Example

```go
package example

import "encoding/json"

type point struct{ X, Y int }

func total(lines [][]byte) (sum int, err error) {
    for _, line := range lines {
        var p point
        if err := json.Unmarshal(line, &p); err != nil {
            return 0, err
        }
        sum += p.X + p.Y
    }
    return sum, nil
}
```

## Use instead

Declare the variable before the loop, and set it to its zero value in every round, as decoders leave alone what the
input does not mention.

```go
package example

import "encoding/json"

type point struct{ X, Y int }

func total(lines [][]byte) (sum int, err error) {
    var p point
    for _, line := range lines {
        p = point{}
        if err := json.Unmarshal(line, &p); err != nil {
            return 0, err
        }
        sum += p.X + p.Y
    }
    return sum, nil
}
```

## Silent when

- The compiler was not asked (`--compiler`), or does not say that the variable moves to the heap.
- The address goes anywhere but to calls of the standard library that are known not to keep it, a function literal
  uses the variable, or an array is sliced: then every round may need its own.
- The loop makes only a few rounds or is left after the call, or the call stands on the path of an error.
- The code is seen to run seldom: its names or its parameters say that it is for tests, tools, settings, the start of a
  program or text for people, it writes to the terminal, or only such code calls it. Then `--show possible` shows it,
  and so does a profile (`--profile`) that says that at least 1% of what it measured was spent there.

## Can miss

- Decoders and scanners of other libraries.
- Variables that a closure or goroutine uses: where nothing changes them afterwards, it holds a copy and they need not
  move (measured with Go 1.22 to 1.26, also for the variable of a loop that counts); where something does, they have to.
- Addresses that a function returns or that become a receiver: whether a copy would do, the code does not say. What a
  callee does with them without need is reported by GM507.
- Of the variables that one call fills, only the first one is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.escape import MOVED, candidate, claim
from golint_mem.semantics.loops import Site, declared_in
from golint_mem.semantics.scopes import Variable
from golint_mem.syntax.around import LITERAL, around
from golint_mem.syntax.go import matches, place, text

if TYPE_CHECKING:
    from tree_sitter import Node

    from golint_mem.semantics.package import PackageFacts

RULE = Rule(
    code="GM501",
    name="variable-moved-in-loop",
    needs=(b"encoding/", b"database/sql", b'"fmt"'),
    level="note",
    precision="high",
)
LENT = """(call_expression arguments: (argument_list
  (unary_expression operator: "&" operand: (identifier) @site)))"""
NAMES = "(identifier) @name"
READS = frozenset(
    "encoding/json.Unmarshal encoding/json.Decoder.Decode encoding/xml.Unmarshal encoding/xml.Decoder.Decode"
    " encoding/gob.Decoder.Decode encoding/binary.Read encoding/asn1.Unmarshal database/sql.Rows.Scan"
    " database/sql.Row.Scan fmt.Sscan fmt.Sscanf fmt.Sscanln fmt.Fscan fmt.Fscanf fmt.Fscanln".split()
)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for the first variable of a loop's round that a call of a decoder or scanner fills."""
    reported: set[object] = set()
    for site in package.loops.sites(LENT):
        variable, call = site.variable(site.node), _call(site.node)
        if variable is None or call.id in reported or (site.function.node.id, variable.id) in reported:
            continue
        if not declared_in(variable.name, site.body) or not _only_lent(site, variable):
            continue
        reported |= {(site.function.node.id, variable.id), call.id}
        callee = site.view.callee(call).qualified
        name = text(variable.name)
        message = f"`{name}` is allocated in every round of the loop, as its address goes to {callee}"
        lent = Step(place(site.view.tree.path, call), f"{callee} gets its address here")
        says = claim(variable.name, MOVED, says=name)
        yield candidate(RULE.code, site, variable.name, message, says, name, (lent,))


def _call(name: Node) -> Node:
    """The call that `&name` is an argument of."""
    call = name.parent.parent.parent if name.parent is not None and name.parent.parent is not None else None
    assert call is not None
    return call


def _only_lent(site: Site, variable: Variable) -> bool:
    """Whether the address of a variable goes to known calls only, and nothing slices or captures it."""
    for name in matches(site.loop, NAMES, "name"):
        if site.scopes.resolve(name) != variable.id or name.start_byte == variable.name.start_byte:
            continue
        if around(name, LITERAL, site.loop) is not None or not _harmless(site, name):
            return False
    return True


def _harmless(site: Site, name: Node) -> bool:
    parent = name.parent
    assert parent is not None
    if parent.type == "unary_expression" and text(parent)[:1] == "&":
        call = parent.parent.parent if parent.parent is not None else None
        return call is not None and call.type == "call_expression" and site.view.callee(call).qualified in READS
    if parent.type == "selector_expression":
        known = site.view.object(parent)
        return known is not None and known.kind == "field" and not _addressed(parent)
    return parent.type != "slice_expression"


def _addressed(field: Node) -> bool:
    """Whether the address of a field is taken, or the field is sliced or called on."""
    parent = field.parent
    if parent is None:
        return False
    return (parent.type == "unary_expression" and text(parent)[:1] == "&") or parent.type in (
        "slice_expression",
        "selector_expression",
    )
