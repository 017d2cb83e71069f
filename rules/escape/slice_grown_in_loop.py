"""A slice that a loop appends to once in every round, although it is known beforehand how many rounds there will be.

## Why is this bad

A slice without capacity grows by doubling (by a quarter beyond 256 elements): every time it is full, a larger one is
allocated, zeroed, and what there is copied into it; the old one is garbage. For 100 words that are 8 allocations and
more than twice the memory, where `make` with the capacity is one. That is worth a change where it happens again and
again: in a loop around the one that appends, or in a function that a loop of the package calls.

## Example

```go
package example

import "strings"

func upper(lines []string, show func([]string)) {
    for _, line := range lines {
        words := strings.Fields(line)
        var all []string
        for _, word := range words {
            all = append(all, strings.ToUpper(word))
        }
        show(all)
    }
}
```

## Use instead

`make` with the number of rounds as capacity. A caller that tells nil from an empty slice, such as an encoder of JSON,
gets an empty one then, where the loop has no round.

```go
package example

import "strings"

func upper(lines []string, show func([]string)) {
    for _, line := range lines {
        words := strings.Fields(line)
        all := make([]string, 0, len(words))
        for _, word := range words {
            all = append(all, strings.ToUpper(word))
        }
        show(all)
    }
}
```

## Silent when

- The compiler was not asked (`--compiler`), or says nothing of the `append`.
- Some rounds append nothing: a condition stands before it, or the loop has a `break`, `continue` or `goto`, or a
  `return` that is not about an error.
- The loop is not over a slice, array, map or number that has a name, or counts up to one; or makes only a few rounds.
- The number is neither a length nor a parameter, or the loop can fail: a number that was read is not to be trusted.
- What the loop goes over is written down: a table of the package, or the arguments of a variadic call.
- The slice is filled or handed on before the loop, has a capacity, or the loop sets it anew.
- No loop is seen to repeat it: none stands around the loop that appends, and none of the package calls the function,
  or one of the functions that call it. A loop of a few rounds, a call through an interface, a call that only an error
  leads to, and the case of a word in a `switch` are not counted.
- The code is seen to run seldom: its names or its parameters say that it is for tests, tools, settings, the start of a
  program or text for people, it writes to the terminal, or only such code calls it.

What the last two keep silent, `--show possible` shows, and so does a profile (`--profile`) that says that at least 1%
of what it measured was spent there.

## Can miss

- Go before 1.25 says nothing of `append`, so that no finding is confirmed.
- Functions that only other packages call in loops, and handlers of requests: a profile knows.
- Results with a name, fields, loops in loops, and bounds that take a sum or a product.
- It does not count rounds: growth to four elements costs two allocations more than there need be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from golint_mem.findings import Finding
from golint_mem.rule import Rule
from golint_mem.semantics.bounds import bound
from golint_mem.semantics.escape import ESCAPES, STAYS, candidate, claim
from golint_mem.semantics.inference import arguments
from golint_mem.semantics.loops import Site, declared_in, loops_around, runs_through
from golint_mem.semantics.scopes import Variable
from golint_mem.syntax.go import matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM508", name="slice-grown-in-loop", needs=(b"append(",), level="note", precision="high")
GROWN = """(assignment_statement
  left: (expression_list . (identifier) @target .) operator: "="
  right: (expression_list . (call_expression
    function: (identifier) @append arguments: (argument_list . (identifier) @same . (_) .)) @site .)
  (#eq? @append "append") (#eq? @same @target))"""
NAMES = "(identifier) @name"
EMPTY = re.compile(r"\[\][^{}()]*(?:\{\s*\}|\(nil\))|make\(\[\][^,]*,\s*0\s*\)")
SPREAD = frozenset({"variadic_argument"})


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every slice that starts empty and gets one element in every round of a loop.

    Where no loop is seen to repeat all of that, the finding counts only where a profile shows that it costs.
    """
    for site in package.loops.sites(GROWN):
        slice_, added = arguments(site.node)
        variable, rounds = site.variable(slice_), bound(site)
        if variable is None or not rounds or added.type in SPREAD or not site.always or not runs_through(site.loop):
            continue
        if _starts_empty(variable) and _only_grows(site, variable):
            message = f"`{text(slice_)}` grows step by step to {rounds} elements, which is known before the loop"
            says = claim(site.node, ESCAPES, STAYS, says="append")
            says = says if package.repetition.of(site) else replace(says, hot=True)
            yield candidate(RULE.code, site, site.node, message, says, text(slice_))


def _starts_empty(variable: Variable) -> bool:
    """Whether a declaration of this one variable makes a slice without room."""
    statement = variable.statement
    names = statement.children_by_field_name("name") or getattr(
        statement.child_by_field_name("left"), "named_children", []
    )
    if len(names) != 1 or statement.type not in ("var_spec", "short_var_declaration"):
        return False
    value = statement.child_by_field_name("value") or statement.child_by_field_name("right")
    if value is None:
        return text(statement.child_by_field_name("type")).startswith("[]")
    return EMPTY.fullmatch(text(value)) is not None


def _only_grows(site: Site, variable: Variable) -> bool:
    """Whether a variable is declared inside of all loops but this one, and used by nothing else up to its end."""
    if not all(declared_in(variable.name, loop) == (loop != site.loop) for loop in loops_around(site.node)):
        return False
    names = matches(site.function.node, NAMES, "name")
    used = [name for name in names if name.start_byte < site.loop.end_byte and site.scopes.resolve(name) == variable.id]
    return len(used) == 3  # the declaration, and both sides of the assignment
