"""The abstract state of one path through a function: what names hold, and what has become of the values followed.

A *token* stands for what a value may be:

- `("m", site, ...)` what a call made last, with `"older"` behind it what the same call made in earlier
  rounds of a loop;
- `("p", index)` what the caller handed in; `("g", name)` what is declared outside the function;
- `("s", token, part)` a part of another token or a view of it: a field, `"*"` what it points to, `"[]"` an element,
  `"()"` memory that a method or function lends out of it; with `"loose"` behind it where it is a pointer of its own;
- `("o", site)` a struct, slice or map that stands here; `("a", variable)` the address of a variable;
- `("u", name)` a part of something that a local variable holds and nothing is known of;
- `("f", byte)` a function literal; `NIL`, `SOME` (not nil, and nothing that is followed), `TRUE` and `FALSE`.

Names live in `env`: a variable's id, or a pair of a token and one of its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from tree_sitter import Node

Token = tuple[object, ...]
Key = str | tuple[Token, str]
Value = frozenset[Token]
NOTHING: Value = frozenset()
NIL: Token = ("nil",)
SOME: Token = ("some",)
TRUE: Token = ("true",)
FALSE: Token = ("false",)
FLAGS = frozenset({NIL, SOME, TRUE, FALSE})
OLDER, LOOSE = "older", "loose"
ELEMENTS, POINTEE, VIEW = "[]", "*", "()"
_DEEPEST = 4

LIVE, RELEASED, GONE, ABSENT = "live", "released", "gone", "absent"


@dataclass(frozen=True, slots=True)
class Event:
    """A step on a path: the syntax it happened at, and a sentence; which value it makes or gives back.

    `path` is the file where it is not that of the function.
    """

    node: Node
    message: str
    made: Token | None = None
    released: Token | None = None
    previous: Event | None = None
    path: str = ""

    def back_to(self, token: Token) -> list[Event]:
        """The steps from the making of a value to this one, oldest first; all where the making is not seen."""
        steps: list[Event] = []
        event: Event | None = self
        while event is not None:
            steps.append(event)
            if event.made == as_made(token):
                break
            event = event.previous
        return steps[::-1]

    def release_of(self, token: Token) -> Node | None:
        """The call that gave a value back last."""
        event: Event | None = self
        while event is not None:
            if event.released == token:
                return event.node
            event = event.previous
        return None


@dataclass(frozen=True, slots=True)
class Deferred:
    """A deferred call: its syntax, and receiver, function and arguments as they were at the `defer`."""

    node: Node
    callee: Value
    arguments: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody else got hold of a value: by a send, or as a goroutine."""

    token: Token
    node: Node
    how: str


