"""A pooled object that is put back twice.

## Why is this bad

The pool then holds the same object two times and hands it to two goroutines at once, which both believe to be alone.
The damage shows far from the cause, as foreign bytes in a response or as a crash in whatever the object is.

The usual form is an explicit `Put` on an early exit beside a deferred one. A deferred `Put(buf)` evaluates `buf` when
the `defer` runs: where a callee has put that buffer back and returned a larger one, the old one goes back twice and the
new one never. Another form is a `Close` that puts its object back each time it is called, as callers may do twice.

## Example

```go
package example

import (
    "bytes"
    "errors"
    "io"
    "sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func size(r io.Reader) (int, error) {
    buf := buffers.Get().(*bytes.Buffer)
    defer buffers.Put(buf)
    buf.Reset()
    if _, err := buf.ReadFrom(io.LimitReader(r, 1024)); err != nil {
        buffers.Put(buf)
        return 0, errors.Join(errors.New("no size"), err)
    }
    return buf.Len(), nil
}
```

## Use instead

Put it back in one place.

```go
package example

import (
    "bytes"
    "errors"
    "io"
    "sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func size(r io.Reader) (int, error) {
    buf := buffers.Get().(*bytes.Buffer)
    defer buffers.Put(buf)
    buf.Reset()
    if _, err := buf.ReadFrom(io.LimitReader(r, 1024)); err != nil {
        return 0, errors.Join(errors.New("no size"), err)
    }
    return buf.Len(), nil
}
```

## Silent when

- The two calls stand under conditions that exclude each other, or the variable got another value in between.
- A `Close` whose type no function of the package hands out as one of io's interfaces: then its callers may be trusted
  to close once. `--show possible` shows it.
- A `Close` looks first whether it has run before, or sets the field that it puts back to something else.

## Can miss

- Two calls in two functions, other than a `Close` that is called twice.
- Objects in slices and maps, where the analysis does not tell one element from another.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding
from golint_mem.rule import Rule
from golint_mem.semantics.pools import POOLED, own_receiver_puts
from golint_mem.semantics.repair.pool import drop_put
from golint_mem.semantics.typestate.lapse import Kind

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM402", name="pool-put-twice", needs=(b"ool",), level="error", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every second `Put` of the same object."""
    for lapse in package.typestate(POOLED).lapses:
        if lapse.kind is Kind.RELEASED_TWICE:
            fix = drop_put(package.view_of(lapse.function), lapse.release, lapse.node)
            message = f"`{lapse.subject}` is put back into its pool twice"
            yield lapse.finding(RULE.code, message, rank=80, fixes=(fix,) if fix is not None else ())
    for lapse in own_receiver_puts(package, frozenset({"Close"}), always=True):
        message = f"`{lapse.subject}` goes back into the pool each time {lapse.how} is called, a second time as well"
        confidence = Confidence.LIKELY if lapse.sometimes else Confidence.POSSIBLE
        yield lapse.finding(RULE.code, message, confidence=confidence, rank=40)
