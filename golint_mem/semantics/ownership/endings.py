"""The ends of a function: what is still owned there, and what its callers need to know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from tree_sitter import Node

from golint_mem.semantics.ownership.machine import Records, Surroundings
from golint_mem.semantics.ownership.state import (
    ABSENT,
    FREED,
    HELD,
    MOVED,
    NIL,
    OWNED,
    Path,
    State,
    Token,
    Value,
    as_made,
    is_cleanup,
    is_given,
    is_resource,
    root_of,
)
from golint_mem.semantics.ownership.statements import Statements
from golint_mem.semantics.ownership.summary import Fresh, Summary
from golint_mem.semantics.ownership.values import ELEMENTS
from golint_mem.syntax.go import Function, text

_GO_MEMORY = re.compile(r"string|\[\](?:byte|rune|bool|u?int\d*|float\d+|complex\d+)")
_RECOVERS = '(call_expression function: (identifier) @found (#eq? @found "recover"))'


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a function: the state, how it leaves (`return`, `panic`), and the syntax it leaves at."""

    state: State
    kind: str
    node: Node


@dataclass(slots=True)
class _Found:
    """What the ends of a function have shown so far of what it does; see `Summary`."""

    frees: set[tuple[int, Path]] = field(default_factory=set)
    keeps: set[tuple[int, Path]] = field(default_factory=set)
    renews: set[tuple[int, Path]] = field(default_factory=set)
    results: set[Fresh] = field(default_factory=set)
    aliases: set[tuple[int, int]] = field(default_factory=set)
    cleanups: set[tuple[int, tuple[int, Path]]] = field(default_factory=set)


