"""What a Go function does with what it is handed: the summary that its callers use instead of its body."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from golint_mem.semantics.ownership.state import Path


@dataclass(frozen=True, slots=True)
class Fresh:
    """Memory that a function makes and hands on: its path below a result or a parameter, its maker, its
    release, and what really allocates it."""

    index: int
    path: Path
    maker: str
    release: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What holds of a call, whatever its arguments. The receiver is parameter 0 of a method.

    `frees` and `keeps` hold (parameter, field path) of what may be released or kept, `always` what every path releases,
    `renews` where something else may stand afterwards; `results` and `fills` say what the function makes, `aliases`
    (result, parameter) which results point to a parameter. `tracked` says that the results' types are C's, so that the
    caller owes the release. `variadic` is the parameter that gathers all further arguments, `cleanups` holds (result,
    memory): the results that are functions which release, when they are called, what stands at (index, path) in
    `results`. `touches` are the parameters that it looks into, or hands to C: not those that it only compares, or
    looks up by their address.
    """

    frees: frozenset[tuple[int, Path]] = frozenset()
    always: frozenset[tuple[int, Path]] = frozenset()
    renews: frozenset[tuple[int, Path]] = frozenset()
    keeps: frozenset[tuple[int, Path]] = frozenset()
    results: frozenset[Fresh] = frozenset()
    fills: frozenset[Fresh] = frozenset()
    aliases: frozenset[tuple[int, int]] = frozenset()
    tracked: frozenset[int] = frozenset()
    filled: frozenset[int] = frozenset()
    variadic: int | None = None
    cleanups: frozenset[tuple[int, tuple[int, Path]]] = frozenset()
    touches: frozenset[int] = frozenset()

    def owes(self) -> bool:
        """Whether a caller owes a release."""
        return bool(self.cleanups) or any(fresh.index in self.tracked for fresh in self.results)

    def interesting(self) -> bool:
        """Whether a call does anything at all to ownership."""
        return bool(self.frees or self.keeps or self.results or self.fills or self.aliases)


def union(summaries: Iterable[Summary]) -> Summary | None:
    """What may hold where any of several functions may be the callee; None where there is none."""
    known = list(summaries)
    if len(known) < 2:
        return known[0] if known else None
    return Summary(
        frees=frozenset().union(*(one.frees for one in known)),
        keeps=frozenset().union(*(one.keeps for one in known)),
        aliases=frozenset().union(*(one.aliases for one in known)),
        touches=frozenset().union(*(one.touches for one in known)),
    )
