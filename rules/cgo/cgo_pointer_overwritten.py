"""An assignment that overwrites the only pointer to C memory before that memory is freed.

## Why is this bad

After the assignment nobody knows the address any more, so nothing can free the memory. A later `C.free` of the variable
frees the new value only; that makes the leak hard to see.

`C.realloc` is a special case: where it fails it returns nil and leaves the old block as it was. `p = C.realloc(p, n)`
then loses the old block.

## Example

```go
package example

/*
#include <stdio.h>
#include <stdlib.h>
*/
import "C"

import "unsafe"

func show(a, b string) {
    cs := C.CString(a)
    C.puts(cs)
    cs = C.CString(b)
    C.puts(cs)
    C.free(unsafe.Pointer(cs))
}

func buffer(n int) unsafe.Pointer {
    p := C.malloc(16)
    p = C.realloc(p, C.size_t(n))
    return p
}
```

## Use instead

Free the old value first, or give the new one a variable of its own.

```go
package example

/*
#include <stdio.h>
#include <stdlib.h>
*/
import "C"

import "unsafe"

func show(a, b string) {
    cs := C.CString(a)
    C.puts(cs)
    C.free(unsafe.Pointer(cs))
    cs = C.CString(b)
    C.puts(cs)
    C.free(unsafe.Pointer(cs))
}

func buffer(n int) unsafe.Pointer {
    p := C.malloc(16)
    q := C.realloc(p, C.size_t(n))
    if q == nil {
        C.free(p)
    }
    return q
}
```

## Silent when

- Another variable, a field, a container or a deferred call (whose argument is evaluated at the `defer`) still has the
  old pointer.
- The old value is nil on every path that reaches the assignment, as in `if cs == nil { cs = C.CString(s) }`.
- The result of `C.realloc` goes to another variable first.

## Can miss

- Overwritten fields of structs that come from outside the function, such as a setter that does not free the old value.
- Overwritten elements of slices and maps whose index is not constant.
- Memory whose address went into C code that might still free it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.ownership.lapse import Kind, Lapse

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM104", name="cgo-pointer-overwritten", needs=(b'"C"',), level="warning", precision="high")
KINDS = (Kind.OVERWRITTEN, Kind.REALLOC_LOST)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every assignment that loses the last pointer to a resource."""
    for lapse in package.lapses():
        if lapse.kind in KINDS:
            yield lapse.finding(RULE.code, _message(lapse))


def _message(lapse: Lapse) -> str:
    held = f"`{lapse.subject}` ({lapse.maker})" if lapse.subject else f"the result of {lapse.maker}"
    if lapse.kind is Kind.REALLOC_LOST:
        return f"{held} is overwritten by the result of C.realloc, which is nil and frees nothing where it fails"
    return f"{held} is overwritten before it is freed"
