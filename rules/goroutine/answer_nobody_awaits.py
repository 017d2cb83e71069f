"""An answer is sent on a channel without room, although the one who asked may have stopped waiting.

## Why is this bad

A question carries a channel for its answer. Who asks waits in a `select`, and a timeout, a cancelled context or a
shutdown makes it leave. Who answers sends without a way out, and waits for ever: a goroutine that serves many
questions is stuck with all of them, and keeps its stack and all that it reaches.

## Example

```go
package example

import (
    "errors"
    "time"
)

type question struct {
    key    string
    answer chan string
}

type server struct {
    questions chan *question
    values    map[string]string
}

func (s *server) get(key string) (string, error) {
    one := &question{key: key, answer: make(chan string)}
    s.questions <- one
    select {
    case value := <-one.answer:
        return value, nil
    case <-time.After(time.Second):
        return "", errors.New("timeout")
    }
}

func (s *server) serve() {
    for one := range s.questions {
        one.answer <- s.values[one.key]
    }
}
```

## Use instead

Room for one answer is enough: it is sent, and collected with the channel if nobody receives it.

```go
package example

import (
    "errors"
    "time"
)

type question struct {
    key    string
    answer chan string
}

type server struct {
    questions chan *question
    values    map[string]string
}

func (s *server) get(key string) (string, error) {
    one := &question{key: key, answer: make(chan string, 1)}
    s.questions <- one
    select {
    case value := <-one.answer:
        return value, nil
    case <-time.After(time.Second):
        return "", errors.New("timeout")
    }
}

func (s *server) serve() {
    for one := range s.questions {
        one.answer <- s.values[one.key]
    }
}
```

## Silent when

- The channel has room, or the answer is sent in a `select` that has another way out.
- The asker always receives in the end, also after it went another way.
- The other way is a channel that the answerer closes when it ends: then it does not wait any more.
- The code is a test. `--show possible` shows these.

## Can miss

- Channels that are handed over as arguments or sent themselves, and fields of other packages' types.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.concurrency.code import Spot
from golint_mem.semantics.concurrency.replies import Unanswered, unanswered
from golint_mem.semantics.concurrency.witness import place_of
from golint_mem.syntax.go import place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM312", name="answer-nobody-awaits", needs=(b"make(chan",), level="warning", precision="high")


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every channel whose answer may be sent to nobody."""
    for one in unanswered(package):
        if one.made.view.tree.path in package.package.named:
            yield _finding(one)


def _finding(one: Unanswered) -> Finding:
    path, name = one.made.view.tree.path, text(one.send.name)
    at, function = place(path, one.made.call), one.made.view.enclosing(one.made.call)
    steps = (
        Step(at, "the channel for the answer is made here, without room"),
        Step(place_of(Spot(path, one.select)), "who asked may leave this by another case"),
        Step(place(one.send.view.tree.path, one.send.node), f"the answer waits here for ever to be sent on `{name}`"),
    )
    return Finding(
        RULE.code,
        f"`{name} <- ...` can wait for ever: the channel has no room, and who made it may have stopped waiting",
        at,
        (steps,),
        confidence=Confidence.POSSIBLE if path.endswith("_test.go") else Confidence.LIKELY,
        function=function.qualified if function is not None else "",
        subject=name,
    )
