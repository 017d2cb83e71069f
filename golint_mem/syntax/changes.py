"""What changed in a file since it was analysed: its declarations that read as before, and how far they have moved.

A file that is being edited is cut in two: what changed, where findings are looked for, and the rest, which is there to
be asked about. Each has blanks where the other one has text, so that every byte stays at its place: that of now in what
changed, that of before in the rest.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from golint_mem.findings import Finding, Place, Step
from golint_mem.project.package import GoFile, Package
from golint_mem.syntax.go import GoTree, parse

_REST = "#rest.go"
_HEAD = frozenset({"package_clause", "import_declaration"})
_TEXT = re.compile(rb"[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A declaration at the top level that reads as before: where it started, where it starts now, and its length."""

    before: int
    now: int
    size: int
    line_before: int
    lines: int
    moved: int


@dataclass(frozen=True)
class Change:
    """A file before and now, its declarations that did not change in the order that they had, and where imports end."""

    before: bytes
    now: bytes
    pieces: tuple[Piece, ...]
    head_before: int
    head: int

    @property
    def changed(self) -> bytes:
        """The file as it is now, with blanks for what did not change."""
        return _blanked(self.now, sorted((one.now, one.now + one.size) for one in self.pieces))

    @property
    def rest(self) -> bytes:
        """The file as it was before, with blanks for what has changed; it is the same while one function is edited."""
        ends = [self.head_before, *(one.before + one.size for one in self.pieces)]
        starts = [*(one.before for one in self.pieces), len(self.before)]
        return _blanked(self.before, list(zip(ends, starts, strict=True)))

    def piece(self, line: int) -> Piece | None:
        """The piece that a line was in."""
        index = bisect_right(self.pieces, line, key=lambda one: one.line_before) - 1
        found = self.pieces[index] if index >= 0 else None
        return found if found is not None and line <= found.line_before + found.lines else None

    def moved(self, place: Place) -> Place | None:
        """A place of before as it is now; None where the text around it has changed."""
        piece = self.piece(place.line)
        if piece is None:
            return self._at_the_edges(place)
        return _shifted(place, piece.moved, piece.now - piece.before)

    def _at_the_edges(self, place: Place) -> Place | None:
        """A place outside of the pieces as it is now, where it stands before or after all that has changed."""
        if place.end <= self._start:
            return place
        if place.start < len(self.before) - self._end:
            return None
        lines = self.now.count(b"\n") - self.before.count(b"\n")
        return _shifted(place, lines, len(self.now) - len(self.before))

    @cached_property
    def _start(self) -> int:
        """How many bytes of whole lines both states of the file begin with."""
        shared = _shared(self.before, self.now)
        return self.before.rfind(b"\n", 0, shared) + 1

    @cached_property
    def _end(self) -> int:
        """How many bytes of whole lines both states of the file end with."""
        most = min(len(self.before), len(self.now)) - self._start
        shared = _shared(self.before[::-1][:most], self.now[::-1][:most])
        at = self.before.find(b"\n", max(len(self.before) - shared - 1, 0))
        return len(self.before) - at - 1 if at >= 0 else 0


def _shifted(place: Place, lines: int, size: int) -> Place:
    return replace(
        place,
        line=place.line + lines,
        end_line=place.end_line + lines,
        start=place.start + size,
        end=place.end + size,
    )


