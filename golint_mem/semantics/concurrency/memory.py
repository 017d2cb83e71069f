"""Slices and maps. Source: the Go specification, "Index expressions", "Slice expressions", "Appending to slices"."""

from __future__ import annotations

from golint_mem.semantics.concurrency.code import Spot
from golint_mem.semantics.concurrency.facts import ROUNDS, Undecided, bounds, compare
from golint_mem.semantics.concurrency.machine import Machine
from golint_mem.semantics.concurrency.values import Loc, Slice, Symbol, Value, plain
from golint_mem.semantics.concurrency.world import OBJECT, Chan, Keys
from golint_mem.semantics.types import UNKNOWN, Type

MANY = 24
FEW = 4
"""A constant number of rounds above MANY counts as FEW, everywhere."""


def is_map(machine: Machine, value: Value) -> bool:
    """Whether a value is a map whose keys are known."""
    return isinstance(value, Loc) and type(machine.world.heap.get(value)) is tuple


def index_of(machine: Machine, base: Value, at: Value, element: Type, spot: Spot) -> tuple[Value, Value]:
    """`base[at]`: the value, and whether a map has the key."""
    base, at = plain(base), plain(at)
    world = machine.world
    if isinstance(base, Slice):
        place = _element(machine, base, at, element)
        return (world.load(place) if place is not None else machine.space.symbol("index", base.base, at)), True
    if base is None:
        return world.zero(
            world.shapes.kind(element), machine.space.root(("zero", spot.path, spot.node.start_byte))
        ), False
    if not isinstance(base, Loc) or not is_map(machine, base):
        return _unknown_element(machine, base, at)
    key = _matching(machine, world.heap[base], at)
    if key is MISSING:
        outside = world.is_outside(base)
        zero = world.zero(world.shapes.kind(element), base)
        return (
            (machine.space.symbol("index", base, _name(at)), machine.space.symbol("has", base, _name(at)))
            if outside
            else (zero, False)
        )
    found = world.load(base.child(key, element))
    if key != at:
        world.escape(found)  # whoever has the key may come again, and use what is there as often as they like
    return found, True


class _Missing:
    pass


MISSING = _Missing()


def _name(value: Value) -> Value:
    return value if isinstance(value, (int, str, Loc, Symbol)) or value is None else repr(value)


def _matching(machine: Machine, keys: tuple[Value, ...], at: Value) -> Value:
    """The key of a map that equals a value; an unknown one may equal any of them."""
    if at in keys:
        return at
    for key in keys:
        if machine.truth(compare(machine.space, "==", key, at)):
            return key
    return MISSING


def _unknown_element(machine: Machine, base: Value, at: Value) -> tuple[Value, Value]:
    symbol = machine.space.symbol("index", base if isinstance(base, (Loc, Symbol)) else repr(base), _name(at))
    place = machine.space.root(("element", symbol), outside=True)
    found = machine.world.heap.get(place, symbol)
    return found, machine.space.symbol("has", symbol)


def _element(machine: Machine, base: Slice, at: Value, element: Type) -> Loc | None:
    if isinstance(at, int):
        return base.base.child(base.start + at, element)
    length = base.length
    if isinstance(length, int) and 0 < length <= 4 and isinstance(at, Symbol):
        for index in range(length - 1):
            if machine.truth(compare(machine.space, "==", at, index)):
                return base.base.child(base.start + index, element)
        return base.base.child(base.start + length - 1, element)
    return base.base.child(at, element) if isinstance(at, Symbol) else None


def place_at(machine: Machine, base: Value, at: Value, element: Type = UNKNOWN) -> Loc | None:
    """The place of `base[at]`; a map gets the key."""
    base, at = plain(base), plain(at)
    if isinstance(base, Slice):
        return _element(machine, base, at, element)
    if isinstance(base, Loc) and is_map(machine, base):
        keys = machine.world.heap[base]
        if at not in keys:
            machine.world.heap[base] = (*keys, at)
        return base.child(at, element)
    if base is None:
        return None
    symbol = machine.space.symbol("index", base if isinstance(base, (Loc, Symbol)) else repr(base), _name(at))
    return machine.space.root(("element", symbol), element, outside=True)


def delete(machine: Machine, base: Value, at: Value) -> None:
    """Remove a key from a map."""
    base, at = plain(base), plain(at)
    if isinstance(base, Loc) and is_map(machine, base):
        keys = machine.world.heap[base]
        machine.world.heap[base] = tuple(key for key in keys if key != at)
        machine.world.heap.pop(base.child(at), None)


