"""A pool that is given values of another type than those it makes or those its users expect.

## Why is this bad

`Get` returns `any`. The assertion behind it panics as soon as it meets a value of the other type, which happens only
after a `Put` from that other place and before the next garbage collection: rarely, under load, and far from the cause.
Where the assertion tolerates a mismatch (`v, ok :=`), the object is dropped and the pool does not help.

## Example

```go
package example

import (
    "bytes"
    "sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func render(name string) string {
    buf := buffers.Get().(*bytes.Buffer)
    buf.Reset()
    buf.WriteString(name)
    s := buf.String()
    buffers.Put(&buf)
    return s
}
```

## Use instead

Put back what `Get` returned.

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

- One of the types is an interface or not known.
- `Get` asserts nothing, or its result goes through a type switch.
- The pool is an element of a slice, array or map, or a field that stands for pools of several types.

## Can miss

- A pool that is known under two names, such as a pointer to it that is stored in another field.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.pools import Pools, asserted
from golint_mem.semantics.types import Type
from golint_mem.semantics.view import FileView, Object
from golint_mem.syntax.go import place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM407", name="pool-wrong-type", needs=(b"sync.Pool",), level="error", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every `Put` or `New` of a type that the pool's users do not expect."""
    pools = package.pools
    for put in pools.puts:
        if put.argument is None or not put.plain or put.path not in package.asked:
            continue
        given = put.view.type_of(put.argument)
        for kind, (path, node), role in _expected(pools, put.key):
            if _differ(put.view, given, kind):
                where = Step(place(path, node), f"{role} {_short(kind)}")
                message = f"`{text(put.argument)}` is a {_short(given)}, but this pool {role} {_short(kind)}"
                function = put.function.qualified if put.function is not None else ""
                yield Finding(
                    RULE.code,
                    message,
                    place(put.path, put.node),
                    related=(where,),
                    rank=70,
                    function=function,
                    subject=text(put.argument),
                )
                break


def _expected(pools: Pools, key: Object | str) -> Iterator[tuple[Type, tuple[str, Node], str]]:
    """The types that `New` makes for a pool and that its users assert, and where."""
    made = [(new.view.type_of(one), new.view.tree.path, one) for new in pools.news.get(key, ()) for one in new.returned]
    if isinstance(key, Object) and key.kind == "field" and len({str(kind) for kind, _, _ in made}) > 1:
        return  # one field, which stands for several pools
    for kind, path, value in made:
        yield kind, (path, value), "makes"
    for get in pools.gets:
        kind, _ = asserted(get)
        if get.key == key:
            yield kind, (get.path, get.node), "is asserted to hold"


def _differ(view: FileView, given: Type, expected: Type) -> bool:
    """Whether two types are known, concrete and not the same."""
    concrete = all(_is_concrete(view, one) for one in (given, expected))
    return concrete and str(given) != str(expected)


def _is_concrete(view: FileView, one: Type) -> bool:
    kinds = (one.pointee.kind, view.underlying(one).kind, view.underlying(one.pointee).kind)
    return not {"unknown", "interface", "parameter", "nil", "tuple"} & set(kinds)


def _short(one: Type) -> str:
    """A type with package names for import paths."""
    if one.kind == "pointer" and one.element is not None:
        return "*" + _short(one.element)
    return one.qualified.rpartition("/")[2] or str(one)
