"""Comparing what happened with what was said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from .program import Routine, Source
from .run import Observed
from .verdict import Reported

MISSED = "missed"
FALSE = "false"


@dataclass(frozen=True)
class Disagreement:
    """One line of one routine on which the analysis and the run disagree.

    `kind` is `missed` or `false`, `what` is `leak`, `after free` or `other`; `line` counts from the routine's header,
    which is line 1; `note` tells the input that shows it, or the finding that is false.
    """

    routine: Routine
    kind: str
    what: str
    line: int
    statement: str
    note: str

    @property
    def title(self) -> str:
        """What it is, in one line."""
        return f"{self.kind} {self.what} at line {self.line} `{self.statement}` ({self.note})"


def compare(
    routine: Routine, source: Source, observed: Observed, reported: Reported, tally: Counter[str]
) -> list[Disagreement]:
    """The disagreements on one routine; all that is agreed on goes to the tally."""
    tally["programs"] += 1
    tally["runs"] += observed.runs
    if observed.cut or reported.bounded:
        tally["undecided programs"] += 1
        return []
    lines = source.plain.splitlines()
    first, last = source.spans[routine.name]
    tally["allocations"] += sum(map(_allocates, lines[first - 1 : last]))
    events = observed.after | observed.twice
    if "stale" in routine.features:
        events |= observed.moved
    explained = _overwritten(observed, reported, lines)
    tally["agreed leak"] += len(explained)
    leaks = {line: text for line, text in observed.leaks.items() if line not in explained}
    found = [
        *_differences("leak", leaks, reported.leaks, reported, tally),
        *_differences("after free", events, reported.after, reported, tally),
        *((FALSE, "other", int(one.split(":")[0]), one.partition(" ")[2]) for one in reported.others),
    ]
    found = [one for one in found if one[0] == MISSED or one[2] not in observed.moved]
    found = [one for one in found if one[0] == MISSED or _is_reached(one[2], observed, tally)]
    tally["late frees (GM103)"] += len(reported.late)
    for kind, what, _, _ in found:
        tally[f"{kind} {what}"] += 1
    return [Disagreement(routine, k, what, n - first + 1, lines[n - 1].strip(), note) for k, what, n, note in found]


def _differences(
    what: str, observed: dict[int, str], reported: dict[int, set[str]], verdict: Reported, tally: Counter[str]
) -> Iterator[tuple[str, str, int, str]]:
    for line in sorted({*observed, *reported}):
        if line in observed and line in reported:
            tally[f"agreed {what}"] += 1
        elif line in observed and line in verdict.hedged:
            tally[f"hedged {what}"] += 1
        elif line in observed:
            yield MISSED, what, line, f"input {observed[line]}"
        else:
            yield FALSE, what, line, " ".join(sorted(reported[line]))


def _overwritten(observed: Observed, reported: Reported, lines: list[str]) -> set[int]:
    """The allocations that GM104 speaks of without naming them: it names one of those that an assignment overwrites."""
    names = {_assigned(lines[line - 1]) for line in reported.overwriting}
    missed = observed.leaks.keys() - reported.leaks.keys()
    return {line for line in missed if _assigned(lines[line - 1]) in names}


def _assigned(line: str) -> str:
    """The first name that a line assigns to; the empty string if it is no assignment."""
    found = re.match(r"\s*([\w.]+)(?:, \w+)? :?= ", line)
    return found[1] if found else ""


def _is_reached(line: int, observed: Observed, tally: Counter[str]) -> bool:
    """Whether a line is run at all: what is said of dead code is neither right nor wrong."""
    reached = line in observed.reached
    tally["findings in dead code"] += not reached
    return reached


def _allocates(line: str) -> bool:
    return any(name in line for name in MAKERS)


MAKERS = (
    "C.CString(", "C.malloc(", "C.calloc(", "C.c_text(", "C.c_buffer(", "C.c_wrapped(", "makeText(", "makeBuffer(",
    "makeTwice(", "tryText(", "tryNil(",
)  # fmt: skip
"""What allocates, in the routines."""
