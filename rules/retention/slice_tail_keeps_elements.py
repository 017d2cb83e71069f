"""Elements are taken out of a slice by making it shorter, and stay alive in the memory behind or before it.

## Why is this bad

`append(x[:i], x[i+1:]...)`, `x[:n]` and `x[1:]` change the slice's length and leave its memory alone. A pointer that
was removed, or a copy of the last one, is still in it: the collector finds it there and keeps the object with all that
it reaches, until another element happens to be written over it. In a long-lived list that is seldom added to, this is
for ever: the last connection, session or request that was removed stays.

## Example

```go
package example

type conn struct{ buffer [1 << 16]byte }

type server struct{ conns []*conn }

func (s *server) remove(c *conn) {
    for i, one := range s.conns {
        if one == c {
            s.conns = append(s.conns[:i], s.conns[i+1:]...)
            return
        }
    }
}
```

## Use instead

`slices.Delete` clears the tail since Go 1.22; `clear(x[n:])` or setting the element to nil does it by hand.

```go
package example

import "slices"

type conn struct{ buffer [1 << 16]byte }

type server struct{ conns []*conn }

func (s *server) remove(c *conn) {
    for i, one := range s.conns {
        if one == c {
            s.conns = slices.Delete(s.conns, i, i+1)
            return
        }
    }
}
```

## Silent when

- The elements hold no pointers, or nothing but strings: what stays is as small as they are.
- The slice ends with the function: a local variable, or a field of a value that the function made.
- The function sets the removed element to nil or zero, clears the tail, or gives the slice new memory.
- An element is taken from the front of a slice that the package never appends to: an iterator or parser over it.
- The whole slice is emptied (`x[:0]`) to be filled again.
- A loop takes all elements from the front until none is left: then it is shown as possible, as the end of a list.
- Taking the last element off, as a stack does, is only shown as possible: the next push writes over it. In a
  `container/heap` it is shown always.

## Can miss

- Slices of types from other modules, whose elements it does not know.
- A removal in another function than the one that stores the shorter slice.
- It does not know how long the list itself lives, or how big the elements are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.clearing import lets_go
from golint_mem.semantics.lasting import outlives
from golint_mem.semantics.lists import is_heap, is_list
from golint_mem.semantics.references import holds_references
from golint_mem.semantics.removals import Removal, from_the_middle, is_drained, plain, removals
from golint_mem.semantics.repair.slices import let_go
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import place

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM604", name="slice-tail-keeps-elements", needs=(b"[:", b":]", b"[0"), level="warning")

_LEFT = {
    "shift": "the elements behind move up, and a copy of the last one stays in the tail",
    "pop": "the last element stays in the tail",
    "cut": "the elements behind the new end stay in the tail",
    "head": "the elements before the new start stay in memory",
    "filter": "what was not kept stays in the tail",
}


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every removal that leaves references in the memory of a slice that lives on."""
    for tree in package.trees_with(*RULE.needs):
        if tree.path in package.asked:
            view = package.view(tree)
            yield from (_finding(view, one) for one in removals(view) if _retains(view, one))


def _retains(view: FileView, removal: Removal) -> bool:
    element = view.underlying(view.type_of(removal.target)).element
    if element is None or not holds_references(element, view.facts) or not outlives(view, removal.target):
        return False
    if removal.kind in ("head", "pop", "cut") and not is_list(view, removal):
        return False
    return not lets_go(view, removal)


def _finding(view: FileView, removal: Removal) -> Finding:
    where = place(view.tree.path, removal.statement)
    subject = plain(removal.target)
    function = view.enclosing(removal.statement)
    fix = let_go(view, removal)
    return Finding(
        code=RULE.code,
        message=f"what is removed from `{subject}` stays alive in its memory: {_LEFT[removal.kind]}",
        place=where,
        threads=((Step(where, _LEFT[removal.kind]),),),
        fixes=(fix,) if fix is not None else (),
        confidence=Confidence.LIKELY if _is_plain(view, removal) else Confidence.POSSIBLE,
        function=function.qualified if function is not None else "",
        subject=subject,
    )


def _is_plain(view: FileView, removal: Removal) -> bool:
    """Whether this is a removal from a list or a heap, and not the end of a list or of a stack going up and down."""
    if removal.kind == "head":
        return not is_drained(removal)
    if removal.kind not in ("pop", "cut"):
        return True
    return from_the_middle(removal) or is_heap(view, removal)
