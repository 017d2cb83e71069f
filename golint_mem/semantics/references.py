"""Whether a value of a type keeps other memory alive, as far as its declaration tells."""

from __future__ import annotations

import re

from golint_mem.semantics.members import underlying
from golint_mem.semantics.package import PackageFacts
from golint_mem.semantics.types import BYTE, Type

_HOLDING = frozenset({"interface", "map", "chan", "func", "parameter"})
_SHARED = frozenset(
    {"time.Time", "time.Location", "reflect.Type", "net/netip.Addr", "net/netip.AddrPort", "unique.Handle"}
)
_OFF_HEAP = re.compile(r"(?:runtime/internal|internal/runtime)/sys\.NotInHeap|runtime/cgo\.Incomplete")
_DEEPEST = 4


def holds_references(one: Type, facts: PackageFacts, depth: int = _DEEPEST) -> bool:
    """Whether a value keeps objects alive: a pointer, an interface, a map, or a struct or array with one inside.

    Strings, and pointers to and slices of numbers and strings, do not count inside a struct: what they keep is mostly
    as small as they are. What is not known does not count either.
    """
    if one.qualified in _SHARED or depth == 0:
        return False
    below = underlying(one, facts)
    if below.kind == "pointer" and below.element is not None and _is_off_heap(below.element, facts):
        return False
    if below.kind == "array" and below.element is not None:
        return holds_references(below.element, facts, depth - 1)
    if below.kind == "struct":
        return any(holds_references(member, facts, depth - 1) for _, member in below.members)
    if below.kind in ("pointer", "slice") and below.element is not None:
        leads_to = underlying(below.element, facts)
        return depth == _DEEPEST or leads_to.kind != "basic" or leads_to == BYTE
    return below.kind in _HOLDING


def _is_off_heap(one: Type, facts: PackageFacts) -> bool:
    """Whether values of a type are not in the memory of the collector, as a marker in the struct says."""
    return any(_OFF_HEAP.fullmatch(member.qualified) for _, member in underlying(one, facts).members)
