"""A goroutine that ranges over a channel which nobody closes.

## Why is this bad

`range` over a channel ends only when the channel is closed. Where a path forgets to, the goroutine waits for the next
value until the process ends, and keeps its stack and all that it reaches. The finding shows the interleaving.

## Example

```go
package example

func sum(numbers []int, use func(int)) {
    work := make(chan int)
    go func() {
        for number := range work {
            use(number)
        }
    }()
    for _, number := range numbers {
        work <- number
    }
}
```

## Use instead

Let the only sender close the channel when it has sent all, on every path.

```go
package example

func sum(numbers []int, use func(int)) {
    work := make(chan int)
    defer close(work)
    go func() {
        for number := range work {
            use(number)
        }
    }()
    for _, number := range numbers {
        work <- number
    }
}
```

## Silent when

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

RULE = Rule(code="GM303", name="range-never-closed", needs=(b"range",), level="warning", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every goroutine that ranges over a channel for ever."""
    for hang in package.hangs.of_kind(Kind.RANGE):
        yield finding(RULE.code, _message(hang), hang)


def _message(hang: Hang) -> str:
    return f"a goroutine can wait for ever in this range: nobody closes `{subject(hang.op)}`"
