"""A pool that cannot do its work: it lives for one call only, is copied, or has nothing to hand out when it is empty.

## Why is this bad

A pool that a function declares for itself is empty at each call, so nothing is ever reused. A copy of a sync.Pool is a
second pool that shares the first one's memory without its locks, which corrupts both. A pool without `New` returns nil
when it is empty, as it is at the start and after garbage collections, and an assertion on nil panics.

## Example

```go
package example

import (
    "bytes"
    "sync"
)

var buffers sync.Pool

func render(name string) string {
    buf := buffers.Get().(*bytes.Buffer)
    defer buffers.Put(buf)
    buf.Reset()
    buf.WriteString(name)
    return buf.String()
}
```

## Use instead

One pool for the package, with `New`, handed on by pointer.

```go
package example

import (
    "bytes"
    "sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func render(name string) string {
    buf := buffers.Get().(*bytes.Buffer)
    defer buffers.Put(buf)
    buf.Reset()
    buf.WriteString(name)
    return buf.String()
}
```

## Silent when

- A local pool is used in a loop, by a function literal, or is handed on.
- The result of `Get` is compared with nil, or the assertion has an `ok`.
- `New` is set anywhere in the package, or the pool is exported or comes from elsewhere.

## Can miss

- Pools that are made anew for each request as a field of something larger.
- Results of `Get` that are asserted to a type only later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.pooluse import copies, local_pools, without_new
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM408", name="pool-of-no-use", needs=(b"sync.Pool",), level="warning", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every pool that cannot do its work."""
    for view, name in local_pools(package):
        message = f"`{text(name)}` lives for one call only, so nothing is ever reused"
        yield from _finding(package, view, name, message, 40)
    for view, node in copies(package):
        message = f"`{text(node)}` copies a sync.Pool, and a copy must not be used"
        yield from _finding(package, view, node, message, 60)
    for get in without_new(package):
        message = f"`{text(get.pool)}` has no New: when it is empty Get returns nil, and the assertion panics"
        yield from _finding(package, get.view, get.node, message, 60)


def _finding(package: PackageFacts, view: FileView, node: Node, message: str, rank: float) -> Iterator[Finding]:
    path, function = view.tree.path, view.enclosing(node)
    if path in package.asked:
        within = function.qualified if function is not None else ""
        yield Finding(RULE.code, message, place(path, node), rank=rank, function=within, subject=text(node))
