"""C memory that is stored in a struct field or container which nothing in the package ever releases.

## Why is this bad

A struct that holds C memory owns it, and the garbage collector frees the struct alone. Without a method that frees the
field, each object leaks its C memory when it is collected. It is as bad when there is a `Close` which frees some of the
fields: callers do everything right and lose memory all the same.

## Example

```go
package example

/*
#include <stdio.h>
#include <stdlib.h>
*/
import "C"

type label struct {
    text *C.char
}

func newLabel(s string) *label {
    return &label{text: C.CString(s)}
}

func (l *label) show() {
    C.puts(l.text)
}
```

## Use instead

Give the type a `Close` that frees the field, and call it where the object's life ends.

```go
package example

/*
#include <stdio.h>
#include <stdlib.h>
*/
import "C"

import "unsafe"

type label struct {
    text *C.char
}

func newLabel(s string) *label {
    return &label{text: C.CString(s)}
}

func (l *label) show() {
    C.puts(l.text)
}

func (l *label) Close() {
    C.free(unsafe.Pointer(l.text))
    l.text = nil
}
```

## Silent when

- Any function, method, finalizer or function literal of the package releases the field, also through a copy of it, a
  helper, or a loop over its elements. Whether callers remember to call it is another question.
- The field belongs to a package-level variable: that memory lives as long as the process.
- The field belongs to a C struct that came from outside; its owner is in C.
- The struct holds a function that frees the memory.
- The field is handed out: a function returns it, or C code keeps it.
- The field is exported, so that other packages may release it. `--show possible` shows such findings.

## Can miss

- Fields are taken by name: one place in the package that frees a field of that name, of whatever type, silences the
  rule for all of them.
- Fields that are overwritten by a new allocation before the old one is freed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.ownership.lapse import Kind, Lapse

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM107", name="cgo-field-never-freed", needs=(b'"C"',), level="warning", precision="medium")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every store into a field that nothing releases."""
    for lapse in package.lapses():
        if lapse.kind is Kind.FIELD_NEVER_FREED:
            yield lapse.finding(RULE.code, _message(lapse))


def _message(lapse: Lapse) -> str:
    held = f"`{lapse.subject}` ({lapse.maker})" if lapse.subject else f"the result of {lapse.maker}"
    if not lapse.culprit:
        return f"{held} is stored where nothing in the package releases it"
    return f"{held} is stored in `{lapse.culprit}`, which nothing in the package releases"
