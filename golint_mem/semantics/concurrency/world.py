"""One state of an explored program: goroutines, memory, what is assumed of unknown values, and what left the scope."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

from golint_mem.semantics.concurrency.code import Op, Spot, Thread
from golint_mem.semantics.concurrency.facts import Fact, subject_of
from golint_mem.semantics.concurrency.shapes import Shapes
from golint_mem.semantics.concurrency.values import Func, Loc, Native, Slice, Space, Symbol, Tagged, Value
from golint_mem.semantics.types import UNKNOWN, Type

MOST_THREADS = 8
MOST_FORKS = 400
"""How often the conditions of one scope may go two ways."""


class Chan(NamedTuple):
    """The state of a channel: what is buffered, how much fits, whether it is closed."""

    capacity: int
    buffer: tuple[Value, ...] = ()
    closed: bool = False


class Lock(NamedTuple):
    """The state of a lock: the writer (-1: none), the readers, and a writer that waits for them (-1: none)."""

    writer: int = -1
    readers: tuple[int, ...] = ()
    waiting: int = -1


class Context(NamedTuple):
    """A cancellable context: its Done channel and the contexts made from it."""

    done: Loc
    children: tuple[Loc, ...] = ()
    cancelled: bool = False


class Keys(NamedTuple):
    """The keys of a map, in the order in which they came."""

    loc: Loc
    keys: tuple[Value, ...]


class Crash(NamedTuple):
    """A panic that ends the process."""

    message: str
    op: Op
    thread: int


class Event(NamedTuple):
    """Something that a goroutine did on the way from one state to the next."""

    thread: int
    spot: Spot
    message: str


class Names:
    """The numbers of goroutines, which do not depend on the order of other goroutines; what is left of the budget."""

    def __init__(self) -> None:
        self.threads: dict[Hashable, int] = {}
        self.forks = MOST_FORKS
        self.shallow = False
        self.asked: dict[Symbol, Hashable] = {}
        self.repeated: set[Symbol] = set()
        self.more_repeated = False

    def ask(self, condition: Symbol, site: Hashable) -> None:
        """Note where a condition is asked for; what is asked for in one place only need not be remembered."""
        term = subject_of(condition)
        if self.asked.setdefault(term, site) != site or site is None:
            self.remember(term)

    def remember(self, term: Symbol) -> None:
        """Keep what is assumed of a term."""
        if term not in self.repeated:
            self.repeated.add(term)
            self.more_repeated = True

    def thread(self, parent: int, site: Hashable, taken: Iterable[int]) -> int:
        """A number for a goroutine that `parent` starts at `site`."""
        count, used = 0, set(taken)
        while True:
            number = self.threads.setdefault((parent, site, count), len(self.threads))
            if number not in used:
                return number
            count += 1


Contents = dict[Loc, list[Value]]


class World:
    """A state. It is changed while one goroutine runs, and copied where the future forks."""

    __slots__ = tuple(
        "crash cut escaped events facts failed heap holdings_ names over ready shapes space threads".split()
    )

    def __init__(self, space: Space, shapes: Shapes, names: Names) -> None:
        self.space, self.shapes, self.names = space, shapes, names
        self.threads: dict[int, Thread] = {}
        self.heap: dict[Loc, Value] = {}
        self.facts: dict[Symbol, Fact] = {}
        self.escaped: frozenset[Loc] = frozenset()
        self.ready: tuple[tuple[int, Value], ...] = ()
        self.events: tuple[Event, ...] = ()
        self.crash: Crash | None = None
        self.failed = self.cut = self.over = False
        self.holdings_: dict[int, set[Loc]] | None = None

    def copy(self) -> World:
        """A state that can change without this one."""
        new = World(self.space, self.shapes, self.names)
        new.threads, new.heap, new.facts = dict(self.threads), dict(self.heap), dict(self.facts)
        new.escaped, new.ready, new.events = self.escaped, self.ready, self.events
        new.failed, new.cut, new.over, new.crash = self.failed, self.cut, self.over, self.crash
        return new

    def key(self) -> Hashable:
        """Equal for states with equal futures."""
        threads = frozenset(self.threads.items())
        return (
            threads,
            frozenset(self.heap.items()),
            frozenset(self.facts.items()),
            self.escaped,
            self.failed,
            self.over,
        )

    # Memory.

    def is_outside(self, value: Value) -> bool:
        """Whether others than the goroutines of the scope may use what a value leads to."""
        if isinstance(value, Loc):
            return value.outside or value.root in self.escaped or value in self.escaped
        return isinstance(value, Symbol)

    def load(self, loc: Loc) -> Value:
        """What a place holds; for a struct the place itself."""
        if loc in self.heap:
            found = self.heap[loc]
            return loc if found == OBJECT else found
        kind = self.shapes.kind(loc.type)
        if kind == "struct":
            return loc
        if kind == "array":
            return self.array(loc)
        if self.is_outside(loc):
            return self.space.symbol("at", loc)
        return self.zero(kind, loc)

    def zero(self, kind: str, loc: Loc) -> Value:
        """The zero value of a kind."""
        if kind == "unknown":
            return self.space.symbol("zero", loc)
        return {"number": 0, "string": "", "bool": False}.get(kind)

    def array(self, loc: Loc) -> Slice:
        """The array in a place, as the slice of all of it."""
        length = self.shapes.kind(loc.type) == "array" and loc.type.length
        known: Value = int(length) if length and length.isdigit() else self.space.symbol("len", loc)
        return Slice(loc, 0, known)

    def store(self, loc: Loc, value: Value) -> None:
        """Write to a place; what is written outside escapes."""
        if loc.root in self.escaped and value.__class__ in _SIMPLE:
            self.heap.pop(loc, None)
            return
        self.heap[loc] = value
        if self.is_outside(loc):
            self.escape(value)

    def field(self, value: Value, name: str, type_: Type = UNKNOWN) -> Loc | None:
        """The place of a field of what a value points to; None for nil."""
        if isinstance(value, Tagged):
            value = value.value
        if isinstance(value, Symbol):
            value = self.space.behind(value)
        return value.child(name, type_) if isinstance(value, Loc) else None

    def copy_object(self, source: Loc, target: Loc) -> None:
        """Make one struct like another one."""
        for loc in [
            loc for loc in self.heap if loc.root is target.root and loc is not target and _is_inside(loc, target)
        ]:
            del self.heap[loc]
        for loc in [loc for loc in self.heap if loc.root is source.root and loc is not source]:
            steps: list[Loc] = []
            current: Loc | None = loc
            while current is not None and current is not source:
                steps.append(current)
                current = current.parent
            if current is source:
                place = target
                for step in reversed(steps):
                    place = place.child(step.key, step.type)
                self.heap[place] = self.heap[loc]

    # Who can reach what.

    def reached(self, values: Iterable[Value], contents: Contents | None = None) -> set[Loc]:
        """The objects that values lead to."""
        if contents is None:
            contents = self.contents()
        found: set[Loc] = set()
        pending = [value for value in values if value.__class__ not in _SIMPLE]
        while pending:
            value = pending.pop()
            for root in value.reach if value.__class__ is Loc else roots(value):
                if root not in found:
                    found.add(root)
                    if root in contents:
                        pending += contents[root]
        return found

    def contents(self) -> Contents:
        """What the objects hold."""
        contents: Contents = {}
        for loc, value in self.heap.items():
            if value is not None and value.__class__ not in _SIMPLE:
                contents.setdefault(loc.root, []).append(value)
        return contents

    def escape(self, value: Value) -> None:
        """Let the rest of the program have a value, and all that it leads to."""
        if isinstance(value, (Loc, Slice, Func, Native, Tagged, tuple)):
            if all(root.outside or root in self.escaped for root in roots(value)):
                return  # and with these all that they lead to
            inside = {root for root in self.reached((value,)) if not root.outside}
            if not inside <= self.escaped:
                self.escaped |= inside
                self._forget_contents(inside)

    def _forget_contents(self, escaped: set[Loc]) -> None:
        """What plain variables hold is unknown once others may write to them."""
        self.heap = {
            loc: value
            for loc, value in self.heap.items()
            if loc.root not in escaped or value.__class__ not in _SIMPLE or value == OBJECT or _is_state(loc)
        }

    def tidy(self) -> None:
        """Forget what nobody can reach any more."""
        held = [value for thread in self.threads.values() for value in held_by(thread)]
        held += [result for _, result in self.ready]
        alive = self.reached([*held, *(value for loc, value in self.heap.items() if self.is_outside(loc))])
        self.heap = {loc: value for loc, value in self.heap.items() if loc.root in alive or self.is_outside(loc)}
        if self.escaped:
            self.escaped = frozenset(loc for loc in self.escaped if loc in alive or loc.outside)
        if self.facts:
            symbols = {symbol for value in (*held, *self.heap.values()) for symbol in atoms(value)}
            kept_terms = self.names.repeated
            self.facts = {
                term: fact for term, fact in self.facts.items() if term in kept_terms and _matters(term, symbols, alive)
            }

    def holdings(self) -> dict[int, set[Loc]]:
        """The objects that each goroutine can reach."""
        if self.holdings_ is None:
            contents = self.contents()
            self.holdings_ = {gid: self.reached(held_by(thread), contents) for gid, thread in self.threads.items()}
        return self.holdings_


OBJECT = "\0object"


def held_by(thread: Thread) -> Iterator[Value]:
    """The values in the registers of a goroutine."""
    for frame in thread.frames:
        yield from frame.registers
        for function, arguments, _ in frame.deferred:
            yield function
            yield from arguments
    if thread.waits is not None:
        yield thread.waits.subject
        yield thread.waits.value
        for _, _, channel, value in thread.waits.cases:
            yield channel
            yield value


def roots(value: Value) -> tuple[Loc, ...]:
    """The objects that a value points to directly."""
    if isinstance(value, Loc):
        return value.reach
    if isinstance(value, Symbol):
        return (*value.reach, value.place) if value.place is not None else value.reach
    if isinstance(value, (Slice, Keys)):
        return value[0].reach
    if isinstance(value, tuple):
        return tuple(root for part in value if part.__class__ not in _SIMPLE for root in roots(part))
    return ()


def atoms(value: Value) -> Iterator[Symbol]:
    """The unknown values that a value is made of."""
    if isinstance(value, Symbol):
        yield from value.atoms
    elif isinstance(value, Loc):
        if isinstance(value.root.key, Symbol):
            yield from value.root.key.atoms
    elif isinstance(value, tuple):
        for part in value:
            if part.__class__ not in _SIMPLE:
                yield from atoms(part)


def _matters(term: Symbol, symbols: set[Symbol], alive: set[Loc]) -> bool:
    """Whether what is assumed of a term can be asked for again."""
    for atom in term.atoms:
        if atom not in symbols and not any(root.outside or root in alive for root in atom.reach):
            return False
    return True


def _is_inside(loc: Loc, whole: Loc) -> bool:
    current: Loc | None = loc
    while current is not None and current is not whole:
        current = current.parent
    return current is whole


def _is_state(loc: Loc) -> bool:
    """Whether a place holds the state of a lock, counter or the like."""
    return isinstance(loc.key, str) and loc.key.startswith("#")


_SIMPLE = frozenset({int, str, bool, type(None), float})
