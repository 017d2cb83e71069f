"""Channels that a function or a field holds, and all that the source does with them: a census.

Cheaper than an exploration, and for scopes that are too large for one: who sends, who receives, who closes, and where
the channel is handed to somebody who is not in sight.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.view import Object
from golint_mem.syntax.around import FUNCTIONS, LITERAL, around, function_around
from golint_mem.syntax.go import matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts
    from golint_mem.semantics.view import FileView

_MADE = """(call_expression function: (identifier) @name arguments: (argument_list . (channel_type))
  (#eq? @name "make")) @call"""
_CASE = frozenset({"communication_case"})
_WRAPPERS = frozenset({"parenthesized_expression", "expression_list", "literal_element"})
_LOOKS = frozenset({"len", "cap"})


@dataclass(frozen=True, slots=True)
class Made:
    """A channel that is made: the variable or field that it is put into, and how much fits (None: not known)."""

    view: FileView
    call: Node
    name: Node
    object: Object
    capacity: int | None


@dataclass(frozen=True, slots=True)
class Use:
    """What one mention of a channel does.

    `kind` is `send`, `receive`, `range`, `close`, `look` (nothing that matters), `made`, `argument`, `held` (put into a
    field), `returned`, or `other`. `node` is the statement or expression that does it. `select` is the statement whose
    case it is, if there is another way out of it.
    """

    view: FileView
    kind: str
    node: Node
    name: Node
    select: Node | None = None

    @property
    def function(self) -> Node | None:
        """The innermost function or literal around it."""
        return function_around(self.node)


def made_channels(facts: PackageFacts) -> Iterator[Made]:
    """The channels that a package makes and puts into a variable or field."""
    for tree in facts.trees_with(b"make(chan"):
        view = facts.view(tree)
        for call in matches(tree.root, _MADE, "call"):
            name = _target(call)
            known = _object(name, view) if name is not None else None
            if name is not None and known is not None:
                yield Made(view, call, name, known, _capacity(call))


def _capacity(call: Node) -> int | None:
    arguments = call.child_by_field_name("arguments")
    size = arguments.named_children[1] if arguments is not None and arguments.named_child_count > 1 else None
    if size is None:
        return 0
    return int(text(size)) if size.type == "int_literal" and text(size).isdigit() else None


def _target(call: Node) -> Node | None:
    """The variable, or the key or selector of the field, that a value is put into."""
    value, above = call, call.parent
    if above is not None and above.type == "expression_list":
        value, above = above, above.parent
    if above is None:
        return None
    if above.type == "literal_element":
        pair = above.parent
        return pair.named_children[0] if pair is not None and pair.type == "keyed_element" else None
    left = above.child_by_field_name("left")
    names = left.named_children if left is not None else above.children_by_field_name("name")
    values = value.named_children if value.type == "expression_list" else [value]
    if above.type not in ("short_var_declaration", "assignment_statement", "var_spec") or len(names) != len(values):
        return None
    return names[values.index(call)]


def _object(name: Node, view: FileView) -> Object | None:
    if name.type == "literal_element":
        literal = name.parent.parent.parent if name.parent is not None and name.parent.parent is not None else None
        if literal is None or literal.type != "composite_literal":
            return None
        found = view.member(view.type_of(literal), text(name))
        return Object("field", found.owner.package, found.owner.qualified, text(name)) if found is not None else None
    return view.object(name) if name.type in ("identifier", "selector_expression") else None


def uses_of_local(known: Object, view: FileView, function: Node) -> list[Use]:
    """All mentions of a local variable, in its outermost function."""
    root = view.root(function) or function
    names = _found(root, rb"\b%s\b", known.name, view)
    return [use_at(name, view) for name in names if name.type == "identifier" and view.object(name) == known]


def uses_of_field(known: Object, facts: PackageFacts) -> list[Use]:
    """All mentions of a field in the functions of its package."""
    word = b"." + known.name.encode()
    return [use for tree in facts.trees_with(word) for use in uses_in(None, known, facts.view(tree))]


def uses_in(function: Node | None, known: Object, view: FileView) -> Iterator[Use]:
    """The mentions of a field in a file, or in one function of it."""
    for name in _found(function, rb"(?<=\.)%s\b", known.name, view):
        selector = name.parent
        if selector is not None and selector.type == "selector_expression" and view.object(selector) in (known, None):
            yield use_at(selector, view)


def is_sent_on(name: str, facts: PackageFacts) -> bool:
    """Whether something is sent on a field of this name, by a glance at the sources."""
    sends = re.compile(rb"\.%s[ \t]*<-" % re.escape(name.encode()))
    return any(sends.search(file.source) for file in facts.files)


def _found(within: Node | None, pattern: bytes, name: str, view: FileView) -> Iterator[Node]:
    """The names that stand in a function, or in all functions of a file, where a pattern finds them in the bytes."""
    word, source = name.encode(), view.tree.source
    start, end = (within.start_byte, within.end_byte) if within is not None else (0, len(source))
    for found in re.compile(pattern % re.escape(word)).finditer(source, start, end):
        function = within or view.declared_at(found.start())
        node = function.descendant_for_byte_range(found.start(), found.end()) if function is not None else None
        if node is not None and node.type.endswith("identifier") and node.text == word:
            yield node


def use_at(name: Node, view: FileView) -> Use:
    """What a mention of a channel does."""
    node, above = name, name.parent
    while above is not None and above.type in _WRAPPERS:
        node, above = above, above.parent
    if above is None:
        return Use(view, "other", node, name)
    kind = _kind(node, above, view)
    doer = above if kind in ("send", "receive", "range", "close", "argument", "returned") else node
    return Use(view, kind, doer, name, _select(doer) if kind in ("send", "receive") else None)


def _kind(node: Node, above: Node, view: FileView) -> str:
    if above.type == "send_statement":
        return "send" if above.child_by_field_name("channel") == node else "other"
    if above.type == "unary_expression":
        return "receive" if text(above.child_by_field_name("operator")) == "<-" else "other"
    if above.type == "range_clause":
        return "range" if above.child_by_field_name("right") == node else "made"
    if above.type == "argument_list" and above.parent is not None and above.parent.type == "call_expression":
        callee = view.callee(above.parent)
        builtin = callee.name if callee.kind == "builtin" else ""
        return "close" if builtin == "close" else "look" if builtin in _LOOKS else "argument"
    if above.type == "binary_expression":
        return "look"
    if above.type in ("short_var_declaration", "assignment_statement", "var_spec"):
        named = node in above.children_by_field_name("name") or above.child_by_field_name("left") == node
        return "made" if named else _given(node, above)
    if above.type == "keyed_element":
        return "held" if above.named_children[-1] == node else "made"
    if above.type == "literal_value":
        return "held"
    return "returned" if above.type == "return_statement" else "other"


def _given(value: Node, assignment: Node) -> str:
    """What `left = channel` does: it puts it into a field, or makes one more name for it."""
    left = assignment.child_by_field_name("left")
    fields = [one.type == "selector_expression" for one in left.named_children] if left is not None else []
    return "held" if fields == [True] else "other"


def _select(node: Node) -> Node | None:
    """The `select` around a send or receive that is the communication of one of its cases, where it has others."""
    case = around(node, _CASE)
    communication = case.child_by_field_name("communication") if case is not None else None
    if case is None or communication is None or not is_within(node, communication):
        return None
    select = case.parent
    cases = [one for one in select.named_children if one.type.endswith("_case")] if select is not None else []
    return select if len(cases) > 1 else None


def is_within(node: Node, outer: Node) -> bool:
    """Whether a node is another one, or inside of it."""
    return outer.start_byte <= node.start_byte and node.end_byte <= outer.end_byte


def literals_between(node: Node, function: Node) -> list[Node]:
    """The function literals around a node, inside of a function, innermost first."""
    found = []
    inner = around(node, LITERAL, function)
    while inner is not None and inner != function and inner.type in FUNCTIONS:
        found.append(inner)
        inner = around(inner, LITERAL, function)
    return found
