"""The states of a scope as something that can be explored: a function that is called, with all it starts."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from golint_mem.semantics.concurrency.code import Frame, Op, Thread
from golint_mem.semantics.concurrency.explore import ANYONE, Successor
from golint_mem.semantics.concurrency.machine import STARTER, settle
from golint_mem.semantics.concurrency.moves import Move, changes_nothing, moves, moves_of, subjects
from golint_mem.semantics.concurrency.shapes import Shapes
from golint_mem.semantics.concurrency.values import Func, Loc, Space, Value
from golint_mem.semantics.concurrency.world import MOST_FORKS, Event, Names, World

ROOT = 0
Label = tuple[Event, ...]


class Scope:
    """The network of one function: goroutine 0 calls it with unknown arguments."""

    def __init__(self, function: Func, shapes: Shapes, arguments: Sequence[Value], is_main: bool, space: Space) -> None:
        code = function.code
        self.code, self.is_main = code, is_main
        self.crashes: list[World] = []
        spot = code.spot
        assert spot is not None
        world = World(space, shapes, Names())
        world.names.thread(-1, "root", ())
        frame = Frame(STARTER, 1, (function, tuple(arguments)), called=spot)
        world.threads[ROOT] = Thread((frame,), None, spot)
        world.ready = ((ROOT, None),)
        world.events = (Event(ROOT, spot, "is called"),)
        self._first, self._most = world, MOST_FORKS
        self._holdings: dict[int, dict[int, set[Loc]]] = {}

    def starts(self) -> list[tuple[World, Label]]:
        """The states in which the function first waits."""
        return [(state, state.events) for state in self._settled(self._first.copy())]

    def limit(self, forks: int, shallow: bool) -> None:
        """Set how often conditions may go two ways, and whether calls of declared functions are followed."""
        self._most = self._first.names.forks = forks
        self._first.names.shallow = shallow

    @property
    def forked(self) -> int:
        """How often conditions went two ways."""
        return self._most - max(0, self._first.names.forks)

    @property
    def is_spent(self) -> bool:
        """Whether conditions went two ways too often for all of it to be followed."""
        return self._first.names.forks < 0

    def must_remember_more(self) -> bool:
        """Whether conditions turned out to be asked for more than once, so that the exploration has to begin anew."""
        names = self._first.names
        more, names.more_repeated = names.more_repeated, False
        if more and names.forks >= 0:
            names.forks = self._most
            self.crashes.clear()
        return more

    def _settled(self, world: World) -> list[World]:
        found = []
        for state in settle(world):
            if state.crash is not None:
                self.crashes.append(state)
            if self.is_main and ROOT not in state.threads:
                state.over = True
            if state.over:
                state.threads = {}
            state.tidy()
            found.append(state)
        return found

    def key(self, state: World) -> Hashable:
        """Equal for states with equal futures."""
        return state.key()

    def waiting(self, state: World) -> int:
        """The goroutines of a state, as bits."""
        return sum(1 << gid for gid in state.threads)

    def is_cut(self, state: World) -> bool:
        """Whether the exploration gave up here."""
        return state.cut

    def successors(self, state: World, everyone: bool) -> tuple[list[Successor[World, Label]], bool]:
        """The next states; where one goroutine's step concerns nobody else, its step alone."""
        if not everyone:
            for gid in sorted(state.threads):
                if self._is_private(state, gid):
                    chosen = list(moves_of(state, gid))
                    if chosen:
                        return self._apply(state, chosen), len(state.threads) == 1
        return self._apply(state, list(moves(state))), True

    def _is_private(self, state: World, gid: int) -> bool:
        op = state.threads[gid].waits
        if op is None:
            return False
        if op.kind in ("start", "atomic", "trylock"):
            return False
        if changes_nothing(state, op):
            return True
        for subject in subjects(op):
            if subject is None:
                continue
            if not isinstance(subject, Loc) or (state.is_outside(subject) and not _is_lock(op)):
                return False
            if any(subject.root in held for other, held in state.holdings().items() if other != gid):
                return False
            if subject.outside:
                return len(state.threads) == 1
        return True

    def _apply(self, state: World, chosen: Sequence[Move]) -> list[Successor[World, Label]]:
        found = []
        for move in chosen:
            world = state.copy()
            world.events = tuple(Event(*one) for one in move.says)
            if move.effect is not None:
                move.effect(world)
            world.ready = move.results
            movers = sum(1 << gid for gid, _ in move.results)
            for after in self._settled(world):
                found.append(Successor(after, ANYONE if after.over else movers, after.events))
        return found


def _is_lock(op: Op) -> bool:
    return op.kind in ("lock", "rlock")
