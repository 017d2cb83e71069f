"""What changed in a file since it was analysed: its declarations that read as before, and how far they have moved.

A file that is being edited is cut in two: what changed, where findings are looked for, and the rest, which is there to
be asked about. Each has blanks where the other one has text, so that every byte stays at its place: that of now in what
changed, that of before in the rest.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

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


@dataclass(frozen=True, slots=True)
class Change:
    """A file before and now, its declarations that did not change in the order that they had, and where imports end."""

    before: bytes
    now: bytes
    pieces: tuple[Piece, ...]
    head_before: int
    head: int

    @property
    def same_head(self) -> bool:
        """Whether what stands before the first declaration reads as before."""
        return self.before[: self.head_before] == self.now[: self.head]

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
            return place if self.same_head and place.end <= self.head else None
        bytes_ = piece.now - piece.before
        return replace(
            place,
            line=place.line + piece.moved,
            end_line=place.end_line + piece.moved,
            start=place.start + bytes_,
            end=place.end + bytes_,
        )


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


def moved(finding: Finding, changes: Mapping[str, Change]) -> Finding | None:
    """A finding of before as it is now; None where its own text has changed.

    A step in what has changed stays where it was, but nothing is repaired there any more.
    """

    def now(place: Place) -> Place | None:
        known = changes.get(place.path)
        return place if known is None else known.moved(place)

    if now(finding.place) is None:
        return None
    fixes = tuple(fix for fix in finding.fixes if all(now(edit.place) is not None for edit in fix.edits))
    return _with_places(replace(finding, fixes=fixes), lambda place: now(place) or place)


def _with_places(finding: Finding, now: Callable[[Place], Place]) -> Finding:
    """A finding with other places."""

    def steps(all_: tuple[Step, ...]) -> tuple[Step, ...]:
        return tuple(replace(step, place=now(step.place)) for step in all_)

    edits = (tuple(replace(edit, place=now(edit.place)) for edit in fix.edits) for fix in finding.fixes)
    fixes = tuple(replace(fix, edits=new) for fix, new in zip(finding.fixes, edits, strict=True))
    threads, related = tuple(map(steps, finding.threads)), steps(finding.related)
    return replace(finding, place=now(finding.place), threads=threads, related=related, fixes=fixes)
