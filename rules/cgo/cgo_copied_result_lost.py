"""Fresh C memory that is copied to Go by `C.GoString`, `C.GoStringN` or `C.GoBytes`, and whose original is then lost.

## Why is this bad

These functions copy; they do not take over. `C.GoString(C.hello())` reads well, but when `hello` returns memory that
its caller must free, the original is out of reach as soon as the copy is made, once per call.

## Example

```go
package example

/*
#include <stdlib.h>
#include <string.h>

static char *hello(void) {
    return strdup("hello");
}
*/
import "C"

func hello() string {
    return C.GoString(C.hello())
}
```

## Use instead

```go
package example

/*
#include <stdlib.h>
#include <string.h>

static char *hello(void) {
    return strdup("hello");
}
*/
import "C"

import "unsafe"

func hello() string {
    cs := C.hello()
    defer C.free(unsafe.Pointer(cs))
    return C.GoString(cs)
}
```

## Silent when

- The C function returns memory that it keeps: a literal, a static buffer, a field, or a pointer into its argument.
- The source of the C function is not in the package, and nothing known of it says that its result is fresh.
- The result is freed after the copy.

## Can miss

- C functions of libraries that return fresh memory, unless they are known by name (`strdup`, `realpath` without a
  buffer) or named as `allocators` in the configuration.
- C functions whose result is fresh on some paths only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.ownership.lapse import Kind, Lapse

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM109", name="cgo-copied-result-lost", needs=(b'"C"',), level="warning", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every fresh result that is copied and then lost."""
    for lapse in package.lapses():
        if lapse.kind is Kind.COPIED_AND_LOST:
            yield lapse.finding(RULE.code, _message(lapse))


def _message(lapse: Lapse) -> str:
    held = f"`{lapse.subject}` ({lapse.maker})" if lapse.subject else f"the result of {lapse.maker}"
    return f"{held} is copied to Go and then never freed"
