"""Which functions of a package have to do with waiting: by a glance at their text, then by what their calls mean."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.concurrency.call_graph import CallGraph, Reaching
from golint_mem.syntax.go import GoTree
from golint_mem.syntax.outline import Outline

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts
    from golint_mem.semantics.view import FileView

_AWAITS = re.compile(rb"\bgo[ \t]|<-|\bchan\b|\.Wait\(|\bclose\(|\.Go\(|AfterFunc\(")
"""What waits for others than the holder of a lock, or the first to do a thing."""
WAITS = re.compile(_AWAITS.pattern + rb"|\.(?:Try)?R?Lock\(|\.Do\(")
_UNLOCKS = re.compile(
    rb"\.R?Unlock\(|\.Done\(|\.Add\(|\.(?:Signal|Broadcast)\(|[cC]ancel\w*\(|context\.|sync\.|recover\("
)
STARTS = re.compile(rb"\bgo[ \t]+(?:func\b|\(|\w[\w.\[\]]*\()|\.(?:Try)?Go\(|AfterFunc\(")
MAKES = re.compile(rb"\w\{|\bnew\(|\bmake\(|\b[Nn]ew\w*\(")
_CALLED = re.compile(rb"(\w*)(\.?)\b(\w+)(?:\[[\w.*,\[\] ]*\])?\(")
_ASIDE = re.compile(rb'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|`[^`]*`', re.S)
SMALL = 600
"""Functions of at most this many bytes are followed whatever they do."""


class Relevance:
    """What one package's functions have to do with waiting."""

    def __init__(self, facts: PackageFacts) -> None:
        self._facts = facts

    @cached_property
    def _functions(self) -> list[tuple[bytes, bytes, set[bytes]]]:
        """The functions that may be called here: their keys, their code, and the keys of what they call."""
        facts = self._facts
        with_tests = any(path.endswith("_test.go") for path in facts.asked)
        files = [one for one in facts.files if with_tests or not one.is_test]
        found = []
        for outline in map(facts.outline, files):
            for name, source in outline.bodies():
                code = _code(source)
                found.append((_key(name, source.lstrip().startswith(b"func (")), code, _called(code, outline.packages)))
        return found

    @cached_property
    def _starters(self) -> set[bytes]:
        """The functions that start goroutines, or call others that do."""
        return self._closure({key for key, source, _ in self._functions if STARTS.search(source)})

    @cached_property
    def _waiters(self) -> set[bytes]:
        """The functions that wait themselves, for other things than locks."""
        return {key for key, source, _ in self._functions if _AWAITS.search(source)}

    @cached_property
    def _concerned(self) -> set[bytes]:
        touching = {key for key, source, _ in self._functions if WAITS.search(source) or _UNLOCKS.search(source)}
        return self._closure(touching)

    def _closure(self, found: set[bytes]) -> set[bytes]:
        while True:
            more = {key for key, _, called in self._functions if key not in found and not called.isdisjoint(found)}
            if not more:
                return found
            found |= more

    @cached_property
    def _graph(self) -> CallGraph:
        return CallGraph(self._facts, self._concerned)

    @cached_property
    def _touches(self) -> Reaching:
        def is_one(source: bytes) -> bool:
            code = _code(source)
            return bool(WAITS.search(code) or _UNLOCKS.search(code))

        return Reaching(self._facts, self._graph, is_one, self._concerned)

    @cached_property
    def _starts(self) -> Reaching:
        return Reaching(self._facts, self._graph, lambda source: bool(STARTS.search(_code(source))), self._starters)

    def is_quiet(self, view: FileView, node: Node) -> bool:
        """Whether a function is long and neither waits nor wakes, nor calls one that does."""
        return node.end_byte - node.start_byte > SMALL and not self._touches(view, node)

    @cached_property
    def trees(self) -> tuple[GoTree, ...]:
        """The trees of the files to be reported with functions that may matter; the other files are not parsed."""
        facts = self._facts
        asked = [one for one in facts.files if one.path in facts.asked]
        return tuple(facts.tree(one) for one in asked if self._holds(facts.outline(one)))

    def _holds(self, outline: Outline) -> bool:
        return any(self._does(_code(body), outline.packages) for _, body in outline.bodies())

    def matters(self, view: FileView, node: Node) -> bool:
        """Whether a function waits, or makes something and calls functions that wait or start goroutines.

        What only calls such functions on things that it was given shows nothing that they do not show themselves, and
        nobody else has a lock of a thing just made.
        """
        body = node.child_by_field_name("body")
        source = _code((body.text or b"") if body is not None else b"")
        if WAITS.search(source):
            return True
        return bool(MAKES.search(source)) and (self._starts(view, node) or self._calls_waiter(view, node))

    def _calls_waiter(self, view: FileView, node: Node) -> bool:
        called = self._graph.called(view, node)
        waits = any(_AWAITS.search(_code(one.node.text or b"")) for one in called.functions)
        return waits or not called.names.isdisjoint(self._waiters)

    def _does(self, source: bytes, packages: frozenset[bytes]) -> bool:
        if WAITS.search(source):
            return True
        return bool(MAKES.search(source)) and not _called(source, packages).isdisjoint(self._leading)

    @cached_property
    def _leading(self) -> set[bytes]:
        return self._starters | self._waiters


def _key(name: bytes, is_method: bool) -> bytes:
    """A function's name as it stands in calls: a method's with the dot before it."""
    return b"." + name if is_method else name


def _called(source: bytes, packages: frozenset[bytes]) -> set[bytes]:
    """The keys of the functions of this package that a piece of code may call."""
    found = _CALLED.findall(source)
    return {dot + name for before, dot, name in found if dot == b"" or before not in packages}


def _code(source: bytes) -> bytes:
    """A function's source without its comments and texts, if these could be mistaken for code that waits."""
    telling = WAITS.search(source) or _UNLOCKS.search(source)
    return _ASIDE.sub(b'""', source) if telling else source
