"""What one C function means to the ownership of its arguments and result, from all that is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from golint_mem.semantics.c import library
from golint_mem.semantics.c.answers import ANSWERS, FILLED
from golint_mem.semantics.c.effects import KNOWN, REALLOC, CSummary
from golint_mem.semantics.ownership.pairs import Pairs


@dataclass(frozen=True, slots=True)
class CEffect:
    """The effect of a call: `fresh` and `fills` name what releases the result or what is stored through a parameter.

    `frees` holds parameters (with a field path), `keeps` and `keeps_fields` what the callee owns or goes on using,
    `links` which of these it only stores in what another parameter points to,
    `passes` what it hands to callees that are not seen,
    `returns` parameters that the result points into and `returns_fields` the fields that it may be. `known` says that
    the callee's body or documentation was read, `boolean` that the result is true for success, `guessed` that only
    names speak for `fresh`, `exposes` holds what may be used further, so that it is no sure leak.
    """

    fresh: str = ""
    fills: tuple[tuple[int, str], ...] = ()
    fills_fields: tuple[tuple[int, str], ...] = ()
    frees: tuple[tuple[int, str], ...] = ()
    keeps: frozenset[int] = frozenset()
    keeps_fields: tuple[tuple[int, str], ...] = ()
    links: frozenset[tuple[int, int]] = frozenset()
    passes: frozenset[int] = frozenset()
    returns: frozenset[int] = frozenset()
    returns_fields: tuple[tuple[int, str], ...] = ()
    known: bool = False
    boolean: bool = False
    guessed: bool = False
    exposes: frozenset[int] = frozenset()


_NOTHING = CEffect()


class CKnowledge:
    """The C side of a package: summaries of what its C text defines, tables, and the pairs that names show."""

    def __init__(
        self,
        summaries: Mapping[str, CSummary],
        declared: Iterable[str],
        types: frozenset[str],
        allocators: Mapping[str, str],
    ) -> None:
        self.summaries = summaries
        self.types = types
        self.allocators = allocators
        self.habits: Mapping[tuple[str, int], str] = {}
        self.numbers: frozenset[str] = frozenset()
        self._declared = frozenset(declared)
        self._effects: dict[str, CEffect] = {}

    @cached_property
    def pairs(self) -> Pairs:
        """The pairs among all the names that the package uses or its C text declares."""
        return Pairs(self._declared | set(self.allocators.values()))

    def is_conversion(self, name: str) -> bool:
        """Whether `C.name(x)` converts `x` to a C type."""
        if name in library.NUMBERS or name in library.POINTER_TYPES or name.startswith(("struct_", "union_", "enum_")):
            return True
        if name in KNOWN or name in library.GO_HELPERS or name in library.COPIES:
            return False
        return name in self.types and not (name in self.summaries and self.summaries[name].param_types)

    @staticmethod
    def is_number(name: str) -> bool:
        """Whether a C type is a plain number."""
        return name in library.NUMBERS or name in ("char", "uintptr_t", "intptr_t")

    def frees_plainly(self, release: str) -> bool:
        """Whether a release function is known to do no more than `free` its argument, and its elements perhaps."""
        summary = self.summaries.get(release)
        freed = summary.frees if summary is not None and summary.defined else frozenset()
        return (0, "") in freed and freed <= {(0, ""), (0, "[]")}

    def frees_fields(self, release: str) -> bool:
        """Whether a release function is known to free fields of its argument too."""
        summary = self.summaries.get(release)
        fields = [path for index, path in summary.frees if index == 0 and path] if summary is not None else []
        return summary is not None and summary.defined and bool(fields) and (0, "") in summary.frees

    def releases(self, name: str) -> bool:
        """Whether a C function releases its first argument."""
        summary = self.summaries.get(name) or KNOWN.get(name)
        if summary is not None and summary.defined:
            return (0, "") in summary.frees
        return name not in self.allocators and (library.releases(name) or bool(summary and summary.frees))

    def guesses(self, name: str) -> bool:
        """Whether only names and habits say that the caller owns what a C function makes."""
        summary = self.summaries.get(name)
        return bool(name) and not self.effect(name).known and not (summary is not None and summary.defined)

    def effect(self, name: str) -> CEffect:
        """The effect of calling the C function of this name."""
        if name not in self._effects:
            effect, summary = self._find(name), self.summaries.get(name)
            exposes = summary.exposes if summary is not None else frozenset()
            self._effects[name] = replace(effect, exposes=exposes) if exposes else effect
        return self._effects[name]

    def _find(self, name: str) -> CEffect:
        if name in self.allocators:
            return CEffect(fresh=self.allocators[name], known=True)
        if name in library.GO_HELPERS:
            return CEffect(fresh=library.GO_HELPERS[name], known=True)
        summary = self.summaries.get(name) or KNOWN.get(name)
        if summary is not None and (summary.defined or name in KNOWN):
            return self._of_summary(name, summary)
        boolean = summary is not None and "bool" in summary.returns_type.lower()
        if summary is not None and summary.frees:
            return CEffect(frees=tuple(sorted(summary.frees)), known=True, boolean=boolean)
        if name in library.FRESH:
            return CEffect(fresh=library.FRESH[name], known=True)
        if name in library.FILLS:
            return CEffect(fills=(library.FILLS[name],), known=True, boolean=boolean)
        if name in ANSWERS:
            return CEffect(fresh=ANSWERS[name], known=True, boolean=boolean)
        if name in FILLED:
            return CEffect(fills=(FILLED[name],), known=True, boolean=boolean)
        if name in library.KEEPS:
            return CEffect(keeps=frozenset({library.KEEPS[name]}), known=True)
        if library.releases(name):
            return CEffect(frees=((0, ""),), boolean=boolean)
        if library.takes(name):
            return CEffect(keeps=frozenset(range(8)), boolean=boolean)
        if library.lends(name) or (summary is not None and summary.lends):
            return CEffect(boolean=True) if boolean else _NOTHING
        result = self.habits.get((name, -1), "")
        outs = tuple((index, by) for (one, index), by in sorted(self.habits.items()) if one == name and index >= 0)
        if outs or result:
            return CEffect(fresh=result, fills=outs, boolean=boolean, guessed=True)
        release = self.pairs.release_of_maker(name)
        returns_pointer = summary is None or "*" in summary.returns_type or not summary.returns_type
        if release and returns_pointer and name not in self.numbers:
            return CEffect(fresh=release, boolean=boolean, guessed=True)
        return CEffect(boolean=True) if boolean else _NOTHING

    def _of_summary(self, name: str, summary: CSummary) -> CEffect:
        frees = tuple(sorted(summary.frees))
        if not frees and not summary.stores and not summary.links and not summary.defined and library.releases(name):
            frees = ((0, ""),)
        paired = self.pairs.release_of_maker(name)
        named = paired if self.frees_fields(paired) else ""
        release = named or summary.release or paired or "free"
        return CEffect(
            fresh=release if summary.returns_fresh else "",
            fills=tuple((index, release) for index in sorted(summary.fills)),
            fills_fields=tuple(sorted(summary.fills_fields)),
            frees=frees if name not in REALLOC else (),
            keeps=summary.stores | {index for index, _ in summary.links},
            keeps_fields=tuple(sorted(summary.stores_fields)),
            links=frozenset((index, holder) for index, holder in summary.links if index not in summary.stores),
            passes=summary.passes,
            returns=summary.returns,
            returns_fields=tuple(sorted(summary.returns_fields)),
            known=not summary.guessed,
            boolean="bool" in summary.returns_type.lower() or summary.truth,
        )
