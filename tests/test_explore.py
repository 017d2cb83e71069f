"""The explorer on networks made by hand: who never moves again, reductions, budgets, shortest ways."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from itertools import permutations

import pytest

from golint_mem.semantics.concurrency.explore import Successor, explore, never_move

Counter = tuple[int, ...]


@dataclass
class Table:
    """A network given by its steps: state to (movers, next state). `small` holds reduced sets of steps."""

    steps: dict[str, list[tuple[int, str]]]
    everyone: int
    small: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    cut: frozenset[str] = frozenset()

    def starts(self) -> Sequence[tuple[str, str]]:
        return [("a", "start")]

    def key(self, state: str) -> Hashable:
        return state

    def successors(self, state: str, everyone: bool) -> tuple[list[Successor[str, str]], bool]:
        reduced = not everyone and state in self.small
        chosen = self.small[state] if reduced else self.steps.get(state, [])
        return [Successor(target, movers, f"{state}{target}") for movers, target in chosen], not reduced

    def waiting(self, state: str) -> int:
        return self.everyone

    def is_cut(self, state: str) -> bool:
        return state in self.cut


def stuck(network: Table, budget: int = 100) -> dict[str, int]:
    graph = explore(network, budget)
    return dict(zip(graph.states, never_move(graph, network), strict=True))


def test_a_deadlock_stops_everybody() -> None:
    assert stuck(Table({"a": [(1, "b"), (2, "c")]}, 3)) == {"a": 0, "b": 3, "c": 3}


def test_who_waits_while_another_one_goes_on_for_ever_never_moves() -> None:
    assert stuck(Table({"a": [(1, "b"), (2, "a")], "b": [(2, "c")], "c": [(2, "b")]}, 3)) == {"a": 0, "b": 1, "c": 1}


def test_who_may_still_be_woken_is_not_stuck() -> None:
    found = stuck(Table({"a": [(2, "b")], "b": [(2, "a"), (2, "c")], "c": [(3, "a")]}, 3))
    assert found == {"a": 0, "b": 0, "c": 0}


def test_after_a_cut_anything_may_happen() -> None:
    assert stuck(Table({"a": [(2, "b")]}, 3)) == {"a": 1, "b": 3}
    assert stuck(Table({"a": [(2, "b")]}, 3, cut=frozenset("b"))) == {"a": 0, "b": 0}


def test_the_budget_leaves_ends_open() -> None:
    chain = {chr(97 + number): [(1, chr(98 + number))] for number in range(20)}
    graph = explore(Table(chain, 1), 5)
    assert graph.bound_hit and graph.open_ends and len(graph.states) <= 6
    assert not any(never_move(graph, Table(chain, 1)))


def test_nobody_is_passed_over_for_ever_on_a_cycle() -> None:
    steps = {"a": [(1, "b"), (2, "c")], "b": [(1, "a"), (2, "c")]}
    reduced = {"a": [(1, "b")], "b": [(1, "a")]}
    assert stuck(Table(steps, 3, reduced)) == {"a": 0, "b": 0, "c": 3}


def test_the_way_to_a_state_is_a_shortest_one() -> None:
    steps = {"a": [(1, "b"), (1, "c")], "b": [(1, "d")], "c": [(1, "e")], "d": [(1, "e")]}
    graph = explore(Table(steps, 1), 100)
    assert [label for _, label in graph.way_to(graph.states.index("e"))] == ["start", "ac", "ce"]


@dataclass
class Locks:
    """Goroutines that lock two locks each and give them back, each in its own order; a state holds positions."""

    orders: tuple[tuple[int, int], ...]
    reduces: bool

    def starts(self) -> Sequence[tuple[Counter, str]]:
        return [((0,) * len(self.orders), "")]

    def key(self, state: Counter) -> Hashable:
        return state

    def _holds(self, state: Counter, one: int) -> set[int]:
        return {lock for at, lock in enumerate(self.orders[one]) if at < state[one] <= 3 - at}

    def _free(self, state: Counter, lock: int) -> bool:
        return not any(lock in self._holds(state, one) for one in range(len(state)))

    def _moves(self, state: Counter, one: int) -> bool:
        at = state[one]
        return at < 4 and (at >= 2 or self._free(state, self.orders[one][at]))

    def successors(self, state: Counter, everyone: bool) -> tuple[list[Successor[Counter, str]], bool]:
        moving = [one for one in range(len(state)) if self._moves(state, one)]
        unlocking = [one for one in moving if state[one] >= 2]
        chosen = unlocking[:1] if self.reduces and unlocking and not everyone else moving
        found = []
        for one in chosen:
            after = tuple(at + (other == one) for other, at in enumerate(state))
            found.append(Successor(after, 1 << one, str(one)))
        return found, chosen is moving

    def waiting(self, state: Counter) -> int:
        return sum(1 << one for one, at in enumerate(state) if at < 4)

    def is_cut(self, state: Counter) -> bool:
        return False


@pytest.mark.parametrize("orders", list(permutations([(0, 1), (1, 0), (0, 2), (2, 1)], 3)))
def test_a_reduction_finds_the_same_deadlocks(orders: tuple[tuple[int, int], ...]) -> None:
    found = []
    for reduces in (False, True):
        network = Locks(orders, reduces)
        graph = explore(network, 10_000)
        ends = zip(graph.states, graph.edges, never_move(graph, network), strict=True)
        found.append(({state for state, edges, _ in ends if not edges}, len(graph.states)))
    (whole, many), (reduced, few) = found
    assert whole == reduced
    assert few <= many
