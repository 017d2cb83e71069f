"""A `defer` in a loop closes or unlocks only when the function ends, so that every round leaves one more open.

## Why is this bad

`defer` waits for the end of the function, not of the loop's round. A loop over ten thousand files has ten thousand of
them open at once and fails when the descriptors run out; rows and response bodies hold a connection each; a lock that
is taken again in the next round waits for itself. A loop that never ends never closes any.

## Example

```go
package example

import (
    "bufio"
    "os"
)

func count(names []string) (lines int, err error) {
    for _, name := range names {
        f, err := os.Open(name)
        if err != nil {
            return 0, err
        }
        defer f.Close()
        for s := bufio.NewScanner(f); s.Scan(); {
            lines++
        }
    }
    return lines, nil
}
```

## Use instead

Close at the end of the round, or move the body of the loop into a function of its own.

```go
package example

import (
    "bufio"
    "os"
)

func count(names []string) (lines int, err error) {
    for _, name := range names {
        n, err := countOne(name)
        if err != nil {
            return 0, err
        }
        lines += n
    }
    return lines, nil
}

func countOne(name string) (lines int, err error) {
    f, err := os.Open(name)
    if err != nil {
        return 0, err
    }
    defer f.Close()
    for s := bufio.NewScanner(f); s.Scan(); {
        lines++
    }
    return lines, nil
}
```

## Silent when

- The `defer` stands in a function literal that runs once per round.
- Every path from the `defer` leaves the loop, so that it is reached once at most.
- What is open is needed after the round: it, or what was made with it, is appended, stored, sent or captured.
- It was open before the loop, or the round closes it itself and the `defer` only guards the other ways out.
- The loop makes only a few rounds, and its header shows it.
- What is closed holds nothing outside the program, as the reader of compress/gzip.

## Can miss

- Loops made of `goto`.
- Cleanups that have another name than Close, Unlock and RUnlock, or that a callee hands back as a function, but for
  the cancel functions of contexts.
- It does not know how many rounds a loop makes. What is open is closed in the end, so a loop that is known to be short
  may keep its `defer`. In tests and in `main` it is only shown as possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.concurrency.commands import is_in_tests
from golint_mem.semantics.repair.rounds import close_each_round
from golint_mem.semantics.rounds import Piled, piled_up
from golint_mem.syntax.go import place

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM603", name="defer-in-loop", needs=(b"defer ",), level="warning", precision="high")
_WORDS = {"Unlock": ("unlocked", "locked"), "RUnlock": ("unlocked", "locked"), "cancel": ("called", "made")}


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every deferred release that a loop repeats."""
    for tree in package.trees_with(*RULE.needs):
        if tree.path in package.asked and b"for " in tree.source:
            yield from map(_finding, piled_up(package.view(tree)))


def _finding(one: Piled) -> Finding:
    path, function = one.view.tree.path, one.view.enclosing(one.defer)
    where = place(path, one.defer)
    does, did = _WORDS.get(one.method, ("closed", "opened"))
    steps = (
        Step(place(path, one.made), f"it is {did} here"),
        Step(where, "this waits for the end of the function"),
        Step(place(path, one.made), f"the loop comes round, and the next one is {did}"),
    )
    fix = close_each_round(one)
    unlikely = is_in_tests(one.defer) or (function is not None and function.qualified == "main")
    return Finding(
        code=RULE.code,
        message=f"`{one.subject}` is {does} by a defer in a loop, which waits for the end of the function",
        place=where,
        threads=(steps,),
        fixes=(fix,) if fix is not None else (),
        confidence=Confidence.POSSIBLE if unlikely else Confidence.LIKELY,
        function=function.qualified if function is not None else "",
        subject=one.subject,
    )
