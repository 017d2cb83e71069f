"""A method that releases what a finalizer releases, and can return with that finalizer still set.

## Why is this bad

The caller does everything right and calls `Close`. Later the object becomes unreachable, its finalizer runs, and
releases the same C memory or descriptor once more: a double free, or the descriptor of somebody else who was given the
number in the meantime. It happens at some collection long after the mistake, often only on the error path that
returned early.

The other way round is reported as well: a method marks the object as closed and returns without releasing it. A second
call and the finalizer then find the mark and do nothing, so the handle is lost for good.

## Example

```go
package example

/*
#include <stdio.h>
*/
import "C"

import (
    "errors"
    "runtime"
)

type file struct {
    ptr *C.FILE
}

func open() *file {
    f := &file{ptr: C.tmpfile()}
    runtime.SetFinalizer(f, (*file).Close)
    return f
}

func (f *file) Close() error {
    if C.fclose(f.ptr) != 0 {
        return errors.New("cannot close")
    }
    runtime.SetFinalizer(f, nil)
    f.ptr = nil
    return nil
}
```

## Use instead

Take the finalizer away (or stop the cleanup) before the release, on every path. `--fix` does it.

```go
package example

/*
#include <stdio.h>
*/
import "C"

import (
    "errors"
    "runtime"
)

type file struct {
    ptr *C.FILE
}

func open() *file {
    f := &file{ptr: C.tmpfile()}
    runtime.SetFinalizer(f, (*file).Close)
    return f
}

func (f *file) Close() error {
    runtime.SetFinalizer(f, nil)
    if C.fclose(f.ptr) != 0 {
        return errors.New("cannot close")
    }
    f.ptr = nil
    return nil
}
```

## Silent when

- Every path through the release clears the finalizer, stops the cleanup, overwrites the handle, or sets a field that a
  condition of the method or of the finalizer asks for. A callee that may do so counts as doing it.
- A `sync.Once` or an atomic operation on the object guards the release.
- The type counts references: it has a `Ref` for the `Unref`.
- The C function gets the address of a C struct, which it can reset, or is named `clear`, `reset` or `unset`.
- The method cannot be called from outside the package.

## Can miss

- Releases in functions that are no methods of the type.
- Two explicit calls of `Close`; only the one by the finalizer is looked at.
- A finalizer that is set in another package than the type's, where the repair would be.

A C function that says in its documentation that it may be called twice is reported all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding, Fix, Step
from golint_mem.rule import Rule
from golint_mem.semantics.finalizers.disarming import Armed, GivenUp, armed
from golint_mem.semantics.finalizers.registrations import Way
from golint_mem.semantics.repair.disarm import clear_finalizer
from golint_mem.syntax.go import place

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(
    code="GM204",
    name="finalizer-left-armed",
    needs=(b"SetFinalizer", b"AddCleanup"),
    level="warning",
    precision="high",
)
_MOST_RELATED = 20


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every method that leaves the finalizer set, or the handle unreleased, on some path."""
    for one in armed(package):
        found = _left_armed(one) if isinstance(one, Armed) else _given_up(one)
        if found.place.path in package.asked:
            yield found


def _left_armed(one: Armed) -> Finding:
    release = place(one.function.path, one.use.call)
    watched = [place(each.path, each.call) for each in one.registrations]
    what = "cleanup" if one.registrations[0].way is Way.CLEANUP else "finalizer"
    steps = [Step(release, f"{one.use.by} releases the handle here")]
    if one.returns is not None and one.returns.id != one.use.call.id:
        steps.append(Step(place(one.function.path, one.returns), f"the method ends here with the {what} still set"))
    steps.append(Step(watched[0], f"the {what} that is set here releases the handle again"))
    where = release if one.view.facts is one.registrations[0].view.facts else watched[0]
    return Finding(
        RULE.code,
        f"`{one.function.qualified}` calls {one.use.by} and can return with the {what} of {one.kind.name} still set,"
        " which will do so again",
        where,
        threads=(tuple(steps),),
        related=tuple(Step(each, f"a {what} is set here") for each in watched[:_MOST_RELATED]),
        fixes=_fixes(one) if what == "finalizer" else (),
        function=one.function.qualified,
        subject=one.kind.name,
    )


def _fixes(one: Armed) -> tuple[Fix, ...]:
    receiver = one.function.parameters[0] if one.function.parameters else "_"
    pointer = one.function.parameter_types[:1] == (f"*{one.kind.name}",)
    fix = clear_finalizer(one.view.tree, one.use.call, receiver) if pointer and receiver != "_" else None
    return (fix,) if fix is not None else ()


def _given_up(one: GivenUp) -> Finding:
    path = one.function.path
    end = place(path, one.returns)
    return Finding(
        RULE.code,
        f"`{one.function.qualified}` returns here without {one.use.by}, after it has marked the object as done:"
        " no later call and no finalizer will release it",
        end,
        threads=((Step(place(path, one.mark), "the object is marked here"), Step(end, "the method ends here")),),
        function=one.function.qualified,
        subject=one.kind.name,
    )
