"""C memory or a descriptor that nobody but a finalizer can give back.

## Why is this bad

The collector runs when the Go heap has grown, and it sees neither the size of C memory nor the number of open
descriptors. A small Go object can hold megabytes of C memory; a program that makes many of them runs out of memory or
descriptors long before the collector sees a reason to run, and its finalizers run one after another, some time later,
or never before the program exits. A caller who knows that he is done has no way to say so.

## Example

```go
package example

/*
#include <stdlib.h>
*/
import "C"

import (
    "runtime"
    "unsafe"
)

type Buffer struct {
    data unsafe.Pointer
}

func NewBuffer(size int) *Buffer {
    b := &Buffer{C.malloc(C.size_t(size))}
    runtime.SetFinalizer(b, func(b *Buffer) { C.free(b.data) })
    return b
}
```

## Use instead

Give the type a `Close` (or `Free`), say in its documentation to call it, and keep the finalizer for those who forget.

```go
package example

/*
#include <stdlib.h>
*/
import "C"

import (
    "runtime"
    "unsafe"
)

type Buffer struct {
    data unsafe.Pointer
}

func NewBuffer(size int) *Buffer {
    b := &Buffer{C.malloc(C.size_t(size))}
    runtime.SetFinalizer(b, (*Buffer).Free)
    return b
}

func (b *Buffer) Free() {
    runtime.SetFinalizer(b, nil)
    C.free(b.data)
    b.data = nil
}
```

## Silent when

- The type has an exported method that releases the handle, by itself or through others, or one that is named like it:
  Close, Free, Release, Destroy, Unref and so on, also by embedding.
- An exported function of the package takes the object and releases its handle.
- The package itself calls a release other than from the finalizer.
- The finalizer releases no C memory and no descriptor: it logs, stops a goroutine, or closes an `os.File`, which has a
  finalizer of its own.

## Can miss

- Finalizers that release through function values, and types whose fields cannot be told.
- Types that are not exported are shown with `--show possible`: their callers are the package's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.finalizers.owners import Unowned, unowned
from golint_mem.syntax.go import place

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(
    code="GM201",
    name="finalizer-only-release",
    needs=(b"SetFinalizer", b"AddCleanup"),
    level="note",
    precision="medium",
)
_MOST_RELATED = 100


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every type that only finalizers release."""
    for one in unowned(package):
        if one.registrations[0].path in package.asked:
            yield _finding(one)


def _finding(one: Unowned) -> Finding:
    first, *others = (place(each.path, each.call) for each in one.registrations)
    function = one.registrations[0].function
    return Finding(
        RULE.code,
        f"only this finalizer releases what a {one.kind.name} holds ({one.by}): callers have no method that does so",
        first,
        related=tuple(Step(each, f"another {one.kind.name} is made here") for each in others[:_MOST_RELATED]),
        confidence=Confidence.LIKELY if one.kind.name[:1].isupper() else Confidence.POSSIBLE,
        rank=30.0,
        function=function.qualified if function is not None else "",
        subject=one.kind.name,
    )
