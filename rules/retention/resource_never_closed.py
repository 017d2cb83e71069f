"""A file, connection, result set or transaction that the function opens and does not close on some path.

## Why is this bad

What is open holds a descriptor or a connection outside the program. The collector may close a forgotten file or socket
some day; it never gives the connection of rows or of a transaction back to its pool. (For HTTP responses see GM310.)
Under load the process runs out of descriptors, or every query waits for a connection that nobody will return. Most of
these losses stand on the path of an error, which tests rarely take. The finding shows the path step by step.

## Example

```go
package example

import (
    "errors"
    "io"
    "os"
)

func load(name string) ([]byte, error) {
    f, err := os.Open(name)
    if err != nil {
        return nil, err
    }
    info, err := f.Stat()
    if err != nil || info.IsDir() {
        return nil, errors.Join(err, os.ErrInvalid)
    }
    defer f.Close()
    return io.ReadAll(f)
}
```

## Use instead

Close with `defer` right behind the check for the error.

```go
package example

import (
    "errors"
    "io"
    "os"
)

func load(name string) ([]byte, error) {
    f, err := os.Open(name)
    if err != nil {
        return nil, err
    }
    defer f.Close()
    info, err := f.Stat()
    if err != nil || info.IsDir() {
        return nil, errors.Join(err, os.ErrInvalid)
    }
    return io.ReadAll(f)
}
```

## Silent when

- The call failed on that path, and there is nothing to close.
- Somebody else becomes the owner: the resource is returned, stored in something that outlives the call, sent, given to
  a goroutine, or handed to a function whose body is not known and that may keep it.
- A callee closes it, wherever it stands in the module, also by way of an io.Closer.
- Rows were read to their end: `Next` returned false and has closed them.
- A statement belongs to a transaction, a pipe to a command, a reader only decompresses: see the table in
  `golint_mem/semantics/resources.py`.
- The path leads through a loop that never ends, ends the process, or panics. In `main`, in tests and
  their helpers, and where a path panics it is shown as possible.

## Can miss

- Resources of other modules, but for those of a few widely used ones.
- A wrapper that closes what it wraps only sometimes, and fields that nobody closes.
- Branches that exclude each other for reasons that cannot be seen can give a false finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding, Fix
from golint_mem.rule import Rule
from golint_mem.semantics.concurrency.commands import is_in_tests
from golint_mem.semantics.repair.closing import close_when_done
from golint_mem.semantics.resources import CLOSABLE, resource_of
from golint_mem.semantics.typestate.lapse import Kind, Lapse
from golint_mem.syntax.go import matches

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(
    code="GM606",
    name="resource-never-closed",
    needs=(
        b'"os"',
        b'"net',
        b"net/http",
        b'"database/sql"',
        b'"archive/zip"',
        b'"io',
        b'"debug/',
        b"afero",
        b"sqlx",
        b"pgx",
        b"service/s3",
        b"go/storage",
        b"minio-go",
    ),
    level="warning",
    precision="high",
)
_HEADS = "(for_statement (for_clause condition: (_) @found))"


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every resource that some path loses."""
    for lapse in package.typestate(CLOSABLE).leaks:
        if lapse.call is not None and not _never_ends(package, lapse):
            yield lapse.finding(
                RULE.code, _message(lapse), confidence=_confidence(package, lapse), fixes=_fixes(package, lapse)
            )


def _message(lapse: Lapse) -> str:
    resource = resource_of(lapse.maker)
    what = f"{resource.what} of {lapse.maker}" if resource is not None else f"result of {lapse.maker}"
    held = f"`{lapse.subject}`, the {what}," if lapse.subject not in ("", "_") else f"the {what}"
    stays = f": {resource.keeps} stays taken" if resource is not None else ""
    if lapse.kind is Kind.OVERWRITTEN:
        return f"{held} is overwritten before it is closed{stays}"
    if lapse.sometimes or lapse.handed:
        return f"{held} is not closed on every path{stays}"
    return f"{held} is never closed{stays}"


def _fixes(package: PackageFacts, lapse: Lapse) -> tuple[Fix, ...]:
    """Close with a defer, where no path hands the resource to somebody else."""
    resource = resource_of(lapse.maker)
    if resource is None or lapse.call is None or lapse.handed or lapse.kind is Kind.OVERWRITTEN:
        return ()
    fix = close_when_done(package.tree_at(lapse.path).source, lapse.path, lapse.call, resource.ends[0])
    return (fix,) if fix is not None else ()


def _never_ends(package: PackageFacts, lapse: Lapse) -> bool:
    """Whether the path ends behind a loop that has no way out, so that it never gets there."""
    body = lapse.function.node.child_by_field_name("body")
    if lapse.kind is not Kind.LEAKED or body is None or not lapse.steps:
        return False
    trap = package.endless.trap(body, package.view_of(lapse.function))
    return trap is not None and trap.sure and lapse.steps[-1].place.start >= trap.node.start_byte


def _skips_loop(lapse: Lapse) -> bool:
    """Whether the path makes no round of a loop, where others hand the resource on: mostly there is a round."""
    if not lapse.handed or lapse.sometimes:
        return False
    heads = {one.start_byte for one in matches(lapse.function.node, _HEADS, "found")}
    taken = [one.message.endswith("is true") for one in lapse.steps if one.place.start in heads]
    return bool(taken) and not any(taken)


def _confidence(package: PackageFacts, lapse: Lapse) -> Confidence:
    """A process that ends closes all it has, and so does a test."""
    ends = lapse.function.qualified in ("main", "init", "TestMain") and package.package.name == "main"
    unlikely = ends or lapse.panics or is_in_tests(lapse.node) or _skips_loop(lapse)
    return Confidence.POSSIBLE if unlikely else Confidence.LIKELY
