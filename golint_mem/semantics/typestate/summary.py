"""What a call may do, in terms of its arguments: the summary that callers use instead of the callee's body."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from golint_mem.semantics.typestate.state import FLAGS, NOTHING, Token, Value

MOST_OUTCOMES = 6


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way a call can end. Tokens stand for parameters (the receiver is parameter 0), their parts, and what is new.

    `released` are the tokens that were given back, `settled` those that may have been, `kept` those that somebody else
    holds afterwards, `results` the values of the results, `parts` what the parts of tokens hold now, `makers` the maker
    of every new value. `assumed` are flags that are known to be true or false where the call ends this way, and parts
    that are known to be nil.
    """

    released: frozenset[Token] = frozenset()
    kept: frozenset[Token] = frozenset()
    results: tuple[Value, ...] = ()
    parts: frozenset[tuple[Token, str, Value]] = frozenset()
    makers: frozenset[tuple[Token, str]] = frozenset()
    settled: frozenset[Token] = frozenset()
    assumed: frozenset[tuple[Token, bool]] = frozenset()

    @property
    def bare(self) -> Outcome:
        """The outcome without what only says which results are nil."""
        results = tuple(value - FLAGS for value in self.results)
        return Outcome(self.released, self.kept, results, self.parts, self.makers, self.settled)


Summary = tuple[Outcome, ...]


def summarise(outcomes: Iterable[Outcome]) -> Summary | None:
    """The outcomes that differ in more than which results are nil; None where there are too many to follow."""
    groups: dict[Outcome, list[Outcome]] = {}
    for one in outcomes:
        groups.setdefault(one.bare, []).append(one)
    if len(groups) == 1:
        return tuple(groups)  # flags do not matter either
    if len(groups) > MOST_OUTCOMES:
        return _coarse(list(groups))
    return tuple(_joined(bare, group) for bare, group in groups.items())


def _coarse(outcomes: list[Outcome]) -> Summary | None:
    """Outcomes that only differ in what is given back and kept, as few; None where there are still too many."""
    groups: dict[tuple[tuple[Value, ...], frozenset[tuple[Token, str]]], list[Outcome]] = {}
    for one in outcomes:
        groups.setdefault((one.results, one.makers), []).append(one)
    if len(groups) > MOST_OUTCOMES:
        return None
    return tuple(_merged(group) for group in groups.values())


def _merged(group: list[Outcome]) -> Outcome:
    """Outcomes with the same results as one, which may give back what one of them does."""
    always = group[0].released.intersection(*(one.released for one in group))
    ever = frozenset[Token]().union(*(one.released | one.settled for one in group))
    parts = group[0].parts.intersection(*(one.parts for one in group))
    somewhere = frozenset().union(*(value for one in group for _, _, value in one.parts - parts))
    ever |= {token for token in somewhere if token[0] == "p"}  # held by what one of them makes or fills
    return Outcome(
        released=always,
        kept=frozenset().union(*(one.kept for one in group)),
        results=group[0].results,
        parts=parts,
        makers=group[0].makers,
        settled=ever - always,
    )


def _joined(bare: Outcome, group: list[Outcome]) -> Outcome:
    """Outcomes that differ only in which results are nil, as one."""
    results = []
    for index, value in enumerate(bare.results):
        flags = frozenset().union(*(one.results[index] & FLAGS for one in group))
        empty = any(not one.results[index] for one in group)
        results.append(value | (flags if len(flags) == 1 and not empty else NOTHING))
    assumed = group[0].assumed.intersection(*(one.assumed for one in group))
    return Outcome(bare.released, bare.kept, tuple(results), bare.parts, bare.makers, bare.settled, assumed)
