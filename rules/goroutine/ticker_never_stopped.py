"""A ticker that nobody stops, or timers that pile up, in a module whose Go version does not collect them.

## Why is this bad

Before Go 1.23 the runtime holds every ticker until `Stop`, and every timer until it fires. A ticker that nobody stops
goes on firing for the life of the process and keeps its channel; one more for each call of the function. `time.Tick`
gives no way to stop it at all. `time.After` in a `select` within a loop makes a new timer each time round, and those of
the rounds that another case won are kept until their time has come.

From Go 1.23 on (the `go` line of `go.mod` decides) the collector takes tickers and timers that nobody refers to, and
this rule has nothing to say.

## Example

```go
package example

import "time"

func poll(done <-chan struct{}, changed func() bool) bool {
    for range time.Tick(time.Second) {
        if changed() {
            return true
        }
        select {
        case <-done:
            return false
        default:
        }
    }
    return false
}
```

## Use instead

```go
package example

import "time"

func poll(done <-chan struct{}, changed func() bool) bool {
    ticker := time.NewTicker(time.Second)
    defer ticker.Stop()
    for {
        select {
        case <-ticker.C:
            if changed() {
                return true
            }
        case <-done:
            return false
        }
    }
}
```

## Silent when

- The module's `go.mod` says Go 1.23 or later, or there is no `go.mod`.
- The ticker is stopped on every path, returned, or handed to somebody who may stop it.
- The function never returns, or is `main`, `init` or one that runs a command of the command line: the ticker is needed
  as long as the process lives.
- A field holds the ticker and its type has no method such as `Close` or `Stop`; or the field is exported.
- Waiting for `time.After` is all that the `select` can come back from, or the time is known to be less than a minute.
  `--show possible` shows the latter.

## Can miss

- Tickers in exported fields, slices and maps.
- The version that counts is that of the main module, which for a library may be another one than its own `go.mod` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding, Fix, Step
from golint_mem.rule import Rule
from golint_mem.semantics.concurrency.commands import is_whole_program
from golint_mem.semantics.concurrency.fields import Held, never_ended, stopper_of
from golint_mem.semantics.concurrency.library import MAKERS, TICKER_PER_CALL, TIMER_PER_CALL
from golint_mem.semantics.concurrency.running import TICKERS, leaks, variable_of
from golint_mem.semantics.concurrency.timers import Unstoppable, are_collected, calls_of, piles_up, seconds
from golint_mem.semantics.repair.ending import defer_behind, statement_of, stays_here
from golint_mem.semantics.typestate.lapse import Lapse
from golint_mem.syntax.go import place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts
    from golint_mem.semantics.view import FileView

RULE = Rule(
    code="GM309",
    name="ticker-never-stopped",
    needs=(b"time.NewTicker", b"time.Tick(", b"time.After("),
    level="warning",
    precision="high",
)
_TICKER = "time.NewTicker"
_LONG = 60.0


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every ticker and timer that stays although nobody needs it any more."""
    if not are_collected(package, MAKERS[_TICKER].collected):
        yield from (_of_field(held) for held in never_ended(package, frozenset({_TICKER})))
        yield from (_of_path(lapse, package) for lapse in leaks(package, TICKERS))
    for tree in package.trees_with(*RULE.needs):
        if tree.path not in package.asked:
            continue
        view = package.view(tree)
        if not are_collected(package, TICKER_PER_CALL["time.Tick"]):
            yield from _ticks(view)
        if not are_collected(package, TIMER_PER_CALL["time.After"]):
            yield from (_after(one, view) for one in calls_of(view, "time", "After") if piles_up(one))


def _of_field(held: Held) -> Finding:
    made = place(held.view.tree.path, held.call)
    stopper = stopper_of(held)
    steps = [Step(made, "the ticker is made here")]
    if stopper is not None:
        steps.append(stopper[1])
    function = held.view.enclosing(held.call)
    return Finding(
        RULE.code,
        f"the ticker in {held.owner}.{held.object.name} is never stopped",
        made,
        (tuple(steps),),
        confidence=Confidence.LIKELY if stopper is not None else Confidence.POSSIBLE,
        function=function.qualified if function is not None else "",
        subject=f"{held.owner}.{held.object.name}",
    )


def _of_path(lapse: Lapse, package: PackageFacts) -> Finding:
    """A ticker that a variable holds, and that some path leaves running."""
    unlikely = lapse.panics or is_whole_program(lapse.node)
    name = f"the ticker `{lapse.subject}`" if lapse.subject else "the ticker"
    paths = "is stopped on some paths, and not on others" if lapse.sometimes else "is never stopped"
    if lapse.handed and not lapse.sometimes:
        paths = "is kept on some paths, and lost on others"
    return lapse.finding(
        RULE.code,
        f"{name} {paths}",
        confidence=Confidence.POSSIBLE if unlikely else Confidence.LIKELY,
        fixes=tuple(_fix(lapse, package)),
    )


def _fix(lapse: Lapse, package: PackageFacts) -> Iterator[Fix]:
    variable = variable_of(lapse.call, 0) if lapse.call is not None else None
    statement = statement_of(lapse.call) if lapse.call is not None else None
    if variable is None or statement is None or lapse.handed or not stays_here(variable, statement):
        return
    source, name = package.view_of(lapse.function).tree.source, text(variable)
    fix = defer_behind(source, statement, f"{name}.Stop()", f"Stop `{name}`", lapse.path)
    if fix is not None:
        yield fix


def _ticks(view: FileView) -> Iterator[Finding]:
    """The calls of `time.Tick` in functions that come to an end."""
    for one in calls_of(view, "time", "Tick"):
        trap = view.facts.endless.trap(one.body, view)
        function = view.enclosing(one.call)
        if trap is not None or function is None or is_whole_program(one.call):
            continue
        at = place(view.tree.path, one.call)
        end = Step(place(view.tree.path, one.body.children[-1]), "the function ends, and the ticker goes on")
        yield Finding(
            RULE.code,
            "nobody can stop the ticker of time.Tick, and the function around it returns",
            at,
            ((Step(at, "the ticker is made here"), end),),
            function=function.qualified,
            subject=text(one.call),
        )


def _after(one: Unstoppable, view: FileView) -> Finding:
    at, function = place(view.tree.path, one.call), view.enclosing(one.call)
    arguments = one.call.child_by_field_name("arguments")
    duration = arguments.named_children[0] if arguments is not None and arguments.named_children else one.call
    known = seconds(duration)
    likely = known is not None and known >= _LONG
    return Finding(
        RULE.code,
        f"each time round the loop leaves a timer behind, which the runtime keeps for {text(duration)}",
        at,
        ((Step(at, "a new timer is made here"), Step(at, "another case wins, and the loop comes back here")),),
        confidence=Confidence.LIKELY if likely else Confidence.POSSIBLE,
        function=function.qualified if function is not None else "",
        subject=text(one.call),
    )
