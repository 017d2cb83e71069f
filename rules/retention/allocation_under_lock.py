"""Work that allocates is done right behind a Lock, although it needs nothing that the lock protects.

## Why is this bad

All that happens between Lock and Unlock, everybody else waits for. Formatting a string or making a large slice takes
hundreds of times as long as what most critical sections are there for, and may have to help the collector first. Where
it comes first in the section and only uses values that the function already has, it can come before the lock.

## Example

```go
package example

import (
    "fmt"
    "sync"
)

type store struct {
    mu  sync.Mutex
    all map[string]int
}

func (s *store) set(kind string, id, value int) {
    s.mu.Lock()
    defer s.mu.Unlock()
    key := fmt.Sprintf("%s/%d", kind, id)
    s.all[key] = value
}
```

## Use instead

```go
package example

import (
    "fmt"
    "sync"
)

type store struct {
    mu  sync.Mutex
    all map[string]int
}

func (s *store) set(kind string, id, value int) {
    key := fmt.Sprintf("%s/%d", kind, id)
    s.mu.Lock()
    defer s.mu.Unlock()
    s.all[key] = value
}
```

## Silent when

- Something else happens first: a check that may make the work needless, or a read of what is protected.
- An argument is anything but a literal, or a number, string or boolean in a variable that never changes.
- The memory is of a small fixed size, or the work is not known to be costly.

## Can miss

- Work later in the section, JSON and other encoders of whole objects, and work in callees.
- It does not know whether anybody waits. Where a lock is hardly ever contended, this costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.critical import Early, early
from golint_mem.semantics.repair.before_lock import before_lock
from golint_mem.syntax.go import place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM605", name="allocation-under-lock", needs=(b"Lock()",), level="note", precision="medium")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every allocation that could come before the lock it stands behind."""
    for tree in package.trees_with(*RULE.needs):
        if tree.path in package.asked:
            yield from map(_finding, early(package.view(tree)))


def _finding(one: Early) -> Finding:
    path, function = one.view.tree.path, one.view.enclosing(one.statement)
    where, fix = place(path, one.call), before_lock(one)
    callee, lock = text(one.call.child_by_field_name("function")), text(one.lock.named_children[0])
    return Finding(
        code=RULE.code,
        message=f"{callee} allocates while `{lock}` is held, and needs nothing that it protects",
        place=where,
        threads=((Step(place(path, one.lock), "the lock is taken here"), Step(where, "all others wait for this")),),
        fixes=(fix,) if fix is not None else (),
        rank=20.0,
        function=function.qualified if function is not None else "",
        subject=callee,
    )
