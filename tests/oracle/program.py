"""Programs as trees of statements, and their two renderings: as the analysis reads them, and as they are run.

Both renderings have the same lines. The one that is run says before each statement, on its line, which line it is:
`at(12); C.free(p)`. That is all the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

GO = Path(__file__).parent / "go"
PRELUDE = (GO / "prelude.go").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Line:
    """A simple statement. `fallible` says that the allocation in it may fail, as the input decides."""

    text: str
    fallible: bool = False


@dataclass(frozen=True)
class Block:
    """A compound statement: arms, each of a header and statements, and what closes the last arm.

    `if`/`else` has two arms, a loop one, a `switch` one per case and an opening that stands before the first.
    """

    arms: tuple[tuple[str, Body], ...]
    closing: str = "}"
    opening: str = ""


Body = tuple[Line | Block, ...]


@dataclass(frozen=True)
class Routine:
    """One generated function: its parameters (all bool), its results as written, and its statements."""

    name: str
    parameters: tuple[str, ...]
    results: str
    body: Body
    seed: int = 0
    features: frozenset[str] = field(default_factory=frozenset)

    @property
    def header(self) -> str:
        """The line that the function starts with."""
        taken = f"{', '.join(self.parameters)} bool" if self.parameters else ""
        return f"func {self.name}({taken}) {self.results}".rstrip() + " {"


@dataclass(frozen=True)
class Source:
    """A file of several routines in both renderings, and the lines at which each routine starts and ends."""

    plain: str
    instrumented: str
    spans: dict[str, tuple[int, int]]

    def routine_at(self, line: int) -> str:
        """The name of the routine that a line belongs to; the empty string for the prelude."""
        return next((name for name, (first, last) in self.spans.items() if first <= line <= last), "")


def render(routines: list[Routine]) -> Source:
    """The file that holds the prelude and the routines."""
    plain = PRELUDE.splitlines()
    instrumented = list(plain)
    spans = {}
    for routine in routines:
        plain.append("")
        instrumented.append("")
        first = len(plain) + 1
        for text, mark in [(routine.header, ""), *_lines(routine.body, 1), ("}", "")]:
            plain.append(text)
            instrumented.append(_instrument(text, mark, len(plain)))
        spans[routine.name] = first, len(plain)
    return Source("\n".join(plain) + "\n", "\n".join(instrumented) + "\n", spans)


def text_of(routine: Routine) -> str:
    """A routine as Go source."""
    return "\n".join([routine.header, *(text for text, _ in _lines(routine.body, 1)), "}"]) + "\n"


def _lines(body: Body, depth: int) -> Iterator[tuple[str, str]]:
    """The lines of statements, each with the name of the function that marks it in the instrumented rendering."""
    indent = "\t" * depth
    for one in body:
        if isinstance(one, Line):
            label = one.text.endswith(":")
            yield indent + one.text, "" if label else "fail" if one.fallible else "at"
            continue
        if one.opening:
            yield indent + one.opening, ""
        for header, inner in one.arms:
            yield indent + header, "at" if header.startswith("if ") and " := " in header else ""
            yield from _lines(inner, depth + 1)
        yield indent + one.closing, ""


def _instrument(text: str, mark: str, number: int) -> str:
    if not mark:
        return text
    bare = text.lstrip("\t")
    indent = text[: len(text) - len(bare)]
    if bare.startswith("defer ") and not bare.startswith("defer func"):
        return f"{indent}{mark}({number}); {bare}; defer at({number})"
    inner = bare.replace("func() { ", f"func() {{ at({number}); ", 1) if bare.startswith("defer func") else bare
    return f"{indent}{mark}({number}); {inner}"


def table(routines: list[Routine]) -> str:
    """The file that tells the driver how to call each routine and what to do with its results."""
    calls = "\n".join(f'\t{{"{one.name}", func() {{ {_call(one)} }}}},' for one in routines)
    return f"package main\n\nvar routines = []routine{{\n{calls}\n}}\n"


def _call(routine: Routine) -> str:
    arguments = ", ".join("flip(0)" for _ in routine.parameters)
    call = f"{routine.name}({arguments})"
    kinds = [one.split()[-1] for one in routine.results.strip("()").split(",") if one.strip()]
    if not any(kind in OWNERS for kind in kinds):
        return call
    names = [f"r{index}" if kind in OWNERS else "_" for index, kind in enumerate(kinds)]
    owned = [f"{OWNERS[kind]}(r{index})" for index, kind in enumerate(kinds) if kind in OWNERS]
    return f"{', '.join(names)} := {call}; {'; '.join(owned)}"


OWNERS = {"*C.char": "own", "unsafe.Pointer": "ownRaw"}
"""The result types that carry memory, and the function of the driver that takes it."""
