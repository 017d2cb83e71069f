"""A goroutine that waits for ever to receive, because nobody will send or close any more.

## Why is this bad

The goroutine keeps its stack and all that it reaches until the process ends. Usually a path of the starter forgets to
close the channel or to cancel the context, or the sender gives up before it sends. The finding shows the interleaving,
one sequence of steps per goroutine.

A goroutine that waits for a context alone, to close an object that its users can close earlier, is no better off: each
object leaves one behind until the context ends, which may be never.

## Example

```go
package example

import "errors"

func process(items []int, handle func(int)) error {
    work, quit := make(chan int), make(chan struct{})
    go func() {
        for {
            select {
            case item := <-work:
                handle(item)
            case <-quit:
                return
            }
        }
    }()
    for _, item := range items {
        if item < 0 {
            return errors.New("negative")
        }
        work <- item
    }
    close(quit)
    return nil
}
```

## Use instead

Close with `defer` right after the goroutine is started, so that no path leaves it behind.

```go
package example

import "errors"

func process(items []int, handle func(int)) error {
    work, quit := make(chan int), make(chan struct{})
    defer close(quit)
    go func() {
        for {
            select {
            case item := <-work:
                handle(item)
            case <-quit:
                return
            }
        }
    }()
    for _, item := range items {
        if item < 0 {
            return errors.New("negative")
        }
        work <- item
    }
    return nil
}
```

## Silent when

- Others may still act: the channel, or what holds it, is returned, stored outside, handed to code that is not in the
  module, or captured by a function value that such code gets. They may send, receive or close at any time.
- The process ends: by `os.Exit`, a panic that nobody recovers, or the end of `main`.
- The context is one that the function derives and can cancel, or the only way by which the object ends.
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

from golint_mem.findings import Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.concurrency.code import Spot
from golint_mem.semantics.concurrency.hangs import Hang, Kind
from golint_mem.semantics.concurrency.watchers import Watcher, watchers
from golint_mem.semantics.concurrency.witness import finding, place_of, subject
from golint_mem.syntax.go import place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM302", name="blocked-on-receive", needs=(b"<-", b"select"), level="warning", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every goroutine that waits for ever to receive."""
    for hang in package.hangs.of_kind(Kind.RECEIVE):
        yield finding(RULE.code, _message(hang), hang)
    for one in watchers(package):
        if one.view.tree.path in package.asked:
            yield _of_watcher(one)


def _of_watcher(one: Watcher) -> Finding:
    path, name = one.view.tree.path, text(one.call.child_by_field_name("function"))
    at, ender = place(path, one.wait), one.ender.node.child_by_field_name("name") or one.ender.node
    steps = (
        Step(place_of(Spot(path, one.start.statement)), "the goroutine starts here, one for each object"),
        Step(at, "it waits for the context alone"),
        Step(place(path, one.call), "only then does it end the object"),
        Step(place(one.ender.path, ender), "others can call this before, and the goroutine goes on waiting"),
    )
    return Finding(
        RULE.code,
        f"the goroutine waits for `{text(one.wait)}` even when `{name}` was called before: it stays with the object",
        at,
        (steps,),
        function=one.function.qualified,
        subject=text(one.wait),
    )


def _message(hang: Hang) -> str:
    if hang.op.kind == "select":
        return "a goroutine can wait for ever in this select: none of its cases can come any more"
    return f"a goroutine can wait for ever to receive from `{subject(hang.op)}`: nobody sends or closes any more"
