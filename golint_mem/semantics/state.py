"""The abstract state of one path through a function: what names hold, and who owns what.

A *token* stands for what a value may be: `("r", site)` a C resource made at a call site (or handed in by the caller),
`("a", path)` the address of a local object, `("f", byte)` a function literal, `("nil",)`. A *path* is a root (a
variable's name or a token) followed by field names, with `"[]"` for the elements of a container.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

Token = tuple[object, ...]
Path = tuple[object, ...]
Value = frozenset[Token]
NOTHING: Value = frozenset()
NIL: Token = ("nil",)

OWNED, FREED, MOVED, ABSENT, RETURNED = "owned", "freed", "moved", "absent", "returned"


@dataclass(frozen=True, slots=True)
class Resource:
    """A C resource: where it is made (None for a caller's), by what, and what releases it.

    `origin` is the parameter path that a caller's resource stands for, such as `(0, "url")`.
    """

    node: Node | None
    maker: str
    release: str
    origin: Path = ()
    wrapped: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """A step on a path: the syntax it happened at, and a sentence; `previous` is the step before."""

    node: Node
    message: str
    previous: Event | None = None

    def steps(self) -> list[Event]:
        """All steps up to this one, oldest first."""
        steps: list[Event] = []
        event: Event | None = self
        while event is not None:
            steps.append(event)
            event = event.previous
        return steps[::-1]


@dataclass(slots=True)
class State:
    """One abstract state; `fork` before changing a copy."""

    env: dict[Path, Value] = field(default_factory=dict)
    status: dict[Token, str] = field(default_factory=dict)
    facts: dict[str, bool] = field(default_factory=dict)
    results_of: dict[str, Value] = field(default_factory=dict)
    defers: tuple[tuple[Node, tuple[Value, ...]], ...] = ()
    entered: frozenset[int] = frozenset()
    trail: Event | None = None

    def fork(self) -> State:
        """An independent copy."""
        return State(
            dict(self.env),
            dict(self.status),
            dict(self.facts),
            dict(self.results_of),
            self.defers,
            self.entered,
            self.trail,
        )

    def key(self) -> object:
        """What two states must share to be the same state: all but the trail."""
        return (
            frozenset(self.env.items()),
            frozenset(self.status.items()),
            frozenset(self.facts.items()),
            frozenset(self.results_of.items()),
            tuple((node.start_byte, values) for node, values in self.defers),
            self.entered,
        )

    def note(self, node: Node, message: str) -> None:
        """Add a step to the path."""
        self.trail = Event(node, message, self.trail)

    def below(self, root: Path) -> Iterator[Value]:
        """The values stored at a path and at its fields and elements."""
        size = len(root)
        for path, value in self.env.items():
            if path[:size] == root:
                yield value

    def reachable(self, tokens: Iterable[Token]) -> set[Token]:
        """The tokens, and all that can be reached from them through fields, elements and captured variables."""
        seen: set[Token] = set()
        pending = list(tokens)
        while pending:
            token = pending.pop()
            if token in seen or token == NIL:
                continue
            seen.add(token)
            root: Path = token[1] if token[0] == "a" else (token,)  # type: ignore[assignment]
            for value in self.below(root):
                pending += value
        return seen

    def mark(self, tokens: Iterable[Token], status: str, only: tuple[str, ...] = (OWNED,)) -> list[Token]:
        """Give resources a new status where their present one is in `only`; the ones that changed."""
        changed = [token for token in tokens if self.status.get(token) in only]
        for token in changed:
            self.status[token] = status
        return changed