@dataclass(slots=True)
class State:
    """One abstract state; `fork` before changing a copy."""

    env: dict[Key, Value] = field(default_factory=dict)
    status: dict[Token, str] = field(default_factory=dict)
    facts: dict[str, bool] = field(default_factory=dict)
    defers: tuple[Deferred, ...] = ()
    holds: tuple[Hold, ...] = ()
    released: frozenset[Token] = frozenset()
    settled: frozenset[Token] = frozenset()
    assumed: frozenset[tuple[Token, bool]] = frozenset()
    returned: tuple[Value, ...] = ()
    trail: Event | None = None

    def fork(self) -> State:
        """An independent copy."""
        return replace(self, env=dict(self.env), status=dict(self.status), facts=dict(self.facts))

    def adopt(self, other: State) -> None:
        """Become what another state is, but for the defers and results of the function that runs."""
        fresh = other.fork()
        self.env, self.status, self.facts = fresh.env, fresh.status, fresh.facts
        self.holds, self.released, self.settled = fresh.holds, fresh.released, fresh.settled
        self.trail, self.assumed = fresh.trail, fresh.assumed

    def key(self) -> object:
        """What two states must share to be the same state: all but the trail."""
        return (
            frozenset(self.env.items()),
            frozenset(self.status.items()),
            frozenset(self.facts.items()),
            tuple((one.node.start_byte, one.callee, one.arguments) for one in self.defers),
            frozenset((one.token, one.node.start_byte) for one in self.holds),
            self.released,
            self.settled,
            self.assumed,
            self.returned,
        )

    def note(self, node: Node, message: str, made: Token | None = None, released: Token | None = None) -> None:
        """Add a step to the path."""
        self.trail = Event(node, message, made, released, self.trail)

    def wait(self) -> None:
        """The function waits for somebody: goroutines and receivers may be done with what they hold."""
        self.holds = tuple(one for one in self.holds if one.how == "finalizer")
        for key in [key for key in self.env if isinstance(key, tuple) and key[0][0] == "u"]:
            self.env[key] = NOTHING

    def clear(self, value: Value) -> None:
        """What is stored in the parts of a value is not stored there any more."""
        for key in [key for key in self.env if isinstance(key, tuple) and not value.isdisjoint(owners(key[0]))]:
            if self.status.keys().isdisjoint(self.env[key]) or LIVE not in map(self.status.get, self.env[key]):
                del self.env[key]

    def parts(self, token: Token) -> Iterator[tuple[str, Value]]:
        """What is known to be stored in the parts of a token."""
        for key, value in self.env.items():
            if isinstance(key, tuple) and key[0] == token:
                yield key[1], value

    def inside(self, tokens: Iterable[Token]) -> set[Token]:
        """The tokens, and what is stored in those that are structs, slices or maps made here."""
        seen: set[Token] = set()
        pending = list(tokens)
        while pending:
            token = pending.pop()
            if token not in seen:
                seen.add(token)
                pending += [one for _, value in self.parts(token) for one in value] if token[0] == "o" else []
        return seen

    def reachable(self, tokens: Iterable[Token]) -> set[Token]:
        """The tokens, what they are parts of, and all that can be reached from them through their own parts."""
        seen: set[Token] = set()
        pending = list(tokens)
        while pending:
            token = pending.pop()
            if token in seen or token in FLAGS:
                continue
            seen.add(token)
            if token[0] == "s":
                pending.append(parent(token))
            if token[0] == "a":
                pending += self.env.get(str(token[1]), NOTHING)
            for _, value in self.parts(token):
                pending += value
        return seen

    def age(self, token: Token) -> None:
        """Make room for a new value of a site: what the site made before becomes the older ones."""
        old = (*token, OLDER)

        def aged(one: Token) -> Token:
            if one == token:
                return old
            return ("s", aged(parent(one)), *one[2:]) if one[0] == "s" else one

        def all_aged(value: Value) -> Value:
            return frozenset(map(aged, value))

        env: dict[Key, Value] = {}
        for key, value in self.env.items():
            new = (aged(key[0]), key[1]) if isinstance(key, tuple) else key
            env[new] = env.get(new, NOTHING) | all_aged(value)
        self.env = env
        for one in [one for one in self.status if aged(one) != one]:
            status = self.status.pop(one)
            self.status[aged(one)] = LIVE if self.status.get(aged(one)) == LIVE else status
        self.defers = tuple(
            replace(one, callee=all_aged(one.callee), arguments=tuple(map(all_aged, one.arguments)))
            for one in self.defers
        )
        self.holds = tuple(replace(one, token=aged(one.token)) for one in self.holds)
        self.released = all_aged(self.released)


def parent(token: Token) -> Token:
    """What a part is a part of."""
    assert isinstance(token[1], tuple)
    return token[1]


def part(token: Token, name: str) -> Token:
    """A part of a token; all that is very deep is taken for one of many things below the whole."""
    if name == VIEW and token[0] == "s" and token[2] == VIEW:
        return token
    if len(list(owners(token))) >= _DEEPEST:
        return ("s", whole(token), ELEMENTS, LOOSE)
    return ("s", token, name)


def loosened(value: Value, name: str) -> Value:
    """A value whose parts of this name do not share memory with the whole: pointers that are read from a field."""
    return frozenset((*one, LOOSE) if one[0] == "s" and one[2:] == (name,) else one for one in value)


def is_loose(token: Token) -> bool:
    """Whether a token stands for a part that does not share memory with the whole."""
    return token[0] == "s" and len(token) > 3


def owners(token: Token) -> Iterator[Token]:
    """A token, and what it is a part of, up to the whole."""
    yield token
    while token[0] == "s":
        token = parent(token)
        yield token


def sharing(token: Token) -> Iterator[Token]:
    """A token, and what it shares memory with: what it is a part of, up to a pointer that was read from somewhere."""
    for one in owners(token):
        yield one
        if is_loose(one):
            return


def whole(token: Token) -> Token:
    """What a token is in the end a part of."""
    return list(owners(token))[-1]


def followed(token: Token) -> bool:
    """Whether a token stands for something that can be released: a made value, a parameter, or a part of one."""
    return whole(token)[0] in ("m", "p")


def is_older(token: Token) -> bool:
    """Whether a token stands for what a call made in earlier rounds of a loop."""
    return whole(token)[-1] == OLDER


def as_made(token: Token) -> Token:
    """A token as it was when the value was new."""
    return token[:-1] if token[-1] == OLDER else token


def is_one(token: Token) -> bool:
    """Whether a token stands for one thing, and not for several of which each is like this."""
    return not is_older(token) and not any(one[0] == "s" and one[2] == ELEMENTS for one in owners(token))
