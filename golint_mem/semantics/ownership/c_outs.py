"""What C functions hand out: resources that they answer, or store where a pointer parameter points to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from tree_sitter import Node

from golint_mem.semantics.c import library
from golint_mem.semantics.c.knowledge import CEffect
from golint_mem.semantics.inference import call_arguments
from golint_mem.semantics.ownership.conditions import Conditions
from golint_mem.semantics.ownership.habits import comes_too_late
from golint_mem.semantics.ownership.state import (
    NIL,
    NOTHING,
    OWNED,
    Path,
    Resource,
    State,
    Value,
    root_of,
)
from golint_mem.semantics.ownership.values import ELEMENTS
from golint_mem.syntax.go import text

_BYTES = frozenset("char uchar schar void gchar".split())
_CALLS = "(call_expression) @found"


class Outs(Conditions):
    """What a C call stores through its arguments."""

    _released: dict[str, tuple[str, Node]] | None = None

    def subject_of(self, node: Node) -> str:
        """The variable or expression that a call's result is assigned to."""
        raise NotImplementedError

    def _types_behind(self, value: Value) -> Iterator[bool]:
        """For each variable whose address a value is: whether it is a pointer, which the callee may fill."""
        for token in value:
            path = root_of(token) if token[0] == "a" else ()
            if len(path) == 1 and isinstance(path[0], str):
                yield self.scopes.type_text(path[0]).startswith(("*", "unsafe.Pointer"))

    def _make(
        self, name: str, release: str, node: Node, state: State, tail: Path = (), subject: str = ""
    ) -> tuple[object, ...]:
        resource = Resource(node, f"C.{name}", f"C.{release}", subject or self.subject_of(node))
        return self.acquire(node, resource, state, tail)

    def _fill_outs(
        self, name: str, effect: CEffect, node: Node, nodes: list[Node], values: list[Value], state: State
    ) -> bool:
        """Store what the callee hands out through pointer parameters; False where it hands out nothing."""
        outs = dict(effect.fills)
        filled = False
        for index, value in enumerate(values):
            if index >= len(nodes):
                break
            release = outs.get(index, "")
            if not effect.known and not effect.frees:
                within = index > 0 and library.looks_up(name)
                release = release or self._release_of_out(nodes[index], value, name, within, state)
            targets = [token for token in value if token[0] == "a"]
            if release and targets:
                filled = True
                for target in targets:
                    self._fill_one(name, release, index, root_of(target), nodes[index], node, state, not effect.known)
            elif targets and not effect.frees and is_address(nodes[index]):
                self._unknown_out(targets, state)
        for index, path in effect.fills_fields:
            for token in values[index] if index < len(values) else ():
                made = self._make(name, "free", node, state, ("field", path), text(nodes[index]))
                root, below = root_of(token), parts(path)
                self.add((*root, *below[root[-1:] == below[:1] :]), frozenset({made}), state)
        return filled

    def _fill_one(
        self, name: str, release: str, index: int, root: Path, argument: Node, node: Node, state: State, guessed: bool
    ) -> None:
        by_value = self._is_struct(root)
        copied = [root_of(token) for token in state.env.get(root, NOTHING) if token[0] == "a"]
        if by_value and copied:
            root = copied[0]
        path = (*root, "@") if by_value else root
        held = state.env.get(path, NOTHING)
        owned = [token for token in held if state.status.get(token) == OWNED]
        if guessed and owned:
            self.acquired += owned
            return
        if by_value and (any(state.status.get(token) == OWNED for token in held) or self._is_input(root, state)):
            return
        subject = text(argument).lstrip("&").removeprefix("unsafe.Pointer(&").strip()
        token = self._make(name, release, node, state, ("out", index), subject)
        if ELEMENTS in path:
            self.add(path, frozenset({token}), state)
        else:
            self.write(path, frozenset({token}), state, node)

    def _is_struct(self, root: Path) -> bool:
        kind = self.scopes.type_text(root[0]) if isinstance(root[0], str) and len(root) == 1 else ""
        return kind.startswith("C.") and not self._is_pointer_typedef(kind[2:])

    @staticmethod
    def _is_input(root: Path, state: State) -> bool:
        """Whether a struct was filled by Go already, so that C only reads it."""
        return any(len(path) > len(root) and path[-1] != "@" for path, _ in state.below(root))

    def _is_pointer_typedef(self, kind: str) -> bool:
        return bool(re.search(r"(?:Ptr|_p|_ptr|Handle|_handle|HANDLE)$", kind))

    @staticmethod
    def _unknown_out(targets: list[tuple[object, ...]], state: State) -> None:
        """A pointer variable whose address goes to C holds something unknown afterwards, unless it owned something."""
        for target in targets:
            root = root_of(target)
            if state.env.get(root) == frozenset({NIL}):
                del state.env[root]

    def _release_of_out(self, argument: Node, value: Value, name: str, within: bool, state: State) -> str:
        """What releases that which an unknown callee may store where an argument points to.

        `within` says that it looks for it in what it is given first, which mostly stays the owner.
        """
        if not is_address(argument) or library.releases(name) or library.lends(name):
            return ""
        for token in value:
            root = root_of(token) if token[0] == "a" else ()
            if len(root) != 1 or not isinstance(root[0], str):
                continue
            if any(state.status.get(held) == OWNED for held in state.env.get(root, NOTHING)):
                return ""
            return self._release_for(root[0], name, within, argument)
        return ""

    def _release_for(self, variable: str, maker: str, within: bool, argument: Node) -> str:
        kind = self.scopes.type_text(variable)
        released, call = self.released_here().get(variable, ("", argument))
        if comes_too_late(call, argument) and (within or library.iterates(maker)):
            released = ""
        if kind.startswith("*C.") and kind.count("*") == 1:
            inner = kind[3:]
            pairs = self.around.c.pairs
            by_type = pairs.release_of_type(inner) if inner not in _BYTES and pairs.belongs_to(inner, maker) else ""
            return released or ("" if within else by_type)
        if kind.startswith("C.") and not self.around.c.is_number(kind[2:]) and variable not in self._handed_in:
            release = self.around.c.pairs.release_of_type(kind[2:])
            by_value = release and self.around.releases_value(release) and (released or not library.gets(maker))
            return release if by_value and not re.search(r"_init_?(?:opt|struct)|options?_init", maker) else ""
        return released if kind.startswith("**C.") or kind == "unsafe.Pointer" else ""

    @cached_property
    def _handed_in(self) -> frozenset[str]:
        """The variables that are parameters: C structs in them come from the caller, filled."""
        return frozenset(name.split("#")[0] for name in self.function.parameters)

    def released_here(self) -> dict[str, tuple[str, Node]]:
        """The variables that the function itself hands to a release function, that function's name and the call."""
        if self._released is None:
            self._released = {}
            for call in self.inside(self.function.node, _CALLS):
                name = text(call.child_by_field_name("function"))
                arguments = call_arguments(call)
                if name.startswith("C.") and arguments and self.around.c.effect(name[2:]).frees:
                    for variable in self.scopes.mentioned(arguments[0]):
                        self._released.setdefault(variable, (name[2:], call))
        return self._released


def parts(path: str) -> Path:
    """The steps of a C field path: `items[].name` has three."""
    return tuple(part for part in re.findall(r"\[\]|\w+", path))


def unconverted(argument: Node) -> Node:
    """An argument without the conversions around it."""
    while argument.type in ("call_expression", "parenthesized_expression", "type_conversion_expression"):
        inner = call_arguments(argument) or argument.named_children
        if not inner:
            return argument
        argument = inner[-1]
    return argument


def is_address(argument: Node) -> bool:
    """Whether an argument is `&x`, conversions aside."""
    argument = unconverted(argument)
    return argument.type == "unary_expression" and text(argument).startswith("&")
