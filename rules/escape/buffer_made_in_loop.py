"""A scratch slice that is made anew in every round of a loop although it never leaves the round.

## Why is this bad

The compiler cannot know how long `make([]T, n)` will be, so it may not stand on the stack: beyond 32 bytes it is
allocated while the program runs, zeroed, and garbage at the end of the round. That it says "does not escape" means that
nothing keeps the slice, not that nothing is allocated (measured with Go 1.26: `make([]byte, n)` with n = 64 costs one
allocation of 64 bytes per round).

## Example

```go
package example

func checksums(blocks [][]byte) int {
    total := 0
    for _, block := range blocks {
        scratch := make([]byte, len(block))
        copy(scratch, block)
        for i := range scratch {
            scratch[i] ^= 0x5a
            total += int(scratch[i])
        }
    }
    return total
}
```

## Use instead

One slice before the loop that grows where it is too short. `make` gives zeros and the slice that is used again does
not: `clear` it where the code counts on them.

```go
package example

func checksums(blocks [][]byte) int {
    total := 0
    var scratch []byte
    for _, block := range blocks {
        scratch = append(scratch[:0], block...)
        for i := range scratch {
            scratch[i] ^= 0x5a
            total += int(scratch[i])
        }
    }
    return total
}
```

## Silent when

- The compiler was not asked (`--compiler`), or says that the slice escapes: then something may keep it.
- The length or the capacity is a constant, which has room on the stack.
- The loop makes only a few rounds, or is left after the `make`, or multiplies the length until it is enough.
- The code is seen to run seldom: its names or its parameters say that it is for tests, tools, settings, the start of a
  program or text for people, it writes to the terminal, or only such code calls it. Then `--show possible` shows it,
  and so does a profile (`--profile`) that says that at least 1% of what it measured was spent there.

## Can miss

- Go before 1.25 says of every such slice that it escapes ("non-constant size"), whether something keeps it or not.
- Slices that are handed to a method of an interface, such as `Read`: the compiler must think that it keeps them.
- It does not know lengths: a slice of at most 32 bytes costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.constants import integer
from golint_mem.semantics.escape import STAYS, candidate, claim
from golint_mem.semantics.inference import arguments
from golint_mem.semantics.loops import Site
from golint_mem.syntax.go import matches, text

if TYPE_CHECKING:
    from tree_sitter import Node

    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM502", name="buffer-made-in-loop", needs=(b"make(",), level="note", precision="high")
MADE = """[
  (short_var_declaration
    left: (expression_list . (identifier) @name .)
    right: (expression_list . (call_expression function: (identifier) @make) @site .))
  (var_spec
    name: (identifier) @name . value: (expression_list . (call_expression function: (identifier) @make) @site .))
] (#eq? @make "make")"""
NO_CONSTANT_ROOM = r"make\((?!.*, \d+\)$).+\)"
GROWN = """[
  (assignment_statement left: (expression_list (identifier) @name) operator: ["*=" "<<="])
  (assignment_statement left: (expression_list (identifier) @name)
    right: (expression_list (binary_expression operator: ["*" "<<"])))
]"""
NAMES = "(identifier) @name"


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every slice that a loop makes and that does not outlive the round."""
    for site in package.loops.sites(MADE):
        given = arguments(site.node)
        if len(given) < 2 or site.view.underlying(site.view.declared(given[0])).kind != "slice":
            continue
        if integer(site.view, given[-1]) is not None or _grows(site, given[-1]):
            continue
        statement = site.node.parent.parent if site.node.parent is not None else None
        assert statement is not None
        name = text(statement.child_by_field_name("left") or statement.child_by_field_name("name"))
        message = f"`{name}` is made anew in every round of the loop and does not leave it"
        yield candidate(RULE.code, site, site.node, message, claim(site.node, STAYS, says=NO_CONSTANT_ROOM), name)


def _grows(site: Site, size: Node) -> bool:
    """Whether the loop multiplies the size: it tries again with more room until it has enough."""
    grown = {site.scopes.resolve(name) for name in matches(site.loop, GROWN, "name")}
    names = [size] if size.type == "identifier" else matches(size, NAMES, "name")
    return any(site.scopes.resolve(name) in grown - {None} for name in names)