def _shared(one: bytes, other: bytes) -> int:
    """How many bytes two texts have in common at their starts."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == other[low:middle] else (low, middle - 1)
    return low


def change(before: bytes, now: bytes) -> Change:
    """What of a file reads as before."""
    old = _parsed(before)
    head_before = _head(old)
    head = head_before if now.startswith(before[:head_before]) else _head(parse("", now))
    pieces, last = [], head
    for node in old.top:
        text = before[node.start_byte : node.end_byte]
        if node.type in _HEAD or node.type == "comment" or node.has_error:
            continue
        at = _find(now, text, last)
        if at < 0:
            at = _find(now, text, head)
        if at < 0:
            continue
        last = max(last, at + len(text))
        line = node.start_point[0] + 1
        moved = now.count(b"\n", 0, at) + 1 - line
        pieces.append(Piece(node.start_byte, at, len(text), line, text.count(b"\n"), moved))
    return Change(before, now, tuple(pieces), head_before, head)


def _find(source: bytes, text: bytes, start: int) -> int:
    """Where a declaration stands on lines of its own."""
    at = source.find(text, start)
    while at >= 0:
        end = at + len(text)
        if source[at - 1 : at] in (b"", b"\n") and source[end : end + 1] in (b"", b"\n", b"\r"):
            return at
        at = source.find(text, at + 1)
    return -1


def _head(tree: GoTree) -> int:
    """Where the imports of a file end."""
    return max((node.end_byte for node in tree.top if node.type in _HEAD), default=0)


@lru_cache(8)
def _parsed(source: bytes) -> GoTree:
    return parse("", source)


def halved(package: Package, changes: Mapping[str, Change]) -> Package:
    """A package whose changed files are cut in two: what changed, and a file that nobody asks about."""
    files: list[GoFile] = []
    for file in package.files:
        known = changes.get(file.path)
        files += (file,) if known is None or file.path not in package.named else _halves(file, known)
    return replace(package, files=tuple(files))


def _halves(file: GoFile, known: Change) -> tuple[GoFile, GoFile]:
    rest = replace(file, source=known.rest, path=file.path.removesuffix(".go") + _REST)
    return replace(file, source=known.changed), rest


def _blanked(source: bytes, ranges: list[tuple[int, int]]) -> bytes:
    """A source with blanks for the text in some ranges."""
    parts, last = [], 0
    for start, end in ranges:
        if start >= last:
            parts += [source[last:start], _TEXT.sub(lambda found: b" " * len(found[0]), source[start:end])]
            last = end
    return b"".join([*parts, source[last:]])


def joined(finding: Finding, changes: Mapping[str, Change]) -> Finding | None:
    """A finding in what changed, with the steps in the rest at their places in the file; None for one in the rest."""

    def now(place: Place) -> Place:
        path = place.path.replace(_REST, ".go")
        return changes[path].moved(replace(place, path=path)) or replace(place, path=path)

    if finding.place.path.endswith(_REST):
        return None
    return _with_places(finding, lambda place: now(place) if place.path.endswith(_REST) else place)


def moved(finding: Finding, changes: Mapping[str, Change], fresh: Set[tuple[str, ...]]) -> Finding | None:
    """A finding of before as it is now; None where it is to be found anew, or was.

    What was found in a function that has changed is kept where other functions are part of the proof, as it is not
    found without them. A step in what has changed may stay where it was, but nothing is repaired there any more.
    """

    def now(place: Place) -> Place | None:
        known = changes.get(place.path)
        return place if known is None else known.moved(place)

    def same(place: Place) -> bool:
        return place.path not in changes or changes[place.path].piece(place.line) is not None

    steps = (*finding.related, *(step for thread in finding.threads for step in thread))
    kept = same(finding.place) or any(same(step.place) for step in steps)
    if not kept or now(finding.place) is None or what(finding) in fresh:
        return None
    fixes = tuple(fix for fix in finding.fixes if all(now(edit.place) is not None for edit in fix.edits))
    return _with_places(replace(finding, fixes=fixes), lambda place: now(place) or place)


def what(finding: Finding) -> tuple[str, ...]:
    """What two findings have in common that say the same of one function."""
    return finding.code, finding.place.path, finding.function, finding.subject


def _with_places(finding: Finding, now: Callable[[Place], Place]) -> Finding:
    """A finding with other places."""

    def steps(all_: tuple[Step, ...]) -> tuple[Step, ...]:
        return tuple(replace(step, place=now(step.place)) for step in all_)

    edits = (tuple(replace(edit, place=now(edit.place)) for edit in fix.edits) for fix in finding.fixes)
    fixes = tuple(replace(fix, edits=new) for fix, new in zip(finding.fixes, edits, strict=True))
    threads, related = tuple(map(steps, finding.threads)), steps(finding.related)
    return replace(finding, place=now(finding.place), threads=threads, related=related, fixes=fixes)
