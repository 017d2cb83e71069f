"""What a function does with what it is handed: the summary that its callers use instead of its body."""

from __future__ import annotations

from dataclasses import dataclass, field

from golint_mem.semantics.state import Path


@dataclass(frozen=True, slots=True)
class Fresh:
    """Memory that a function makes and hands on: its path below a result or a parameter, its maker and its release."""

    index: int
    path: Path
    maker: str
    release: str


@dataclass(frozen=True, slots=True)
class Summary:
    """`frees` and `keeps` hold (parameter index, field path); `results` and `fills` what the function makes.

    `aliases` holds (result index, parameter index). The receiver is parameter 0 of a method.
    """

    frees: frozenset[tuple[int, Path]] = frozenset()
    keeps: frozenset[tuple[int, Path]] = frozenset()
    results: frozenset[Fresh] = frozenset()
    fills: frozenset[Fresh] = frozenset()
    aliases: frozenset[tuple[int, int]] = frozenset()


@dataclass(slots=True)
class Outcome:
    """What the exploration of one function saw of one resource."""

    leaks: list[object] = field(default_factory=list)
    settled: int = 0
