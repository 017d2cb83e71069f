"""Goroutines that wait for ever for a lock.

## Why is this bad

A lock that is taken twice by one goroutine, left locked on a path, or taken in opposite orders by two goroutines stops
them and everybody who needs the lock later. The same happens where a goroutine waits on a channel while it holds a lock
that its partner needs, and where a goroutine takes a read lock twice while a writer waits in between. The finding shows
the interleaving, one sequence of steps per goroutine.

## Example

```go
package example

import "sync"

type Counter struct {
    mu    sync.Mutex
    count int
}

func (c *Counter) Count() int {
    c.mu.Lock()
    defer c.mu.Unlock()
    return c.count
}

func (c *Counter) Double() {
    c.mu.Lock()
    defer c.mu.Unlock()
    c.count += c.Count()
}
```

## Use instead

Lock in exported methods only, and let those call helpers that expect the lock to be held.

```go
package example

import "sync"

type Counter struct {
    mu    sync.Mutex
    count int
}

func (c *Counter) Count() int {
    c.mu.Lock()
    defer c.mu.Unlock()
    return c.count
}

func (c *Counter) Double() {
    c.mu.Lock()
    defer c.mu.Unlock()
    c.count += c.count
}
```

## Silent when

- A lock that stays held where the function leaves: the function also defers something, mentions that something is
  locked, has a name that speaks of locks, or unlocks before it locks, as those do whose callers hold the lock.
- The lock is not known to be the same one: two values of an unknown slice or map, two parameters.
- Others may still act: the channel, or what holds it, is returned, stored outside, handed to code that is not in the
  module, or captured by a function value that such code gets. They may send, receive or close at any time.
- The process ends: by `os.Exit`, a panic that nobody recovers, or the end of `main`.
- Only a path on which a test fails (`t.Fatal`) leads there; `--show possible` shows it.

## Can miss

- Two methods that lock in opposite orders, where no function of the package starts both.
- What only happens with more goroutines, rounds of a loop or states than are explored: loops over an unknown number of
  things go round twice, and a scope has a budget of states; a note says where it was used up.
- Calls through function values and interfaces whose content is not known, and other modules.
- Branches are decided consistently for equal conditions, but values that only the program's logic ties together are
  taken as independent; this can give a false finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.concurrency.hangs import Hang, Kind
from golint_mem.semantics.concurrency.held import Held, left_held
from golint_mem.semantics.concurrency.witness import finding, subject
from golint_mem.syntax.go import place

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM305", name="deadlock-on-locks", needs=(b"Lock()", b".Do("), level="warning", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every goroutine that waits for ever for a lock."""
    for hang in package.hangs.of_kind(Kind.LOCK):
        yield finding(RULE.code, _message(hang), hang)
    yield from map(_of_held, left_held(package))


def _of_held(one: Held) -> Finding:
    path, function = one.view.tree.path, one.view.enclosing(one.lock)
    leave = place(path, one.leave)
    steps = (
        Step(place(path, one.lock), "it is locked here"),
        Step(leave, "the function leaves here, and nobody unlocks it"),
    )
    return Finding(
        RULE.code,
        f"`{one.name}` stays locked when the function leaves here: whoever locks it next waits for ever",
        leave,
        (steps,),
        (Step(place(path, one.release), "another way unlocks it"),),
        function=function.qualified if function is not None else "",
        subject=one.name,
    )


def _message(hang: Hang) -> str:
    if hang.crash is not None:
        return f"`{subject(hang.op)}` is unlocked although nobody holds it, which ends the program"
    if hang.op.kind in ("lock", "rlock"):
        return f"a goroutine can wait for ever to lock `{subject(hang.op)}`{_partner(hang)}"
    if hang.op.kind == "once":
        return f"the function of `{subject(hang.op)}` waits for itself to return"
    return f"a goroutine can wait for ever here for one that waits for a lock{_partner(hang)}"


def _partner(hang: Hang) -> str:
    others = len({one.thread for one in hang.blocked[1:]})
    return " while another one waits for it" if others == 1 else " while others wait for it" if others else ""
