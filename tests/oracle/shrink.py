"""Making the routine of a disagreement small: statements go as long as the disagreement stays."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from .compare import Disagreement, compare
from .program import Block, Body, Line, Routine, render, text_of
from .run import BuildError, Observed, observe
from .verdict import analyse

_NUMBER = re.compile(r"(?<=[A-Za-z_])\d+|(?<=\()\d+(?=[,)])")


def check(routines: list[Routine], folder: Path, tally: Counter[str]) -> list[Disagreement]:
    """Run and analyse routines that compile, and compare."""
    observed = observe(routines, folder / "run")
    reported = analyse(routines, folder / "analysed")
    source = render(routines)
    found = []
    for one in routines:
        found += compare(one, source, observed.get(one.name, Observed()), reported[one.name], tally)
    return found


def check_compiling(routines: list[Routine], folder: Path) -> list[Disagreement]:
    """The disagreements on those of the routines that compile."""
    while routines:
        try:
            return check(routines, folder, Counter())
        except BuildError as error:
            if not error.broken:
                raise
            routines = [one for one in routines if one.name not in error.broken]
    return []


def shrink(disagreements: list[Disagreement], folder: Path, most_rounds: int = 12) -> list[Disagreement]:
    """The same disagreements, each on a routine as small as deleting makes it; all are shrunk side by side."""
    best = list(disagreements)
    active = set(range(len(best)))
    for number in range(most_rounds):
        trials = {
            f"t{index}x{position}": (index, candidate)
            for index in sorted(active)
            for position, candidate in enumerate(candidates(best[index].routine.body))
            if _ends(candidate)
        }
        routines = [replace(best[index].routine, name=name, body=body) for name, (index, body) in trials.items()]
        better: dict[int, Disagreement] = {}
        for one in check_compiling(routines, folder / str(number)):
            index = trials[one.routine.name][0]
            if (one.kind, one.what) == (best[index].kind, best[index].what):
                better[index] = min(better.get(index, one), one, key=_size)
        for index, one in better.items():
            best[index] = replace(one, routine=replace(one.routine, name=best[index].routine.name))
        active = set(better)
        if not active:
            break
    return best


def _size(one: Disagreement) -> tuple[int, int]:
    source = text_of(one.routine)
    return source.count("\n"), len(source)


def candidates(body: Body) -> Iterator[Body]:
    """The bodies that one step of shrinking may lead to."""
    yield from _without_one(body)
    for name in sorted({name for line in text_of_body(body) for name in re.findall(r"\b[a-z]+\d+\b", line)}):
        smaller = _without_name(body, name)
        if smaller != body:
            yield smaller


def _ends(body: Body) -> bool:
    """Whether no loop has lost the statement that leaves it."""
    for one in body:
        if isinstance(one, Block) and not all(_ends(inner) for _, inner in one.arms):
            return False
        if isinstance(one, Block) and one.arms[0][0] == "for {":
            lines = text_of_body(one.arms[0][1])
            if not any(re.search(r"\b(?:break|return|goto)\b", line) for line in lines):
                return False
    return True


def text_of_body(body: Body) -> list[str]:
    """The lines of a body."""
    return text_of(Routine("f", (), "", body)).splitlines()[1:-1]


def _without_one(body: Body) -> Iterator[Body]:
    """One statement less, or one compound statement replaced by what is in it, at any depth."""
    for index, one in enumerate(body):
        before, after = body[:index], body[index + 1 :]
        yield before + after
        if isinstance(one, Line):
            continue
        for position, (header, inner) in enumerate(one.arms):
            if "func()" not in header:
                yield before + inner + after
            if position > 0:
                fewer = one.arms[:position] + one.arms[position + 1 :]
                yield (*before, replace(one, arms=fewer), *after)
            for smaller in _without_one(inner):
                arms = (*one.arms[:position], (header, smaller), *one.arms[position + 1 :])
                yield (*before, replace(one, arms=arms), *after)


def _without_name(body: Body, name: str) -> Body:
    """No statement that mentions a name."""
    word = re.compile(rf"\b{name}\b")
    made: list[Line | Block] = []
    for one in body:
        if isinstance(one, Line):
            if not word.search(one.text):
                made.append(one)
        elif not any(word.search(text) for text in (one.opening, *(header for header, _ in one.arms))):
            made.append(replace(one, arms=tuple((header, _without_name(inner, name)) for header, inner in one.arms)))
    return tuple(made)


def shape(one: Disagreement) -> str:
    """What two disagreements have in common that differ in names and numbers only."""
    known: dict[str, str] = {}
    named = re.sub(r"\b[a-zA-Z]+\d+\b", lambda m: known.setdefault(m[0], f"v{len(known)}"), text_of(one.routine))
    return f"{one.kind} {one.what} {_NUMBER.sub('', named)}"
