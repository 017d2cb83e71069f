"""Loops, as far as a cost per round is concerned: what runs in every round, and what stays the same in all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.scopes import Scopes, Variable
from golint_mem.semantics.short_loops import is_small
from golint_mem.semantics.view import FileView
from golint_mem.syntax.around import FUNCTIONS, around
from golint_mem.syntax.go import Function, GoTree, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_LEAVES = frozenset({"return_statement", "goto_statement"})
_ENDS = re.compile(r"panic|os\.Exit|log\.(?:Fatal|Panic)\w*|\w+\.(?:Fatal|Fatalf|FailNow|Skip|Skipf)")
_FAILED = re.compile(r"\b\w*[eE]rr\w*\s*!=\s*nil|![ \t]*ok\b|\brecover\(\)")
_TOLD_APART = re.compile(r"\berrors\.(?:Is|As|AsType)\b")
_DONE = re.compile(r"\b\w*[eE]rr\w*\s*==\s*nil")
_CONDITIONS = frozenset(
    {"if_statement", "expression_case", "type_case", "communication_case", "default_case", "select_statement"}
)
_BREAKABLE = frozenset({"expression_case", "type_case", "communication_case", "default_case"})
_CASES = _BREAKABLE | {"block"}
_LOOPS = "(for_statement) @loop"
_NAMES = "(identifier) @name"
_JUMPS = "[(break_statement) (continue_statement) (goto_statement)] @jump"
_RETURNS = "(return_statement) @return"
_ASSIGNED = """[
  (assignment_statement left: (expression_list (identifier) @name))
  (short_var_declaration left: (expression_list (identifier) @name))
  (range_clause left: (expression_list (identifier) @name))
  (inc_statement (identifier) @name)
  (dec_statement (identifier) @name)
  (unary_expression operator: "&" operand: (identifier) @name)
]"""


@dataclass(frozen=True, slots=True)
class Site:
    """A piece of syntax that runs in every round of a loop. `depth` counts the loops around it in its function."""

    node: Node
    loop: Node
    function: Function
    scopes: Scopes
    view: FileView
    depth: int

    @property
    def body(self) -> Node:
        """The block of the loop."""
        found = self.loop.child_by_field_name("body")
        assert found is not None
        return found

    def variable(self, name: Node) -> Variable | None:
        """The local variable that an identifier means."""
        return self.scopes.by_id.get(self.scopes.resolve(name) or "")

    @property
    def always(self) -> bool:
        """Whether every round comes to the node, unless it ends early: no condition stands between it and the loop."""
        return around(self.node, _CONDITIONS, self.loop) is None


class Loops:
    """The loops of a package's files, those of tests and of generated code left out."""

    def __init__(self, package: PackageFacts) -> None:
        self._package = package

    def sites(self, query: str, capture: str = "site") -> Iterator[Site]:
        """What a query captures in loops, where it runs in round after round and not only on the way out."""
        for function, scopes, view in self._functions:
            for node in matches(function.node, query, capture):
                loops = [loop for loop in loops_around(node) if not is_small(loop, scopes)]
                if loops and repeats(node, loops[0]):
                    yield Site(node, loops[0], function, scopes, view, len(loops))

    def anywhere(self, query: str, capture: str = "site") -> Iterator[Site]:
        """What a query captures in functions, as if the function were a loop of no depth."""
        for tree in self._trees:
            for function in tree.functions():
                found = matches(function.node, query, capture)
                scopes = Scopes(function.node) if found else None
                for node in found:
                    assert scopes is not None
                    yield Site(node, function.node, function, scopes, self._package.view(tree), 0)

    @cached_property
    def _functions(self) -> list[tuple[Function, Scopes, FileView]]:
        """The functions that hold a loop; `init`, which runs once, aside."""
        return [
            (function, Scopes(function.node), self._package.view(tree))
            for tree in self._trees
            if b"for " in tree.source
            for function in tree.functions()
            if function.qualified != "init" and matches(function.node, _LOOPS, "loop")
        ]

    @cached_property
    def _trees(self) -> list[GoTree]:
        package = self._package
        files = [file for file in package.files if not file.is_test and not file.generated]
        return [package.tree(file) for file in files if file.path in package.asked]


def loops_around(node: Node) -> Iterator[Node]:
    """The loops that repeat a node, the innermost first, up to the function or function literal it stands in."""
    inner, outer = node, node.parent
    while outer is not None and outer.type not in FUNCTIONS:
        if outer.type == "for_statement" and _is_repeated(outer, inner):
            yield outer
        inner, outer = outer, outer.parent


def _is_repeated(loop: Node, part: Node) -> bool:
    return part == loop.child_by_field_name("body")


