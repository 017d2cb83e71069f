"""A pooled object that is put back while a goroutine, a channel's receiver or a finalizer still holds it.

## Why is this bad

The other holder goes on reading and writing the object after the next `Get` has handed it to somebody else. That is a
data race that needs load to show, and then it mixes the data of two requests.

## Example

```go
package example

import (
    "bytes"
    "fmt"
    "io"
    "sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func log(w io.Writer, line string) {
    buf := buffers.Get().(*bytes.Buffer)
    buf.Reset()
    fmt.Fprintln(buf, line)
    go func() {
        w.Write(buf.Bytes())
    }()
    buffers.Put(buf)
}
```

## Use instead

Let the one who uses the object last put it back.

```go
package example

import (
    "bytes"
    "fmt"
    "io"
    "sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func log(w io.Writer, line string) {
    buf := buffers.Get().(*bytes.Buffer)
    buf.Reset()
    fmt.Fprintln(buf, line)
    go func() {
        defer buffers.Put(buf)
        w.Write(buf.Bytes())
    }()
}
```

## Silent when

- The function waits (`Wait`, a receive from a channel) between the start of the goroutine and the `Put`.
- The goroutine puts the object back itself.

## Can miss

- Whether what is waited for is the goroutine that holds the object: any wait counts.
- Objects that are handed on through functions outside the module.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.pools import POOLED
from golint_mem.semantics.typestate.lapse import Kind, Lapse

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM409", name="pool-held-elsewhere", needs=(b"ool",), level="error", precision="high")
_HOLDERS = {
    "goroutine": "a goroutine still uses",
    "sent": "the receiver of a channel still has",
    "finalizer": "a finalizer still refers to",
    "kept": "a callee keeps",
}


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every object that is put back while somebody else holds it."""
    for lapse in package.typestate(POOLED).lapses:
        if lapse.kind is Kind.HELD:
            yield lapse.finding(RULE.code, _message(lapse), rank=75)


def _message(lapse: Lapse) -> str:
    held = f"memory of `{lapse.subject}`" if lapse.partial else f"`{lapse.subject}`"
    return f"{_HOLDERS[lapse.how]} {held} when it is put back into its pool"
