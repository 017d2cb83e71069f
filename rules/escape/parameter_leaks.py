"""A parameter that leaks without need, so that callers allocate in every round of a loop what they hand over.

## Why is this bad

Where the compiler cannot see what becomes of a pointer, slice or string, it must think that it is kept, and what it
points to goes to the heap. A call through an interface, as `r.Read(buffer)`, is enough, and so is one error message
that mentions the parameter, although it is made once in a million calls. Every caller pays for it in every call.

## Example

```go
package example

import "io"

func size(r io.Reader, header []byte) (int, error) {
    _, err := io.ReadFull(r, header)
    return int(header[0])<<8 | int(header[1]), err
}

func total(r io.Reader, n int) (sum int, err error) {
    for i := 0; i < n; i++ {
        var header [2]byte
        more, err := size(r, header[:])
        if err != nil {
            return 0, err
        }
        sum += more
    }
    return sum, nil
}
```

## Use instead

What a reader or writer is given, it must not keep: one buffer before the loop will do, or one in the structure that
the method belongs to. For an error message, hand over a copy: `strings.Clone(s)`, `bytes.Clone(b)` or `*p`, which is
made only where there is an error.

```go
package example

import "io"

func size(r io.Reader, header []byte) (int, error) {
    _, err := io.ReadFull(r, header)
    return int(header[0])<<8 | int(header[1]), err
}

func total(r io.Reader, n int) (sum int, err error) {
    var header [2]byte
    for i := 0; i < n; i++ {
        more, err := size(r, header[:])
        if err != nil {
            return 0, err
        }
        sum += more
    }
    return sum, nil
}
```

## Silent when

- The compiler was not asked (`--compiler`), or does not say both that the parameter leaks and that an argument of a
  loop goes to the heap for it.
- The value has any other use than to be looked at, to be lent to `Read`, `Write`, `ReadAt`, `WriteAt` of an interface,
  to package crypto/cipher and their like, or to a method or function value of which none that the package has keeps it,
  or to stand in an error on the way out: then it may really be kept.
- Other packages may implement the interface or hand in a function, and no profile (`--profile`) says that at least 1%
  of what it measured was spent there.
- The loop makes only a few rounds or is left after the call.
- The code is seen to run seldom: its names or its parameters say that it is for tests, tools, settings, the start of a
  program or text for people, it writes to the terminal, or only such code calls it. Then `--show possible` shows it,
  and so does a profile (`--profile`) that says that at least 1% of what it measured was spent there.

## Can miss

- Interfaces and functions that only other packages implement or hand in.
- Values that go through further variables, fields or packages whose source is not at hand.
- A `string(b)` of more than 32 bytes is copied to the heap even where it is not kept; how long it is, is not known.
- A type whose `Read` or `Write` keeps its argument against the contract of package io.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from golint_mem.findings import Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.escape import LEAKS, candidate, claim
from golint_mem.semantics.lending import Fate, Parameter
from golint_mem.semantics.lent import Argument, lent_in_loops
from golint_mem.syntax.go import matches, place, text

if TYPE_CHECKING:
    from tree_sitter import Node

    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM507", name="parameter-leaks", needs=(b"for ",), level="note", precision="high")
WHY = {
    Fate.LENT: "a call that",
    Fate.LENT_AS_SEEN: "a call that, as far as this package shows,",
    Fate.IN_ERROR: "an error message that",
}
BECAUSE = {
    Fate.LENT: "may keep it as far as the compiler sees",
    Fate.LENT_AS_SEEN: "may keep it as far as the compiler sees, although no implementation in this package does",
    Fate.IN_ERROR: "puts it into an error",
}


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every parameter of the package that costs its callers, and for arguments of other calls."""
    costs: dict[tuple[str, int, int], list[Argument]] = defaultdict(list)
    for one in lent_in_loops(package):
        parameter = one.use.parameter
        if parameter is not None and parameter.facts is package and parameter.function.path in package.package.named:
            costs[parameter.key].append(one)
        else:
            yield _at_argument(one)
    for handed in costs.values():
        yield from _at_parameter(handed)


def _at_argument(one: Argument) -> Finding:
    callee = one.use.callee
    name = (callee.qualified or callee.name) if callee is not None else "an error"
    message = f"`{one.name}` is allocated in every round of the loop, as {name} {BECAUSE[one.use.fate]}"
    used = Step(place(one.site.view.tree.path, one.use.node), "it is handed over here")
    return candidate(RULE.code, one.site, one.node, message, one.says, one.name, (used,))


def _at_parameter(handed: list[Argument]) -> Iterator[Finding]:
    """The finding at a parameter, with the arguments that it costs."""
    parameter = handed[0].use.parameter
    assert parameter is not None
    name = _declared(parameter)
    if name is None:
        return
    view = parameter.facts.view_of(parameter.function)
    dearest = max(handed, key=lambda one: (not parameter.facts.coldness.of(one.site), one.site.depth))
    paths = [one.site.view.tree.path for one in handed]
    costs = tuple(replace(one.says, path=path) for one, path in zip(handed, paths, strict=True))
    related = tuple(
        Step(place(path, one.node), f"`{one.name}` is allocated for it in every round of a loop")
        for one, path in zip(handed, paths, strict=True)
    )
    callers = f"{len(handed)} caller{'s' if len(handed) > 1 else ''}"
    why = WHY[dearest.use.fate]
    message = f"`{text(name)}` leaks by {why} need not keep it, and {callers} in loops must allocate what it is given"
    says = replace(claim(name, LEAKS, says=text(name)), costs=costs, hot=all(one.says.hot for one in handed))
    finding = candidate(RULE.code, replace(dearest.site, view=view), name, message, says, text(name), related)
    yield replace(finding, function=parameter.function.qualified)


def _declared(parameter: Parameter) -> Node | None:
    """Where a parameter is declared."""
    names = matches(parameter.function.node, "(parameter_declaration name: (identifier) @name)", "name")
    return next((one for one in names if text(one) == parameter.name), None)
