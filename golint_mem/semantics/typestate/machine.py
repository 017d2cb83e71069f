"""What all parts of the engine share: the function at hand, its choices, and the records of what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from typing import Protocol as Interface

from tree_sitter import Node

from golint_mem.semantics.choices import Choices
from golint_mem.semantics.scopes import Scopes
from golint_mem.semantics.typestate.lapse import Kind
from golint_mem.semantics.typestate.protocol import Protocol
from golint_mem.semantics.typestate.state import (
    ABSENT,
    ELEMENTS,
    FLAGS,
    GONE,
    LIVE,
    OLDER,
    POINTEE,
    RELEASED,
    Event,
    Hold,
    Key,
    State,
    Token,
    Value,
    as_made,
    followed,
    is_one,
    owners,
    parent,
    sharing,
    whole,
)
from golint_mem.semantics.typestate.summary import Summary
from golint_mem.syntax.go import Function, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.view import Callee, FileView

_IDENTIFIERS = "(identifier) @found"


class Surroundings(Interface):
    """What a function can ask of its package."""

    protocol: Protocol

    def view(self, path: str) -> FileView:
        """The view on a file of the package."""

    def summary(self, callee: Callee, made: bool, given: bool) -> Summary | None:
        """What a call may do; None where nothing is known.

        `made` says that it is handed what the caller made, `given` that it is handed what the caller was given.
        """

    def reslices(self, field: str) -> bool:
        """Whether the package cuts a slice field of this name, so that its memory is used again and again."""

    def released_at(self, callee: Callee, token: Token) -> tuple[str, Node] | None:
        """The file and the call where a callee gives back a token of its own."""


def span(node: Node) -> tuple[int, int]:
    """What tells one expression of a file from another."""
    return node.start_byte, node.end_byte


@dataclass(frozen=True, slots=True)
class Made:
    """A value that was made: the call, and the maker's name."""

    node: Node
    maker: str
    variable: str = ""


@dataclass(slots=True)
class Record:
    """What went wrong at one place."""

    kind: Kind
    token: Token
    node: Node
    trail: Event | None
    how: str = ""
    subject: str = ""
    release: Node | None = None
    partial: bool = False
    panics: bool = False


@dataclass(slots=True)
class Records:
    """What the exploration of one function has seen."""

    made: dict[Token, Made] = field(default_factory=dict)
    leaks: dict[Token, Record] = field(default_factory=dict)
    lapses: dict[tuple[Kind, int], Record] = field(default_factory=dict)
    released: set[Token] = field(default_factory=set)
    handed: set[Token] = field(default_factory=set)
    where: dict[Token, Node] = field(default_factory=dict)
    bounded: bool = False


