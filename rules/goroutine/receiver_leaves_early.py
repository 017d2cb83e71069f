"""A goroutine sends to the function that started it, and that function can leave without receiving.

## Why is this bad

The channel has no room for the value, so the goroutine waits until somebody receives. Once the function has left by a
timeout, an error or an early return, nobody will: the goroutine stays until the process ends, with its stack and all
that it reaches.

This rule follows one channel through one function and the goroutines that it starts. GM301 explores all that they do
together, and shows the interleaving; where a function is too large for that, this rule still sees the shape.

## Example

```go
package example

import (
    "context"
    "errors"
)

func index(ctx context.Context, store func() error, words func() error) error {
    done := make(chan error)
    go func() {
        done <- words()
    }()
    if err := store(); err != nil {
        return err
    }
    select {
    case err := <-done:
        return err
    case <-ctx.Done():
        return errors.New("too late")
    }
}
```

## Use instead

Give the channel room for everything that is sent, or let the sender select on an end as well.

```go
package example

import (
    "context"
    "errors"
)

func index(ctx context.Context, store func() error, words func() error) error {
    done := make(chan error, 1)
    go func() {
        done <- words()
    }()
    if err := store(); err != nil {
        return err
    }
    select {
    case err := <-done:
        return err
    case <-ctx.Done():
        return errors.New("too late")
    }
}
```

## Silent when

- The channel has room, or every send has another way out (a `select`).
- The function waits for the goroutine on the way out, by a `WaitGroup` or another channel that the goroutine uses, or
  receives in a deferred function.
- The channel is returned, stored, or handed to code that is not followed; or another goroutine receives as well.
- The function is `main`, or the code is a test. `--show possible` shows these.

## Can miss

- Channels in fields, slices and maps.
- Several goroutines for which the number of receives is right on most paths, where loops count.
- That the goroutine never comes to send, because the function that left made it end: this can give a false finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.concurrency.abandoned import Abandoned, abandoned
from golint_mem.syntax.go import place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM311", name="receiver-leaves-early", needs=(b"make(chan",), level="warning", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every sender that is left behind, but for those that an exploration has shown already."""
    found = [one for one in abandoned(package) if one.send.view.tree.path in package.package.named]
    shown = package.hangs.shown()
    for one in found:
        if all((send.view.tree.path, send.node.start_byte) not in shown for send in one.sender.sends):
            yield _finding(one)


def _finding(one: Abandoned) -> Finding:
    path, function = one.made.view.tree.path, one.made.view.enclosing(one.made.call)
    name, at = text(one.made.name), place(one.send.view.tree.path, one.send.node)
    leaves = "the function leaves here, and has not received all" if one.received else "the function leaves here"
    steps = (
        Step(place(path, one.made.call), "the channel is made here"),
        Step(place(path, one.sender.statement), "the goroutine starts here"),
        Step(place(path, one.leave), leaves),
        Step(at, f"the goroutine waits for ever to send on `{text(one.send.name)}`"),
    )
    whole = function is not None and (function.name == "main" and not function.receiver)
    return Finding(
        RULE.code,
        f"the goroutine can wait for ever to send on `{name}`: who started it may have left without receiving",
        at,
        (steps,),
        confidence=Confidence.POSSIBLE if whole or path.endswith("_test.go") else Confidence.LIKELY,
        function=function.qualified if function is not None else "",
        subject=name,
    )
