"""The abstract state of one path through a function: what names hold, and who owns what.

A *token* stands for what a value may be: `("r", site, ...)` the C resource that a call site made last and
`("r", site, ..., "older")` all those it made before (recency abstraction: Balakrishnan and Reps, SAS 2006),
`("p", index, ...)` what the caller handed in (and the fields below it), `("a", path)` the address of a local object,
`("f", byte, ...)` a function literal with what it captured of earlier loop rounds, `("c", site, result)` a function
that a call answered and that releases, when it is called, what is stored under `HELD`, `("nil",)`. A *path* is a
root (a variable's id or a token) followed by field names, with `"[]"` for the elements of a container and `"@"` for the
resource that a C struct value stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from tree_sitter import Node

Token = tuple[object, ...]
Path = tuple[object, ...]
Value = frozenset[Token]
NOTHING: Value = frozenset()
NIL: Token = ("nil",)
OLDER = "older"
ANSWER: Token = ("answer",)
"""Stands among the resources of a call for this: the variable is the call's pointer result, nil where it failed."""

HELD = "@held"
"""The field under which a function that cleans up holds what it releases."""
RENEWS = "@renews"
"""The field under which a block that realloc has made keeps the block that is still there if realloc failed."""

OWNED, FREED, MOVED, ABSENT, KEPT, LOST = "owned", "freed", "moved", "absent", "kept", "lost"


@dataclass(frozen=True, slots=True)
class Resource:
    """A C resource: the call that makes it, the maker's and the release's name, and the expression that holds it.

    `origin` is what really allocates it, where the maker is a wrapper in Go.
    """

    node: Node
    maker: str
    release: str
    subject: str = ""
    origin: str = ""

    @property
    def source(self) -> str:
        """The name of the C function that allocates it."""
        return (self.origin or self.maker).removeprefix("C.")


@dataclass(frozen=True, slots=True)
class Event:
    """A step on a path: the syntax it happened at, and a sentence; `previous` is the step before."""

    node: Node
    message: str
    token: Token | None = None
    previous: Event | None = None

    def since(self, token: Token) -> list[Event]:
        """The steps from the making of a resource to this one, oldest first; this one alone where it is not seen."""
        steps: list[Event] = []
        begins: list[int] = []
        event: Event | None = self
        while event is not None and len(begins) < (2 if is_older(token) else 1):
            steps.append(event)
            if event.token == as_made(token):
                begins.append(len(steps))
            event = event.previous
        return steps[: begins[-1]][::-1] if begins else [self]


@dataclass(frozen=True, slots=True)
class Deferred:
    """A deferred call: its syntax, the function value and the argument values as they were at the `defer`."""

    node: Node
    callee: Value
    arguments: tuple[Value, ...]


