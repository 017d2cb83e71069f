"""What all parts of the interpreter share: the function at hand, its resources, choices and records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from tree_sitter import Node

from golint_mem.semantics.c.knowledge import CKnowledge
from golint_mem.semantics.c.library import counts_down
from golint_mem.semantics.choices import Choices
from golint_mem.semantics.ownership.lapse import Kind
from golint_mem.semantics.ownership.state import (
    FREED,
    HELD,
    KEPT,
    LOST,
    MOVED,
    NIL,
    OLDER,
    OWNED,
    Event,
    Path,
    Resource,
    State,
    Token,
    Value,
    as_made,
    captured_by,
    is_given,
    is_older,
    is_resource,
    root_of,
)
from golint_mem.semantics.ownership.summary import Summary
from golint_mem.semantics.scopes import Scopes
from golint_mem.syntax.around import loop_around
from golint_mem.syntax.go import Function, matches, text


class Surroundings(Protocol):
    """What a function can ask of its package."""

    @property
    def c(self) -> CKnowledge:
        """The C side of the package."""

    def imports(self, path: str) -> dict[str, str]:
        """The import paths of a file, by the names that the file gives them."""

    def is_type(self, name: str) -> bool:
        """Whether the package declares a type of this name."""

    def is_method(self, name: str) -> bool:
        """Whether the package declares a method of this name."""

    def is_address_type(self, name: str) -> bool:
        """Whether the package declares a type of this name that holds an address as a number or pointer."""

    def is_go_struct(self, name: str) -> bool:
        """Whether the package declares a struct of this name, and never takes C memory for one."""

    def summary(self, name: str, receiver: str | None = None, package: str = "") -> Summary | None:
        """The summary of a function, or of the methods that a call may mean; None where nothing is known."""

    def is_text_field(self, name: str) -> bool:
        """Whether the fields of this name that the package declares hold C strings, and nothing else."""

    def releases_elements(self) -> bool:
        """Whether the package frees memory by the address of a slice's first element."""

    def releases_value(self, release: str) -> bool:
        """Whether the package hands `&x` of a struct value to this C function."""


@dataclass(slots=True)
class Record:
    """What went wrong at one place, before it is known on which paths."""

    kind: Kind
    token: Token
    node: Node
    trail: Event | None
    culprit: str = ""
    possible: bool = False
    blurred: bool = False
    doubtful: bool = False
    succeeds: bool | None = None


@dataclass(slots=True)
class Records:
    """What the exploration of one function has seen."""

    resources: dict[Token, Resource] = field(default_factory=dict)
    leaks: dict[Token, Record] = field(default_factory=dict)
    lapses: dict[tuple[Kind, int], Record] = field(default_factory=dict)
    settled: set[Token] = field(default_factory=set)
    copied: dict[Token, Node] = field(default_factory=dict)
    exposed: set[Token] = field(default_factory=set)
    passed_on: set[Token] = field(default_factory=set)
    lent: set[Token] = field(default_factory=set)
    freed_where: dict[Token, set[bool | None]] = field(default_factory=dict)
    stored: dict[Token, tuple[str, str]] = field(default_factory=dict)
    handed: dict[Token, set[int]] = field(default_factory=dict)
    freed: set[Token] = field(default_factory=set)
    elsewhere: set[Token] = field(default_factory=set)
    bounded: bool = False


