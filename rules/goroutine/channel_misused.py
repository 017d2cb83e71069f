"""A channel operation that cannot work: on a nil channel, or on a closed one.

## Why is this bad

To send to or receive from a nil channel waits for ever. To send on a closed channel, to close it again, or to close a
nil channel panics and ends the program. The finding shows how it comes about.

## Example

```go
package example

func collect(jobs []func() int) int {
    results := make(chan int)
    for _, job := range jobs {
        go func() {
            results <- job()
        }()
    }
    total := 0
    for range jobs {
        total += <-results
        close(results)
    }
    return total
}
```

## Use instead

Make the channel before it is used, and let one place close it, after the last send.

```go
package example

func collect(jobs []func() int) int {
    results := make(chan int)
    for _, job := range jobs {
        go func() {
            results <- job()
        }()
    }
    total := 0
    for range jobs {
        total += <-results
    }
    close(results)
    return total
}
```

## Silent when

- The channel may have been set by code that is not known.
- A nil channel in a `select` with other cases, which is a way to switch a case off.
- A deferred call could recover the panic.
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

RULE = Rule(code="GM307", name="channel-misused", needs=(b"<-", b"close(", b"range"), level="error", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every channel operation that cannot work."""
    for hang in package.hangs.of_kind(Kind.MISUSE):
        yield finding(RULE.code, _message(hang), hang)


def _message(hang: Hang) -> str:
    if hang.crash is not None:
        return f"this can panic: it {hang.crash.message}"
    way = "send on" if hang.op.kind == "send" else "receive from"
    return f"a goroutine waits for ever to {way} `{subject(hang.op)}`, which is nil"