@dataclass(slots=True)
class State:
    """One abstract state; `fork` before changing a copy."""

    env: dict[Path, Value] = field(default_factory=dict)
    status: dict[Token, str] = field(default_factory=dict)
    facts: dict[str, bool] = field(default_factory=dict)
    results_of: dict[str, Value] = field(default_factory=dict)
    defers: tuple[Deferred, ...] = ()
    entered: frozenset[int] = frozenset()
    returned: tuple[Value, ...] = ()
    trail: Event | None = None
    blurred: bool = False
    """Whether several states were joined into this one, so that a path may mix what belongs to different ones."""

    def fork(self) -> State:
        """An independent copy."""
        return State(
            self.env.copy(),
            self.status.copy(),
            self.facts.copy(),
            self.results_of.copy(),
            self.defers,
            self.entered,
            self.returned,
            self.trail,
            self.blurred,
        )

    def adopt(self, other: State) -> None:
        """Become what another state is, but for the defers of the function that runs."""
        fresh = other.fork()
        self.env, self.status, self.facts, self.results_of = fresh.env, fresh.status, fresh.facts, fresh.results_of
        self.trail = other.trail
        self.blurred |= other.blurred

    def key(self) -> object:
        """What two states must share to be the same state: all but the trail."""
        return (
            frozenset(self.env.items()),
            frozenset(self.status.items()),
            frozenset(self.facts.items()),
            frozenset(self.results_of.items()),
            tuple((one.node.start_byte, one.callee, one.arguments) for one in self.defers),
            self.entered,
            self.returned,
        )

    def kind(self) -> object:
        """What two states must share so that they can be joined: what they own, and what is still to run."""
        owned = frozenset(item for item in self.status.items() if is_resource(item[0]))
        return owned, tuple((one.node.start_byte, one.callee, one.arguments) for one in self.defers), self.entered

    def joined(self, other: State) -> State:
        """A state that stands for this one and another of its kind: what may hold in one of them may hold in it."""
        both = self.fork()
        for path, value in other.env.items():
            both.env[path] = both.env.get(path, NOTHING) | value
        for token, status in other.status.items():
            both.status[token] = status if self.status.get(token, status) == status else MOVED
        both.facts = {key: truth for key, truth in self.facts.items() if other.facts.get(key) == truth}
        both.results_of = {name: made for name, made in self.results_of.items() if other.results_of.get(name) == made}
        both.blurred = True
        return both

    def note(self, node: Node, message: str, token: Token | None = None) -> None:
        """Add a step to the path."""
        self.trail = Event(node, message, token, self.trail)

    def owns(self) -> bool:
        """Whether anything is owned at all."""
        return OWNED in self.status.values()

    def holds(self) -> bool:
        """Whether a resource has been made on this path."""
        return any(map(is_resource, self.status))

    def below(self, root: Path) -> Iterator[tuple[Path, Value]]:
        """What is stored at a path and at its fields and elements."""
        size = len(root)
        for path, value in self.env.items():
            if path[:size] == root:
                yield path, value

    def reachable(self, tokens: Iterable[Token]) -> set[Token]:
        """The tokens, and all that can be reached from them through fields and elements."""
        seen: set[Token] = set()
        pending = list(tokens)
        while pending:
            token = pending.pop()
            if token in seen or token == NIL:
                continue
            seen.add(token)
            root = root_of(token)
            if isinstance(root[0], tuple) and root[0][0] in ("r", "p") and root[0] != token:
                pending.append(root[0])
            for _, value in self.below(root):
                pending += value
        return seen

    def age(self, root: Token) -> None:
        """Make room for a new resource or object of a site: what it made before becomes the older ones of that site."""
        old = (*root, OLDER)

        def aged(value: Value) -> Value:
            return frozenset(_aged(one, root, old) for one in value)

        for path, value in list(self.env.items()):
            place = (old, *path[1:]) if path[0] == root else path
            now = aged(value)
            if place != path:
                del self.env[path]
                now |= self.env.get(place, NOTHING)
            if place != path or now != value:
                self.env[place] = now
        defers = [replace(d, callee=aged(d.callee), arguments=tuple(map(aged, d.arguments))) for d in self.defers]
        self.defers = tuple(dict.fromkeys(defers))
        self.results_of = {name: value - {root} for name, value in self.results_of.items()}
        for token in [token for token in self.status if _aged(token, root, old) != token]:
            older, status = _aged(token, root, old), self.status.pop(token)
            self.status[older] = OWNED if self.status.get(older) == OWNED else status

    def freeze(self, name: str, literals: frozenset[int]) -> None:
        """A variable is declared anew by the next round of a loop: the literals that captured it keep what it held."""
        captured = (name, self.env.get((name,), NOTHING))

        def closed(one: Token) -> Token:
            if one[0] != "f" or one[1] not in literals or name in dict(captured_by(one)):
                return one
            return (*one[:2], (*captured_by(one), captured))

        def frozen(value: Value) -> Value:
            return frozenset(map(closed, value))

        for path, value in self.env.items():
            if path != (name,) and any(one[0] == "f" for one in value):
                self.env[path] = frozen(value)
        defers = [replace(d, callee=frozen(d.callee), arguments=tuple(map(frozen, d.arguments))) for d in self.defers]
        self.defers = tuple(dict.fromkeys(defers))

    def holders(self, token: Token) -> list[Path]:
        """The paths that hold a token."""
        return [path for path, value in self.env.items() if token in value]


def root_of(token: Token) -> Path:
    """The path below which the fields of what a token points to are stored."""
    if token[0] == "a":
        path = token[1]
        assert isinstance(path, tuple)
        return path
    return (token,)


def is_resource(token: Token) -> bool:
    """Whether a token stands for a resource that this function made."""
    return token[0] == "r"


def is_given(token: Token) -> bool:
    """Whether a token stands for something that the caller handed in."""
    return token[0] == "p"


def is_cleanup(token: Token) -> bool:
    """Whether a token stands for a function that releases what the same call made."""
    return token[0] == "c"


def is_older(token: Token) -> bool:
    """Whether a token stands for what a call site made before its last call."""
    return token[-1] == OLDER


def as_made(token: Token) -> Token:
    """A resource's token as it was when the resource was new."""
    return token[:-1] if is_older(token) else token


def captured_by(token: Token) -> tuple[tuple[str, Value], ...]:
    """The variables of earlier loop rounds that a function literal has captured, and what they held."""
    return token[2] if len(token) > 2 and token[0] == "f" else ()  # type: ignore[return-value]


def _aged(one: Token, root: Token, old: Token) -> Token:
    """A token after what a site made before has become `old`, within what function literals captured as well."""
    if one == root:
        return old
    if one[0] == "a" and root_of(one)[0] == root:
        return ("a", (old, *root_of(one)[1:]))
    if one[0] != "f" or len(one) == 2:
        return one
    captured = tuple((name, frozenset(_aged(each, root, old) for each in value)) for name, value in captured_by(one))
    return (*one[:2], captured)