class Machine(Choices[State]):
    """The state of the exploration of one function; `Values`, `Calls` and `Interpreter` add what it can do."""

    def __init__(self, function: Function, around: Surroundings) -> None:
        super().__init__()
        self.function = function
        self.around = around
        self.scopes = Scopes(function.node)
        self.records = Records()
        self.literals: dict[int, Node] = {}
        self.repeated_defers: set[int] = set()
        self.may_free: set[Token] = set()
        self.touched: set[int] = set()
        self.acquired: list[Token] = []
        self.shared: set[Token] = set()
        self.collected: set[Token] = set()
        self.keepers: dict[Token, str] = {}
        self.emptied: dict[Token, bool] = {}
        self.results: dict[int, list[Value]] = {}
        self.deferring: Node | None = None
        self._packages: dict[tuple[int, int], str] = {}
        self._inside: dict[tuple[int, int, str], list[Node]] = {}

    def inside(self, node: Node, pattern: str) -> list[Node]:
        """The nodes of this function that a tree-sitter query finds below one of its nodes; looked for once."""
        key = node.start_byte, node.end_byte, pattern
        if key not in self._inside:
            self._inside[key] = matches(node, pattern, "found")
        return self._inside[key]

    def record(
        self, kind: Kind, token: Token, node: Node, state: State, culprit: str = "", possible: bool = False
    ) -> None:
        """Remember that something went wrong here; the first path that shows it stays."""
        if is_resource(token) or kind in (Kind.FREED_TWICE, Kind.USED_AFTER_FREE, Kind.GO_POINTER_KEPT):
            key = kind, node.start_byte
            possible |= state.blurred
            self.records.lapses.setdefault(key, Record(kind, token, node, state.trail, culprit, possible))

    def leak(
        self,
        token: Token,
        node: Node,
        message: str,
        state: State,
        possible: bool = False,
        succeeds: bool | None = True,
    ) -> None:
        """Remember that a resource is lost here, on this path; `succeeds` tells whether the function does."""
        known = self.records.leaks.get(as_made(token))
        doubt = self.is_guessed(token) and not state.facts.get(_exists(token))
        if known is None or (known.possible, known.blurred, known.doubtful) > (possible, state.blurred, doubt):
            trail = Event(node, message, None, state.trail)
            record = Record(Kind.NEVER_FREED, token, node, trail, possible=possible, blurred=state.blurred)
            record.succeeds, record.doubtful = succeeds, doubt
            self.records.leaks[as_made(token)] = record

    def resource(self, token: Token) -> Resource | None:
        """What is known of a resource; None for a token that stands for something else."""
        return self.records.resources.get(as_made(token))

    def is_guessed(self, token: Token) -> bool:
        """Whether only names and habits say that a resource is ours to release."""
        made = self.resource(token)
        return made is not None and self.around.c.guesses(made.source)

    def vouch(self, tokens: Iterable[Token], state: State) -> None:
        """Remember that on this path the program takes resources for made: it has looked, or hands them to C."""
        for token in tokens:
            if is_resource(token) and state.status.get(token) == OWNED and self.is_guessed(token):
                state.facts[_exists(token)] = True

    def settle(self, token: Token, freed: bool = False, plainly: bool = False) -> None:
        """Remember that on some path a resource is taken care of: freed, and plainly so by a call that stands here."""
        self.records.settled.add(as_made(token))
        if freed:
            self.records.freed.add(as_made(token))
        if not plainly:
            self.records.elsewhere.add(as_made(token))

    def escape(self, value: Value, state: State, status: str = MOVED) -> None:
        """Hand over all that can be reached from a value to somebody who is not seen from here."""
        for token in state.reachable(self.with_captured(value, state)):
            if token[0] == "a":
                state.status[token] = MOVED
            elif state.status.get(token) == OWNED or (is_given(token) and token not in state.status):
                self._note_store(token, state)
                state.status[token] = status
                self.settle(token)

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
            captured = dict(captured_by(token))
            for name in self.scopes.mentioned(self.literals[int(str(token[1]))]):
                more = captured.get(name, state.env.get((name,), frozenset()))
                found |= more if name in captured else more | {("a", (name,))}
                pending += [one for one in more if one[0] == "f"]
        return frozenset(found)

    def _note_store(self, token: Token, state: State) -> None:
        """Remember the field of a Go object through which a resource leaves the function."""
        literals = frozenset(one for value in state.env.values() for one in value if one[0] == "f")
        holders = [] if token in self.with_captured(literals, state) else state.holders(token)
        fields = [path for path in holders if self.field_of(path)]
        if fields and len(fields) == len([path for path in holders if len(path) > 1]):
            self.records.stored.setdefault(as_made(token), (self.type_of(fields[0]), self.field_of(fields[0])))

    @staticmethod
    def field_of(path: Path) -> str:
        """The last field of a path, leaving elements aside."""
        root = path[0]
        below = (*root[2:], *path[1:]) if isinstance(root, tuple) and is_given(root) else path[1:]
        return next((str(part) for part in reversed(below) if part not in ("[]", "@")), "")

    def type_of(self, path: Path) -> str:
        """The type, as written, of the object that a path starts at; the empty string where it is not known."""
        root = path[0]
        if isinstance(root, str):
            return self.scopes.type_text(root)
        if isinstance(root, tuple) and root[0] == "o":
            literal = self.function.node.descendant_for_byte_range(root[1], root[1] + 1)
            while literal is not None and literal.type != "composite_literal" and literal.start_byte == root[1]:
                literal = literal.parent
            if literal is not None and literal.type == "composite_literal":
                return text(literal.child_by_field_name("type"))
            return self._type_of_new(int(str(root[1])))
        if (
            isinstance(root, tuple)
            and root[0] == "p"
            and len(path) - path.count("[]") + len(root) - root.count("[]") == 4
        ):
            kinds = self.function.parameter_types
            return kinds[root[1]] if root[1] < len(kinds) else ""
        return ""

    def _type_of_new(self, start: int) -> str:
        """The type in a call of `new` that starts at a byte; the empty string for other syntax."""
        node = self.function.node.descendant_for_byte_range(start, start + 3)
        call = node.parent if node is not None and text(node) == "new" else None
        arguments = call.child_by_field_name("arguments") if call is not None else None
        return text(arguments.named_children[0]) if arguments is not None and arguments.named_children else ""

    def summarised(self, token: Token, state: State) -> bool:
        """Whether a token stands for several resources, as the elements of a container do."""
        if is_older(token) or (is_given(token) and "[]" in token):
            return True
        paths = state.holders(token)
        paths += [outer for path in paths for outer in state.holders(("a", path[:1]))]
        return any("[]" in path for path in paths)

    def use(self, value: Value, node: Node, state: State) -> None:
        """Look at every resource in a value: using one that was freed is a lapse."""
        for token in value:
            if is_given(token) and isinstance(token[1], int):
                self.touched.add(token[1])
            if state.status.get(token) == FREED and not self.summarised(token, state):
                self.record(Kind.USED_AFTER_FREE, token, node, state)

    def lost(self, tokens: Value, state: State) -> list[Token]:
        """Those owned resources among tokens that nothing refers to any more."""
        held = {token for value in state.env.values() for token in value}
        held |= {root for one in held if one[0] == "a" and isinstance(root := root_of(one)[0], tuple)}
        held |= {token for one in state.defers for value in (one.callee, *one.arguments) for token in value}
        held |= {one for literal in held for _, value in captured_by(literal) for one in value}
        return [one for one in tokens if is_resource(one) and state.status.get(one) == OWNED and one not in held]

    def acquire(self, node: Node, resource: Resource, state: State, tail: Path = ()) -> Token:
        """A new resource, made by a call; an earlier one of the same call may be lost by this."""
        token: Token = ("r", node.start_byte, *tail)
        if token in state.status:
            state.age(token)
            older = (*token, OLDER)
            for lost in self.lost(frozenset({older}), state):
                self.leak(lost, node, "the loop comes round without freeing the last one", state)
                state.status[lost] = LOST
        self.records.resources.setdefault(token, resource)
        state.facts.pop(_exists(token), None)
        state.status[token] = OWNED
        self.acquired.append(token)
        state.note(node, f"{resource.maker} makes it here", token)
        return token

    def _inside_loop(self, path: Path, node: Node) -> bool:
        """Whether a variable is declared in the innermost loop around a node."""
        loop = loop_around(node)
        known = self.scopes.by_id.get(str(path[0]))
        return loop is None or known is None or known.name.start_byte >= loop.start_byte

    def release(self, value: Value, node: Node, state: State, release: str, sure: bool = True) -> None:
        """A release function is called on a value; `sure` says that nothing is left of it afterwards."""
        for token in list(value):
            if token == NIL or token[0] == "f":
                continue
            if token[0] == "a":
                root = root_of(token)
                held = state.env.get((*root, "@"), frozenset()) | state.env.get(root, frozenset())
                held |= {one for a in held if a[0] == "a" for one in state.env.get((*root_of(a), "@"), frozenset())}
                self.release(frozenset(one for one in held if one[0] != "a"), node, state, release, sure)
                continue
            self._release_one(token, node, state, release, sure)

    def _release_one(self, token: Token, node: Node, state: State, release: str, sure: bool) -> None:
        status = state.status.get(token)
        if status == FREED and release == "C.free" and self.emptied.get(token):
            state.note(node, f"{release} frees it")
            return  # `C.thing_destroy(p); C.free(p)`: the first may only have emptied it
        if status == FREED and not self.summarised(token, state):
            self.record(Kind.FREED_TWICE, token, node, state)
        elif status == KEPT:
            self.record(Kind.FREED_WHILE_KEPT, token, node, state, culprit=self.keepers.get(token, ""))
        elif status == OWNED:
            self._check_deferral(token, node, state)
        made = self.resource(token)
        if status != LOST:
            own = made is not None and made.release == release
            if as_made(token) in self.shared and counts_down(release):
                own = sure = False  # whom it was handed to may hold a reference of its own
            state.status[token] = FREED if sure or own else MOVED
            self.emptied[token] = release.startswith("C.") and not self.around.c.effect(release[2:]).known
        self.may_free.add(token)
        self.settle(token, freed=True, plainly=_calls_c(node, release))
        state.note(node, f"{release} frees it")

    def _check_deferral(self, token: Token, node: Node, state: State) -> None:
        """A deferred release of what the same loop makes waits for the end of the function."""
        deferred = self.deferring
        if deferred is None or deferred.start_byte not in self.repeated_defers:
            return
        loop = loop_around(deferred)
        made = self.resource(token)
        if as_made(token) in self.collected:
            return
        if loop is None or made is None or not loop.start_byte <= made.node.start_byte < loop.end_byte:
            return
        for path, held in state.env.items():
            outside = isinstance(path[0], str) and not self._inside_loop(path, made.node)
            if outside and token in state.reachable(held | ({("a", path[:1])} if len(path) > 1 else set())):
                return
        hidden = HELD in token  # what a call does that answers nothing but its undoing is meant to last until then
        self.record(Kind.DEFERRED_IN_LOOP, token, deferred, state, possible=hidden)


def _calls_c(node: Node, release: str) -> bool:
    """Whether a node is the plain call of a C function."""
    return release.startswith("C.") and text(node.child_by_field_name("function")) == release


def _exists(token: Token) -> str:
    """The fact that a resource was really made."""
    return "@" + "".join(f".{part}" for part in as_made(token))
