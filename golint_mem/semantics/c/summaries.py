"""Summaries of the C functions of a package: who frees, keeps, returns or makes memory."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from golint_mem.semantics.c.effects import KNOWN, CSummary
from golint_mem.semantics.c.eval import Machine
from golint_mem.semantics.c.foreign import exposures, lenders, plain_frees
from golint_mem.semantics.c.lower import Code, lower
from golint_mem.syntax import c

__all__ = ["KNOWN", "CSummary", "summarise"]

LARGEST = 1_000_000
"""Sources of more bytes than this are only scanned for prototypes."""
_MOST_VISITS = 8
_VARIANT = "#"
_CPLUSPLUS = re.compile(
    rb"\w::\w|\bnullptr\b|\bnew \w|\bdelete \w|\btemplate ?<|^@(?:interface|implementation|autorelease)|\[\[", re.M
)

_DELETES = re.compile(rb"\bdelete\b|\bnew\b|::")


def summarise(
    sources: Iterable[bytes], wanted: frozenset[str] | None = None, largest: int = LARGEST
) -> dict[str, CSummary]:
    """The summaries of the functions in the C text of a package, by name.

    With `wanted`, only the functions of these names and what they call are looked into; names of the C library among
    them are answered too.
    """
    sources = tuple(sources)
    functions, aliases = _collect(sources, largest)
    bodies = _bodies(functions, aliases, wanted)
    found = {
        name: CSummary(name, one.body is not None, returns_type=one.returns, param_types=one.types)
        for name, one in functions.items()
        if wanted is None or name in wanted or name in bodies
    }
    _settle(functions, aliases, bodies, found)
    _unite(found)
    _add_foreign(sources, found, wanted)
    for name in wanted or ():
        if name not in found and name in KNOWN:
            found[name] = KNOWN[name]
    return found


def _add_foreign(sources: Iterable[bytes], found: dict[str, CSummary], wanted: frozenset[str] | None) -> None:
    """What C++ and Objective-C free, as far as their text shows it."""
    for source in sources:
        for name in lenders(source) if b"__bridge" in source else ():
            if wanted is None or name in wanted:
                found[name] = replace(found.get(name, CSummary(name)), lends=True)
        for name, handed in exposures(source) if b"new " in source and _CPLUSPLUS.search(source) else ():
            if wanted is None or name in wanted:
                one = found.get(name, CSummary(name))
                found[name] = one if one.defined else replace(one, exposes=one.exposes | handed)
        if b"free" not in source and b"elease" not in source and b"delete" not in source:
            continue
        if _CPLUSPLUS.search(source) is None:
            continue
        for name, freed in plain_frees(source):
            if wanted is None or name in wanted:
                one = found.get(name, CSummary(name))
                if not one.defined:
                    found[name] = replace(one, frees=one.frees | {(index, "") for index in freed})


def _unite(found: dict[str, CSummary]) -> None:
    """What another definition of a function may do, for another system, the function may do."""
    for variant in [name for name in found if _VARIANT in name]:
        name, other = variant.partition(_VARIANT)[0], found.pop(variant)
        one = found[name]
        found[name] = replace(
            one,
            frees=one.frees | other.frees,
            stores=one.stores | other.stores,
            stores_fields=one.stores_fields | other.stores_fields,
            links=one.links | other.links,
            passes=one.passes | other.passes,
        )


def _collect(sources: Iterable[bytes], largest: int) -> tuple[dict[str, c.CFunction], dict[str, str]]:
    functions: dict[str, c.CFunction] = {}
    aliases: dict[str, str] = {}
    for source in sources:
        if len(source) > largest:
            declared = c.prototypes(source)
        else:
            root = c.parse(source)
            declared = c.functions(root)
            aliases |= c.aliases(root)
        foreign = _CPLUSPLUS.search(source) is not None
        for one in declared:
            if foreign and one.body is not None and (one.body.has_error or _DELETES.search(one.body.text or b"")):
                one = replace(one, body=None)  # C++ or Objective-C that the C grammar does not know
            known = functions.get(one.name)
            if known is None or (known.body is None and one.body is not None):
                functions[one.name] = one
            elif known.body is not None and one.body is not None:
                functions[f"{one.name}{_VARIANT}{len(functions)}"] = one
    return functions, aliases


def _bodies(
    functions: dict[str, c.CFunction], aliases: dict[str, str], wanted: frozenset[str] | None
) -> dict[str, Code]:
    bodies: dict[str, Code] = {}
    variants: dict[str, list[str]] = {}
    for name in functions:
        if _VARIANT in name:
            variants.setdefault(name.partition(_VARIANT)[0], []).append(name)
    todo = list(functions if wanted is None else wanted)
    while todo:
        name = todo.pop()
        name = aliases.get(name, name)
        if name in functions and name not in bodies and functions[name].body is not None:
            bodies[name] = lower(functions[name])
            todo.extend((*bodies[name].calls, *variants.get(name, ())))
    return bodies


def _settle(
    functions: dict[str, c.CFunction], aliases: dict[str, str], bodies: dict[str, Code], found: dict[str, CSummary]
) -> None:
    """Run every body until the summaries of its callees change no more."""
    callers: dict[str, set[str]] = {}
    for name, code in bodies.items():
        for callee in code.calls:
            callers.setdefault(aliases.get(callee, callee), set()).add(name)
    others = _Others(found, aliases)
    visits = dict.fromkeys(bodies, 0)
    queue = deque(name for name in functions if name in bodies)
    waiting = set(queue)
    while queue:
        name = queue.popleft()
        waiting.discard(name)
        summary = Machine(functions[name], others).run(bodies[name])
        visits[name] += 1
        if summary == found.get(name):
            continue
        found[name] = summary
        ready = [one for one in sorted(callers.get(name, ())) if one not in waiting and visits[one] < _MOST_VISITS]
        queue.extend(ready)
        waiting.update(ready)


class _Others(dict[str, CSummary]):
    """The summaries as a caller sees them: macro names stand for what they name, prototypes for what is known."""

    def __init__(self, found: dict[str, CSummary], aliases: dict[str, str]) -> None:
        super().__init__()
        self._found = found
        self._aliases = aliases

    def get(self, name: str, default: CSummary | None = None) -> CSummary | None:  # type: ignore[override]
        name = self._aliases.get(name, name)
        one = self._found.get(name)
        if one is None or not one.defined:
            return KNOWN.get(name, default)
        return one
