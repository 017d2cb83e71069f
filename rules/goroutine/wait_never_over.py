"""A wait for a WaitGroup that never reaches zero, or for a condition that nobody signals.

## Why is this bad

The goroutine in `Wait` keeps its stack and all that it reaches until the process ends; where it is the one that should
answer, the answer never comes. Usually a path of a counted goroutine leaves without `Done`, `Add` counts more than are
started, or the wait stands inside a counted goroutine. The finding shows the interleaving.

## Example

```go
package example

import "sync"

func each(jobs []func() error) {
    var group sync.WaitGroup
    for _, job := range jobs {
        group.Add(1)
        go func() {
            if err := job(); err != nil {
                return
            }
            group.Done()
        }()
    }
    group.Wait()
}
```

## Use instead

Count down with `defer`, as the first thing that the goroutine does.

```go
package example

import "sync"

func each(jobs []func() error) {
    var group sync.WaitGroup
    for _, job := range jobs {
        group.Add(1)
        go func() {
            defer group.Done()
            if err := job(); err != nil {
                return
            }
        }()
    }
    group.Wait()
}
```

## Silent when

- A goroutine that goes on for ever could still count down or signal.
- Others may still act: the channel, or what holds it, is returned, stored outside, handed to code that is not in the
  module, or captured by a function value that such code gets. They may send, receive or close at any time.
- The process ends: by `os.Exit`, a panic that nobody recovers, or the end of `main`.
- Only a path on which a test fails (`t.Fatal`) leads there; `--show possible` shows it.

## Can miss

- What only happens with more goroutines, rounds of a loop or states than are explored: loops over an unknown number of
  things go round twice, and a scope has a budget of states; a note says where it was used up.
- Calls through function values and interfaces whose content is not known, and other modules.
- Branches are decided consistently for equal conditions, but values that only the program's logic ties together are
  taken as independent; this can give a false finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.concurrency.hangs import Hang, Kind
from golint_mem.semantics.concurrency.witness import finding, subject

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM306", name="wait-never-over", needs=(b".Wait()",), level="warning", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every wait that is never over."""
    for hang in package.hangs.of_kind(Kind.WAIT):
        yield finding(RULE.code, _message(hang), hang)


def _message(hang: Hang) -> str:
    if hang.crash is not None:
        return f"the counter of `{subject(hang.op)}` can become negative, which panics"
    if hang.op.kind == "woken":
        return f"a goroutine can wait for ever for `{subject(hang.op)}`: nobody signals it any more"
    return f"this can wait for ever: the counter of `{subject(hang.op)}` does not become zero"
