"""A constructor starts a goroutine and then fails, without stopping it.

## Why is this bad

Only methods of the object can end its goroutine. A constructor that returns an error hands out no object, or one that
callers drop when they see the error, as is the custom. Nobody can call its `Close` then: the goroutine stays, and with
it the object and all that it reaches. Callers that try again leave one more behind each time.

## Example

```go
package example

import "os"

type journal struct {
    file  *os.File
    lines chan string
}

func open(path string) (*journal, error) {
    j := &journal{lines: make(chan string)}
    go j.run()
    file, err := os.Create(path)
    if err != nil {
        return nil, err
    }
    j.file = file
    return j, nil
}

func (j *journal) run() {
    for line := range j.lines {
        println(line)
    }
}

func (j *journal) Close() error {
    close(j.lines)
    return j.file.Close()
}
```

## Use instead

Start the goroutine last, when nothing can fail any more; or stop it before the error is returned.

```go
package example

import "os"

type journal struct {
    file  *os.File
    lines chan string
}

func open(path string) (*journal, error) {
    file, err := os.Create(path)
    if err != nil {
        return nil, err
    }
    j := &journal{file: file, lines: make(chan string)}
    go j.run()
    return j, nil
}

func (j *journal) run() {
    for line := range j.lines {
        println(line)
    }
}

func (j *journal) Close() error {
    close(j.lines)
    return j.file.Close()
}
```

## Silent when

- Something is called on the way whose name says that it stops, closes or cancels, or a deferred call does.
- The goroutine can end without the object's methods: by a context from outside, an error, or because its work is done.
- The code is a test. `--show possible` shows these.

## Can miss

- Errors that are returned through named results, and constructors that are methods.
- A caller that closes what it got together with an error; this can give a false finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.concurrency.code import Spot
from golint_mem.semantics.concurrency.constructors import LostWorker, lost_workers
from golint_mem.semantics.concurrency.witness import place_of
from golint_mem.syntax.go import place

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM314", name="worker-lost-by-constructor", needs=(b"go ", b".Go("), level="warning", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every constructor that fails with its goroutine running."""
    for one in lost_workers(package):
        if one.function.path in package.package.named:
            yield _finding(one)


def _finding(one: LostWorker) -> Finding:
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
        confidence=Confidence.POSSIBLE if at.path.endswith("_test.go") else Confidence.LIKELY,
        function=one.function.qualified,
        subject=one.worker.owner,
    )
