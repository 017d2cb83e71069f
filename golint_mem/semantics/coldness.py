"""Code that is seen to run seldom: nobody minds what it allocates.

How often code runs does not stand in its source. What stands there is what it is for, what it shows to people, and who
calls it. A profile knows better, and is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.loops import Site, loops_around
from golint_mem.semantics.purposes import is_aside, is_occasional, is_settings
from golint_mem.syntax.around import FUNCTIONS, LITERAL, around
from golint_mem.syntax.go import Function, GoTree, as_function, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_COMMAND = re.compile(
    r"(?:cobra\.Command|p?flag\.FlagSet|cli\.(?:Context|Command)|kingpin\.\w+|testing\.(?:T|B|F|M|TB))\b"
)
_CALLS = "(call_expression function: (selector_expression)) @call"
_SHOWS = re.compile(r"fmt\.Print(?:f|ln)?\(|fmt\.Fprint(?:f|ln)?\((?:os\.)?[sS]td(?:out|err)\b")
_GIVES_UP = re.compile(r"log\.Fatal(?:f|ln)?\(")
_IF = frozenset({"if_statement"})
_PAINTS = re.compile(r"fmt\..*\b\w*[cC]olou?rs?\.", re.S)
_HEADERS = frozenset({"for_clause", "range_clause"})
_DEEPEST = 3


class Coldness:
    """The functions of a package that are seen to run seldom; each is looked at once."""

    def __init__(self, package: PackageFacts) -> None:
        self._package = package
        self._known: dict[tuple[str, int], bool] = {}

    def of(self, site: Site) -> bool:
        """Whether a site runs seldom: for its function, or as its loop goes over settings, or as it paints text."""
        if _over_settings(site.loop, site.function) or _PAINTS.match(text(site.node)) is not None:
            return True
        literal = around(site.node, LITERAL)
        if literal is None:
            return site.function.qualified == "main" or self._is_cold(site.function, 0)
        if _COMMAND.search(text(literal.child_by_field_name("parameters"))):
            return True
        package = self._package.package
        return is_aside(package, site.function.path) or is_occasional(site.function, package.name, literal=True)

    def _is_cold(self, function: Function, depth: int) -> bool:
        key = function.path, function.node.start_byte
        if key not in self._known:
            self._known[key] = False  # a function that calls itself is as cold as its other callers
            self._known[key] = (
                is_aside(self._package.package, function.path)
                or is_occasional(function, self._package.package.name)
                or any(map(_COMMAND.search, function.parameter_types))
                or _is_for_show(function.node, self._package.package.name == "main")
                or (depth < _DEEPEST and self._is_called_by_cold(function, depth))
            )
        return self._known[key]

    def _is_called_by_cold(self, function: Function, depth: int) -> bool:
        """Whether other packages cannot call a function, and all that names it are calls in cold code, once each."""
        if function.name[:1].isupper():
            return False
        callers = list(self._callers(function))
        return bool(callers) and all(one is not None and self._is_cold(one, depth + 1) for one in callers)

    def _callers(self, function: Function) -> Iterator[Function | None]:
        """Who calls a function; None for a mention that is no call, or one in a loop or function literal."""
        query = f'([(identifier) (field_identifier)] @name (#eq? @name "{function.name}"))'
        for tree in self._package.trees_with(function.name.encode()):
            for name in matches(tree.root, query, "name"):
                if tree.path != function.path or not _inside(name, function.node):
                    yield _caller(name, tree)


def _inside(node: Node, outer: Node) -> bool:
    return outer.start_byte <= node.start_byte < outer.end_byte


def _caller(name: Node, tree: GoTree) -> Function | None:
    called = name.parent if name.type == "field_identifier" else name
    call = called.parent if called is not None else None
    if called is None or call is None or call.child_by_field_name("function") != called:
        return None
    function = around(call, FUNCTIONS)
    if function is None or function.type in LITERAL or next(loops_around(call), None) is not None:
        return None
    return as_function(tree.path, function)


def _over_settings(loop: Node, function: Function) -> bool:
    """Whether the header of a loop says that it goes over settings, or over a parameter whose type says so."""
    header = next((one for one in loop.named_children if one.type in _HEADERS), None)
    if header is None:
        return False
    over = text(header.child_by_field_name("right") or header.child_by_field_name("condition"))
    types = dict(zip(function.parameters, function.parameter_types, strict=True))
    return is_settings(over) or is_settings(types.get(over, ""))


def _is_for_show(function: Node, program: bool) -> bool:
    """Whether a function writes to the terminal under no condition, or is one of a program and may end it."""
    for call in matches(function, _CALLS, "call"):
        said = text(call)
        if (program and _GIVES_UP.match(said)) or (_SHOWS.match(said) and around(call, _IF, function) is None):
            return True
    return False
