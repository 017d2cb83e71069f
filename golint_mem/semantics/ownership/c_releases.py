"""What C functions give back: releases, whether they are the right ones, and realloc."""

from __future__ import annotations

import re

from tree_sitter import Node

from golint_mem.semantics.c import library
from golint_mem.semantics.c.knowledge import CEffect
from golint_mem.semantics.inference import call_arguments
from golint_mem.semantics.ownership.c_outs import Outs, unconverted
from golint_mem.semantics.ownership.lapse import Kind
from golint_mem.semantics.ownership.state import (
    FREED,
    MOVED,
    NIL,
    OWNED,
    RENEWS,
    Resource,
    State,
    Token,
    Value,
    is_given,
    is_resource,
    root_of,
)
from golint_mem.syntax.go import text

_PLAIN = frozenset({"free", "g_free"})


class Releases(Outs):
    """What a C call releases."""

    def _released_by(self, name: str, effect: CEffect, values: list[Value], state: State) -> set[int]:
        """Which arguments a call releases; a guess from the name takes the one that is owned, `f(context, object)`."""
        released = {index for index, path in effect.frees if not path}
        if not effect.known and not library.releases_text(name):
            released = {index for index in released if not self._is_text(values[index : index + 1])}
        owned = {index for index, value in enumerate(values) if any(self._is_object(one, state) for one in value)}
        return released if effect.known or 0 in owned or not released else owned or released

    def _is_text(self, values: list[Value]) -> bool:
        """Whether an argument is a C string: the name of a thing, and not the thing."""
        tokens = [token for value in values for token in value if token != NIL]
        return bool(tokens) and all(map(self._is_string, tokens))

    def _is_string(self, token: Token) -> bool:
        made = self.resource(token)
        if made is not None:
            return made.source in library.STRINGS
        if not is_given(token) or not isinstance(token[1], int):
            return False
        if len(token) == 2:
            return self.function.parameter_types[token[1]] == "*C.char"
        return self.around.is_text_field(str(token[-1]))

    def _is_object(self, token: Token, state: State) -> bool:
        """Whether a token is an owned resource that may have a destructor of its own, unlike a C string."""
        made = self.resource(token)
        return made is not None and state.status.get(token) == OWNED and made.source not in library.STRINGS

    def _realloc(self, name: str, node: Node, values: list[Value], state: State) -> Value:
        """The old block is freed and a new one made; or nothing of it, if the program looks whether it failed."""
        self.use(values[0], node, state)
        subject = self.subject_of(node)
        if self._is_checked(subject) and subject != text(unconverted(call_arguments(node)[0])) and self.choose(2):
            return frozenset({NIL})
        for token in values[0]:
            if state.status.get(token) == OWNED or (is_given(token) and token not in state.status):
                self.settle(token, freed=True)
                self.may_free.add(token)
                state.status[token] = FREED if is_resource(token) else MOVED
        made = self._make(name, self.around.c.effect(name).fresh, node, state)
        if _answers_errno(node):
            state.env[(made, RENEWS)] = values[0]
        return frozenset({made})

    def _is_checked(self, subject: str) -> bool:
        """Whether the function compares a variable with nil."""
        pattern = rf"(?<![\w.]){re.escape(subject)}\s*[=!]=\s*nil\b"
        return subject != "" and re.search(pattern, text(self.function.node)) is not None

    def _release_argument(self, name: str, index: int, value: Value, node: Node, state: State) -> None:
        for token in value:
            self._check_partner(name, token, node, state)
        if name not in _PLAIN:
            inner = state.reachable(value) - set(value)
            self.escape(frozenset(token for token in inner if token[0] != "a"), state)
        statement = node.parent is not None and node.parent.type in ("expression_statement", "defer_statement")
        known = self.around.c.effect(name).known
        alone = len(call_arguments(node)) == 1 or any(is_resource(token) for token in value)
        sure = statement and (known or (library.for_good(name) and alone))
        self.release(value, node, state, f"C.{name}", sure)
        if any(token[0] == "a" and not self._holds(token, state) for token in value) and name in _PLAIN:
            self._check_go_memory(name, value, node, state)

    @staticmethod
    def _holds(token: tuple[object, ...], state: State) -> bool:
        return any(True for _ in state.below(root_of(token)))

    def _check_go_memory(self, name: str, value: Value, node: Node, state: State) -> None:
        """Go memory must not be given to C's free; a slice's own backing array is one."""
        for token in value:
            path = root_of(token) if token[0] == "a" else ()
            made_here = path and isinstance(path[0], tuple) and path[0][0] == "o"
            kind = self.scopes.type_text(path[0]) if len(path) == 1 and isinstance(path[0], str) else ""
            if made_here or (kind and not kind.startswith("[]")):
                token = ("r", node.start_byte, "go")
                argument = unconverted(call_arguments(node)[0])
                self.records.resources[token] = Resource(argument, "", "", text(argument).lstrip("&"))
                self.record(Kind.WRONG_PARTNER, token, node, state, culprit=f"C.{name}")

    def _check_partner(self, name: str, token: tuple[object, ...], node: Node, state: State) -> None:
        made = self.resource(token)
        if made is None or state.status.get(token) != OWNED:
            return
        maker, right = made.maker.removeprefix("C."), made.release.removeprefix("C.")
        wrong = (right in _PLAIN and name in library.OWN_HEAP) or (
            name in _PLAIN and right not in _PLAIN and self._is_pair(maker, right)
        )
        if wrong or self._is_for_others(name, maker, right):
            self.record(Kind.WRONG_PARTNER, token, node, state, culprit=f"C.{name}")

    def _is_for_others(self, name: str, maker: str, right: str) -> bool:
        """Whether a defined destructor frees fields that what the maker makes does not have."""
        c = self.around.c
        if not c.frees_fields(name) or name == right:
            return False
        return maker in library.STRINGS or (c.frees_fields(right) and not c.pairs.same_object(name, right))

    def _is_pair(self, maker: str, release: str) -> bool:
        """Whether the two belong together for certain: by the table, or by their names and definitions."""
        if maker in library.FRESH or maker in self.around.c.allocators:
            return True
        return self.around.c.pairs.release_of_maker(maker) == release and not self.around.c.frees_plainly(release)

    def _free_fields(self, value: Value, name: str, node: Node, state: State) -> None:
        """The callee frees what fields hold, or may do so."""
        for token in value:
            if state.status.get(token) == OWNED or (is_given(token) and token not in state.status):
                self._check_deferral(token, node, state)
                self.settle(token, freed=True)
                self.may_free.add(token)
                state.status[token] = MOVED
                state.note(node, f"C.{name} frees it")


def _answers_errno(node: Node) -> bool:
    """Whether a C call is assigned to two names: its result, and the error that `errno` stands for."""
    statement = node.parent.parent if node.parent is not None and node.parent.type == "expression_list" else None
    left = statement.child_by_field_name("left") if statement is not None else None
    return left is not None and left.named_child_count == 2
