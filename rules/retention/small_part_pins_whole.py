"""A short slice or substring of a whole file or body is kept for long, and keeps all of it alive.

## Why is this bad

`data[4:20]`, `strings.Fields(s)[0]` and what a regular expression finds share the memory of what they were taken from.
As long as the part lives, in a field, a map or a package-level variable, the collector keeps the whole: sixteen bytes
of a header hold a file of ten megabytes, and a cache of them holds all the files that were ever read.

## Example

```go
package example

import "os"

type entry struct{ id []byte }

func (e *entry) load(name string) error {
    data, err := os.ReadFile(name)
    if err != nil {
        return err
    }
    e.id = data[:16]
    return nil
}
```

## Use instead

```go
package example

import (
    "bytes"
    "os"
)

type entry struct{ id []byte }

func (e *entry) load(name string) error {
    data, err := os.ReadFile(name)
    if err != nil {
        return err
    }
    e.id = bytes.Clone(data[:16])
    return nil
}
```

## Silent when

- The part is copied: by strings.Clone, bytes.Clone, `append([]byte(nil), part...)`, a conversion of bytes to string.
- The function stores or returns the whole as well, or keeps parts in a loop: then most of it may be needed.
- It is not seen that the whole is big. Only what os.ReadFile, io.ReadAll or a bytes.Buffer gives here counts.
- The part is the rest (`data[n:]`) or the whole without blanks.

## Can miss

- Parts of what a caller hands in, parts that are returned, and parts in the fields of a literal.
- It does not know sizes: a file may be as small as the part that is kept of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.pinning import Pinned, pinned
from golint_mem.semantics.removals import plain
from golint_mem.semantics.repair.cloning import clone
from golint_mem.syntax.go import place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(
    code="GM601",
    name="small-part-pins-whole",
    needs=(b"ReadFile(", b"ReadAll(", b".Bytes()"),
    level="warning",
    precision="medium",
)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every part that is kept and keeps a whole alive."""
    for tree in package.trees_with(*RULE.needs):
        if tree.path in package.asked:
            yield from map(_finding, pinned(package.view(tree)))


def _finding(one: Pinned) -> Finding:
    path, function = one.view.tree.path, one.view.enclosing(one.statement)
    reader = plain(one.whole.child_by_field_name("function"))
    where, fix = place(path, one.statement), clone(one)
    return Finding(
        code=RULE.code,
        message=f"`{text(one.part)}`, kept in `{plain(one.target)}`, keeps all that {reader} has read alive",
        place=where,
        threads=((Step(place(path, one.whole), "the whole is read here"), Step(where, "a part of it is kept")),),
        fixes=(fix,) if fix is not None else (),
        function=function.qualified if function is not None else "",
        subject=plain(one.target),
    )
