"""A value that is not pointer-shaped is put into a sync.Pool, which allocates on every Put.

## Why is this bad

`Put` takes an interface. A pointer fits into an interface as it is; a slice, a string, a struct or an array is copied
to the heap first, for a slice header 24 bytes each time. The pool then saves the large allocation and pays a small one,
and the garbage collector still sees one object per `Put`.

This is a detail of optimisation, not a fault: where the pooled memory is large the pool still helps.

## Example

```go
package example

import (
    "io"
    "sync"
)

var blocks = sync.Pool{New: func() any { return make([]byte, 32<<10) }}

func copyAll(w io.Writer, r io.Reader) (int64, error) {
    block := blocks.Get().([]byte)
    defer blocks.Put(block)
    return io.CopyBuffer(w, r, block)
}
```

## Use instead

Put a pointer, the same one that `Get` returned. (`Put(&block)` of a local variable allocates as well.) Where the size
is fixed, a pointer to an array is simplest.

```go
package example

import (
    "io"
    "sync"
)

var blocks = sync.Pool{New: func() any { return new([32 << 10]byte) }}

func copyAll(w io.Writer, r io.Reader) (int64, error) {
    block := blocks.Get().(*[32 << 10]byte)
    defer blocks.Put(block)
    return io.CopyBuffer(w, r, block[:])
}
```

## Silent when

- The value is a pointer, a map, a channel, a function or an interface, or its type is not known.
- The pool is another type than sync.Pool, such as a generic wrapper.

## Can miss

- Values that a generic function or a wrapper hands on as `any`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Confidence, Evidence, Finding
from golint_mem.rule import Rule
from golint_mem.semantics.escape import ESCAPES, claim
from golint_mem.semantics.perpool import one_per_pool
from golint_mem.semantics.pools import PoolCall
from golint_mem.semantics.types import Type
from golint_mem.syntax.go import place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM405", name="pool-value-boxed", needs=(b".Put(",), level="note", precision="very-high")
_COSTS = {"slice": "the 24 bytes of a slice header", "string": "the 16 bytes of a string header"}
_BOXED = frozenset({"slice", "struct", "array"})
_SMALL = frozenset({"bool", "uint8", "int8"})


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every pool whose `Put` has to allocate."""
    return one_per_pool(_found(package))


def _found(package: PackageFacts) -> Iterator[tuple[PoolCall, Finding]]:
    for put in package.pools.puts:
        value = put.argument
        if not put.plain or value is None or put.path not in package.asked:
            continue
        below = put.view.underlying(put.view.type_of(value))
        if below.kind in _BOXED or (below.kind == "basic" and below.name not in _SMALL):
            yield put, _finding(put, value, below)


def _finding(put: PoolCall, value: Node, below: Type) -> Finding:
    return Finding(
        RULE.code,
        f"`{text(value)}` is no pointer: each Put allocates {_cost(below)}",
        place(put.path, put.node),
        confidence=Confidence.CERTAIN,
        evidence=Evidence.PATH,
        rank=10,
        function=put.function.qualified if put.function is not None else "",
        subject=text(value),
        claim=claim(value, ESCAPES),
    )


def _cost(below: Type) -> str:
    """What is copied to the heap."""
    return _COSTS.get(below.name if below.kind == "basic" else below.kind, f"room for a copy of the {below.kind}")
