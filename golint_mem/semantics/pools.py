"""The pools of a package: where values are taken from them and put back, and what their `New` makes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Step
from golint_mem.semantics.callees import qualified
from golint_mem.semantics.inference import expressions
from golint_mem.semantics.types import UNKNOWN, Type
from golint_mem.semantics.typestate.lapse import Kind, Lapse
from golint_mem.semantics.typestate.protocol import Protocol
from golint_mem.semantics.typestate.state import Token
from golint_mem.semantics.typestate.summary import Outcome
from golint_mem.semantics.view import FileView, Object
from golint_mem.syntax.around import LITERAL, around
from golint_mem.syntax.go import Function, matches, place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

POOLED = Protocol(
    name="pooled object",
    makes={"sync.Pool.Get": 0, "*zeropool.Pool.Get": 0, "*bytebufferpool.Get": 0, "*bytebufferpool.Pool.Get": 0},
    releases={"sync.Pool.Put": 0, "*zeropool.Pool.Put": 0, "*bytebufferpool.Put": 0, "*bytebufferpool.Pool.Put": 0},
    words=(b".Get(", b".Put("),
    subjects=(b"sync.Pool", b"zeropool", b"bytebufferpool", b"ool.Get(", b"ool.Put("),
    fallible=False,
    doubtful=True,
    settles=re.compile(r"(?i)put|free|release|recycle|giveback|return.*pool"),
    made="it is taken from the pool here",
    released="it is put back into the pool here",
    lost="the function ends without putting it back",
)
"""Objects of pools, whichever pool."""

_CALLS = """(call_expression
  function: (selector_expression operand: (_) field: (field_identifier) @name (#match? @name "^(Get|Put)$"))) @found"""
_LITERALS = "(composite_literal) @found"
_NEWS = """(assignment_statement
  left: (expression_list (selector_expression field: (field_identifier) @name (#eq? @name "New"))) @left) @found"""
_RETURNS = "(return_statement (expression_list) @found)"
_TYPED = re.compile(r"[Pp]ool$")
SYNC_POOL = "sync.Pool"


@dataclass(frozen=True, slots=True)
class PoolCall:
    """A call of `Get` or `Put`. `key` is the same for calls on the same pool; `plain` says that it is a sync.Pool."""

    view: FileView
    node: Node
    pool: Node
    key: Object | str
    plain: bool

    @property
    def argument(self) -> Node | None:
        """What is put back; None for `Get`."""
        arguments = self.node.child_by_field_name("arguments")
        found = [one for one in arguments.named_children if one.type != "comment"] if arguments is not None else []
        return found[0] if len(found) == 1 else None

    @property
    def function(self) -> Function | None:
        """The declared function around the call."""
        return self.view.enclosing(self.node)

    @property
    def path(self) -> str:
        """The file."""
        return self.view.tree.path


@dataclass(frozen=True, slots=True)
class New:
    """A function that makes what a pool hands out when it is empty."""

    view: FileView
    node: Node

    @property
    def returned(self) -> Iterator[Node]:
        """The expressions that it returns."""
        body = self.node.child_by_field_name("body")
        for found in matches(body, _RETURNS, "found") if body is not None else ():
            if self.node.type != "func_literal" or around(found, LITERAL) == self.node:
                yield from expressions(found)[:1]


class Pools:
    """What a package does with pools."""

    def __init__(self, facts: PackageFacts) -> None:
        self._facts = facts
        self._views = [facts.view(tree) for tree in facts.trees_with(b"ool")]

    @cached_property
    def puts(self) -> tuple[PoolCall, ...]:
        """The calls of `Put`, in source order."""
        return tuple(one for one in self._calls if text(one.node.child_by_field_name("function")).endswith("Put"))

    @cached_property
    def gets(self) -> tuple[PoolCall, ...]:
        """The calls of `Get`, in source order."""
        return tuple(one for one in self._calls if text(one.node.child_by_field_name("function")).endswith("Get"))

    @cached_property
    def _calls(self) -> tuple[PoolCall, ...]:
        return tuple(filter(None, (_call(view, node) for view in self._views for node in self._candidates(view))))

    @staticmethod
    def _candidates(view: FileView) -> list[Node]:
        return matches(view.tree.root, _CALLS, "found")

    @cached_property
    def news(self) -> dict[Object | str, tuple[New, ...]]:
        """The `New` functions of each pool."""
        found: dict[Object | str, tuple[New, ...]] = {}
        for key, new in self._all_news():
            found[key] = (*found.get(key, ()), new)
        return found

    def _all_news(self) -> Iterator[tuple[Object | str, New]]:
        for view, literal in self.literals:
            value = _keyed(literal, "New")
            key = target(view, literal)
            if value is not None and key is not None:
                yield from ((key, new) for new in self._function(view, value))
        for view in self._views:
            for statement in matches(view.tree.root, _NEWS, "found"):
                left, right = (expressions(statement.child_by_field_name(side)) for side in ("left", "right"))
                operand = left[0].child_by_field_name("operand")
                if operand is not None and right and view.type_of(operand).qualified == SYNC_POOL:
                    yield from ((key_of(view, operand), new) for new in self._function(view, right[0]))

    @cached_property
    def literals(self) -> tuple[tuple[FileView, Node], ...]:
        """The places where a sync.Pool is written down as a literal."""
        return tuple(
            (view, node)
            for view in self._views
            if b"sync" in view.tree.source
            for node in matches(view.tree.root, _LITERALS, "found")
            if text(node.child_by_field_name("type")).endswith("Pool") and view.type_of(node).qualified == SYNC_POOL
        )

    def _function(self, view: FileView, value: Node) -> Iterator[New]:
        if value.type == "func_literal":
            yield New(view, value)
        elif value.type == "identifier":
            function = self._facts.declarations.functions.get(text(value))
            if function is not None:
                yield New(self._facts.view_of(function), function.node)


def _call(view: FileView, node: Node) -> PoolCall | None:
    function = node.child_by_field_name("function")
    operand = function.child_by_field_name("operand") if function is not None else None
    if operand is None:
        return None
    name = qualified(view, node)
    owner = name.rpartition(".")[0]
    plain = owner == SYNC_POOL
    if not plain and not (POOLED.makes_at(name) == 0 or POOLED.releases_at(name) == 0 or _is_typed_pool(view, operand)):
        return None
    return PoolCall(view, node, operand, key_of(view, operand), plain)


def _is_typed_pool(view: FileView, operand: Node) -> bool:
    """Whether a value is a generic pool: a type with type arguments that keeps a sync.Pool."""
    kind = view.type_of(operand).pointee
    if kind.kind != "named" or not kind.arguments or not _TYPED.search(kind.name):
        return False
    return any(one.qualified == SYNC_POOL for _, one in view.underlying(kind).members)


def key_of(view: FileView, operand: Node) -> Object | str:
    """What tells one pool from another; a text for pools that are no plain variable or field."""
    return view.object(operand) or f"{view.tree.path}: {text(operand)}"


def target(view: FileView, value: Node) -> Object | None:
    """The variable or field that a value initialises or is assigned to; None where that is not plain."""
    node, around = value, value.parent
    while around is not None and around.type in ("unary_expression", "literal_element", "parenthesized_expression"):
        node, around = around, around.parent
    if around is None:
        return None
    if around.type == "keyed_element":
        return _field_target(view, around)
    position = [one.id for one in expressions(around)].index(node.id) if around.type == "expression_list" else 0
    statement = around.parent if around.type == "expression_list" else around
    if statement is None:
        return None
    left = statement.child_by_field_name("left")
    names = expressions(left) if left is not None else statement.children_by_field_name("name")
    return view.object(names[position]) if position < len(names) else None


def _field_target(view: FileView, element: Node) -> Object | None:
    body = element.parent
    literal = body.parent if body is not None else None
    if literal is None or literal.type != "composite_literal":
        return None
    name = text(element.named_children[0])
    found = view.member(view.type_of(literal), name)
    return Object(found.kind, found.owner.package, found.owner.qualified, name) if found is not None else None


def _keyed(literal: Node, name: str) -> Node | None:
    """The value of a key in a composite literal."""
    body = literal.child_by_field_name("body")
    for element in body.named_children if body is not None else ():
        if element.type == "keyed_element" and text(element.named_children[0]) == name:
            value = element.named_children[-1]
            return value.named_children[0] if value.type == "literal_element" and value.named_children else value
    return None


def asserted(get: PoolCall) -> tuple[Type, bool]:
    """The type that the result of a `Get` is asserted to have, and whether the assertion tolerates another one."""
    node: Node | None = get.node.parent
    while node is not None and node.type == "parenthesized_expression":
        node = node.parent
    if node is None or node.type != "type_assertion_expression":
        return UNKNOWN, True
    kind = node.child_by_field_name("type")
    around = node.parent
    statement = around.parent if around is not None and around.type == "expression_list" else None
    left = statement.child_by_field_name("left") if statement is not None else None
    tolerant = left is not None and left.named_child_count == 2 and around is not None and around.named_child_count == 1
    return (get.view.declared(kind) if kind is not None else UNKNOWN), tolerant


def own_receiver_puts(facts: PackageFacts, names: frozenset[str], always: bool = False) -> Iterator[Lapse]:
    """Methods of these names that put their receiver, or a field of it which they do not set anew, into a pool.

    With `always` only those that do so on every path, however often they are called. `sometimes` is set where a
    function of the package hands such an object out as one of io's interfaces, to callers that know no more of it.
    """
    typestate = facts.typestate(POOLED)
    for function in (one for tree in facts.trees for one in tree.functions()) if typestate.plausible else ():
        if not function.receiver or function.name not in names or function.path not in facts.asked:
            continue
        if not typestate.matters(function) or not function.parameters[0].isidentifier():
            continue
        summary = typestate.summary_of(function) or ()
        stale = [frozenset(token for token in one.released if _stays(token, one)) for one in summary]
        found = frozenset.intersection(*stale) if always and stale else frozenset[Token]().union(*stale)
        yield from (_lapse(facts, function, token) for token in sorted(found, key=str))


def _stays(token: Token, outcome: Outcome) -> bool:
    """Whether a method's receiver, or its field, still refers to what was put back when the method returns."""
    if token == ("p", 0):
        return True
    if token[0] != "s" or token[1] != ("p", 0):
        return False
    return not any(owner == ("p", 0) and name == token[2] for owner, name, _ in outcome.parts)


def _lapse(facts: PackageFacts, function: Function, token: Token) -> Lapse:
    subject = function.parameters[0] + (f".{token[2]}" if token[0] == "s" else "")
    inside = (
        one.node
        for one in facts.pools.puts
        if one.path == function.path and function.node.start_byte <= one.node.start_byte < function.node.end_byte
    )
    node = next(inside, None) or function.node.child_by_field_name("name") or function.node
    spot = place(function.path, node)
    steps, public = (Step(spot, POOLED.released),), _is_handed_out(facts, function.receiver)
    return Lapse(
        Kind.USED, function, function.path, subject, node, spot, how=function.name, steps=steps, sometimes=public
    )


def _is_handed_out(facts: PackageFacts, kind: str) -> bool:
    """Whether a function returns objects of a type as one of io's interfaces, as far as its text tells."""
    made = re.compile(rf"\(\*{kind}\)|&{kind}\{{|\bnew\({kind}\)")
    return any(
        any(one.startswith("io.") for one in function.result_types) and made.search(text(function.node))
        for tree in facts.trees
        for function in tree.functions()
    )
