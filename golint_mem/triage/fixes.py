"""Applying the fixes that findings carry."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from golint_mem.findings import Edit, Finding, Fix, Report


@dataclass(frozen=True, slots=True)
class Applied:
    """The new bytes of every file that changes, and the findings that the changes mend."""

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...]


def apply(report: Report) -> dict[str, bytes]:
    """The new bytes of every file that the report's fixes change; a fix that overlaps an earlier one is left out."""
    return dict(plan(report).files)


def plan(report: Report) -> Applied:
    """Each finding's first fix, applied whole or not at all, in the order of the report."""
    taken: dict[str, list[Edit]] = {}
    mended = []
    for finding in report.findings:
        if finding.fixes and _take(finding.fixes[0], taken, report.sources):
            mended.append(finding)
    files = {path: _edited(report.sources[path], edits) for path, edits in sorted(taken.items())}
    return Applied({path: new for path, new in files.items() if new != report.sources[path]}, tuple(mended))


def _take(fix: Fix, taken: dict[str, list[Edit]], sources: Mapping[str, bytes]) -> bool:
    """Add a fix's edits to those taken; False where one of them cannot stand beside these."""
    new: list[Edit] = []
    for edit in dict.fromkeys(fix.edits):
        path = edit.place.path
        if path not in sources or not 0 <= edit.place.start <= edit.place.end <= len(sources[path]):
            return False
        others = taken.get(path, [])
        if any(_same(edit, other) for other in others):
            continue
        if any(_overlap(edit, other) for other in (*others, *(e for e in new if e.place.path == path))):
            return False
        new.append(edit)
    for edit in new:
        taken.setdefault(edit.place.path, []).append(edit)
    return bool(fix.edits)


def _same(one: Edit, other: Edit) -> bool:
    return _span(one) == _span(other) and one.text == other.text


def _span(edit: Edit) -> tuple[int, int]:
    return edit.place.start, edit.place.end


def _overlap(one: Edit, other: Edit) -> bool:
    """True where the edits touch the same bytes, or one inserts inside or at the start of what the other replaces.

    Two insertions at one place stand behind each other, in the order of the report.
    """
    (start, end), (other_start, other_end) = _span(one), _span(other)
    if start == other_start:
        return end > start or other_end > other_start
    return start < other_end and other_start < end


def _edited(source: bytes, edits: Iterable[Edit]) -> bytes:
    for edit in sorted(edits, key=_span)[::-1]:
        source = source[: edit.place.start] + edit.text.encode() + source[edit.place.end :]
    return source


def diff(report: Report) -> str:
    """What `apply` would change, as one unified diff."""
    return "".join(line for path, new in apply(report).items() for line in _diff(path, report.sources[path], new))


def _diff(path: str, old: bytes, new: bytes) -> Iterator[str]:
    before, after = _lines(old), _lines(new)
    for line in difflib.unified_diff(before, after, f"a/{path}", f"b/{path}"):
        yield line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"


def _lines(source: bytes) -> list[str]:
    """The lines with their ends, split at line feeds only; bytes that are not UTF-8 come out as they went in."""
    parts = source.decode("utf-8", "surrogateescape").split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
