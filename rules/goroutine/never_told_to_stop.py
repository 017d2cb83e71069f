"""Something that holds goroutines, and that nobody tells to stop: a response body, a signal channel, a worker.

## Why is this bad

An HTTP response whose body is not closed keeps its connection, and the two goroutines that serve the connection. A
channel that `signal.Notify` fills is kept by the runtime until `signal.Stop`. A worker of the module, a type that
starts a goroutine and has a method to end it, keeps that goroutine, and the goroutine keeps the worker. Whoever forgets
to close, stop or shut down, if only on an error path, leaves all this behind at every call. So does a constructor that
starts a goroutine and then fails: its callers get no object to stop, or drop it when they see the error.

## Example

```go
package example

import (
    "encoding/json"
    "fmt"
    "net/http"
)

func load(client *http.Client, url string, into any) error {
    response, err := client.Get(url)
    if err != nil {
        return err
    }
    if response.StatusCode != http.StatusOK {
        return fmt.Errorf("%s: %s", url, response.Status)
    }
    defer response.Body.Close()
    return json.NewDecoder(response.Body).Decode(into)
}
```

## Use instead

```go
package example

import (
    "encoding/json"
    "fmt"
    "net/http"
)

func load(client *http.Client, url string, into any) error {
    response, err := client.Get(url)
    if err != nil {
        return err
    }
    defer response.Body.Close()
    if response.StatusCode != http.StatusOK {
        return fmt.Errorf("%s: %s", url, response.Status)
    }
    return json.NewDecoder(response.Body).Decode(into)
}
```

## Silent when

- It is closed or stopped on every path, by a helper of the module too; or it is returned, stored, sent, or handed to a
  function that nobody sees here.
- The request failed: where the error is not nil there is no body to close. Responses to `HEAD` have none either.
- The path panics or ends the process, the function is `main`, `init` or one that runs a command of the command line,
  or the code is a test. `--show possible` shows these.
- A channel for signals is registered by a function of which nothing says that it ends before the process does, or all
  of the signals are those that end a process.
- A worker's goroutine can end without being told: by a context from outside, an error, or because its work is done.
- A constructor that fails calls something on the way whose name says that it stops, closes or cancels, or defers it.

## Can miss

- Clients that are not those of `net/http`, and workers behind interfaces or in slices and maps.
- Workers that are told to stop by other means than a channel or cancel function in a field.
- Errors of constructors that are returned through named results; a caller that closes what it got with an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding, Fix, Step
from golint_mem.rule import Rule
from golint_mem.semantics.concurrency.code import Spot
from golint_mem.semantics.concurrency.commands import is_whole_program
from golint_mem.semantics.concurrency.constructors import LostWorker, lost_workers
from golint_mem.semantics.concurrency.heads import is_made_up
from golint_mem.semantics.concurrency.running import BODIES, leaks, variable_of
from golint_mem.semantics.concurrency.signals import Registered, left_registered
from golint_mem.semantics.concurrency.witness import place_of
from golint_mem.semantics.repair.ending import defer_behind, statement_of, stays_here
from golint_mem.semantics.typestate.lapse import Lapse
from golint_mem.syntax.go import place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(
    code="GM310",
    name="never-told-to-stop",
    needs=(b"net/http", b"signal.Notify(", b"go ", b".Go("),
    level="warning",
    precision="high",
)

INVENTED = (b"http.Response{",)
"""What packages that make up responses themselves hold: their RoundTrippers may have nothing to close."""


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every body, channel and worker that nobody can end when the function has ended."""
    for lapse in leaks(package, BODIES):
        invented = lapse.maker == "http.RoundTripper.RoundTrip" and package.mentions(INVENTED)
        invented = invented or (lapse.call is not None and is_made_up(lapse.call, package.view_of(lapse.function)))
        yield _of_path(lapse, "the response body of", "closed", tuple(_fix(lapse, package)), invented)
    workers = package.workers.protocol
    lost = [one for one in leaks(package, workers) if not _has_end(one, package)] if workers is not None else []
    for lapse in lost:
        yield _of_path(lapse, "the worker made by", "told to stop", ())
    for one in left_registered(package):
        if one.view.tree.path in package.asked:
            yield _of_signals(one)
    calls = {lapse.call for lapse in lost}
    for worker in lost_workers(package):
        if worker.function.path in package.asked and worker.at not in calls:
            yield _of_constructor(worker)


def _has_end(lapse: Lapse, package: PackageFacts) -> bool:
    """Whether a worker ends with a context that its maker was handed."""
    return lapse.call is not None and package.workers.ends_with_caller(lapse.call, package.view_of(lapse.function))


def _of_path(lapse: Lapse, what: str, ended: str, fixes: tuple[Fix, ...], invented: bool = False) -> Finding:
    unlikely = lapse.panics or is_whole_program(lapse.node) or invented
    paths = f"is {ended} on some paths, and not on others" if lapse.sometimes else f"is never {ended}"
    if lapse.handed and not lapse.sometimes:
        paths = "is kept on some paths, and lost on others"
    held = f" in `{lapse.subject}`" if lapse.subject not in ("", "_") else ""
    confidence = Confidence.POSSIBLE if unlikely else Confidence.LIKELY
    return lapse.finding(RULE.code, f"{what} {lapse.maker}{held} {paths}", confidence=confidence, fixes=fixes)


def _fix(lapse: Lapse, package: PackageFacts) -> Iterator[Fix]:
    """`defer response.Body.Close()` behind the test of the error."""
    call = lapse.call
    variable, failed = (variable_of(call, index) if call is not None else None for index in (0, 1))
    statement = statement_of(call) if call is not None else None
    if variable is None or failed is None or statement is None or lapse.handed or lapse.sometimes:
        return
    source, name = package.view_of(lapse.function).tree.source, text(variable)
    if stays_here(variable, statement):
        fix = defer_behind(source, statement, f"{name}.Body.Close()", "Close the body", lapse.path, text(failed))
        if fix is not None:
            yield fix


def _of_signals(one: Registered) -> Finding:
    at, function = place(one.view.tree.path, one.call), one.view.enclosing(one.call)
    main = one.view.facts.package.name == "main"
    steps = [Step(at, "the channel is registered here")] + ([one.end] if one.end is not None else [])
    return Finding(
        RULE.code,
        f"signal.Stop is never called for `{text(one.channel)}`: the runtime keeps it when the function ends",
        at,
        (tuple(steps),),
        confidence=Confidence.POSSIBLE if one.end is None or main else Confidence.LIKELY,
        function=function.qualified if function is not None else "",
        subject=text(one.channel),
    )


def _of_constructor(one: LostWorker) -> Finding:
    start, ender = one.worker.start, one.worker.enders[0]
    at = place_of(Spot(one.function.path, one.at))
    steps = [Step(at, "the goroutine is started here")]
    if start.statement != one.at:
        steps.append(Step(place_of(Spot(start.view.tree.path, start.statement)), "by this"))
    leaves = "the object is returned with an error" if one.kept else "an error is returned, and the object is lost"
    steps.append(Step(place_of(Spot(one.function.path, one.leave)), leaves))
    name = ender.node.child_by_field_name("name") or ender.node
    return Finding(
        RULE.code,
        f"{one.function.name} can fail with the goroutine of {one.worker.owner} running, and nobody stops it then",
        at,
        (tuple(steps),),
        (Step(place(ender.path, name), f"only `{ender.name}` and the like could end it"),),
        function=one.function.qualified,
        subject=one.worker.owner,
    )
