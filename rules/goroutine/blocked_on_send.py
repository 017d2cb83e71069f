"""A goroutine that waits for ever to send, because nobody will receive any more.

## Why is this bad

The goroutine keeps its stack and all that it reaches until the process ends. Usually its receiver has left early: by a
timeout, an error, or because the first result was enough. It happens once per request, and a server under load
collects thousands of them. The finding shows the interleaving, one sequence of steps per goroutine.

Where a function is too large for all its interleavings to be explored, five shapes are still seen: the function that
started the sender leaves without receiving; callers of a function that returns the channel need not receive; who asked
a question stops waiting for the answer; the goroutine that receives from a field is ended, and the one that sends is
not; a stream is read value by value, and nobody has to read all of it.

## Example

```go
package example

import (
    "errors"
    "time"
)

func fetch(load func() string) (string, error) {
    result := make(chan string)
    go func() {
        result <- load()
    }()
    select {
    case value := <-result:
        return value, nil
    case <-time.After(time.Second):
        return "", errors.New("timeout")
    }
}
```

## Use instead

Give the channel room for what is sent when nobody receives, or let the sender select on an end as well.

```go
package example

import (
    "errors"
    "time"
)

func fetch(load func() string) (string, error) {
    result := make(chan string, 1)
    go func() {
        result <- load()
    }()
    select {
    case value := <-result:
        return value, nil
    case <-time.After(time.Second):
        return "", errors.New("timeout")
    }
}
```

## Silent when

- Others may still act: the channel, or what holds it, is returned, stored outside, handed to code that is not in the
  module, or captured by a function value that such code gets. They may send, receive or close at any time.
- The process ends: by `os.Exit`, a panic that nobody recovers, or the end of `main`.
- Only a path on which a test fails (`t.Fatal`) leads there; `--show possible` shows it.
- By shape alone: the way out waits for the goroutine too (a `WaitGroup`, another channel that the goroutine uses, a
  deferred receive); a channel that the receiver closes when it ends lets the asker go; or the code is a test.

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
from golint_mem.semantics.concurrency.left_behind import left_behind
from golint_mem.semantics.concurrency.witness import finding, subject

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM301", name="blocked-on-send", needs=(b"<-",), level="warning", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every goroutine that waits for ever to send."""
    for hang in package.hangs.of_kind(Kind.SEND):
        yield finding(RULE.code, _message(hang), hang)
    yield from left_behind(package, RULE.code)


def _message(hang: Hang) -> str:
    if hang.op.kind == "select":
        return "a goroutine can wait for ever in this select: nobody receives from its channels any more"
    return f"a goroutine can wait for ever to send on `{subject(hang.op)}`: nobody receives from it any more"
