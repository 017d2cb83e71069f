"""A cancel function that is never called, or a loop that does not look at the context it was given.

## Why is this bad

A context made by `context.WithCancel`, `WithTimeout` or `WithDeadline` is a child of its parent, which refers to it
until one of the two is cancelled, and a goroutine or timer may wait for that. Who does not call the cancel function
leaves all of it behind, for as long as the parent or the deadline lasts. And who takes a context but loops without
looking at it does not end when it is told to.

## Example

```go
package example

import (
    "context"
    "net/http"
    "time"
)

func get(ctx context.Context, url string) (*http.Response, error) {
    limited, cancel := context.WithTimeout(ctx, time.Hour)
    request, err := http.NewRequestWithContext(limited, http.MethodGet, url, nil)
    if err != nil {
        return nil, err
    }
    context.AfterFunc(ctx, cancel)
    return http.DefaultClient.Do(request)
}
```

## Use instead

Call the cancel function on every path, best with `defer` on the line behind, or hand it on together with the context.

```go
package example

import (
    "context"
    "net/http"
    "time"
)

func fetch(ctx context.Context, url string) (*http.Request, context.CancelFunc, error) {
    limited, cancel := context.WithTimeout(ctx, time.Hour)
    request, err := http.NewRequestWithContext(limited, http.MethodGet, url, nil)
    if err != nil {
        cancel()
        return nil, nil, err
    }
    return request, cancel, nil
}
```

## Silent when

- The cancel function is called or deferred on every path, returned, stored where others see it, or handed on.
- The path ends the process, or panics; or the context's parent is the `Context()` of a request or stream, which ends
  when the request is served. `--show possible` shows the last two.
- The parent is `context.Background()` or `context.TODO()`, there is no deadline, and the cancel function is thrown away
  at once: nobody refers to that context but those who use it. `--show possible` shows it.
- The context's parent was made in the same function, and its cancel function is kept: cancelling it cancels both.
- `_ = cancel` says that it is not needed, or a comment waves the complaint of `go vet` through (`//nolint:govet`).
- `main`, or a function that runs a command of the command line, makes the context: it ends with the process.
- Some path leads out of the loop, or a goroutine of the package runs it (see GM304).

## Can miss

- Cancel functions in slices, maps and exported fields.
- A loop that does look at its context, and then goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.concurrency.commands import is_whole_program
from golint_mem.semantics.concurrency.contexts import (
    CANCELS,
    Deaf,
    Discarded,
    Uncalled,
    deaf_loops,
    discarded,
    uncalled,
)
from golint_mem.semantics.concurrency.endless import headline, title
from golint_mem.semantics.concurrency.fields import Held, never_ended, stopper_of
from golint_mem.syntax.go import place

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(
    code="GM308",
    name="context-never-cancelled",
    needs=(b"context.", b"NotifyContext"),
    level="warning",
    precision="high",
)

_WAVED = re.compile(rb"//.*(?:nolint:\S*(?:govet|lostcancel|vet)|lostcancel)")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every cancel function that is never called, and every loop that is deaf to its context."""
    yield from (_of_field(held) for held in never_ended(package, CANCELS))
    for tree in package.trees_with(*RULE.needs):
        if tree.path in package.asked:
            yield from map(_of_discarded, discarded(package.view(tree)))
    yield from map(_of_path, uncalled(package))
    yield from (_of_loop(one) for one in deaf_loops(package) if one.trap.path in package.asked)


def _of_field(held: Held) -> Finding:
    at, stopper, function = place(held.view.tree.path, held.call), stopper_of(held), held.view.enclosing(held.call)
    steps = [Step(at, "the context is made here")] + ([stopper[1]] if stopper is not None else [])
    return Finding(
        RULE.code,
        f"the {held.running.what} in {held.owner}.{held.object.name} is never called: {held.running.keeps} stays",
        at,
        (tuple(steps),),
        confidence=Confidence.LIKELY if stopper is not None else Confidence.POSSIBLE,
        function=function.qualified if function is not None else "",
        subject=f"{held.owner}.{held.object.name}",
    )


def _of_discarded(one: Discarded) -> Finding:
    at, function = place(one.view.tree.path, one.call), one.view.enclosing(one.call)
    name = one.running.maker.rpartition(".")[2]
    ends = name.startswith(("WithTimeout", "WithDeadline"))
    unlikely = (one.rooted and not ends) or is_whole_program(one.call)
    unlikely = unlikely or _is_meant(one)
    until = "the deadline" if ends else "its parent is cancelled"
    return Finding(
        RULE.code,
        f"nobody can call the {one.running.what} of {name}: {one.running.keeps} stays until {until}",
        at,
        ((Step(at, "the context is made here, and its cancel function thrown away"),),),
        confidence=Confidence.POSSIBLE if unlikely else Confidence.LIKELY,
        function=function.qualified if function is not None else "",
        subject=name,
    )


def _is_meant(one: Discarded) -> bool:
    """Whether a comment at the call waves the same complaint of `go vet` through."""
    row, lines = one.call.start_point[0], one.view.tree.source.split(b"\n")
    return any(_WAVED.search(line) for line in lines[max(0, row - 1) : row + 1])


def _of_path(one: Uncalled) -> Finding:
    lapse = one.lapse
    unlikely = one.shortly or lapse.panics or is_whole_program(lapse.node)
    paths = "is called on some paths, and not on others" if lapse.sometimes else "is never called"
    if lapse.handed and not lapse.sometimes:
        paths = "is kept on some paths, and lost on others"
    confidence = Confidence.POSSIBLE if unlikely else Confidence.LIKELY
    return replace(
        lapse.finding(RULE.code, f"`{one.name}` ({lapse.maker}) {paths}", confidence=confidence, fixes=one.fixes),
        subject=one.name,
    )


def _of_loop(one: Deaf) -> Finding:
    at = headline(one.trap)
    unlikely = one.trap.view.facts.package.name == "main"
    return Finding(
        RULE.code,
        f"{one.function.name} never ends: nothing leads out of `{title(one.trap)}`, but {one.told.message}",
        at,
        ((one.told, Step(at, "no path leads out of this")),),
        confidence=Confidence.POSSIBLE if unlikely else Confidence.LIKELY,
        function=one.function.qualified,
        subject=title(one.trap),
    )
