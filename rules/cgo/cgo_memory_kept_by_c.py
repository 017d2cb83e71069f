"""Memory that C code keeps after the call, although it is Go memory or is freed while C still holds it.

## Why is this bad

C may use a Go pointer only while the call lasts. After it the garbage collector may free the memory or, when it is on a
stack, move it; C then reads whatever is there. cgo's run-time check does not see this. It is the same with C memory
that Go frees while a C library still has its address: the library's next look at it is a use after free.

## Example

```go
package example

/*
#include <stdlib.h>

static const char *prefix;

static void set_prefix(const char *p) {
    prefix = p;
}
*/
import "C"

import "unsafe"

func configure(name string) {
    cs := C.CString(name)
    defer C.free(unsafe.Pointer(cs))
    C.set_prefix(cs)
}
```

## Use instead

Keep the memory for as long as C has its address. Use `cgo.Handle` or `runtime.Pinner` for Go values.

```go
package example

/*
#include <stdlib.h>

static const char *prefix;

static void set_prefix(const char *p) {
    prefix = p;
}
*/
import "C"

import "unsafe"

var prefix *C.char

func configure(name string) {
    old := prefix
    prefix = C.CString(name)
    C.set_prefix(prefix)
    C.free(unsafe.Pointer(old))
}
```

## Silent when

- C only reads the memory, or copies it.
- The Go memory is pinned by a `runtime.Pinner`, or what is handed over is a `cgo.Handle` as a number.
- C is told to forget the pointer (the same function is called with nil or with something else) before it is freed.
- C stores the pointer in an object that is released before the memory is, or that lives on the Go stack.

## Can miss

- C functions whose source is not in the package: the rule knows that `putenv` keeps its argument, and little else.
- Pointers that C keeps in ways the reading of its code does not follow: through `memcpy`, unions, or arithmetic.
- Whether a pinned pointer stays pinned for as long as C uses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.ownership.lapse import Kind, Lapse

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM108", name="cgo-memory-kept-by-c", needs=(b'"C"',), level="error", precision="medium")
KINDS = (Kind.GO_POINTER_KEPT, Kind.FREED_WHILE_KEPT)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every pointer that C keeps longer than the memory lives."""
    for lapse in package.lapses():
        if lapse.kind in KINDS:
            yield lapse.finding(RULE.code, _message(lapse))


def _message(lapse: Lapse) -> str:
    if lapse.kind is Kind.GO_POINTER_KEPT:
        held = f"`{lapse.subject}`, which points to Go memory," if lapse.subject else "a pointer to Go memory"
        return f"{held} is kept by {lapse.culprit or 'C'} after the call"
    held = f"`{lapse.subject}` ({lapse.maker})" if lapse.subject else f"the result of {lapse.maker}"
    keeper = f", because {lapse.culprit} keeps it" if lapse.culprit else ""
    return f"{held} is freed while C still holds it{keeper}"
