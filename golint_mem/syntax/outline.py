"""What a Go file may declare, import and call, read from its bytes alone: what is asked before a file is parsed.

Every answer may hold too much (a name in a comment counts), and for source as gofmt writes it never too little.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Set
from functools import cached_property

_NAME = rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*"
_NAMES = rb"(%s(?:[ \t]*,\s*%s)*)" % (_NAME, _NAME)
_FUNCTION = re.compile(rb"\nfunc[ \t]*(?:\(([^()\n]*)\)[ \t]*)?(%s)[ \t]*[\[(]" % _NAME)
_RECEIVER = re.compile(rb"(%s)[ \t]*(?:\[[^\]]*\])?[ \t]*$" % _NAME)
_SINGLE = tuple(re.compile(rb"\n" + word + rb"[ \t]+" + _NAMES) for word in (b"type", b"var", b"const"))
_GROUPS = re.compile(rb"\n(?:type|var|const)[ \t]*\((\s*\n.*?(?=\n\))|[^\n].*?(?=\nfunc|\Z))", re.S)
_IN_GROUP = re.compile(rb"(?:^|[\n(;])[ \t]*" + _NAMES)
_WORD = re.compile(_NAME)
_IMPORTS = re.compile(rb"import[ \t]*(?:\(([^)]*)|((?:[\w.]+[ \t]+)?[\"`][^\"`\n]+[\"`]))")
_PATH = re.compile(rb"[\"`]([^\"`\n]+)[\"`]")
_ALIAS = re.compile(rb"^[ \t]*(\w+)[ \t]+[\"`]", re.M)
_VERSION = re.compile(rb"[/.]v\d+$")
_CALLED = re.compile(rb"([\w\x80-\xff]+)[\[(]")
_BRACKETS = re.compile(rb"[(\[{}\])]")
_LONGEST_HEAD = 4_000
"""Bytes from the name of a function within which its parameters are expected to end."""
PLAIN_TYPE = rb"(?:bool|string|byte|rune|error|u?int\d*|uintptr|float\d+)"
"""The types of numbers, texts and errors, as a pattern."""
_PLAIN_PIECE = rb"(?:%s(?:,[ \t]*%s)*[ \t]+)?%s" % (_NAME, _NAME, PLAIN_TYPE)
_PLAIN_RESULTS = re.compile(
    rb"[ \t]*(?:%s|\([ \t]*%s(?:,[ \t]*%s)*[ \t]*\))?[ \t]*(?=[{\n/]|\r|\Z)" % (PLAIN_TYPE, _PLAIN_PIECE, _PLAIN_PIECE)
)

_SAME: dict[bytes, bytes] = {}
"""One object for each name that many files call."""


class Outline:
    """The names of one file, as text."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._giving: dict[bytes, bool] = {}

    @cached_property
    def functions(self) -> frozenset[str]:
        """The functions without a receiver."""
        return frozenset(name for receiver, name in self._declared if not receiver)

    @cached_property
    def methods(self) -> frozenset[tuple[str, str]]:
        """The methods, by the name of the receiver's type and their own."""
        return frozenset(pair for pair in self._declared if pair[0])

    @cached_property
    def callable(self) -> frozenset[str]:
        """The names of functions and methods."""
        return frozenset(name for _, name in self._declared)

    @cached_property
    def _declared(self) -> list[tuple[str, str]]:
        found = []
        for _, receiver, _, name in self._heads:
            kind = _RECEIVER.search(receiver)
            found.append((_text(kind[1]) if kind is not None else "", _text(name)))
        return found

    @cached_property
    def _heads(self) -> list[tuple[int, bytes, int, bytes]]:
        """Of each function: where it starts, its receiver as written, where its name starts, and its name."""
        found = _FUNCTION.finditer(self._source)
        return [(one.start(), one[1] or b"", one.start(2), one[2]) for one in found]

    @cached_property
    def others(self) -> frozenset[str]:
        """The names that may be types, variables or constants."""
        listed = [one for pattern in _SINGLE for one in pattern.findall(self._source)]
        listed += [one for group in _GROUPS.findall(self._source) for one in _IN_GROUP.findall(group)]
        return frozenset(_text(name) for one in listed for name in _WORD.findall(one))

    @cached_property
    def imports(self) -> frozenset[str]:
        """The import paths."""
        found: set[bytes] = set()
        for group, single in _IMPORTS.findall(self._source):
            found.update(_PATH.findall(group or single))
        return frozenset(map(_text, found))

    @cached_property
    def packages(self) -> frozenset[bytes]:
        """The names under which the file has what it imports: those that it gives, or the last parts of the paths."""
        listed = [group or single for group, single in _IMPORTS.findall(self._source)]
        named = {name for one in listed for name in _ALIAS.findall(one)}
        return frozenset(named | {_VERSION.sub(b"", path.encode()).rpartition(b"/")[2] for path in self.imports})

    @cached_property
    def calls(self) -> frozenset[bytes]:
        """The names that stand before a parenthesis or a bracket."""
        return frozenset(_SAME.setdefault(name, name) for name in called_in(self._source))

    def holding(self, words: Iterable[bytes]) -> set[bytes]:
        """The names of the functions in which one of these byte strings stands."""
        places: list[int] = []
        for word in words:
            at = self._source.find(word)
            while at >= 0:
                places.append(at)
                at = self._source.find(word, at + len(word))
        return self._around(places)

    def calling(self, names: Set[bytes]) -> set[bytes]:
        """The names of the functions in which one of these names stands before a parenthesis or a bracket."""
        if self.calls.isdisjoint(names):
            return set()
        return {name for name, called in self._callers if not names.isdisjoint(called)}

    @cached_property
    def _callers(self) -> list[tuple[bytes, tuple[bytes, ...]]]:
        """The name of each function, and what stands before a parenthesis or a bracket in it."""
        starts, names = self._spans
        called: list[set[bytes]] = [set() for _ in starts]
        declared = {at for _, _, at, _ in self._heads}
        for found in _CALLED.finditer(self._source, starts[0] if starts else len(self._source)):
            if found.start() not in declared:
                called[bisect_right(starts, found.start()) - 1].add(_SAME.setdefault(found[1], found[1]))
        return [(name, tuple(each)) for name, each in zip(names, called, strict=True)]

    def gives(self, name: bytes) -> bool:
        """Whether a function of this name may return more than numbers, texts and errors."""
        if name not in self._giving:
            heads = (start + len(name) for _, _, start, one in self._heads if one == name)
            self._giving[name] = any(_gives(self._source, at) for at in heads)
        return self._giving[name]

    def bodies(self) -> Iterator[tuple[bytes, bytes]]:
        """The name and the source of each function, of one on a single line perhaps with what follows."""
        starts, names = self._spans
        ends = [*starts[1:], len(self._source)] if starts else []
        return ((name, self._body(*span)) for name, *span in zip(names, starts, ends, strict=True))

    def _body(self, start: int, end: int) -> bytes:
        brace = self._source.find(b"\n}", start, end)
        return self._source[start : end if brace < 0 else brace + 2]

    def _around(self, places: Iterable[int]) -> set[bytes]:
        """The names of the functions in which these bytes stand."""
        starts, names = self._spans
        return {names[after - 1] for at in places if (after := bisect_right(starts, at)) > 0}

    @cached_property
    def _spans(self) -> tuple[list[int], list[bytes]]:
        """Where the functions start, and their names."""
        return [start for start, *_ in self._heads], [name for *_, name in self._heads]


def called_in(source: bytes) -> set[bytes]:
    """The names that stand before a parenthesis or a bracket in a piece of source."""
    return set(_CALLED.findall(source))


def _gives(source: bytes, at: int) -> bool:
    """Whether a function may return more than numbers, texts and errors; `at` is where its name ends."""
    depth = 0
    for found in _BRACKETS.finditer(source, at, at + _LONGEST_HEAD):
        depth += 1 if found[0] in b"([{" else -1
        if depth == 0 and found[0] == b")":
            return _PLAIN_RESULTS.match(source, found.end()) is None
    return True


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")
