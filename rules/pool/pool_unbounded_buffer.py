"""A buffer that can grow goes back into its pool however large it has become.

## Why is this bad

One large request makes one large buffer, and the pool keeps it. Small requests then hold megabytes that they do not
need, and a service whose requests vary ends with every pooled buffer as large as the largest request it has seen
(golang/go#23199). fmt drops what is larger than 64 KiB.

The opposite is a buffer whose front was cut off (`b = b[n:]`) before it goes back as `b[:0]`: it loses capacity with
each round until it is of no use.

## Example

```go
package example

import (
    "bytes"
    "io"
    "sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func copyOf(r io.Reader) (string, error) {
    buf := buffers.Get().(*bytes.Buffer)
    defer func() {
        buf.Reset()
        buffers.Put(buf)
    }()
    _, err := buf.ReadFrom(r)
    return buf.String(), err
}
```

## Use instead

Leave what is too large to the garbage collector.

```go
package example

import (
    "bytes"
    "io"
    "sync"
)

const maxPooled = 64 << 10

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func copyOf(r io.Reader) (string, error) {
    buf := buffers.Get().(*bytes.Buffer)
    defer func() {
        if buf.Cap() <= maxPooled {
            buf.Reset()
            buffers.Put(buf)
        }
    }()
    _, err := buf.ReadFrom(r)
    return buf.String(), err
}
```

## Silent when

- The function that puts the buffer back looks at its size.
- Nothing that the package does with the pool's buffers lets them grow with the input: fixed sizes, numbers, bytes.
- The pool is one of several for different sizes (an element of a slice, array or map).

## Can miss

- Structs that have such a buffer in a field.
- Limits that are set elsewhere, such as an `io.LimitReader` or a bound on the request: then the finding is wrong, and
  the bound is what to write down beside a `//nolint` comment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding, Fix
from golint_mem.rule import Rule
from golint_mem.semantics.growth import cut_off, grows
from golint_mem.semantics.perpool import one_per_pool
from golint_mem.semantics.pools import PoolCall
from golint_mem.semantics.poolvalues import base, is_sized, slice_of
from golint_mem.semantics.repair.pool import guard_size
from golint_mem.syntax.go import place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM406", name="pool-unbounded-buffer", needs=(b".Put(",), level="note", precision="medium")
_BUFFER = "bytes.Buffer"


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every pool that gets back buffers that may be of any size."""
    return one_per_pool(_found(package))


def _found(package: PackageFacts) -> Iterator[tuple[PoolCall, Finding]]:
    for put in package.pools.puts:
        if put.argument is None or put.path not in package.asked:
            continue
        name = text(base(put.argument))
        cut = cut_off(put, name)
        if cut is not None:
            yield put, _finding(put, f"`{name}` was cut at its front and goes back with less capacity each time")
        elif _is_growable(put) and not is_sized(put, name):
            confidence = grows(package, put)
            if confidence is not None:
                message = f"`{name}` goes back into the pool however large it has grown, and keeps that memory"
                yield put, _finding(put, message, confidence, _fix(put, name))


def _is_growable(put: PoolCall) -> bool:
    """Whether what is put back is a buffer or slice, in a pool that is not one of several."""
    if put.argument is None or "[" in text(put.pool):
        return False
    kind = put.view.type_of(put.argument)
    return kind.pointee.qualified == _BUFFER or slice_of(put.view, kind) is not None


def _fix(put: PoolCall, name: str) -> Fix | None:
    kind = put.view.type_of(base(put.argument)) if put.argument is not None else None
    if kind is None:
        return None
    if kind.pointee.qualified == _BUFFER:
        return guard_size(put.view, put.node, f"{name}.Cap()")
    element = slice_of(put.view, kind)
    if element is None or element.element is None or element.element.name != "uint8":
        return None
    return guard_size(put.view, put.node, f"cap(*{name})" if kind.kind == "pointer" else f"cap({name})")


def _finding(
    put: PoolCall, message: str, confidence: Confidence = Confidence.LIKELY, fix: Fix | None = None
) -> Finding:
    function = put.function.qualified if put.function is not None else ""
    spot = place(put.path, put.node)
    fixes = (fix,) if fix is not None else ()
    return Finding(
        RULE.code,
        message,
        spot,
        fixes=fixes,
        confidence=confidence,
        rank=25,
        function=function,
        subject=text(put.argument),
    )
