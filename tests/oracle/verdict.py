"""What the analysis says of the same routines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from golint_mem.findings import Confidence, Finding, Report
from golint_mem.pipeline import check
from golint_mem.settings import Settings

from .program import Routine, Source, render

LEAKS = frozenset({"GM101", "GM102", "GM104", "GM109"})
OVERWRITTEN = "GM104"
AFTER_FREE = "GM105"
DEFERRED_IN_LOOP = "GM103"
"""Not a leak at the function's end: the memory is freed, only late."""


@dataclass
class Reported:
    """The verdict on one routine.

    `leaks` has the lines of the allocations that are said to leak and the codes that say so, `after` the lines at which
    something freed is said to be used or freed again. `overwriting` has the assignments that are said to lose memory,
    `late` the deferred calls in loops. `hedged` has the same of findings that are only possible.
    `others` holds findings of rules that have nothing to say of such programs. `bounded` says that the analysis gave
    up before the end.
    """

    leaks: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    after: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    hedged: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    overwriting: set[int] = field(default_factory=set)
    late: set[int] = field(default_factory=set)
    others: list[str] = field(default_factory=list)
    bounded: bool = False


def analyse(routines: list[Routine], folder: Path) -> dict[str, Reported]:
    """The verdict on each routine, all of them in one file in an empty folder."""
    source = render(routines)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "go.mod").write_text("module oracle\n\ngo 1.22\n", encoding="utf-8")
    (folder / "routines.go").write_text(source.plain, encoding="utf-8")
    report = check(Settings(root=folder, show_possible=True, select=("cgo",)))
    found = verdicts(report.findings, source)
    _read_notifications(report, source, found)
    return found


def verdicts(findings: Iterable[Finding], source: Source) -> dict[str, Reported]:
    """Findings by routine."""
    found = {name: Reported() for name in source.spans}
    for finding in findings:
        name = source.routine_at(finding.place.line)
        if name:
            _sort_in(finding, found[name])
    return found


def _sort_in(finding: Finding, into: Reported) -> None:
    origin = finding.related[0].place.line if finding.related else finding.place.line
    if finding.code not in LEAKS | {AFTER_FREE, DEFERRED_IN_LOOP}:
        into.others.append(f"{finding.place.line}: {finding.code} {finding.message}")
    elif finding.code == DEFERRED_IN_LOOP:
        into.late.add(finding.place.line)
    elif finding.confidence is Confidence.POSSIBLE:
        into.hedged[finding.place.line if finding.code == AFTER_FREE else origin].add(finding.code)
    elif finding.code == AFTER_FREE:
        into.after[finding.place.line].add(finding.code)
    else:
        into.leaks[origin].add(finding.code)
        into.overwriting |= {finding.place.line} if finding.code == OVERWRITTEN else set()


def _read_notifications(report: Report, source: Source, found: dict[str, Reported]) -> None:
    for note in report.notifications:
        name = source.routine_at(note.line)
        if note.kind == "bound-hit" and name:
            found[name].bounded = True
        elif name or note.level != "note":
            raise RuntimeError(f"{note.path}:{note.line}: {note.kind}: {note.message}")
