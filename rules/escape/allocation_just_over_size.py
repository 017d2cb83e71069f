"""A buffer on the heap that is a little too large for its size class, or for the stack.

## Why is this bad

Go's allocator has 67 sizes for objects up to 32 KiB, and whole pages of 8 KiB beyond. An object that is one byte larger
than a size pays for the next one: `make([]byte, 32769)` takes 40,960 bytes, a fifth of them for nothing. Likewise, a
variable of more than 128 KiB (10 MiB before Go 1.24), or a `make` of more than 64 KiB, has no room on the stack: it is
allocated, and zeroed, in every call.

Two things that are said about this are not so. `make([]byte, 32769)` does not take a span of 64 KiB: measured with Go
1.26, `go test -benchmem` shows 40960 B/op, and 65537 bytes take 73,728. And the allocation profile of `pprof` shows
what Go allocates; memory that C code gets with `malloc` is not in it, however large.

## Example

```go
package example

import "io"

func read(r io.Reader) ([]byte, error) {
    buffer := make([]byte, 32*1024+1)
    n, err := r.Read(buffer)
    return buffer[:n], err
}
```

## Use instead

A size that is a size class, such as a power of two; for what is too large for the stack, a smaller buffer, or one that
is kept between calls.

```go
package example

import "io"

func read(r io.Reader) ([]byte, error) {
    buffer := make([]byte, 32*1024)
    n, err := r.Read(buffer)
    return buffer[:n], err
}
```

## Silent when

- The compiler was not asked (`--compiler`), or does not say that the buffer goes to the heap at this very place, or
  gives another reason than its size for a variable.
- The size is not a constant that is written down, or the elements are no numbers.
- Less than a tenth of the memory, or less than 512 bytes, are for nothing, or more than a sixteenth of the buffer would
  have to go to reach the next smaller size.
- The function is `main` or `init`, which run once.
- The code is seen to run seldom: its names or its parameters say that it is for tests, tools, settings, the start of a
  program or text for people, it writes to the terminal, or only such code calls it. Then `--show possible` shows it,
  and so does a profile (`--profile`) that says that at least 1% of what it measured was spent there.

## Can miss

- Structures, slices of pointers (which have a header of 8 bytes beyond 512 bytes) and sizes known only while running.
- That the extra byte is needed, as where a C string's end is: then the next size class says what is to be had for free.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.constants import integer
from golint_mem.semantics.escape import ESCAPES, MOVED, candidate, claim
from golint_mem.semantics.inference import arguments
from golint_mem.semantics.loops import Site
from golint_mem.semantics.sizes import BASIC_SIZES, IMPLICIT_LIMIT, allocated, step_below
from golint_mem.syntax.go import matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts
    from golint_mem.semantics.types import Type

RULE = Rule(code="GM506", name="allocation-just-over-size", needs=(b"make(", b"var "), level="note", precision="high")
MADE = '((call_expression function: (identifier) @make) @site (#eq? @make "make"))'
ARRAYS = "(var_spec name: (identifier) @site type: (array_type))"
LENGTH = "(array_type length: (_) @length)"
ONCE = frozenset({"main", "init"})
TOO_LARGE = ("too large for stack",)
WASTED_PART = 10
WASTED_BYTES = 512
TRIMMED_PART = 16


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every buffer whose size costs more than it gives."""
    for site in package.loops.anywhere(MADE):
        if site.function.name not in ONCE:
            yield from _made(site)
    for site in package.loops.anywhere(ARRAYS):
        size = _array_size(site)
        if site.function.name not in ONCE and size > IMPLICIT_LIMIT:
            message = f"`{text(site.node)}` ({size} bytes) is too large for the stack, and is allocated in every call"
            name = text(site.node)
            yield candidate(
                RULE.code, site, site.node, message, claim(site.node, MOVED, says=name, why=TOO_LARGE), name
            )


def _made(site: Site) -> Iterator[Finding]:
    given = arguments(site.node)
    element = site.view.underlying(site.view.declared(given[0])).element if len(given) > 1 else None
    count = integer(site.view, given[-1]) if given else None
    if element is None or count is None:
        return
    size = count * _size(site, element)
    taken = allocated(size) if size > 0 else 0
    below = step_below(size) if size > 0 else 0
    if taken - size < max(WASTED_BYTES, size // WASTED_PART) or (size - below) * TRIMMED_PART > size:
        return
    message = f"{size} bytes take {taken} on the heap, where {below} would take {allocated(below)}"
    yield candidate(RULE.code, site, site.node, message, claim(site.node, ESCAPES, says=r"make\(.*"), text(site.node))


def _size(site: Site, kind: Type) -> int:
    """The bytes of a number; 0 for other types."""
    kind = site.view.underlying(kind)
    return BASIC_SIZES.get(kind.name, 0) if kind.kind == "basic" and kind.name != "string" else 0


def _array_size(site: Site) -> int:
    """The bytes of an array variable of numbers; 0 where they are not known."""
    array = site.node.parent.child_by_field_name("type") if site.node.parent is not None else None
    if array is None:
        return 0
    lengths = [integer(site.view, node) or 0 for node in matches(array, LENGTH, "length")]
    kind = site.view.declared(array)
    size = 1
    for length in lengths:
        size, kind = size * length, kind.element or kind
    return size * _size(site, kind)
