"""Type assertions on values whose type may be known."""

from __future__ import annotations

from golint_mem.semantics.concurrency.machine import Machine
from golint_mem.semantics.concurrency.shapes import Shapes
from golint_mem.semantics.concurrency.values import Loc, Symbol, Tagged, Value
from golint_mem.semantics.types import Type


def is_type(machine: Machine, value: Value, type_: Type, shapes: Shapes) -> Value:
    """Whether a value has a type: a truth value, or the term that stands for it."""
    if value is None:
        return False
    if isinstance(value, (Loc, Tagged)) and value.type.known and type_.known:
        if shapes.view.underlying(type_).kind == "interface":
            return machine.space.symbol("is", _key(value), str(type_))
        return value.type == type_.pointee
    return machine.space.symbol("is", _key(value), str(type_))


def _key(value: Value) -> Value:
    return value if isinstance(value, (Loc, Symbol)) else repr(value)
