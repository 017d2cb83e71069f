"""A pooled object keeps what its last user put into it: nobody clears it, neither at Put nor at Get.

## Why is this bad

A slice of structs or pointers that goes back as `s[:0]` still refers to everything its last user stored. All of that
stays in memory as long as the pool keeps the slice, however large it is, and a `s[:n]` of the next user shows it again.

A buffer that nobody resets starts its next life with the bytes of the last one: the data of one request in the response
to another.

## Example

```go
package example

import "sync"

type row struct {
    key   string
    value *[]byte
}

var rows = sync.Pool{New: func() any { return new([]row) }}

func release(r *[]row) {
    *r = (*r)[:0]
    rows.Put(r)
}

func acquire() *[]row {
    return rows.Get().(*[]row)
}
```

## Use instead

Clear the elements before the slice goes back.

```go
package example

import "sync"

type row struct {
    key   string
    value *[]byte
}

var rows = sync.Pool{New: func() any { return new([]row) }}

func release(r *[]row) {
    clear((*r)[:cap(*r)])
    *r = (*r)[:0]
    rows.Put(r)
}

func acquire() *[]row {
    return rows.Get().(*[]row)
}
```

## Silent when

- The elements hold no pointers (numbers, arrays of numbers): old ones are only overwritten.
- The function that puts the slice back clears it, sets its elements, or hands it to something that by its name does.
- A buffer is reset on either side, anywhere in the package.

## Can miss

- Objects of the module's own types with fields that nobody resets.
- Slices that are cleared by the caller of a function that puts them back: then the finding is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding, Fix
from golint_mem.rule import Rule
from golint_mem.semantics.growth import resets_buffers
from golint_mem.semantics.perpool import one_per_pool
from golint_mem.semantics.pools import PoolCall
from golint_mem.semantics.poolvalues import base, is_cleared, refers, slice_of
from golint_mem.semantics.repair.pool import clear_before
from golint_mem.syntax.go import place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM404", name="pool-dirty-reuse", needs=(b".Put(",), level="warning", precision="medium")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every pool that gets back something that keeps its contents."""
    return one_per_pool(_found(package))


def _found(package: PackageFacts) -> Iterator[tuple[PoolCall, Finding]]:
    for put in package.pools.puts:
        if put.argument is None or put.path not in package.asked:
            continue
        name, kind = text(base(put.argument)), put.view.type_of(put.argument)
        slice_type = slice_of(put.view, kind)
        if slice_type is not None and slice_type.element is not None:
            if refers(put.view, slice_type.element) and not is_cleared(put, name):
                message = f"the elements of `{name}` keep what they refer to while it is in the pool"
                yield put, _finding(put, message, 35, _fix(put, name))
        elif kind.pointee.qualified == "bytes.Buffer" and not resets_buffers(package, put):
            yield put, _finding(put, f"nobody resets `{name}`: its next user finds the bytes of this one", 70)


def _fix(put: PoolCall, name: str) -> Fix | None:
    pointer = put.argument is not None and put.view.type_of(base(put.argument)).kind == "pointer"
    return clear_before(put.view, put.node, f"(*{name})" if pointer else name)


def _finding(put: PoolCall, message: str, rank: float, fix: Fix | None = None) -> Finding:
    function = put.function.qualified if put.function is not None else ""
    spot = place(put.path, put.node)
    fixes = (fix,) if fix is not None else ()
    return Finding(RULE.code, message, spot, fixes=fixes, rank=rank, function=function, subject=text(put.argument))
