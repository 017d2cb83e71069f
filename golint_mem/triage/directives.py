"""The comments with which source code waves findings through: `//nolint` and `//lint:ignore`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice

from golint_mem.findings import Finding, Notification, Place, Suppression
from golint_mem.project.package import GoFile
from golint_mem.syntax.comments import LineComment, line_comments
from golint_mem.syntax.go import parse

TOOL = "golint-mem"
MAX_COMMENTS = 2_000  # of one file; a person writes fewer
_HINT = re.compile(rb"//[ \t]*(?:nolint|lint:)")
_WORDS = r"[\w*?.-]+(?:[ \t]*,[ \t]*[\w*?.-]+)*"
_NOLINT = re.compile(rf"[ \t]*nolint(?P<names>:[ \t]*(?:{_WORDS})?)?(?P<rest>(?:[ \t]|//|$).*)")
_IGNORE = re.compile(r"lint:(?P<file>file-)?ignore(?:[ \t]+(?P<names>\S+)(?:[ \t]+(?P<reason>\S.*))?)?[ \t]*$")
_OUR_CODE = re.compile(r"gm[\d*?]*$")
_WHOLE_FILE = (1, 1 << 30)


@dataclass(frozen=True, slots=True)
class Directive:
    """One comment: the words that name rules, in lower case (none stands for all), and the lines it reaches."""

    place: Place
    names: tuple[str, ...]
    reason: str
    first: int
    last: int

    @property
    def is_ours(self) -> bool:
        """Whether it names this program, or its rules by their code."""
        return any(name == TOOL or _OUR_CODE.match(name) for name in self.names)

    def covers(self, finding: Finding, names: frozenset[str]) -> bool:
        """Whether it waves a finding through; `names` is what the finding's rule may be called, in lower case."""
        place = finding.place
        return place.line <= self.last and self.first <= place.end_line and self.means(names)

    def means(self, names: frozenset[str]) -> bool:
        """Whether it is about a rule that may be called so."""
        if not self.names:
            return True
        return any(word in (TOOL, "all") or any(fnmatchcase(name, word) for name in names) for word in self.names)

    @property
    def suppression(self) -> Suppression:
        """What the reports say of it."""
        return Suppression("inSource", self.reason, self.place)


def directives(file: GoFile) -> tuple[list[Directive], list[Notification]]:
    """The directives of a file, and what is wrong with those that cannot be followed."""
    found: list[Directive] = []
    wrong: list[Notification] = []
    if _HINT.search(file.source):
        for comment in islice(line_comments(parse(file.path, file.source), _HINT), MAX_COMMENTS):
            made = _directive(comment)
            if isinstance(made, Directive):
                found.append(made)
            elif made:
                wrong.append(Notification("malformed-suppression", made, "warning", file.path, comment.place.line))
    return found, wrong


def _directive(comment: LineComment) -> Directive | str | None:
    """The directive in a comment, or what is wrong with it; None where there is none for us."""
    if nolint := _NOLINT.match(comment.text):
        return _nolint(comment, nolint)
    ignore = _IGNORE.match(comment.text)
    return _ignore(comment, ignore) if ignore else None


def _nolint(comment: LineComment, match: re.Match[str]) -> Directive | str | None:
    """A directive in golangci-lint's words; one above or beside the package clause is about the whole file."""
    names, rest = _words((match["names"] or "")[1:]), match["rest"].strip()
    if not names and (match["names"] or (rest and not rest.startswith("//"))):
        return "nolint names no linter; it suppresses nothing" if match["names"] else None
    first, last = _WHOLE_FILE if comment.heads else (comment.first, comment.last)
    return Directive(comment.place, names, rest.removeprefix("//").strip(), first, last)


def _ignore(comment: LineComment, match: re.Match[str]) -> Directive | str | None:
    """A directive in staticcheck's words, which want a reason."""
    first, last = _WHOLE_FILE if match["file"] else (comment.first, comment.last)
    made = Directive(comment.place, _words(match["names"] or ""), match["reason"] or "", first, last)
    if made.names and made.reason:
        return made
    return "lint:ignore wants a reason behind the codes; it suppresses nothing" if made.is_ours else None


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip().lower() for word in text.split(",") if word.strip())


def unused(directives: Iterable[Directive]) -> Iterator[Notification]:
    """What is said of directives that wave nothing through."""
    for one in directives:
        message = f"nothing to suppress here: {', '.join(one.names)}"
        yield Notification("unused-suppression", message, "warning", one.place.path, one.place.line)
