"""Which functions may lead to some words in the source, by the names that they call: what is asked before any parsing.

A function leads there if one of the words stands in it, or if it calls, by name alone, a function of its own package or
of one that this imports which leads there. Names that several functions share lead there all. Words count in packages that mention one of the `subjects`, where there are any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts


class Leads:
    """The functions of one package that may lead to some words."""

    def __init__(self, facts: PackageFacts, words: tuple[bytes, ...], subjects: tuple[bytes, ...] = ()) -> None:
        self._facts = facts
        self._words = words
        self._subjects = subjects

    def names(self, calls: int) -> frozenset[bytes]:
        """The names of the package's functions from which at most so many calls lead to a word."""
        known = self._facts.program.leads
        key = self._facts.package.import_path, self._facts.package.name, self._words, calls
        if key not in known:
            known[key] = self._find(calls)
        return known[key]

    def reaches(self, calls: int) -> frozenset[bytes]:
        """The names whose call may lead to a word, where at most so many calls follow."""
        return self.names(calls).union(*(Leads(one, self._words, self._subjects).names(calls) for one in self._facts.near))

    def _find(self, calls: int) -> frozenset[bytes]:
        outlines = [self._facts.outline(file) for file in self._facts.files]
        if calls == 0:
            concerned = self._facts.mentions(self._subjects)
            words = [word for word in self._words if concerned and self._facts.mentions((word,))]
            return frozenset(name for one in outlines for name in one.holding(words))
        before = self.reaches(calls - 1)
        return self.names(calls - 1).union(*(one.calling(before) for one in outlines))
