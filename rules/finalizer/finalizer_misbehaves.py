"""A finalizer that waits, takes a lock that others hold, or makes its object reachable again.

## Why is this bad

A program has one goroutine for all finalizers, which runs them one after another. One that waits for a channel, a
process or a timer holds up all that come behind it, of every package; one that waits for ever is the end of
finalization, and all that hangs on it leaks from then on. It shows as memory that grows for no reason.

A finalizer that stores its object brings it back to life. The object has no finalizer then, and what it points to may
have been finalized already.

## Example

```go
package example

import "runtime"

type worker struct {
    stop, stopped chan bool
}

func start() *worker {
    w := &worker{make(chan bool), make(chan bool)}
    go run(w.stop, w.stopped)
    runtime.SetFinalizer(w, func(w *worker) {
        w.stop <- true
        <-w.stopped
    })
    return w
}

func run(stop, stopped chan bool) {
    <-stop
    stopped <- true
}
```

## Use instead

Close the channel, which does not wait, or start a goroutine that may.

```go
package example

import "runtime"

type worker struct {
    stop, stopped chan bool
}

func start() *worker {
    w := &worker{make(chan bool), make(chan bool)}
    go run(w.stop, w.stopped)
    runtime.SetFinalizer(w, func(w *worker) {
        close(w.stop)
    })
    return w
}

func run(stop, stopped chan bool) {
    <-stop
    close(stopped)
}
```

## Silent when

- A select with a default case makes the attempt, or the channel is a package-level one with a buffer.
- It happens in a goroutine that the finalizer starts, or in a function literal that is handed on.
- The lock belongs to the object: nobody else can hold it any more.
- The finalizer gives a part of its object back, such as a buffer to its pool.

Locks of package-level variables and sends are shown with `--show possible`: whether the lock is held for long, or
somebody is always there to receive, cannot be told. So are waits deep in callees.

## Can miss

- Waiting in functions of other modules, and in C code.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.finalizers.conduct import Deed, Misconduct, misconduct
from golint_mem.syntax.go import place

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(
    code="GM206",
    name="finalizer-misbehaves",
    needs=(b"SetFinalizer", b"AddCleanup"),
    level="warning",
    precision="medium",
)
_WHY = {
    Deed.WAITS: "all other finalizers wait behind it",
    Deed.LOCKS: "whoever holds that holds up all other finalizers",
    Deed.RESURRECTS: "it can be reached again, and has no finalizer then",
}


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every finalizer that waits, locks or brings its object back."""
    for one in misconduct(package):
        if one.path in package.asked:
            yield _finding(one)


def _finding(one: Misconduct) -> Finding:
    armed = one.registration
    here, there = place(one.path, one.place), place(armed.path, armed.call)
    way = armed.way.value
    return Finding(
        RULE.code,
        f"this {way} {one.what}: {_WHY[one.deed]}",
        here,
        threads=((Step(there, f"the {way} is set here"), Step(here, f"it {one.what} here")),),
        confidence=Confidence.LIKELY if one.sure else Confidence.POSSIBLE,
        function=armed.function.qualified if armed.function is not None else "",
        subject=armed.watched.name,
    )