class Endings(Statements):
    """What the ends of a function say."""

    def __init__(self, function: Function, around: Surroundings) -> None:
        super().__init__(function, around)
        self._not_fresh: set[int] = set()
        self._ran: set[int] = set()

    def _conclude(self, end: Exit) -> None:
        """Look at what is still owned where the function ends."""
        state = end.state
        returned = state.reachable(self.with_captured(frozenset().union(*state.returned), state))
        given = state.reachable(frozenset(token for token in self._given(state)))
        panics = end.kind == "panic"
        if panics and not self._is_panic(end.node):
            return
        succeeds = self._succeeds(state)
        for token, status in list(state.status.items()):
            if is_resource(token) and status == FREED:
                self.records.freed_where.setdefault(as_made(token), set()).add(succeeds)
            if is_resource(token) and (status == MOVED or token in returned or token in given):
                self.records.handed.setdefault(as_made(token), set()).add(end.node.start_byte)
            if not is_resource(token) or status != OWNED:
                continue
            if token in given or (token in returned and not self._is_hidden(token, state)):
                if not any(token in value for value in state.returned):
                    self._note_store(token, state)
                self.settle(token)
                continue
            message = "panics without freeing it" if panics else "the function ends without freeing it"
            self.leak(token, end.node, message, state, panics and not self._recovers(), succeeds)

    def _succeeds(self, state: State) -> bool | None:
        """Whether the function returns no error on this path; None where that cannot be said."""
        if not self.function.result_types or self.function.result_types[-1] != "error":
            return None
        name = self.function.results[-1]
        known = state.facts.get(f"{name}==nil") if name != "_" else None
        return known if known is not None else bool(state.returned) and state.returned[-1] == {NIL}

    def _is_hidden(self, token: Token, state: State) -> bool:
        """Whether a resource leaves as the backing memory of a Go slice or string, which nobody can give back."""
        hidden = False
        for kind, value in zip(self.function.result_types, state.returned, strict=False):
            if token in state.reachable(value):
                if not _GO_MEMORY.fullmatch(kind):
                    return False
                hidden = True
        return hidden and not self.around.releases_elements()

    def _given(self, state: State) -> Iterator[Token]:
        for path in state.env:
            root = path[0]
            if isinstance(root, tuple) and is_given(root):
                yield root

    @staticmethod
    def _is_panic(node: Node) -> bool:
        return text(node).startswith(("panic(", "log.Panic"))

    def _recovers(self) -> bool:
        return bool(self.inside(self.function.node, _RECOVERS))

    def _summary(self, ends: list[Exit]) -> Summary:
        found = _Found()
        freed = [self._parameters(end.state, found) for end in ends]
        for end in ends:
            self._returned(end.state, found)
        if self.records.bounded:
            found.keeps |= {(index, ()) for index in range(len(self.function.parameters))}
            freed = []
        successes = [end for end in ends if end.state.returned[-1:] == (frozenset({NIL}),)] or ends
        fills = set.intersection(*(self._filled(end.state) for end in successes)) if successes else set()
        return Summary(
            frees=frozenset(found.frees),
            always=frozenset(set.intersection(*freed) if freed else ()),
            renews=frozenset(found.renews),
            keeps=frozenset(found.keeps - found.frees),
            results=frozenset(found.results),
            fills=frozenset(fills),
            aliases=frozenset(found.aliases),
            tracked=frozenset(
                index
                for index, kind in enumerate(self.function.result_types)
                if _is_c_type(kind) and (kind.startswith("C.") or index not in self._not_fresh)
            ),
            variadic=len(self.function.parameters) - 1 if self._is_variadic() else None,
            filled=frozenset(index for index, kind in enumerate(self.function.parameter_types) if _is_c_type(kind)),
            cleanups=frozenset(found.cleanups),
            touches=frozenset(self.touched),
        )

    def _is_variadic(self) -> bool:
        parameters = self.function.node.child_by_field_name("parameters")
        last = parameters.named_children[-1] if parameters is not None and parameters.named_children else None
        return last is not None and last.type == "variadic_parameter_declaration"

    def _parameters(self, state: State, found: _Found) -> set[tuple[int, Path]]:
        """Add what a path does with its parameters; answer what it has freed."""
        freed: set[tuple[int, Path]] = set()
        for token, status in state.status.items():
            if not is_given(token) or len(token) < 2 or not isinstance(token[1], int):
                continue
            place = token[1], token[2:]
            if status == FREED or token in self.may_free:
                found.frees.add(place)
            elif status != ABSENT:
                found.keeps.add(place)
            if status in (FREED, ABSENT) and ELEMENTS not in token:
                freed.add(place)
            if len(token) > 2 and token not in state.env.get((token[:-1], token[-1]), {token}):
                found.renews.add(place)
        names = enumerate(self.function.parameters)
        return freed | {(index, ()) for index, name in names if state.env.get((name,)) == frozenset({NIL})}

    def _returned(self, state: State, found: _Found) -> None:
        cleanups = [frozenset(one for one in value if one[0] in ("f", "c")) for value in state.returned]
        freed = [self._freed_by(one, state) for one in cleanups]
        given = state.reachable(frozenset(self._given(state)))
        given |= state.reachable(self.with_captured(frozenset().union(*cleanups), state))
        given -= frozenset().union(*freed)
        places: dict[Token, tuple[int, Path]] = {}
        for index, value in enumerate(state.returned):
            if value and value != {NIL} and not any(is_resource(token) or is_given(token) for token in value):
                self._not_fresh.add(index)
            for token in value:
                if is_given(token) and len(token) == 2 and isinstance(token[1], int):
                    found.aliases.add((index, token[1]))
            for token in value - given - cleanups[index]:
                self._handed_out(token, index, given, places, state, found)
        for index, tokens in enumerate(freed):
            for token in tokens:
                if token not in places:
                    self._add_fresh(token, index, (HELD,), found.results, state)
                found.cleanups.add((index, places.setdefault(token, (index, (HELD,)))))

    def _handed_out(
        self,
        token: Token,
        index: int,
        given: set[Token],
        places: dict[Token, tuple[int, Path]],
        state: State,
        found: _Found,
    ) -> None:
        """One of the tokens of a result is fresh, or an object that holds what is fresh: note where it stands."""
        places[token] = index, ()
        self._add_fresh(token, index, (), found.results, state)
        if token[0] != "a":
            return
        root = root_of(token)
        for path, held in list(state.below(root)):
            for one in held - given:
                places.setdefault(one, (index, path[len(root) :]))
                self._add_fresh(one, index, path[len(root) :], found.results, state)
        held_below = state.reachable(frozenset({token})) - given
        found.keeps |= {(one[1], one[2:]) for one in held_below if is_given(one) and isinstance(one[1], int)}

    def _freed_by(self, cleanups: Value, state: State) -> Value:
        """The resources that calling a returned function would release."""
        freed = self.tokens_at(frozenset(filter(is_cleanup, cleanups)), (HELD,), state)
        records, ran = self.records, set(self._ran)
        self.records = Records(resources=records.resources)
        for literal in (one for one in cleanups if one[0] == "f"):
            for after in self.step(state.fork(), partial(self._call_off, literal)):
                freed |= {one for one, status in after.status.items() if status == FREED}
        self.records, self._ran = records, ran
        return frozenset(one for one in freed if is_resource(one) and state.status.get(one) == OWNED)

    def _call_off(self, literal: Token, state: State) -> None:
        self.inline(literal, [], state)

    def _add_fresh(self, token: Token, index: int, path: Path, found: set[Fresh], state: State) -> None:
        made = self.resource(token)
        if made is not None and state.status.get(token) == OWNED:
            found.add(Fresh(index, path, made.maker, made.release, made.origin or made.maker))

    def _filled(self, state: State) -> set[Fresh]:
        """What a path stores below parameters and does not return as well."""
        fills: set[Fresh] = set()
        returned = frozenset().union(*state.returned)
        for path, value in state.env.items():
            root = path[0]
            if isinstance(root, tuple) and is_given(root) and isinstance(root[1], int):
                for token in value - returned:
                    self._add_fresh(token, root[1], (*root[2:], *path[1:]), fills, state)
        return fills


def _is_c_type(kind: str) -> bool:
    return "C." in kind or "unsafe.Pointer" in kind or "uintptr" in kind
