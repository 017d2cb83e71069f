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

## Can miss

- Interfaces and functions that only other packages implement or hand in.
- Values that go through further variables, fields or packages whose source is not at hand.
- A `string(b)` of more than 32 bytes is copied to the heap even where it is not kept; how long it is, is not known.
- A type whose `Read` or `Write` keeps its argument against the contract of package io.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from golint_mem.findings import Claim, Finding, Step
from golint_mem.rule import Rule
from golint_mem.semantics.escape import ESCAPES, LEAKS, MOVED, candidate, claim
from golint_mem.semantics.inference import arguments
from golint_mem.semantics.lending import Fate, Parameter, Use, decisive, given, uses
from golint_mem.semantics.loops import Site, declared_in
from golint_mem.semantics.scopes import Variable
from golint_mem.syntax.around import around
from golint_mem.syntax.go import matches, place, text

if TYPE_CHECKING:
    from tree_sitter import Node

    from golint_mem.semantics.package import PackageFacts

RULE = Rule(code="GM507", name="parameter-leaks", needs=(b"for ",), level="note", precision="high")
HANDED = """(call_expression arguments: (argument_list [
  (unary_expression operator: "&" operand: [(identifier) (composite_literal)])
  (slice_expression operand: (identifier))
  (identifier)
  (call_expression function: (identifier) @string (#eq? @string "string"))
  (type_conversion_expression)
] @site))"""
MADE = '(call_expression function: (identifier) @make (#eq? @make "make")) @made'
CONVERSIONS = frozenset({"call_expression", "type_conversion_expression"})
LITERALS = frozenset({"composite_literal"})
WHY = {
    Fate.LENT: "a call that",
    Fate.LENT_AS_SEEN: "a call that, as far as this package shows,",
    Fate.IN_ERROR: "an error message that",
}
CALL = frozenset({"call_expression"})
VALUES = frozenset({"array", "struct"})
BECAUSE = {
    Fate.LENT: "may keep it as far as the compiler sees",
    Fate.LENT_AS_SEEN: "may keep it as far as the compiler sees, although no implementation in this package does",
    Fate.IN_ERROR: "puts it into an error",
}


@dataclass(frozen=True, slots=True)
class Argument:
    """What is allocated in every round of a loop: where, what the compiler says of it, and the use that it is for."""

    site: Site
    node: Node
    name: str
    says: Claim
    use: Use


def check(package: PackageFacts) -> Iterator[Finding]:
    """Yield a finding for every parameter of the package that costs its callers, and for arguments of other calls."""
    costs: dict[tuple[str, int, int], list[Argument]] = defaultdict(list)
    seen: set[tuple[int, int]] = set()
    for site in package.loops.sites(HANDED):
        inner = _inner(site.node)
        variable = site.variable(inner)
        key = site.function.node.id, (variable.name if variable is not None else inner).start_byte
        found = _argument(site, inner, variable) if key not in seen else None
        if found is None:
            continue
        seen.add(key)
        parameter = found.use.parameter
        if parameter is not None and parameter.facts is package and parameter.function.path in package.package.named:
            costs[parameter.key].append(found)
        else:
            yield _at_argument(found)
    for handed in costs.values():
        yield from _at_parameter(handed)


def _inner(node: Node) -> Node:
    """What an address is taken of, or what is sliced or converted; for a plain name that name."""
    return node.named_children[0] if node.named_children else node


def _argument(site: Site, inner: Node, variable: Variable | None) -> Argument | None:
    """The argument at a site, if the loop allocates it for a callee that does not keep it."""
    if site.node.type in CONVERSIONS or inner.type in LITERALS:
        call = around(site.node, CALL)
        use = given(site.view, call, site.node) if call is not None else None
        node, says = site.node, claim(_converted(site.node), ESCAPES, says=r".+\(.*\)|&.+\{.*\}")
    else:
        made = _made(site, variable) if variable is not None else None
        if variable is None or made is None:
            return None
        use = decisive(uses(site.view, site.scopes, variable.id))
        node = variable.name
        says = claim(node, MOVED, says=text(node)) if made == node else claim(made, ESCAPES, says=r"make\(.*")
    if use is None or use.fate not in BECAUSE:
        return None
    return Argument(site, node, text(node), replace(says, hot=use.fate is Fate.LENT_AS_SEEN), use)


def _converted(node: Node) -> Node:
    """What a conversion converts, by whose position the compiler names it; another expression itself."""
    return arguments(node)[0] if node.type in CONVERSIONS and arguments(node) else node


def _made(site: Site, variable: Variable) -> Node | None:
    """Where a variable of the loop's round is allocated: at its name, or where `make` makes its slice."""
    statement = variable.statement
    if statement.type not in ("var_spec", "short_var_declaration") or not declared_in(variable.name, site.body):
        return None
    if b"make(" in (statement.text or b""):
        made = matches(statement, MADE, "made")
        return made[0] if len(made) == 1 and text(statement).endswith(text(made[0])) else None
    if site.node.type == "identifier":
        return None
    return variable.name if site.view.underlying(site.view.type_of(variable.name)).kind in VALUES else None


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
    dearest = max(handed, key=lambda one: one.site.depth)
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