def length_of(machine: Machine, value: Value) -> Value:
    """`len(value)`."""
    value = plain(value)
    if isinstance(value, Slice):
        return value.length
    if isinstance(value, Keys):
        return len(value.keys)
    if isinstance(value, str):
        return len(value)
    if value is None:
        return 0
    if isinstance(value, Loc):
        state = machine.world.heap.get(value)
        if isinstance(state, Chan) and not machine.world.is_outside(value):
            return len(state.buffer)
        if is_map(machine, value) and not machine.world.is_outside(value):
            return len(state) if isinstance(state, tuple) else 0
    return machine.space.symbol("len", value if isinstance(value, (Loc, Symbol)) else repr(value))


def capacity_of(machine: Machine, value: Value) -> Value:
    """`cap(value)`."""
    value = plain(value)
    if isinstance(value, Loc):
        state = machine.world.heap.get(value)
        if isinstance(state, Chan):
            return state.capacity
    if isinstance(value, Slice):
        return value.length
    return (
        0 if value is None else machine.space.symbol("cap", value if isinstance(value, (Loc, Symbol)) else repr(value))
    )


def part_of(machine: Machine, base: Value, first: Value, last: Value, spot: Spot) -> Value:
    """`base[first:last]`."""
    base, first, last = plain(base), plain(first), plain(last)
    if isinstance(base, Slice) and isinstance(first, int):
        end = base.length if last is None else last
        if isinstance(end, int):
            return Slice(base.base, base.start + first, max(0, end - first))
        if first == 0:
            return Slice(base.base, base.start, end)
    return machine.fresh("part", spot) if base is not None else None


def append(machine: Machine, base: Value, values: list[Value], spread: bool, spot: Spot, element: Type) -> Value:
    """`append(base, values...)`: a new slice, as if the old one had no room."""
    base = plain(base)
    before = elements(machine, base, element)
    added: list[Value] | None = values
    if spread and values:
        inner = elements(machine, plain(values[-1]), element)
        added = [*values[:-1], *inner] if inner is not None else None
    if before is None or added is None or len(before) + len(added) > 2 * MANY:
        for value in values:
            machine.world.escape(value)
        return machine.fresh("appended", spot)
    return machine.sequence([*before, *added], spot, "appended", element)


def elements(machine: Machine, value: Value, element: Type) -> list[Value] | None:
    """The elements of a slice; None where they are unknown."""
    if value is None:
        return []
    if isinstance(value, Slice) and isinstance(value.length, int):
        places = [value.base.child(value.start + index, element) for index in range(value.length)]
        return [machine.world.load(place) for place in places]
    return None


def rounds(machine: Machine, over: Value) -> Value:
    """How often a `range` over a value goes round at most."""
    over = plain(over)
    known = over if isinstance(over, (int, Symbol)) else length_of(machine, over)
    if isinstance(over, Symbol):
        known = machine.space.symbol("len", over) if not _is_number(machine, over) else over
    return FEW if isinstance(known, int) and known > MANY else known


def _is_number(machine: Machine, term: Symbol) -> bool:
    return term in machine.world.facts or term.op in ("len", "cap", "+", "-")


def item(machine: Machine, over: Value, at: int, element: Type) -> tuple[Value, Value]:
    """The key and value of one round of a `range`."""
    over = plain(over)
    if isinstance(over, Keys):
        key = over.keys[at]
        return key, machine.world.load(over.loc.child(key, element))
    if isinstance(over, Slice):
        return at, machine.world.load(over.base.child(over.start + at, element))
    if isinstance(over, int):
        return at, at
    base = over if isinstance(over, (Loc, Symbol)) else repr(over)
    key = machine.space.symbol("key", base, at)
    return (
        (key, machine.space.symbol("index", base, at))
        if isinstance(base, Loc)
        else (at, _unknown_element(machine, over, at)[0])
    )


def make_slice(machine: Machine, length: Value, spot: Spot, element: Type) -> Value:
    """`make([]T, length)`."""
    base = machine.allocate(spot, content=OBJECT, what="slice")
    return Slice(base, 0, length)


def counted(machine: Machine, value: Value, least: int) -> int | None:
    """A number that must be known: an unknown one is taken to be small, the same everywhere."""
    value = plain(value)
    if isinstance(value, int):
        return value
    if not isinstance(value, Symbol):
        return None
    if value.op == "+":  # what is added is counted one by one, as the loops over it will do
        parts = [counted(machine, one, 0) for one in value.args]
        return sum(one for one in parts if one is not None) if None not in parts else None
    machine.world.names.remember(value)
    low, high = bounds(machine.world.facts, value)
    low = max(low, least)
    if low >= high:
        return low
    raise Undecided([(value, (number, number), True) for number in range(low, min(low + ROUNDS, high) + 1)])


def equals_literal(machine: Machine, left: Value, right: Value) -> bool:
    """Whether a value equals a struct that is written down beside it; what is unknown does not."""
    left, right = plain(left), plain(right)
    if not isinstance(left, Loc) or not isinstance(right, Loc) or left.type != right.type:
        return False
    return not any(loc.parent in (left, right) for loc in machine.world.heap)
