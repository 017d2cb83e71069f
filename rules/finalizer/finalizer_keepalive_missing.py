"""A C handle that is still in use when nothing keeps alive the Go object whose finalizer releases it.

## Why is this bad

The garbage collector asks what is still *used*, not what is still in scope. In `C.handle_read(h.ptr)` the field is read
before C code runs; if that was the last use of `h`, the collector may take `h` while C code is still running. Its
finalizer then releases the handle under C's feet: a use after free that shows as a rare crash under load.

The same goes for pointers that were derived from the handle, and for the last use of a file descriptor.

## Example

```go
package example

/*
#include <stdio.h>
*/
import "C"

import "runtime"

type file struct {
    ptr *C.FILE
}

func open() *file {
    f := &file{ptr: C.tmpfile()}
    runtime.SetFinalizer(f, (*file).Close)
    return f
}

func (f *file) Close() {
    runtime.SetFinalizer(f, nil)
    C.fclose(f.ptr)
}

func (f *file) Flush() bool {
    return C.fflush(f.ptr) == 0
}
```

## Use instead

Use the object after the call; `runtime.KeepAlive` does that and nothing else. `--fix` adds a deferred one.

```go
package example

/*
#include <stdio.h>
*/
import "C"

import "runtime"

type file struct {
    ptr *C.FILE
}

func open() *file {
    f := &file{ptr: C.tmpfile()}
    runtime.SetFinalizer(f, (*file).Close)
    return f
}

func (f *file) Close() {
    runtime.SetFinalizer(f, nil)
    C.fclose(f.ptr)
}

func (f *file) Flush() bool {
    defer runtime.KeepAlive(f)
    return C.fflush(f.ptr) == 0
}
```

## Silent when

- The object is used on some path after the call: read, returned, passed on, locked by a deferred `Unlock`.
- Something that leads to it is used afterwards, such as an iterator that holds its owner, or a slice that holds it.
- A Go pointer into the object is an argument of the call, as in `C.open(&f.ptr)`: cgo keeps that alive.
- The object is stored in a package-level variable, sent, captured by a goroutine, or given to a function that is not
  known and may keep it.
- The function that makes the object also puts it into a package-level variable.
- An internal function gets the object as a parameter, and all its callers use it after the call.
- Its finalizer has been taken away before.

## Can miss

- Objects whose type cannot be told from the source of the module, and handles in fields that the finalizer does not
  release.
- Reads of C memory through a derived pointer, outside of calls.

It cannot know that all callers outside of the package use the object afterwards. Such a function works by luck of its
callers, and is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding, Fix, Step
from golint_mem.rule import Rule
from golint_mem.semantics.finalizers.lifetimes import Exposed, exposed
from golint_mem.semantics.finalizers.registrations import Way
from golint_mem.semantics.repair.keepalive import keep_alive
from golint_mem.syntax.go import place

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(
    code="GM203",
    name="finalizer-keepalive-missing",
    needs=(b"SetFinalizer", b"AddCleanup", b'"C"'),
    level="warning",
    precision="high",
)
_MOST_STEPS = 20


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every first call that uses a handle whose objects nothing keeps alive."""
    by_call: dict[int, list[Exposed]] = {}
    for one in exposed(package):
        if one.function.path in package.asked:
            by_call.setdefault(one.use.call.id, []).append(one)
    for together in by_call.values():
        yield _finding(together)


def _finding(together: list[Exposed]) -> Finding:
    first = together[0]
    path, names = first.function.path, [one.object for one in together]
    call = place(path, first.use.call)
    steps = [Step(call, f"{first.use.by} gets the handle; this is the last use of {_quoted(names)}")]
    later = {node.start_byte: node for one in together for node in one.later}
    steps += [Step(place(path, later[at]), "what it leads to is used again") for at in sorted(later)[:_MOST_STEPS]]
    return Finding(
        RULE.code,
        _message(first, names),
        call,
        threads=(tuple(steps),),
        fixes=_fixes(together),
        function=first.function.qualified,
        subject=", ".join(names),
    )


def _message(first: Exposed, names: list[str]) -> str:
    if first.copied:
        return (
            f"`{first.object}` is a copy of a {first.kind.name}: it does not keep the one with the finalizer alive"
            f" while {first.use.by} uses the handle"
        )
    verb = "is" if len(names) == 1 else "are"
    setter = first.registration.function
    where = f" (set in {setter.qualified})" if setter is not None else ""
    what = "cleanup" if first.registration.way is Way.CLEANUP else "finalizer"
    dead = f"the {what} of {_quoted(names)}, which {verb} not used any more,"
    return f"{dead} may run while {first.use.by} uses the handle{where}"


def _fixes(together: list[Exposed]) -> tuple[Fix, ...]:
    first = together[0]
    plain = all(one.variable in first.function.parameters and not one.copied for one in together)
    variables = list(dict.fromkeys(one.variable for one in together))
    fix = keep_alive(first.view.tree, first.function.node, variables) if plain else None
    return (fix,) if fix is not None else ()


def _quoted(names: list[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)
