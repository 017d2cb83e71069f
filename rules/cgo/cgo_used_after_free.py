"""C memory that is used, or freed again, after it was freed.

## Why is this bad

The allocator may have given the block to somebody else in the meantime. Reading it gives their data, writing it
corrupts them, and freeing it again frees their memory or breaks the allocator's own lists. The crash comes later and
elsewhere, and an attacker who controls the input can often turn it into more than a crash.

The usual form is a `C.free` in an error branch beside a deferred one that frees the same pointer once more.

## Example

```go
package example

/*
#include <stdio.h>
#include <stdlib.h>
*/
import "C"

import (
    "errors"
    "unsafe"
)

func show(s string) error {
    cs := C.CString(s)
    defer C.free(unsafe.Pointer(cs))
    if C.puts(cs) < 0 {
        C.free(unsafe.Pointer(cs))
        return errors.New("cannot print")
    }
    return nil
}
```

## Use instead

Free in one place. A `defer` right after the allocation covers all paths.

```go
package example

/*
#include <stdio.h>
#include <stdlib.h>
*/
import "C"

import (
    "errors"
    "unsafe"
)

func show(s string) error {
    cs := C.CString(s)
    defer C.free(unsafe.Pointer(cs))
    if C.puts(cs) < 0 {
        return errors.New("cannot print")
    }
    return nil
}
```

## Silent when

- The variable got a new value, or nil, in between.
- The pointer is only compared, for example with nil.
- The free and the use stand under conditions that exclude each other (`if done` and `if !done`).
- `C.realloc` failed: the old block is still there and may be used and freed.

## Can miss

- Uses in another function, by another method or goroutine, after the memory was freed.
- Uses through a pointer that was stored in C before.
- Reads through slices of elements that were freed in a loop.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.ownership.lapse import Kind, Lapse

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM105", name="cgo-used-after-free", needs=(b'"C"',), level="error", precision="high")
KINDS = (Kind.USED_AFTER_FREE, Kind.FREED_TWICE)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every use and every second free of a freed resource."""
    for lapse in package.lapses():
        if lapse.kind in KINDS:
            yield lapse.finding(RULE.code, _message(lapse))


def _message(lapse: Lapse) -> str:
    maker = f" ({lapse.maker})" if lapse.maker else ""
    held = f"`{lapse.subject}`{maker}" if lapse.subject else f"the result of {lapse.maker}"
    if lapse.kind is Kind.FREED_TWICE:
        return f"{held} is freed twice"
    return f"{held} is used after it was freed"
