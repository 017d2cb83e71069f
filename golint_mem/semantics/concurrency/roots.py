"""Which functions are explored as scopes, and what they are called with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.concurrency.code import Code, Spot
from golint_mem.semantics.concurrency.commands import ends_process
from golint_mem.semantics.concurrency.extract import Extraction, parameters_of
from golint_mem.semantics.concurrency.network import Scope
from golint_mem.semantics.concurrency.values import Func, Space, Value
from golint_mem.semantics.types import UNKNOWN, Type
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import Function, matches

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_STARTED = "(go_statement (call_expression function: (func_literal) @literal))"


@dataclass(frozen=True, slots=True, eq=False)
class Root:
    """A function, or a literal that a go statement starts, with the variables that it captures."""

    code: Code
    view: FileView
    node: Node
    is_main: bool = False
    captured: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.code.name

    @property
    def spot(self) -> Spot:
        """Where the function stands."""
        return Spot(self.view.tree.path, self.node)

    def scope(self, extraction: Extraction) -> Scope:
        """The network of this function, called with unknown arguments."""
        space, shapes = Space(), extraction.shapes_of(self.view.facts)
        arguments: list[Value] = []
        for index, name in enumerate(parameters_of(self.node)):
            type_ = self.view.type_of(name) if name is not None else UNKNOWN
            arguments.append(_argument(space, shapes.kind(type_), type_, index))
        held = tuple(self._captured(space, extraction, one) for one in self.captured)
        return Scope(Func(self.code, held), shapes, arguments, self.is_main, space)

    def _captured(self, space: Space, extraction: Extraction, variable: str) -> Value:
        """An unknown variable of the function around a literal."""
        scopes = self.view.scopes(self.node)
        if scopes is None:
            return None
        captures = extraction.captures_of(self.view, scopes.function)
        type_ = self.view.type_of(scopes.by_id[variable].name)
        kind = extraction.shapes_of(self.view.facts).kind(type_)
        if kind != "struct" and variable in captures.boxed:
            return space.root(("captured", variable), type_, outside=True)
        return _argument(space, kind, type_, variable)


def _argument(space: Space, kind: str, type_: Type, index: int | str) -> Value:
    """An unknown argument: a place of the caller for structs and pointers to them, else an unknown value."""
    if kind == "struct":
        return space.root(("parameter", index), type_, outside=True)
    if type_.kind == "pointer" and type_.element is not None:
        return space.root(("parameter", index), type_.element, outside=True)
    return space.symbol("parameter", index)


def roots_of(facts: PackageFacts, extraction: Extraction) -> Iterator[Root]:
    """The functions that wait or lock, or that start goroutines themselves or by what they call."""
    relevance = extraction.relevance_of(facts)
    for tree in relevance.trees:
        view = facts.view(tree)
        for function in tree.functions():
            if relevance.matters(view, function.node):
                yield Root(extraction.code_of(function, facts), view, function.node, _is_main(function, facts))
            for literal in matches(function.node, _STARTED, "literal"):
                if relevance.matters(view, literal):
                    captures = extraction.captures_of(view, function.node)
                    captured = captures.of_literal.get(literal.id, [])
                    code = extraction.literal_code(view, captures, literal, captured, function.qualified)
                    yield Root(code, view, literal, False, tuple(captured))


def _is_main(function: Function, facts: PackageFacts) -> bool:
    if facts.package.name == "main" and function.name == "main" and not function.receiver:
        return True
    return ends_process(function.node)
