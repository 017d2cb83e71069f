"""Which functions may lead to some words in the source, by the names that they call: what is asked before any parsing.

A function leads there if one of the words stands in it, or if it calls a function of its own package that leads there
(by name alone: names that several functions share lead there all), or one of an imported package that leads there and
that matters to its callers.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts
    from golint_mem.syntax.outline import Outline


class Leads:
    """The functions of one package that may lead to some words.

    Words count in packages that mention one of the `subjects`, where there are any. `giving` says that only functions
    matter that return more than numbers, texts and errors. `judge` says of a package, the name
    of a function that leads there and the number of calls that may follow whether the function matters to its callers;
    without it all of them do.
    """

    def __init__(
        self,
        facts: PackageFacts,
        words: tuple[bytes, ...],
        subjects: tuple[bytes, ...],
        giving: bool,
        judge: Callable[[PackageFacts, str, int], bool] | None,
    ) -> None:
        self._facts = facts
        self._words = words
        self._subjects = subjects
        self._giving = giving
        self._judge = judge

    def names(self, calls: int) -> frozenset[bytes]:
        """The names of the package's functions from which at most so many calls lead to a word."""
        known = self._facts.program.leads
        package = self._facts.package
        key = package.import_path, package.name, self._words, self._giving, self._judge is None, calls
        if key not in known:
            known[key] = self._find(calls)
        return known[key]

    def reaches(self, calls: int) -> frozenset[bytes]:
        """The names whose call may lead to a word, where at most so many calls follow."""
        return self.names(calls).union(*(self._of(one, calls) for one in self._facts.near))

    def _of(self, other: PackageFacts, calls: int) -> Set[bytes]:
        """The names of an imported package's functions that are called and matter."""
        leading = Leads(other, self._words, self._subjects, self._giving, self._judge).names(calls) & self._facts.called
        judge = self._judge
        if judge is None:
            return leading
        return {name for name in leading if judge(other, name.decode("utf-8", "replace"), calls)}

    def _find(self, calls: int) -> frozenset[bytes]:
        tests = self._facts.settings.show_possible
        outlines = [self._facts.outline(file) for file in self._facts.files if tests or not file.is_test]
        if calls == 0:
            concerned = self._facts.mentions(self._subjects)
            words = [word for word in self._words if concerned and self._facts.mentions((word,))]
            return frozenset(name for one in outlines for name in self._of_these(one, one.holding(words)))
        before = self.reaches(calls - 1)
        return self.names(calls - 1).union(*(self._of_these(one, one.calling(before)) for one in outlines))

    def _of_these(self, outline: Outline, names: set[bytes]) -> set[bytes]:
        return {name for name in names if outline.gives(name)} if self._giving else names
