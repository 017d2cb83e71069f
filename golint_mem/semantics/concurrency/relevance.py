"""Which functions of a package have to do with waiting, by a glance at their text and the names that they call."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.syntax.go import GoTree

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

WAITS = re.compile(rb"\bgo[ \t]|<-|\bchan\b|\.(?:Try)?R?Lock\(|\.Wait\(|\.Do\(|\bclose\(|\.Go\(|AfterFunc\(")
_UNLOCKS = re.compile(
    rb"\.R?Unlock\(|\.Done\(|\.Add\(|\.(?:Signal|Broadcast)\(|[cC]ancel\w*\(|context\.|sync\.|recover\("
)
STARTS = re.compile(rb"\bgo[ \t]+(?:func\b|\(|\w[\w.\[\]]*\()|\.(?:Try)?Go\(|AfterFunc\(")
MAKES = re.compile(rb"\w\{|\bnew\(|\bmake\(|\b[Nn]ew\w*\(")
CALLED = re.compile(rb"(\w+)\(")
_ASIDE = re.compile(rb'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|`[^`]*`', re.S)
SMALL = 600
"""Functions of at most this many bytes are followed whatever they do."""


class Relevance:
    """What one package's functions have to do with waiting."""

    def __init__(self, facts: PackageFacts) -> None:
        self._facts = facts

    @cached_property
    def _functions(self) -> list[tuple[bytes, bytes]]:
        outlines = map(self._facts.outline, self._facts.files)
        return [(name, _code(source)) for one in outlines for name, source in one.bodies()]

    @cached_property
    def starters(self) -> set[bytes]:
        """The names of the functions that start goroutines, or call others that do."""
        return self._closure({name for name, source in self._functions if STARTS.search(source)})

    @cached_property
    def waiters(self) -> set[bytes]:
        """The names of the functions that wait themselves."""
        return {name for name, source in self._functions if WAITS.search(source)}

    @cached_property
    def _concerned(self) -> set[bytes]:
        touching = {name for name, source in self._functions if WAITS.search(source) or _UNLOCKS.search(source)}
        return self._closure(touching)

    def _closure(self, found: set[bytes]) -> set[bytes]:
        calls = [(name, set(CALLED.findall(source)) - {name}) for name, source in self._functions if name not in found]
        while True:
            more = {name for name, called in calls if name not in found and not called.isdisjoint(found)}
            if not more:
                return found
            found |= more

    def is_quiet(self, name: str, node: Node) -> bool:
        """Whether a function is long and neither waits nor wakes, nor calls one that does."""
        return node.end_byte - node.start_byte > SMALL and name.encode() not in self._concerned

    @cached_property
    def trees(self) -> tuple[GoTree, ...]:
        """The trees of the files to be reported with functions that may matter; the other files are not parsed."""
        facts = self._facts
        asked = (one for one in facts.files if one.path in facts.asked)
        bodies = ((one, facts.outline(one).bodies()) for one in asked)
        return tuple(facts.tree(one) for one, inside in bodies if any(self._does(_code(body)) for _, body in inside))

    def matters(self, node: Node) -> bool:
        """Whether a function waits, or makes something and calls functions that wait or start goroutines.

        What only calls such functions on things that it was given shows nothing that they do not show themselves.
        """
        body = node.child_by_field_name("body")
        return self._does(_code((body.text or b"") if body is not None else b""))

    def _does(self, source: bytes) -> bool:
        if WAITS.search(source):
            return True
        called = set(CALLED.findall(source))
        return bool(MAKES.search(source)) and not called.isdisjoint(self.starters | self.waiters)


def _code(source: bytes) -> bytes:
    """A function's source without its comments and texts, if these could be mistaken for code that waits."""
    telling = WAITS.search(source) or _UNLOCKS.search(source)
    return _ASIDE.sub(b'""', source) if telling else source
