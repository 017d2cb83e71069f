"""Actions that can go several ways: each is run anew, once for every way that its choices can go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, Self, TypeVar


class Forkable(Protocol):
    """A state of which there can be independent copies."""

    def fork(self) -> Self:
        """An independent copy."""


_State = TypeVar("_State", bound=Forkable)


class Dead(Exception):
    """The path that is being followed cannot go on from here."""


class Choices(Generic[_State]):
    """What an exploration of paths is built on: `choose` inside of an action, `step` around it."""

    def __init__(self) -> None:
        self._script: list[int] = []
        self._picked: list[tuple[int, int]] = []

    def choose(self, count: int) -> int:
        """One of `count` ways to go on; the caller of `step` sees them all, one after the other."""
        position = len(self._picked)
        picked = self._script[position] if position < len(self._script) else 0
        self._picked.append((picked, count))
        return picked

    def affords(self, found: int) -> bool:
        """Whether an action may be run once more, when so many states are found; a budget says no at some point."""
        return True

    def repeats(self) -> None:
        """An action is run once more."""

    def step(self, before: _State, action: Callable[[_State], object]) -> list[_State]:
        """All states that an action may lead to: it is run once for each way its choices can go."""
        outer = self._script, self._picked
        pending: list[list[int]] = [[]]
        after: list[_State] = []
        while pending and self.affords(len(after)):
            self._script, self._picked = pending.pop(), []
            if self._script:
                self.repeats()
            state = before.fork()
            try:
                action(state)
                after.append(state)
            except Dead:
                pass
            taken = [picked for picked, _ in self._picked]
            for position in range(len(self._script), len(self._picked)):
                pending += [[*taken[:position], other] for other in range(1, self._picked[position][1])]
        self._script, self._picked = outer
        return after
