"""What is assumed of unknown values on one path, so that the same condition is decided the same way twice.

Truth values are True or False; unknown numbers have a lowest and a highest value.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass

from golint_mem.semantics.concurrency.values import Func, Loc, Native, Slice, Space, Symbol, Tagged, Value, plain

FAR = 1 << 30
ROUNDS = 3
"""How often a loop over an unknown number of things goes round at most."""
Fact = bool | tuple[int, int]
_NEGATED = {"!=": "==", ">=": "<", "<=": ">"}
_COMPARE: dict[str, Callable[[Value, Value], bool]] = {
    "==": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}
_NEVER_NIL = frozenset({"error", "recovered", "text"})


@dataclass(eq=False)
class Undecided(Exception):
    """A condition may go either way; each choice is a fact to assume and what the condition is then."""

    choices: list[tuple[Symbol, Fact, bool]]


def some_at_least(open_: Undecided) -> Undecided:
    """The choices without those that take a number to be zero, which is not that of what somebody has collected."""
    kept = [one for one in open_.choices if one[0].op == "len" or not isinstance(one[1], tuple) or one[1][1] > 0]
    return Undecided(kept or open_.choices)


def compare(space: Space, sign: str, left: Value, right: Value) -> Value:
    """The truth value of a comparison, or the term that stands for it."""
    if sign in _NEGATED:
        return negate(space, compare(space, _NEGATED[sign], left, right))
    left, right = plain(left), plain(right)
    if not isinstance(left, Symbol) and not isinstance(right, Symbol):
        return _known(space, sign, left, right)
    if sign == "==":
        if left is right:
            return True
        if left is None or right is None:
            return is_nil(space, right if left is None else left)
        if isinstance(right, Symbol) and not isinstance(left, Symbol):
            left, right = right, left
        return space.symbol("==", left, right)
    if sign == ">":
        left, right = right, left
    if isinstance(left, int) and isinstance(right, Symbol):
        return negate(space, space.symbol("<", right, left + 1))
    return space.symbol("<", left, right)


def _known(space: Space, sign: str, left: Value, right: Value) -> Value:
    if isinstance(left, Slice) or isinstance(right, Slice):
        return sign == "==" and left == right
    try:
        return _COMPARE[sign](left, right)
    except TypeError:
        return space.symbol(sign, repr(left), repr(right))


def is_nil(space: Space, value: Value) -> Value:
    """Whether a value is nil."""
    if value is None:
        return True
    if isinstance(value, (Func, Native, Slice, Tagged)) or (
        isinstance(value, Loc) and not isinstance(value.key, Symbol)
    ):
        return False
    if isinstance(value, Loc):
        value = value.key
    if not isinstance(value, Symbol) or value.op in _NEVER_NIL:
        return False
    return space.symbol("nil", value)


def negate(space: Space, value: Value) -> Value:
    """The opposite of a truth value or term."""
    if not isinstance(value, Symbol):
        return not value
    return value.args[0] if value.op == "not" else space.symbol("not", value)


def holds(facts: dict[Symbol, Fact], value: Value, loop: bool = False) -> bool:
    """Whether a condition is true; raises `Undecided` where the facts leave it open.

    In a `loop`, an unknown number of rounds ends after a few.
    """
    if not isinstance(value, Symbol):
        return bool(value)
    if value.op == "not":
        return not _opposite(facts, value.args[0], loop)
    if value.op in ("<", "==") and type(value.args[1]) is int and isinstance(value.args[0], Symbol):
        return _number(facts, value, loop)
    known = facts.get(value)
    if known is None:
        raise Undecided([(value, True, True), (value, False, False)])
    return bool(known)


def _opposite(facts: dict[Symbol, Fact], value: Value, loop: bool) -> bool:
    try:
        return holds(facts, value, loop)
    except Undecided as open_:
        raise Undecided([(term, fact, not truth) for term, fact, truth in open_.choices]) from None


def subject_of(condition: Symbol) -> Symbol:
    """What a condition is about: the unknown number that it compares, or the term without negations."""
    while condition.op == "not" and isinstance(condition.args[0], Symbol):
        condition = condition.args[0]
    if condition.op in ("<", "==") and type(condition.args[1]) is int and isinstance(condition.args[0], Symbol):
        return condition.args[0]
    return condition


def bounds(facts: dict[Symbol, Fact], term: Symbol) -> tuple[int, int]:
    """The lowest and highest value that an unknown number may have."""
    known = facts.get(term)
    if isinstance(known, tuple):
        return known
    return (0 if term.op in ("len", "cap") else -FAR), FAR


def _number(facts: dict[Symbol, Fact], value: Symbol, loop: bool) -> bool:
    term, limit = value.args
    low, high = bounds(facts, term)
    if value.op == "<":
        if high < limit:
            return True
        if low >= limit:
            return False
        below, above = (term, (low, limit - 1), True), (term, (limit, high), False)
        if loop and limit > ROUNDS:
            raise Undecided([below])
        raise Undecided([below, above])
    if low == high == limit:
        return True
    if not low <= limit <= high:
        return False
    other: tuple[Symbol, Fact, bool] = (value, False, False)
    if facts.get(value) is False:
        return False
    if limit in (low, high):
        other = (term, (low + 1, high) if limit == low else (low, high - 1), False)
    raise Undecided([(term, (limit, limit), True), other])
