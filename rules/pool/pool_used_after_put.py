"""A pooled object that is used, returned or stored although it has been put back into its pool.

## Why is this bad

After `Put` the object belongs to whoever calls `Get` next, on any goroutine. From then on two users write into the same
memory: responses carry the bytes of other requests, and the race detector sees it only under load. A `defer` that puts
the object back runs after the `return` expressions are evaluated, so returning the object, a slice of it or its
`Bytes()` hands out memory that the next request overwrites.

Deferred calls run last one first: a `Put` that is deferred after a `Close` runs before it, and the `Close` then flushes
into an object that somebody else may have.

## Example

```go
package example

import (
    "bytes"
    "sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func render(name string) []byte {
    buf := buffers.Get().(*bytes.Buffer)
    defer buffers.Put(buf)
    buf.Reset()
    buf.WriteString("hello, ")
    buf.WriteString(name)
    return buf.Bytes()
}
```

## Use instead

Return a copy, or give the buffer to the caller for good and do not put it back.

```go
package example

import (
    "bytes"
    "sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func render(name string) []byte {
    buf := buffers.Get().(*bytes.Buffer)
    defer buffers.Put(buf)
    buf.Reset()
    buf.WriteString("hello, ")
    buf.WriteString(name)
    return bytes.Clone(buf.Bytes())
}
```

## Silent when

- What leaves is a copy: `String()`, `bytes.Clone`, `append([]byte(nil), b...)`, a conversion to string.
- The variable got another value in between, or the `Put` and the use exclude each other.
- A pointer that was read from a field of the object is used: it does not point into the object.
- The object is only compared, for example with nil.

## Can miss

- Uses by callees outside the module, and by other goroutines (see GM409) or methods later.
- Views that are made in ways that the analysis does not know, by packages that it has not seen.
- A method that puts back its own receiver is reported for the methods of io's interfaces that are called again
  (`Read`, `Write` and the like); for others the analysis trusts the caller.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding, Fix
from golint_mem.rule import Rule
from golint_mem.semantics.pools import POOLED, own_receiver_puts
from golint_mem.semantics.repair.pool import copy_returned, put_later, swap_defers
from golint_mem.semantics.typestate.lapse import Kind, Lapse

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM401", name="pool-used-after-put", needs=(b"ool",), level="error", precision="high")
_CALLED_AGAIN = frozenset({"Read", "Write", "ReadByte", "WriteByte", "WriteString", "ReadFrom", "WriteTo", "Next"})


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every use and every escape of what was put back."""
    for lapse in package.typestate(POOLED).lapses:
        if lapse.kind in (Kind.USED, Kind.RETURNED):
            yield lapse.finding(RULE.code, _message(lapse), rank=80, fixes=_fixes(package, lapse))
    for lapse in own_receiver_puts(package, _CALLED_AGAIN):
        message = f"`{lapse.subject}` puts itself back into the pool, and its caller may call {lapse.how} again"
        confidence = Confidence.LIKELY if lapse.sometimes else Confidence.POSSIBLE
        yield lapse.finding(RULE.code, message, confidence=confidence, rank=60)


def _message(lapse: Lapse) -> str:
    if lapse.kind is Kind.USED:
        return f"`{lapse.subject}` is used after it was put back into its pool"
    held = f"memory of `{lapse.subject}`" if lapse.partial else f"`{lapse.subject}`"
    return f"{held} is {lapse.how} although `{lapse.subject}` is put back into its pool"


def _fixes(package: PackageFacts, lapse: Lapse) -> tuple[Fix, ...]:
    view = package.view_of(lapse.function)
    if lapse.kind is Kind.USED:
        fix = swap_defers(view, lapse.node, lapse.release) or put_later(view, lapse.node, lapse.release)
    else:
        fix = copy_returned(view, lapse.node) if lapse.partial and lapse.how == "returned" else None
    return (fix,) if fix is not None else ()
