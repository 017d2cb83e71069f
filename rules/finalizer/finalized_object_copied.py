"""A struct copy of an object that has a finalizer, which lives longer than the original.

## Why is this bad

The finalizer belongs to the object, not to its fields. `copy := *v` makes a second struct with the same C handle and no
finalizer. When the function returns the copy, nobody has the original any more: it is collected, its finalizer releases
the handle, and the copy is left with a dangling pointer. Conversions to a type of one's own, `T(*v)`, copy as well.

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

type Value struct {
    ptr unsafe.Pointer
}

func NewValue() *Value {
    v := &Value{C.malloc(8)}
    runtime.SetFinalizer(v, (*Value).Free)
    return v
}

func (v *Value) Free() {
    runtime.SetFinalizer(v, nil)
    C.free(v.ptr)
}

type List Value

func NewList() *List {
    v := NewValue()
    list := List(*v)
    return &list
}
```

## Use instead

Keep the pointer: embed `*Value`, or convert the pointer, which leaves the object where it is.

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

type Value struct {
    ptr unsafe.Pointer
}

func NewValue() *Value {
    v := &Value{C.malloc(8)}
    runtime.SetFinalizer(v, (*Value).Free)
    return v
}

func (v *Value) Free() {
    runtime.SetFinalizer(v, nil)
    C.free(v.ptr)
}

type List Value

func NewList() *List {
    return (*List)(NewValue())
}
```

## Silent when

- The original leaves the function too, is stored, or is held by the copy.
- The finalizer is cleared, or the original's handle is taken away: then the copy is the owner.
- The original belongs to somebody else: a parameter, a field, a package-level variable.
- The copy stays in the function.

## Can miss

- Copies that leave through a field, a channel or a closure.
- Methods with value receivers copy the object as well: GM203 has those.
- Objects of other modules, but for a few well-known types.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.finalizers.copies import Copied, copied
from golint_mem.syntax.go import place

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(
    code="GM208",
    name="finalized-object-copied",
    needs=(b"SetFinalizer", b"AddCleanup", b'"C"', b"os.Process"),
    level="warning",
    precision="high",
)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every copy that outlives an object with a finalizer."""
    for one in copied(package):
        if one.function.path in package.asked:
            yield _finding(one)


def _finding(one: Copied) -> Finding:
    here, there = place(one.function.path, one.copy), place(one.function.path, one.leaves)
    name = one.kind.qualified.rpartition("/")[2]
    return Finding(
        RULE.code,
        f"`*{one.original}` is copied out of a {name} that has a finalizer: the copy is returned, and nothing keeps"
        f" `{one.original}` alive",
        here,
        threads=(
            (
                Step(here, "the struct is copied, the finalizer is not"),
                Step(there, "only the copy leaves the function"),
            ),
        ),
        function=one.function.qualified,
        subject=one.original,
    )
