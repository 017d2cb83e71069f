"""A goroutine whose loop has no way out, although the one who started it has an end.

## Why is this bad

No `return`, `break`, `panic` or exit leads out of the loop, so the goroutine stays until the process ends, with its
stack and all that it reaches. That is fine for a handful of goroutines that belong to the program. It is a leak where
they belong to something shorter: an object with a `Close` or `Stop` method, a function with a context, a request, a
connection. Each of these leaves one goroutine behind.

`Ticker.Stop` does not close the ticker's channel: `for range ticker.C` goes on waiting after it.

## Example

```go
package example

import (
    "io"
    "sync"
    "time"
)

type Sink struct {
    mu     sync.Mutex
    out    io.WriteCloser
    ticker *time.Ticker
}

func NewSink(out io.WriteCloser) *Sink {
    sink := &Sink{out: out, ticker: time.NewTicker(time.Minute)}
    go sink.flush()
    return sink
}

func (s *Sink) flush() {
    for range s.ticker.C {
        s.mu.Lock()
        s.out.Write([]byte("\\n"))
        s.mu.Unlock()
    }
}

func (s *Sink) Close() error {
    s.ticker.Stop()
    return s.out.Close()
}
```

## Use instead

Give the loop a channel that is closed, or a context that is cancelled, when its owner ends.

```go
package example

import (
    "io"
    "sync"
    "time"
)

type Sink struct {
    mu   sync.Mutex
    out  io.WriteCloser
    done chan struct{}
}

func NewSink(out io.WriteCloser) *Sink {
    sink := &Sink{out: out, done: make(chan struct{})}
    go sink.flush()
    return sink
}

func (s *Sink) flush() {
    ticker := time.NewTicker(time.Minute)
    defer ticker.Stop()
    for {
        select {
        case <-ticker.C:
            s.mu.Lock()
            s.out.Write([]byte("\\n"))
            s.mu.Unlock()
        case <-s.done:
            return
        }
    }
}

func (s *Sink) Close() error {
    close(s.done)
    return s.out.Close()
}
```

## Silent when

- Some path leaves the loop, whatever it hangs on: `return`, `break`, `goto`, a condition, a `range` that can end, a
  call that ends the process or the goroutine, by its name (`log.Fatal`, `t.FailNow`) or by what it does.
- The goroutine belongs to the process: `main`, `init`, a package-level variable, a method that is called for such
  variables alone, or a package-level `sync.Once` starts it.
- Nothing says that the starter ends before the process does, and the loop works; or the code is a test.
  `--show possible` shows these.

## Can miss

- A loop with a way out that no path ever takes, and `range` over a channel that nobody closes.
- Goroutines started through a variable or an interface. Calls are followed for a few levels within the module.
- A goroutine per object of a type that lives as long as the process is flagged as well, if the type can be closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding, Place, Step
from golint_mem.rule import Rule
from golint_mem.semantics.concurrency.commands import is_whole_program
from golint_mem.semantics.concurrency.endless import Trap, called, headline, title
from golint_mem.semantics.concurrency.starts import (
    Start,
    all_starts,
    end_of_starter,
    ended_by_parameter,
    is_once_per_process,
)
from golint_mem.syntax.go import place

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(
    code="GM304", name="goroutine-never-ends", needs=(b"go ", b"Go(", b"func() {"), level="warning", precision="high"
)


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every goroutine that runs an endless loop and was started by something that ends."""
    found: dict[Place, Finding] = {}
    for start in all_starts(package):
        trap = start.trap
        if trap is not None and not is_once_per_process(start):
            finding = _finding(start, trap)
            if finding.place not in found or finding.confidence is Confidence.LIKELY:
                found[finding.place] = finding
    return (finding for at, finding in found.items() if at.path in package.asked)


def _finding(start: Start, trap: Trap) -> Finding:
    path, function = start.view.tree.path, start.function
    *calls, loop = trap.chain()
    end = end_of_starter(start) or ended_by_parameter(loop.view, loop.node)
    started = place(path, start.statement)
    steps = [Step(started, "the goroutine starts here")]
    steps += [Step(place(one.path, one.node), f"it calls {called(one)}") for one in calls]
    steps.append(Step(headline(loop), "no path leads out of this"))
    waits_only = loop.node.type == "select_statement"
    unlikely = (end is None and not waits_only) or is_whole_program(start.statement)
    return Finding(
        RULE.code,
        f"the goroutine never ends: nothing leads out of `{title(loop)}`" + (f", but {end.message}" if end else ""),
        headline(loop) if loop.path == path else started,
        (tuple(steps),),
        (end,) if end is not None else (),
        confidence=Confidence.POSSIBLE if unlikely else Confidence.LIKELY,
        function=function.qualified if function is not None else "",
        subject=title(loop),
    )
