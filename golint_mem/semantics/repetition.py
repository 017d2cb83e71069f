"""Code that is seen to run again and again: in a loop, or in functions that loops of the package call.

A loop repeats what stands in it, and all that what it calls does once. Who calls a function from other packages, or
through interfaces and function values, does not stand in its package: nothing is said of such calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.loops import Site, after_failure, loops_around, repeats
from golint_mem.semantics.short_loops import is_small
from golint_mem.semantics.view import FileView
from golint_mem.syntax.around import FUNCTIONS, LITERAL, around
from golint_mem.syntax.go import Function, matches

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_CALLS = """[
  (call_expression function: (identifier) @name)
  (call_expression function: (selector_expression field: (field_identifier) @name))
] @call (#eq? @name "{name}")"""
_CASE = frozenset({"expression_case"})
_TEXTS = frozenset({"interpreted_string_literal", "raw_string_literal"})
_DEEPEST = 3


class Repetition:
    """The functions of a package that loops are seen to call; each is looked at once."""

    def __init__(self, package: PackageFacts) -> None:
        self._package = package
        self._known: dict[tuple[str, int], bool] = {}

    def of(self, site: Site) -> bool:
        """Whether a loop around that of the site, or around a call that leads to its function, repeats all of it."""
        return self._is_repeated(site.loop, site.view, 0)

    def _is_repeated(self, node: Node, view: FileView, depth: int) -> bool:
        if _outer_loop(node, view) is not None:
            return True
        around_it = around(node, FUNCTIONS)
        if around_it is None or around_it.type in LITERAL:
            return around_it is not None and _is_called_there(around_it) and self._is_repeated(around_it, view, depth)
        function = view.enclosing(node)
        return function is not None and self._is_called_in_rounds(function, depth)

    def _is_called_in_rounds(self, function: Function, depth: int) -> bool:
        """Whether code that does not run seldom calls a function in a loop, or in functions that loops call."""
        key = _key(function)
        if key not in self._known and depth < _DEEPEST:
            self._known[key] = False  # a function that calls itself is repeated only where it does so in a loop
            self._known[key] = any(
                not after_failure(call) and self._is_repeated(call, view, depth + 1) and not self._is_cold(call, view)
                for call, view in self._calls(function)
            )
        return self._known.get(key, False)

    def _calls(self, function: Function) -> Iterator[tuple[Node, FileView]]:
        """The calls of a function in the package, those of tests left out."""
        query = _CALLS.format(name=function.name)
        tests = {file.path for file in self._package.files if file.is_test}
        for tree in self._package.trees_with(function.name.encode()):
            view = self._package.view(tree)
            for call in matches(tree.root, query, "call") if tree.path not in tests else ():
                meant = view.callee(call).function
                if meant is not None and _key(meant) == _key(function):
                    yield call, view

    def _is_cold(self, call: Node, view: FileView) -> bool:
        caller, scopes = view.enclosing(call), view.scopes(call)
        if caller is None or scopes is None:
            return True
        loop = _outer_loop(call, view) or caller.node
        return self._package.coldness.of(Site(call, loop, caller, scopes, view, 0))


def _key(function: Function) -> tuple[str, int]:
    return function.path, function.node.start_byte


def _outer_loop(node: Node, view: FileView) -> Node | None:
    """The innermost loop, of more than a few rounds, that repeats a node."""
    scopes = view.scopes(node)
    loops = (one for one in loops_around(node) if scopes is not None and not is_small(one, scopes))
    return next((one for one in loops if repeats(node, one) and not _is_for_one_word(node, one)), None)


def _is_for_one_word(node: Node, loop: Node) -> bool:
    """Whether only the case of a word, such as the key of a field, comes to a node: few of the rounds are about it."""
    case = around(node, _CASE, loop)
    value = case.child_by_field_name("value") if case is not None else None
    return value is not None and all(one.type in _TEXTS for one in value.named_children)


def _is_called_there(literal: Node) -> bool:
    """Whether a function literal is called where it stands, in a goroutine of its own perhaps."""
    call = literal.parent
    return call is not None and call.type == "call_expression" and call.child_by_field_name("function") == literal
