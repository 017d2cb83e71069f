"""Hold the claims of findings against what the compiler said."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from golint_mem.evidence.messages import Message, Reading, Verb, read
from golint_mem.findings import Claim, Confidence, Evidence, Finding, Place, Step
from golint_mem.project.package import GoFile

_DIRECTIVE = re.compile(rb"^//line (.*?):(\d+)(?::(\d+))?[ \t\r]*$|/\*line (.*?):(\d+)(?::(\d+))?\*/", re.M)
_WORD = re.compile(rb"\w+|\W")
_CGO_SHIFT = 2  # cgo rewrites `C.name` and `&x` inside a line, and gives columns back only nearly
_NO_REASON = frozenset({"spill"})


class Source:
    """A Go file as the compiler sees it: where its lines claim to stand."""

    def __init__(self, root: Path, file: GoFile) -> None:
        self.file = file
        self.path = os.path.realpath(root / file.path)
        self.cgo = b'import "C"' in file.source

    def said(self, line: int) -> tuple[str, int]:
        """The path and the line by which the compiler names a line of the file."""
        starts = [start for start, _, _ in self._directives]
        index = bisect_right(starts, line) - 1
        if index < 0:
            return self.path, line
        start, path, number = self._directives[index]
        return path, number + line - start

    def names(self) -> Iterator[str]:
        """The paths by which the compiler may call the file."""
        yield self.path
        yield from (path for _, path, _ in self._directives)

    @cached_property
    def _directives(self) -> list[tuple[int, str, int]]:
        """The `//line` directives: the first line each of them speaks of, the path and the number it gives it."""
        if b"line " not in self.file.source:
            return []
        found = []
        for match in _DIRECTIVE.finditer(self.file.source):
            name, number = (match[1], match[2]) if match[1] is not None else (match[4], match[5])
            row = self.file.source.count(b"\n", 0, match.start()) + (2 if match[1] is not None else 1)
            path = Path(self.path).parent / os.fsdecode(name)
            found.append((row, os.path.realpath(path), int(number)))
        return found

    def place(self, line: int, column: int) -> Place:
        """The word that stands at a position."""
        lines = self.file.source.split(b"\n")
        text = lines[line - 1] if 0 < line <= len(lines) else b""
        word = _WORD.match(text, max(column - 1, 0))
        return Place(self.file.path, line, max(column, 1), line, max(column, 1) + (len(word[0]) if word else 1))


@dataclass
class Verdicts:
    """The compiler's messages by place, and the files it compiled."""

    sources: Mapping[str, Source]
    compiled: set[Path] = field(default_factory=set)
    reading: Reading = field(default_factory=Reading)
    _messages: dict[tuple[str, int], dict[tuple[Message, Path], None]] = field(default_factory=dict)

    @cached_property
    def _by_path(self) -> dict[str, Source]:
        return {source.path: source for source in self.sources.values()}

    def listen(self, module: Path, paths: Iterable[str]) -> Callable[[Iterator[str]], None]:
        """What takes the compiler's lines, printed in the folder of a module, and keeps those about some files."""
        wanted = set(paths)

        def resolved(path: str) -> str:
            return os.path.realpath(module / path)

        def take(lines: Iterator[str]) -> None:
            for message in read(lines, self.reading, lambda path: resolved(path) in wanted):
                key = resolved(message.path), message.line
                self._messages.setdefault(key, {})[replace(message, package=""), module] = None

        return take

    def judged(self, finding: Finding) -> Finding | None:
        """The finding as the compiler leaves it: confirmed, refuted (None, or lowered), or as it was."""
        claim = finding.claim
        if claim is None or not self._is_compiled(finding.place.path):
            return finding
        said = self._said(claim, finding.place)
        costs = [steps for cost in claim.costs if (steps := self._said(cost, finding.place))]
        if said and (costs or not claim.costs):
            return replace(
                finding,
                confidence=Confidence.CERTAIN,
                evidence=Evidence.COMPILER,
                threads=(*finding.threads, (*said, *(step for steps in costs for step in steps))),
            )
        if finding.evidence is Evidence.COMPILER:
            return None
        text = f"{finding.message}, but the compiler does not say so"
        return replace(finding, confidence=Confidence.POSSIBLE, message=text)

    def _is_compiled(self, path: str) -> bool:
        source = self.sources.get(path)
        return source is not None and Path(source.path) in self.compiled

    def _said(self, claim: Claim, place: Place) -> tuple[Step, ...]:
        """What the compiler says for a claim about a finding's place, or about another one; empty where it says no."""
        source = self.sources.get(claim.path or place.path)
        if source is None:
            return ()
        where = place if not claim.path else source.place(claim.line, claim.column)
        found = (self._steps(*one, where) for one in self._near(claim, source) if _confirms(one[0], claim))
        return tuple(next(found, ()))

    def _near(self, claim: Claim, source: Source) -> Iterator[tuple[Message, Path]]:
        shift = _CGO_SHIFT if source.cgo else 0
        for message, module in self._messages.get(source.said(claim.line), ()):
            if message.column == 0 or abs(message.column - claim.column) <= shift:
                yield message, module

    def _steps(self, message: Message, module: Path, place: Place) -> Iterator[Step]:
        """The verdict, then why, as far as it stands in files that are part of the run."""
        said = f"{message.verb.value}: {message.subject}"
        if message.verb in (Verb.ESCAPES, Verb.STAYS):
            said = f"{message.subject} {message.verb.value}"
        yield Step(place, f"the compiler says: {said}")
        for reason in message.reasons:
            source = self._by_path.get(os.path.realpath(module / reason.path))
            place = source.place(reason.line, reason.column) if source is not None else place
            if reason.flow:
                yield Step(place, f"flow: {reason.flow}")
            if source is not None and reason.why not in _NO_REASON:
                yield Step(place, f"from {reason.expression} ({reason.why or 'flow'})")


def _confirms(message: Message, claim: Claim) -> bool:
    if message.verb.value not in claim.verbs or not re.fullmatch(claim.subject, message.subject, re.S):
        return False
    if not claim.why or message.verb is Verb.STAYS:
        return True
    reasons = {reason.why for reason in message.reasons}
    return bool(reasons & set(claim.why)) and not reasons - set(claim.why) - _NO_REASON
