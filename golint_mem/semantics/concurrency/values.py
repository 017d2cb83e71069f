"""What the variables of an explored program hold: constants, places in memory, functions, and unknown values.

Integers, truth values, strings and nil (None) are themselves. Everything here is interned in a `Space`, so that equal
values are the same object and states hash fast.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, NamedTuple

from golint_mem.semantics.types import UNKNOWN, Type

if TYPE_CHECKING:
    from golint_mem.semantics.concurrency.code import Code

Value = Any
DEEPEST_TERM = 5
"""How many operations a term over unknown values may be deep before it is a new unknown."""
_CONDITIONS = frozenset({"<", "==", "not", "nil"})
"""What is asked of terms: it makes none of them deeper."""


class Loc:
    """A place in memory: a variable, a struct, a channel, a map, or (by `child`) a part of one.

    A pointer to the place is the place itself. `outside` places belong to callers and to the rest of the program:
    what they hold is unknown until it is written; `vague` ones may be several. `type` is what is declared of it.
    """

    __slots__ = ("_children", "depth", "key", "outside", "parent", "reach", "root", "type", "vague")

    def __init__(self, parent: Loc | None, key: Hashable, type_: Type, outside: bool) -> None:
        self.parent, self.key, self.type, self.outside = parent, key, type_, outside
        self.root: Loc = parent.root if parent is not None else self
        self.reach: tuple[Loc, ...] = (self.root, *(key.reach if isinstance(key, Symbol) else ()))
        self.depth: int = key.depth if isinstance(key, Symbol) else 0
        self.vague: bool = isinstance(key, Symbol) and key.vague
        if parent is not None:
            self.reach, self.depth = parent.reach, max(parent.depth, self.depth)
            self.vague = self.vague or parent.vague
        self._children: dict[Hashable, Loc] = {}

    def child(self, key: Hashable, type_: Type = UNKNOWN) -> Loc:
        """A field, an element, or some other part."""
        found = self._children.get(key)
        if found is None:
            found = self._children[key] = Loc(self, key, type_, self.outside)
        elif type_.known and not found.type.known:
            found.type = type_
        return found

    def __repr__(self) -> str:
        return f"{self.parent}.{self.key}" if self.parent is not None else f"&{self.key}"


class Symbol:
    """An unknown value: `op` applied to `args`.

    `atoms` are the unknown values without parts that it is made of, `reach` the objects that it mentions, `place` what
    it points to where somebody asked. A `vague` one stands for several, as terms that grow too deep do.
    """

    __slots__ = ("args", "atoms", "depth", "op", "place", "reach", "vague")

    def __init__(self, op: str, args: tuple[Any, ...]) -> None:
        self.op, self.args = op, args
        inner = [one for one in args if isinstance(one, Symbol)]
        parts = [one for one in args if isinstance(one, (Loc, Symbol))]
        self.depth: int = 1 + max((one.depth for one in parts), default=0)
        self.vague: bool = op == "deep" or any(one.vague for one in parts)
        self.place: Loc | None = None
        self.reach: tuple[Loc, ...] = tuple(root for one in parts for root in one.reach)
        self.atoms: frozenset[Symbol] = frozenset(atom for one in inner for atom in one.atoms) or frozenset((self,))

    def __repr__(self) -> str:
        return f"{self.op}({', '.join(map(repr, self.args))})"


class Slice(NamedTuple):
    """A slice: `length` elements of `base` from `start` on; the length may be unknown."""

    base: Loc
    start: int
    length: Value


class Func(NamedTuple):
    """A function value: its code, what it captures, and the arguments that are bound already."""

    code: Code
    captured: tuple[Value, ...] = ()
    bound: tuple[Value, ...] = ()


class Native(NamedTuple):
    """A function value that is known by name alone, such as a context's cancel function."""

    name: str
    subject: Value = None


class Tagged(NamedTuple):
    """A value of a declared type that is no struct but has methods."""

    type: Type
    value: Value


class Space:
    """The places and unknown values of one exploration."""

    def __init__(self) -> None:
        self._roots: dict[Hashable, Loc] = {}
        self._symbols: dict[Hashable, Symbol] = {}

    def root(self, key: Hashable, type_: Type = UNKNOWN, outside: bool = False) -> Loc:
        """A place that is no part of another one."""
        found = self._roots.get(key)
        if found is None:
            found = self._roots[key] = Loc(None, key, type_, outside)
        return found

    def symbol(self, op: str, *args: Hashable) -> Symbol:
        """The unknown value that an operation gives; terms that grow too deep become unknown as a whole."""
        key = (op, *((type(one), one) for one in args))
        found = self._symbols.get(key)
        if found is None:
            found = Symbol(op, args)
            if found.depth > DEEPEST_TERM and op not in _CONDITIONS:
                found = self.symbol("deep", op)
            self._symbols[key] = found
        return found

    def behind(self, symbol: Symbol) -> Loc:
        """The place that an unknown pointer points to."""
        if symbol.place is None:
            symbol.place = self.root(symbol, outside=True)
        return symbol.place


def plain(value: Value) -> Value:
    """A value without the declared type that it carries."""
    return value.value if isinstance(value, Tagged) else value
