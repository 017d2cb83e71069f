"""What goes wrong in the scopes of a package: goroutines that can never move again, and operations that panic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from golint_mem.findings import Confidence, Notification
from golint_mem.semantics.concurrency.code import Op, Spot
from golint_mem.semantics.concurrency.counts import is_untied
from golint_mem.semantics.concurrency.explore import Graph, explore, never_move
from golint_mem.semantics.concurrency.extract import Extraction
from golint_mem.semantics.concurrency.moves import subjects
from golint_mem.semantics.concurrency.network import ROOT, Label, Scope
from golint_mem.semantics.concurrency.roots import Root, roots_of
from golint_mem.semantics.concurrency.values import Loc
from golint_mem.semantics.concurrency.world import Crash, Event, World

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

BUDGET, FORKS = 800, 150
"""States that are visited for one scope, and how often conditions in it may go two ways: scopes with more of these
show no more with a larger number."""
PACKAGE_BUDGET, SMALL_BUDGET = 20_000, 40
"""States and decisions for all scopes of a package together (from half of them on, scopes get a quarter of the budget);
what each scope gets when these are used up."""
MOST_ROUNDS = 6
"""How often a scope is explored anew because conditions turned out to belong together."""
_LATE = {"lock": 1, "rlock": 1, "once": 1, "woken": 2, "wait": 3}
"""Who is told of first: who waits for a lock or counter often does so because of another one that hangs."""


class Kind(Enum):
    """What a hang is about."""

    SEND = "send"
    RECEIVE = "receive"
    RANGE = "range"
    LOCK = "lock"
    WAIT = "wait"
    MISUSE = "misuse"


_KINDS = {"send": Kind.SEND, "range": Kind.RANGE, "wait": Kind.WAIT, "woken": Kind.WAIT, "add": Kind.WAIT}
_KINDS |= dict.fromkeys(("lock", "rlock", "once", "unlock"), Kind.LOCK)
_LOCKS = frozenset({"lock", "rlock", "once"})


@dataclass(frozen=True, slots=True)
class Blocked:
    """A goroutine that waits for ever: its number, what it waits for, and where it was started."""

    thread: int
    op: Op
    start: Spot


@dataclass(frozen=True, slots=True, eq=False)
class Hang:
    """Goroutines that wait for ever in one state (the first is the one to report), or a panic (`crash`).

    `events` is the shortest way to that state. `root` is the explored function.
    """

    root: Root
    blocked: tuple[Blocked, ...]
    events: tuple[Event, ...]
    confidence: Confidence
    crash: Crash | None = None

    @property
    def op(self) -> Op:
        """The operation to report."""
        return self.crash.op if self.crash is not None else self.blocked[0].op

    @property
    def kind(self) -> Kind:
        """What the hang is about: locks where one of the blocked goroutines waits for a lock."""
        op = self.op
        if op.kind in ("close", "send") and self.crash is not None:
            return Kind.MISUSE
        if self.crash is None and op.kind in ("send", "receive", "range") and op.subject is None:
            return Kind.MISUSE
        if any(one.op.kind in _LOCKS for one in self.blocked):
            return Kind.LOCK
        if op.kind == "select" and op.cases and all(way == "send" for _, way, _, _ in op.cases):
            return Kind.SEND
        return _KINDS.get(op.kind, Kind.RECEIVE)

    @property
    def spot(self) -> Spot:
        """The place to report."""
        return self.op.spot


class Hangs:
    """The hangs of one package. `notifications` says which scopes were too large."""

    def __init__(self, facts: PackageFacts) -> None:
        self._facts = facts
        self._extraction = Extraction(facts)
        self.states: list[int] = []
        self._work = 0
        self._cut_short = 0

    def of_kind(self, kind: Kind) -> Iterator[Hang]:
        """The hangs of one kind in the files that are to be reported."""
        return (hang for hang in self._all if hang.kind is kind and hang.spot.path in self._facts.asked)

    def shown(self) -> frozenset[tuple[str, int]]:
        """Where the hangs stand that somebody has asked for already: nothing is explored for this."""
        found: tuple[Hang, ...] = self.__dict__.get("_all", ())
        return frozenset((hang.spot.path, hang.spot.node.start_byte) for hang in found)

    @cached_property
    def _all(self) -> tuple[Hang, ...]:
        """The hangs, each place once."""
        found: dict[tuple[str, int, bool], Hang] = {}
        for root in self.roots():
            for hang in self.of(root):
                key = (hang.spot.path, hang.spot.node.start_byte, hang.crash is not None)
                known = found.get(key)
                if known is None or _better(hang, known):
                    found[key] = hang
        if self._cut_short:
            message = f"{self._cut_short} more functions have more interleavings than is left of the package's budget"
            path = min(self._facts.asked)
            self._facts.notifications.append(Notification("bound-hit", message, "note", path, 1))
        return tuple(sorted(found.values(), key=lambda one: (one.spot.path, one.spot.node.start_byte)))

    def roots(self) -> Iterator[Root]:
        """The scopes of the package."""
        return roots_of(self._facts, self._extraction)

    def of(self, root: Root) -> list[Hang]:
        """The hangs of one scope."""
        try:
            return self._explored(root)
        except Exception as error:  # one scope that cannot be followed must not silence the others
            message = f"{root.name} could not be explored: {type(error).__name__}: {error}"
            self._facts.notifications.append(Notification("scope-failed", message, "warning", root.spot.path))
            return []

    def _explored(self, root: Root) -> list[Hang]:
        left = PACKAGE_BUDGET - self._work
        budget = BUDGET if left > PACKAGE_BUDGET // 2 else BUDGET // 4 if left > 0 else SMALL_BUDGET
        found = self._search(root, budget, shallow=False)
        if root.code.too_large:
            found += self._search(root, budget // 2, shallow=True)
            if root.spot.path in self._facts.asked and left <= 0:
                self._cut_short += 1
            elif root.spot.path in self._facts.asked:
                message = f"{root.name} has more interleavings than the budget allows to explore"
                line = root.spot.node.start_point[0] + 1
                self._facts.notifications.append(Notification("bound-hit", message, "note", root.spot.path, line))
        return found

    def _search(self, root: Root, budget: int, shallow: bool) -> list[Hang]:
        """Explore a scope; a shallow search takes the functions that it calls as unknown code."""
        network = root.scope(self._extraction)
        network.limit(min(budget // 2, FORKS), shallow)
        for _ in range(MOST_ROUNDS):
            graph = explore(network, budget)
            self.states.append(len(graph.states))
            self._work += len(graph.states) + network.forked
            spent = graph.bound_hit or network.is_spent
            root.code.too_large = root.code.too_large or spent
            again = network.must_remember_more()
            if spent or not again:
                break
        return [] if again else [*_blocked(root, network, graph), *_crashed(root, network)]


def _better(one: Hang, other: Hang) -> bool:
    """Whether a hang is told better than another one of the same place."""
    return _weight(one) < _weight(other)


def _weight(hang: Hang) -> tuple[bool, bool, int]:
    """Surer ones first, then those whose objects the scope makes itself, then the shortest."""
    outside = any(isinstance(one, Loc) and one.outside for one in subjects(hang.op))
    return hang.confidence is Confidence.POSSIBLE, outside, len(hang.events)


def _blocked(root: Root, network: Scope, graph: Graph[World, Label]) -> Iterator[Hang]:
    never = never_move(graph, network)
    groups = [(number, _stuck(graph.states[number], bits)) for number, bits in enumerate(never) if bits]
    reported: set[tuple[str, int]] = set()
    for failed in (False, True):
        for number, group in groups:
            state = graph.states[number]
            places = {_place(one) for one in group}
            if root.is_main and _serves(group):
                continue
            if state.failed is failed and group and not places & reported:
                reported.add(_place(group[0]))
                events = tuple(event for _, label in graph.way_to(number) for event in label)
                confidence = Confidence.POSSIBLE if failed or _is_guess(group, events) else Confidence.LIKELY
                yield Hang(root, group, events, confidence)


def _is_guess(group: tuple[Blocked, ...], events: tuple[Event, ...]) -> bool:
    """Whether a counter was set to an unknown number that has nothing to do with what counts it down."""
    waits = any(one.op.kind == "wait" for one in group)
    return waits and any(is_untied(event.spot.node) for event in events if event.message.startswith("adds "))


def _serves(group: tuple[Blocked, ...]) -> bool:
    """Whether it is `main` alone that waits, as it does where others work as long as the process lives."""
    return all(one.thread == ROOT and one.op.kind in ("receive", "select") for one in group)


def _place(one: Blocked) -> tuple[str, int]:
    return one.op.spot.path, one.op.spot.node.start_byte


def _stuck(state: World, bits: int) -> tuple[Blocked, ...]:
    """The goroutines that never move again and that nobody who goes on could have woken, those to report first."""
    found = []
    for gid, thread in state.threads.items():
        if bits >> gid & 1 and thread.waits is not None and not _has_helper(state, gid, thread.waits, bits):
            if thread.waits.kind == "select" and not thread.waits.cases:
                continue
            found.append(Blocked(gid, thread.waits, thread.start))
    found.sort(key=lambda one: (_LATE.get(one.op.kind, 0), one.thread == ROOT, one.thread))
    return tuple(found)


def _has_helper(state: World, gid: int, op: Op, bits: int) -> bool:
    """Whether a goroutine that goes on can reach what is waited for."""
    roots = {subject.root for subject in subjects(op) if isinstance(subject, Loc)}
    holdings = state.holdings()
    return any(not bits >> other & 1 and other != gid and roots & holdings.get(other, set()) for other in state.threads)


def _crashed(root: Root, network: Scope) -> Iterator[Hang]:
    seen = set()
    for state in network.crashes:
        crash = state.crash
        if crash is not None and crash.op.spot not in seen:
            seen.add(crash.op.spot)
            yield Hang(root, (), state.events, Confidence.POSSIBLE if state.failed else Confidence.LIKELY, crash)
