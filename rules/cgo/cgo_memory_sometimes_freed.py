"""C memory that is freed, or handed on, on some paths through the function and leaked on others.

## Why is this bad

The function knows that it has to give the memory back, and does so at its end. But an early return, an error branch, a
`panic`, a `continue`, `break` or `goto`, or a case without the call leaves before. These are the paths that tests
rarely take, and that a service under bad input takes all day. The finding shows the leaking path step by step.

## Example

```go
package example

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
*/
import "C"

import (
    "errors"
    "unsafe"
)

func show(s string) error {
    cs := C.CString(s)
    if C.strlen(cs) > 80 {
        return errors.New("too long")
    }
    C.puts(cs)
    C.free(unsafe.Pointer(cs))
    return nil
}
```

## Use instead

Free with `defer` right after the allocation, before anything can leave the function.

```go
package example

/*
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
*/
import "C"

import (
    "errors"
    "unsafe"
)

func show(s string) error {
    cs := C.CString(s)
    defer C.free(unsafe.Pointer(cs))
    if C.strlen(cs) > 80 {
        return errors.New("too long")
    }
    C.puts(cs)
    return nil
}
```

## Silent when

- The allocation failed on that path: the pointer is nil, or the constructor returned an error.
- The path ends the process (`os.Exit`, `log.Fatal`), or panics in a function that does not recover. The latter is shown
  by `--show possible`, because a caller may recover.
- The branches belong together: what `if cs != nil` or `if owned` guards is freed under the same condition.
- A deferred function frees on the paths that need it, for example only when the named result `err` is set.
- Somebody else becomes the owner, see GM101.
- Only names say that the caller owns what a C function makes, and the path does not show that it was made: nothing on
  it looks at the result, or hands it on. `--show possible` shows such findings.

## Can miss

- A leak that only a panic inside a callee causes; only `panic` written in the function itself counts as a path.
- A callee that frees its argument on some of its paths is taken to free it on all of them.
- Conditions are compared by their text and by simple facts (nil, flags, errors). Branches that exclude each other for
  other reasons can give a false finding, and loops are followed for a bounded number of rounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.ownership.lapse import Kind, Lapse

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM102", name="cgo-memory-sometimes-freed", needs=(b'"C"',), level="warning", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every resource that some path gives back and another one leaks."""
    for lapse in package.lapses():
        if lapse.kind is Kind.SOMETIMES_FREED:
            yield lapse.finding(RULE.code, _message(lapse))


def _message(lapse: Lapse) -> str:
    held = f"`{lapse.subject}` ({lapse.maker})" if lapse.subject else f"the result of {lapse.maker}"
    return f"{held} is freed on some paths and leaks on others"
