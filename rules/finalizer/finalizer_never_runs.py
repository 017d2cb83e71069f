"""A finalizer or cleanup that can never run, because something that it holds leads to the very object it watches.

## Why is this bad

The runtime keeps what a registered function captures, and a cleanup's argument. If the object can be reached from
there, it is reachable for ever, and what should release it never runs. The object leaks as well, with all that it
holds. Nothing fails and nothing is logged: without the finalizer the collector would at least have freed the Go memory.

Finalizers have two more ways to it. An object that leads to itself through another one (a child that knows its parent)
is never finalized; cleanups do not mind. And a goroutine that works with the object, and waits for a signal that only
the finalizer would give, holds the object as long as it waits.

## Example

```go
package example

import (
    "os"
    "runtime"
)

type wrapper struct {
    file *os.File
}

func open(file *os.File) *wrapper {
    w := &wrapper{file}
    runtime.SetFinalizer(w, func(_ *wrapper) {
        w.file.Close()
    })
    return w
}
```

## Use instead

Use the parameter, or give a cleanup what it needs, and not the object.

```go
package example

import (
    "os"
    "runtime"
)

type wrapper struct {
    file *os.File
}

func open(file *os.File) *wrapper {
    w := &wrapper{file}
    runtime.AddCleanup(w, func(file *os.File) { file.Close() }, file)
    return w
}
```

## Silent when

- The parameter of the function has the name of the variable, and so hides it.
- What is captured is a part of the object, or another object that does not lead to it.
- The captured variable gets another value after the registration.
- An object points to itself, or into itself: the runtime passes over such pointers.
- A cycle goes through the result of a function that is not looked into, or is made by another function.
- The goroutine gets what it needs without the object: the wrapper that callers hold is another struct.

## Can miss

- Objects in package-level variables and caches, which are reachable as long as they are there.
- Goroutines that are started by another function than the one that registers, or the methods that it calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding, Fix, Step
from golint_mem.rule import Rule
from golint_mem.semantics.finalizers.unreachable import Because, Unreachable, unreachable
from golint_mem.semantics.repair.shadow import shadow
from golint_mem.syntax.go import place

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(
    code="GM202", name="finalizer-never-runs", needs=(b"SetFinalizer", b"AddCleanup"), level="error", precision="high"
)
_REASONS = {
    Because.CAPTURED: "it holds `{what}`, which leads to the object that it watches",
    Because.ARGUMENT: "its argument `{what}` leads to the object that it watches",
    Because.CYCLE: "`{what}` leads to itself through what it holds, and the runtime does not finalize cycles",
    Because.GOROUTINE: "a goroutine holds `{what}` in a loop that only the {way} would end",
}
_STEPS = {
    Because.CAPTURED: "the object is captured here",
    Because.ARGUMENT: "the object is handed over here",
    Because.CYCLE: "the object leads to itself",
    Because.GOROUTINE: "the goroutine that holds the object is started here",
}


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every registration that never comes to anything."""
    for one in unreachable(package):
        if one.registration.path in package.asked:
            yield _finding(one)


def _finding(one: Unreachable) -> Finding:
    armed = one.registration
    here = place(armed.path, armed.call)
    way = armed.way.value
    return Finding(
        RULE.code,
        f"this {way} never runs: {_REASONS[one.because].format(what=one.what, way=way)}",
        here,
        threads=((Step(here, f"the {way} is set here"), Step(place(armed.path, one.place), _STEPS[one.because])),),
        fixes=_fixes(one),
        rank=80.0,
        function=armed.function.qualified if armed.function is not None else "",
        subject=one.what,
    )


def _fixes(one: Unreachable) -> tuple[Fix, ...]:
    run = one.registration.run
    if one.because is not Because.CAPTURED or one.what != one.object or run is None or run.type != "func_literal":
        return ()
    fix = shadow(one.registration.view.tree, run, one.what) if one.registration.argument is None else None
    return (fix,) if fix is not None else ()
