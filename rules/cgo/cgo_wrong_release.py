"""Memory that is given back to a function that does not belong to the one that made it.

## Why is this bad

Every allocator has its own partner. `C.free` on Go memory or on a library's object corrupts the heap when the two do
not share an allocator. Where they do share one, `C.free` on an object frees only its outermost block and leaks what
its own destructor would have freed. A C string given to another library's release fails in the same way.

## Example

```go
package example

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct page {
    char *text;
} page;

static page *page_new(void) {
    page *p = malloc(sizeof *p);
    p->text = strdup("empty");
    return p;
}

static void page_free(page *p) {
    free(p->text);
    free(p);
}
*/
import "C"

import "unsafe"

func use() {
    p := C.page_new()
    defer C.free(unsafe.Pointer(p))
    C.puts(p.text)
}
```

## Use instead

```go
package example

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct page {
    char *text;
} page;

static page *page_new(void) {
    page *p = malloc(sizeof *p);
    p->text = strdup("empty");
    return p;
}

static void page_free(page *p) {
    free(p->text);
    free(p);
}
*/
import "C"

func use() {
    p := C.page_new()
    defer C.page_free(p)
    C.puts(p.text)
}
```

## Silent when

- The release is known to do nothing but `free(p)`, or the constructor nothing but `malloc`: then `C.free` is right.
- The memory came from `C.malloc` or `C.calloc`, whatever its type.
- The pointer came from outside the function: nobody knows there who made it.
- Several functions release the type, and the called one is among them.

## Can miss

- Objects of libraries whose source is not in the package, when the names of constructor and destructor do not show that
  they belong together.
- Go memory that is freed by another function than the one that takes its address.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.ownership.lapse import Kind, Lapse

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM106", name="cgo-wrong-release", needs=(b'"C"',), level="error", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every release that does not fit the maker."""
    for lapse in package.lapses():
        if lapse.kind is Kind.WRONG_PARTNER:
            yield lapse.finding(RULE.code, _message(lapse))


def _message(lapse: Lapse) -> str:
    called = lapse.culprit or "the wrong function"
    if not lapse.release:
        held = f"`{lapse.subject}`, which points to Go memory," if lapse.subject else "a pointer to Go memory"
        return f"{held} is given to {called}"
    held = f"`{lapse.subject}` ({lapse.maker})" if lapse.subject else f"the result of {lapse.maker}"
    return f"{held} is given to {called}, but {lapse.release} is what releases it"
