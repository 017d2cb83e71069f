"""C memory that no path of the function ever frees.

## Why is this bad

Go's garbage collector does not know memory that C allocated. What `C.CString`, `C.CBytes`, `C.malloc`, `C.strdup` or
the constructor of a C library returns stays allocated until somebody frees it. A function that forgets to loses the
memory once per call: a server grows until it is killed, and no Go heap profile shows why.

The usual form is the inline call, `C.puts(C.CString(s))`: after it nobody has the pointer any more.

## Example

```go
package example

/*
#include <stdio.h>
#include <stdlib.h>
*/
import "C"

func show(s string) {
    C.puts(C.CString(s))
}
```

## Use instead

```go
package example

/*
#include <stdio.h>
#include <stdlib.h>
*/
import "C"

import "unsafe"

func show(s string) {
    cs := C.CString(s)
    defer C.free(unsafe.Pointer(cs))
    C.puts(cs)
}
```

## Silent when

- The pointer moves to somebody else: it is returned, sent on a channel, stored in a package-level variable, in a struct
  that outlives the function (GM107 looks at those), or in memory that the caller handed in.
- A callee frees or keeps it. Go functions of the module and C functions whose source is in the package (the preamble,
  `.c` and `.h` files) are read for that; other C functions are judged by their name (`..._free`, `..._take`).
- A function literal that frees it is stored or returned.
- The memory is made by `init` or for a package-level variable, so that it lives as long as the process.
- The path ends the process (`os.Exit`, `log.Fatal`), or the allocation is known to have failed there.
- Only names say that the caller owns what a C function makes, and the package is nowhere seen to release what that
  function makes, where it got it or from a field. `--show possible` shows such findings.

## Can miss

- Memory made by a C function whose source is not in the package, when no function of the C API looks like its
  destructor. `allocators` in the configuration names such functions.
- Memory handed to a C function that is not in the package and whose name sounds as if it became the owner.
- Pointers kept as numbers: a `uintptr` that went through arithmetic is not followed.
- Memory that leaves through an interface, reflection or `unsafe` tricks is taken to have an owner elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.ownership.lapse import Kind, Lapse

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM101", name="cgo-memory-never-freed", needs=(b'"C"',), level="warning", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every resource that is given back nowhere."""
    for lapse in package.lapses():
        if lapse.kind is Kind.NEVER_FREED:
            yield lapse.finding(RULE.code, _message(lapse))


def _message(lapse: Lapse) -> str:
    held = f"`{lapse.subject}` ({lapse.maker})" if lapse.subject else f"the result of {lapse.maker}"
    return f"{held} is never freed"