class Machine(Choices[State]):
    """The exploration of one function; `Values`, `Conditions`, `Calls` and `Engine` add what it can do."""

    def __init__(self, function: Function, around: Surroundings) -> None:
        super().__init__()
        self.function = function
        self.around = around
        self.protocol = around.protocol
        self.view = around.view(function.path)
        self.scopes = self.view.scopes(function.node) or Scopes(function.node)
        self.records = Records()
        self.panics = False
        self.borrowed: frozenset[Token] = frozenset()
        self.owners: set[Token] = set()
        self.literals: dict[int, Node] = {}
        self.stored: dict[Key, Node] = {}
        self.results: dict[tuple[int, int], list[Value]] = {}
        self._mentioned: dict[int, frozenset[str]] = {}
        self._callees: dict[tuple[int, int], Callee] = {}

    @cached_property
    def literal(self) -> bool:
        """Whether the function is a function literal, which sees the variables of the function around it."""
        return self.function.node.type == "func_literal"

    # What goes wrong.

    def record(
        self,
        kind: Kind,
        token: Token,
        node: Node,
        state: State,
        how: str = "",
        subject: str = "",
        partial: bool = False,
    ) -> None:
        """Remember that something went wrong here; the first path that shows it stays."""
        release = self._release_of(token, state)
        found = Record(kind, token, node, state.trail, how, subject, release, partial)
        self.records.lapses.setdefault((kind, node.start_byte), found)

    @staticmethod
    def _release_of(token: Token, state: State) -> Node | None:
        released = next((one for one in owners(token) if state.status.get(one) == RELEASED), token)
        return state.trail.release_of(released) if state.trail is not None else None

    def leak(self, token: Token, node: Node, message: str, state: State, kind: Kind, panics: bool = False) -> None:
        """Remember that a value is lost here, on this path."""
        known = self.records.leaks.get(as_made(token))
        if known is None or (known.panics and not panics):
            trail = Event(node, message, None, None, state.trail)
            self.records.leaks[as_made(token)] = Record(kind, as_made(token), node, trail, panics=panics)

    # What becomes of values.

    def acquire(self, node: Node, maker: str, state: State, tail: tuple[object, ...] = ()) -> Token:
        """A new value, made by a call; an earlier one of the same call may be lost by this."""
        token: Token = ("m", node.start_byte, *tail)
        if token in state.status:
            state.age(token)
            self.lose(
                frozenset({(*token, OLDER)}), node, "the loop comes round without giving the last one back", state
            )
        self.records.made.setdefault(token, Made(node, maker))
        state.status[token] = LIVE
        state.note(node, f"{maker}: {self.protocol.made}", made=token)
        return token

    def lose(self, tokens: Value, node: Node, message: str, state: State) -> None:
        """Look at values that one name holds no more: those that no other holds are lost."""
        behind = {parent(one) for one in tokens if one[0] == "s" and one[2] == POINTEE}
        live = {one for one in tokens | behind if state.status.get(one) == LIVE}
        if not live:
            return
        held = {one for value in state.env.values() for one in value}
        held |= {one for each in state.defers for value in (each.callee, *each.arguments) for one in value}
        held = state.reachable(self.with_captured(frozenset(held), state))
        for token in live - held:
            self.leak(token, node, message, state, Kind.OVERWRITTEN)
            state.status[token] = GONE

    def release(self, value: Value, node: Node, state: State) -> None:
        """A value is given back."""
        for token in list(value):
            if token[0] == "a":
                self.release(state.env.get(str(token[1]), frozenset()), node, state)
            elif followed(token):
                self._release_one(token, node, state, alone=len(value) == 1)

    def _release_one(self, token: Token, node: Node, state: State, alone: bool) -> None:
        status = state.status.get(token)
        if status == ABSENT:
            return
        if status == RELEASED and self.is_single(token, state) and alone:
            self.record(Kind.RELEASED_TWICE, token, node, state)
        for hold in state.holds:
            if token in sharing(hold.token):
                self._held(hold, token, node, state)
        if whole(token)[0] == "m" or not self.protocol.called:  # any parameter that is called could be one
            state.note(node, self.protocol.released, released=token)
        self._mark_released(token, node, state)

    def _mark_released(self, token: Token, node: Node, state: State) -> None:
        """What is put back is gone; the pointer to it as well, where the value behind a pointer is put back."""
        state.status[token] = RELEASED
        state.released |= {token}
        self.records.released.add(as_made(token))
        self.records.where.setdefault(token, node)
        if token[0] == "s" and (token[2:] == (POINTEE,) or token[2] in self.protocol.through):
            self._mark_released(parent(token), node, state)

    def _held(self, hold: Hold, token: Token, node: Node, state: State) -> None:
        trail = Event(node, self.protocol.released, None, token, state.trail)
        found = Record(Kind.HELD, token, hold.node, trail, hold.how, release=node, partial=hold.token != token)
        self.records.lapses.setdefault((Kind.HELD, hold.node.start_byte), found)

    def hand_over(self, value: Value, state: State) -> None:
        """Somebody who is not seen from here becomes the owner of a value, and of all that it holds."""
        reached = state.reachable(self.with_captured(value, state))
        literals = frozenset(token for token in reached if token[0] == "f")
        for token in reached | state.reachable(self.with_captured(literals, state)):
            if state.status.get(token) == LIVE:
                state.status[token] = GONE
                self.records.handed.add(as_made(token))

    def use(self, value: Value, node: Node, state: State) -> None:
        """Look at every token of a value: using what was given back is a lapse."""
        for token in value:
            if not followed(token):
                continue
            gone = self.given_back(token, state)
            if gone is not None and len(value - FLAGS) == 1:
                self.record(Kind.USED, token, node, state, subject=text(node), partial=gone != token)

    def given_back(self, token: Token, state: State) -> Token | None:
        """What was given back of that which a token shares memory with; None where that is nothing.

        A pointer that was read from a field does not point into the object that has the field, a slice does, unless
        the field holds something else by now.
        """
        for one in sharing(token):
            if state.status.get(one) == RELEASED:
                return one if self.is_single(one, state) else None
            if one[0] == "s" and one not in state.env.get((parent(one), str(one[2])), {one}):
                return None
        return None

    @staticmethod
    def is_single(token: Token, state: State) -> bool:
        """Whether a token stands for one thing, and not for each of those that a container holds."""
        if not is_one(token):
            return False
        return not any(
            isinstance(key, tuple) and key[1] == ELEMENTS and token in held for key, held in state.env.items()
        )

    # Function literals.

    def mentioned(self, literal: Node) -> frozenset[str]:
        """The variables that a function literal mentions."""
        if literal.start_byte not in self._mentioned:
            self._mentioned[literal.start_byte] = self.scopes.mentioned(literal)
        return self._mentioned[literal.start_byte]

    def with_captured(self, value: Value, state: State) -> Value:
        """A value, and what the function literals in it refer to."""
        found = set(value)
        pending = [token for token in value if token[0] == "f"]
        seen: set[Token] = set()
        while pending:
            token = pending.pop()
            if token in seen:
                continue
            seen.add(token)
            for name in self.mentioned(self.literals[int(str(token[1]))]):
                more = state.env.get(name, frozenset())
                found |= more
                pending += [one for one in more if one[0] == "f"]
        return frozenset(found)

    def identifiers(self, node: Node) -> Iterator[Node]:
        """The identifiers below a node."""
        yield from matches(node, _IDENTIFIERS, "found")
