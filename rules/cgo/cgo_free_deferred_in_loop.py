"""A loop that defers the release of the C memory it makes, so that all of it piles up until the function ends.

## Why is this bad

`defer` waits for the end of the function, not of the loop's round. A loop over a million lines holds a million C
strings at once, and a loop that never ends never frees any. Each deferred call costs memory of its own as well.

## Example

```go
package example

/*
#include <stdio.h>
#include <stdlib.h>
*/
import "C"

import "unsafe"

func show(all []string) {
    for _, s := range all {
        cs := C.CString(s)
        defer C.free(unsafe.Pointer(cs))
        C.puts(cs)
    }
}
```

## Use instead

Move the body into a function of its own, or free at the end of each round.

```go
package example

/*
#include <stdio.h>
#include <stdlib.h>
*/
import "C"

import "unsafe"

func show(all []string) {
    for _, s := range all {
        showOne(s)
    }
}

func showOne(s string) {
    cs := C.CString(s)
    defer C.free(unsafe.Pointer(cs))
    C.puts(cs)
}
```

## Silent when

- The `defer` stands in a function literal that runs once per round.
- The loop is left right after the `defer`, by `return` or `break`, so that it is reached once at most.
- The memory was made before the loop.

## Can miss

- Loops made of `goto`.
- Memory of a callee that is called in a loop and hands its cleanup back as a function.
- It does not count rounds: a loop that runs twice is flagged like one that runs for ever. The memory is freed in the
  end, so a loop that is known to be short may keep its `defer`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.ownership.lapse import Kind, Lapse

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM103", name="cgo-free-deferred-in-loop", needs=(b'"C"',), level="warning", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every deferred release that a loop repeats."""
    for lapse in package.lapses():
        if lapse.kind is Kind.DEFERRED_IN_LOOP:
            yield lapse.finding(RULE.code, _message(lapse))


def _message(lapse: Lapse) -> str:
    held = f"`{lapse.subject}` ({lapse.maker})" if lapse.subject else f"the result of {lapse.maker}"
    return f"{held} is freed by a defer in a loop, which waits for the end of the function"
