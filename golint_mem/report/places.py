"""What every format needs to know of a place: its text, its columns in characters, its severity."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from golint_mem.findings import Confidence, Edit, Finding, Place, Report, RuleInfo

_BOM = b"\xef\xbb\xbf"
LEVELS = ("error", "warning", "note")
HOME = "https://github.com/golint-mem/golint-mem"


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one file, without their line ends; `skipped` counts the bytes of a byte-order mark before them."""

    raw: tuple[bytes, ...]
    skipped: int = 0

    @classmethod
    def of(cls, source: bytes) -> Lines:
        """Split a file as Go does: at every line feed. A byte-order mark is no part of the text."""
        skipped = len(_BOM) if source.startswith(_BOM) else 0
        return cls(tuple(line.removesuffix(b"\r") for line in source[skipped:].split(b"\n")), skipped)

    @property
    def last(self) -> int:
        """Number of the last line that has text, or 1."""
        return max(len(self.raw) - (not self.raw[-1]), 1)

    def text(self, line: int) -> str:
        """The text of a line; empty beyond the end."""
        return self.raw[line - 1].decode("utf-8", "replace") if 1 <= line <= len(self.raw) else ""

    def column(self, line: int, column: int) -> int:
        """The 1-based character column of a 1-based byte column."""
        if not 1 <= line <= len(self.raw):
            return max(column, 1)
        before = max(column - (self.skipped if line == 1 else 0), 1) - 1
        return 1 + len(self.raw[line - 1][:before].decode("utf-8", "replace"))

    def between(self, place: Place) -> str:
        """The text of a place."""
        first, last = self.column(place.line, place.column), self.column(place.end_line, place.end_column)
        if place.line >= place.end_line:
            return self.text(place.line)[first - 1 : last - 1]
        inner = [self.text(line) for line in range(place.line + 1, place.end_line)]
        return "\n".join([self.text(place.line)[first - 1 :], *inner, self.text(place.end_line)[: last - 1]])


class Sources:
    """The lines of the files of a report, each split once."""

    def __init__(self, sources: Mapping[str, bytes]) -> None:
        self._sources = sources
        self._lines: dict[str, Lines] = {}

    def lines(self, path: str) -> Lines | None:
        """The lines of a file; None where the report does not hold it."""
        if path not in self._sources:
            return None
        if path not in self._lines:
            self._lines[path] = Lines.of(self._sources[path])
        return self._lines[path]

    def in_characters(self, place: Place) -> tuple[int, int, int, int]:
        """Line, column, end line and end column of a place, the columns in characters and the end never before."""
        end_line = max(place.end_line, place.line, 1)
        lines = self.lines(place.path) or Lines(())
        column, end = lines.column(place.line, place.column), lines.column(end_line, place.end_column)
        return max(place.line, 1), column, end_line, max(end, column) if end_line == place.line else end

    def placed(self, edit: Edit) -> Place:
        """The place of an edit, its lines and columns worked out from its offsets where the file is at hand."""
        source = self._sources.get(edit.place.path)
        if source is None:
            return edit.place
        line, column = _position(source, edit.place.start)
        end_line, end_column = _position(source, edit.place.end)
        return Place(edit.place.path, line, column, end_line, end_column, edit.place.start, edit.place.end)


def _position(source: bytes, offset: int) -> tuple[int, int]:
    return source.count(b"\n", 0, offset) + 1, offset - source.rfind(b"\n", 0, offset)


def all_findings(report: Report) -> tuple[Finding, ...]:
    """The findings to act on, then those that were there before, then those that are waved through."""
    return (*report.findings, *report.known, *report.suppressed)


def rules_by_code(report: Report) -> dict[str, RuleInfo]:
    """The rules of a report, with a stand-in for every rule that only a finding names."""
    rules = {rule.code: rule for rule in report.rules}
    for finding in all_findings(report):
        if finding.code not in rules:
            rules[finding.code] = RuleInfo(finding.code, finding.code, finding.code, "warning", "medium", {})
    return rules


def level_of(finding: Finding, rule: RuleInfo) -> str:
    """`error`, `warning` or `note`; what is only possible is never more than a note."""
    return "note" if finding.confidence is Confidence.POSSIBLE else rule.level


def escaped(text: str, keep: str = "") -> str:
    """`text` with every character that a terminal could obey, and every lone surrogate, written as an escape.

    So is `##[`, with which a line of a build log on GitHub gives orders wherever it stands.
    """
    text = text.replace("##[", "\\x23#[")
    return "".join(c if c in keep or not _obeyed(c) else c.encode("unicode_escape").decode() for c in text)


def _obeyed(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
