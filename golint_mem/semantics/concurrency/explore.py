"""Visits the states of a process network, and finds who can never move again.

The search goes breadth first, so that the way to a state is a shortest one. A network may offer, instead of all steps
of a state, a sufficient set of them (partial-order reduction: one goroutine whose step touches nothing that others can
reach). Where such a set would lead only to states that are known already, all steps are taken, so that nobody is passed
over for ever on a cycle.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

State = TypeVar("State")
Label = TypeVar("Label")


@dataclass(frozen=True, slots=True)
class Successor(Generic[State, Label]):
    """A step to another state: who moves (a bit for each goroutine), and what there is to say about it."""

    state: State
    movers: int
    label: Label


class Network(Protocol[State, Label]):
    """What can be explored."""

    def starts(self) -> Sequence[tuple[State, Label]]:
        """The states to begin with, and how they come about."""

    def key(self, state: State) -> Hashable:
        """Equal for states with equal futures."""

    def successors(self, state: State, everyone: bool) -> tuple[Sequence[Successor[State, Label]], bool]:
        """The steps from a state, and whether these are all of them; `everyone` forbids a reduction."""

    def waiting(self, state: State) -> int:
        """The goroutines that exist in a state (bits)."""

    def is_cut(self, state: State) -> bool:
        """Whether the exploration gave up in this state, so that anything may happen after it."""


@dataclass(slots=True)
class Graph(Generic[State, Label]):
    """The states that were visited, by number; `came` says from where and how each was first reached."""

    states: list[State] = field(default_factory=list)
    edges: list[list[tuple[int, int]]] = field(default_factory=list)
    came: list[tuple[int, Label]] = field(default_factory=list)
    open_ends: set[int] = field(default_factory=set)
    bound_hit: bool = False

    def way_to(self, number: int) -> list[tuple[int, Label]]:
        """The steps of a shortest way to a state: the number reached, and the label."""
        found: list[tuple[int, Label]] = []
        while number >= 0:
            before, label = self.came[number]
            found.append((number, label))
            number = before
        return found[::-1]


def explore(network: Network[State, Label], budget: int) -> Graph[State, Label]:
    """Visit the states of a network, at most `budget` of them."""
    graph: Graph[State, Label] = Graph()
    numbers: dict[Hashable, int] = {}
    queue: deque[int] = deque()

    def visit(state: State, before: int, label: Label) -> int:
        key = network.key(state)
        if key in numbers:
            return numbers[key]
        number = numbers[key] = len(graph.states)
        graph.states.append(state)
        graph.edges.append([])
        graph.came.append((before, label))
        if network.is_cut(state):
            graph.open_ends.add(number)
        else:
            queue.append(number)
        return number

    for state, label in network.starts():
        visit(state, -1, label)
    while queue:
        number = queue.popleft()
        if len(graph.states) >= budget:
            graph.open_ends.update((number, *queue))
            graph.bound_hit = True
            break
        known = len(graph.states)
        found, complete = network.successors(graph.states[number], False)
        targets = [(one.movers, visit(one.state, number, one.label)) for one in found]
        if not complete and all(target < known for _, target in targets):
            found, _ = network.successors(graph.states[number], True)
            targets = [(one.movers, visit(one.state, number, one.label)) for one in found]
        graph.edges[number] = targets
    return graph


ANYONE = -1
"""All bits: after a cut, anyone may move."""


def may_move(graph: Graph[State, Label]) -> list[int]:
    """For each state the goroutines that move on some way from it."""
    count = len(graph.states)
    moving = [0] * count
    before: list[list[int]] = [[] for _ in range(count)]
    for number, edges in enumerate(graph.edges):
        for movers, target in edges:
            moving[number] |= movers
            before[target].append(number)
    for number in graph.open_ends:
        moving[number] = ANYONE
    pending = deque(range(count - 1, -1, -1))
    while pending:
        number = pending.popleft()
        for earlier in before[number]:
            both = moving[earlier] | moving[number]
            if both != moving[earlier]:
                moving[earlier] = both
                pending.append(earlier)
    return moving


def never_move(graph: Graph[State, Label], network: Network[State, Label]) -> list[int]:
    """For each state the goroutines that exist in it and can never move again."""
    return [network.waiting(state) & ~moving for state, moving in zip(graph.states, may_move(graph), strict=True)]