def runs_through(loop: Node) -> bool:
    """Whether every round comes to its end: nothing skips the rest or leaves the loop, errors aside."""
    if matches(loop, _JUMPS, "jump"):
        return False
    leaving = (around(one, _CONDITIONS, loop) for one in matches(loop, _RETURNS, "return"))
    return all(
        one is not None and one.type == "if_statement" and _FAILED.search(text(one.child_by_field_name("condition")))
        for one in leaving
    )


def repeats(node: Node, loop: Node) -> bool:
    """False where the loop is left after the node or once it succeeds, or where the node is on the path of an error."""
    inner, outer, tries = node, node.parent, is_endless(loop)
    while outer is not None and inner != loop:
        if inner.type in _CASES and _succeeds(inner, loop, tries):
            return False
        if inner.type in _LEAVES:
            return False
        if _is_failure(outer, inner):
            return False
        if inner.type in _CASES and _is_left(inner, loop):
            return False
        inner, outer = outer, outer.parent
    return True


def after_failure(node: Node) -> bool:
    """Whether a node stands in what an `if` or a case of its function does about an error."""
    inner, outer = node, node.parent
    while outer is not None and inner.type not in FUNCTIONS:
        case = text(outer.child_by_field_name("value")) if outer.type == "expression_case" else ""
        if _is_failure(outer, inner) or _TOLD_APART.search(case):
            return True
        inner, outer = outer, outer.parent
    return False


def is_endless(loop: Node) -> bool:
    """Whether the header of a loop says nothing about its end."""
    header = next((one for one in loop.named_children if one.type != "comment"), None)
    if header is None or header.type == "block":
        return True
    return header.type == "for_clause" and header.child_by_field_name("condition") is None


def _succeeds(block: Node, loop: Node, tries: bool) -> bool:
    """Whether a block ends with `if done { return }`: what is tried there again and again is mostly done at once.

    A loop that has an end is one that tries only where what is done is that there was no error.
    """
    last = _last(block)
    if last is None or last.type != "if_statement":
        return False
    condition, then = text(last.child_by_field_name("condition")), last.child_by_field_name("consequence")
    failed = _FAILED.search(condition) or ("EOF" in condition and "== nil" not in condition)
    done = not failed if tries else _DONE.search(condition) is not None
    return done and then is not None and _is_left(then, loop)


def _is_failure(statement: Node, block: Node) -> bool:
    """Whether a block is what an `if` does about an error."""
    if statement.type != "if_statement" or block != statement.child_by_field_name("consequence"):
        return False
    return _FAILED.search(text(statement.child_by_field_name("condition"))) is not None


def _is_left(block: Node, loop: Node) -> bool:
    """Whether the last statement of a block, not that of the loop itself, leaves the loop."""
    last = _last(block)
    if last is None:
        return False
    if last.type == "break_statement":
        return last.named_child_count > 0 or not _inside_case(block, loop)
    if last.type == "expression_statement":
        return _ENDS.match(text(last)) is not None
    return last.type in _LEAVES or _all_leave(last, loop)


def _all_leave(statement: Node, loop: Node) -> bool:
    """Whether all branches of an `if` or `switch` leave the loop, and one of them is taken."""
    if statement.type == "if_statement":
        ways = [statement.child_by_field_name(side) for side in ("consequence", "alternative")]
        return all(
            way is not None and (_all_leave(way, loop) if way.type == "if_statement" else _is_left(way, loop))
            for way in ways
        )
    cases = [one for one in statement.named_children if one.type in _BREAKABLE]
    complete = any(one.type == "default_case" for one in cases) and "switch" in statement.type
    return complete and all(_is_left(one, loop) for one in cases)


def _inside_case(block: Node, loop: Node) -> bool:
    """Whether a plain `break` at the end of a block ends a switch or select, and not the loop."""
    return block.type in _BREAKABLE or around(block, _BREAKABLE, loop) is not None


def _last(block: Node) -> Node | None:
    """The last statement of a block or case; looked for from its end, as blocks may be long."""
    for index in range(block.named_child_count - 1, -1, -1):
        one = block.named_child(index)
        if one is not None and one.type != "comment":
            return _last(one) if one.type == "statement_list" else one
    return None


def invariant(node: Node, site: Site) -> bool:
    """Whether an expression of local names and literals means the same in every round of the site's loop."""
    changed = {site.scopes.resolve(name) for name in matches(site.loop, _ASSIGNED, "name")}
    names = [node] if node.type == "identifier" else matches(node, _NAMES, "name")
    for name in names:
        variable = site.variable(name)
        if variable is None or variable.id in changed or declared_in(variable.name, site.loop):
            return False
    return True


def declared_in(name: Node, loop: Node) -> bool:
    """Whether a declaration stands inside a loop, header included."""
    return loop.start_byte <= name.start_byte < loop.end_byte
