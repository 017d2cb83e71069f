"""A goroutine sends on a channel whose receiver can stop for another reason, and nobody tells the sender.

## Why is this bad

The receiver leaves when it is told to, or takes only as many values as it wants. The sender does not look at any of
this: its next send waits for ever, and the goroutine stays with its stack and all that it reaches. Each object of the
type leaves one behind when it is closed, each reader that stops early one as well.

## Example

```go
package example

type log struct {
    jobs chan func() error
    stop chan struct{}
}

func open() *log {
    one := &log{jobs: make(chan func() error), stop: make(chan struct{})}
    go one.run()
    return one
}

func (l *log) run() {
    for {
        select {
        case job := <-l.jobs:
            job()
        case <-l.stop:
            return
        }
    }
}

func (l *log) later(job func() error) {
    go func() {
        l.jobs <- job
    }()
}

func (l *log) close() {
    close(l.stop)
}
```

## Use instead

Let the sender look at the same end.

```go
package example

type log struct {
    jobs chan func() error
    stop chan struct{}
}

func open() *log {
    one := &log{jobs: make(chan func() error), stop: make(chan struct{})}
    go one.run()
    return one
}

func (l *log) run() {
    for {
        select {
        case job := <-l.jobs:
            job()
        case <-l.stop:
            return
        }
    }
}

func (l *log) later(job func() error) {
    go func() {
        select {
        case l.jobs <- job:
        case <-l.stop:
        }
    }()
}

func (l *log) close() {
    close(l.stop)
}
```

## Silent when

- The send stands in a `select` that has another way out, or somebody receives until the channel is closed.
- The receiver goes on until the process ends, or ends only when the channel is closed.
- Whoever ends the receiver waits before that (`WaitGroup.Wait`), as for the senders.
- The field is exported, or the channel is copied, returned or handed on; or the code is a test.

## Can miss

- Senders that are no goroutines of the package: methods that other packages call.
- That the sender is sure to have ended before the receiver does; this can give a false finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.concurrency.deserted import Deserted, deserted
from golint_mem.syntax.go import place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM313", name="channel-deserted", needs=(b"make(chan",), level="warning", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every channel on which a goroutine goes on sending when nobody receives any more."""
    for one in deserted(package):
        if one.send.view.tree.path in package.package.named:
            yield _finding(one)


def _finding(one: Deserted) -> Finding:
    at, function = place(one.send.view.tree.path, one.send.node), one.send.view.enclosing(one.send.node)
    name = text(one.send.name)
    steps = [
        Step(place(one.made.view.tree.path, one.made.call), "the channel is made here"),
        Step(place(one.start.view.tree.path, one.start.statement), "the goroutine that sends starts here"),
    ]
    if one.end is None:
        steps.append(Step(place(one.receive.view.tree.path, one.receive.node), "one value is received here at a time"))
        reason = "nobody receives all of it, or tells the goroutine to stop"
    else:
        steps.append(Step(place(one.receive.view.tree.path, one.end), "who receives may leave here"))
        reason = f"who receives leaves on `{' '.join(text(one.end).split())}`, and the sender does not look at it"
    steps.append(Step(at, "the goroutine waits here for ever"))
    return Finding(
        RULE.code,
        f"the goroutine can wait for ever to send on `{name}`: {reason}",
        at,
        (tuple(steps),),
        tuple(Step(place(use.view.tree.path, use.node), "it can wait here as well") for use in one.sends[1:]),
        confidence=Confidence.POSSIBLE if at.path.endswith("_test.go") else Confidence.LIKELY,
        function=function.qualified if function is not None else "",
        subject=name,
    )
