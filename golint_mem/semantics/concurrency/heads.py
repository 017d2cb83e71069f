"""Requests whose responses hold nothing: those with the method HEAD, and those over a connection that is made up."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from golint_mem.semantics.inference import call_arguments, expressions
from golint_mem.semantics.view import FileView
from golint_mem.syntax.around import DECLARED, around
from golint_mem.syntax.go import matches, text

_ASSIGNMENTS = "[(short_var_declaration) (assignment_statement) (var_spec)] @found"
_HEAD = re.compile(r'"HEAD"|http\.MethodHead')
_LITERALS = "(func_literal) @literal"
_DIAL = re.compile(r"Dial(?:Context)?\s*:")
_DIALS = re.compile(r"[dD]ial\w*\(")
_NEW = frozenset({"net/http.NewRequest", "net/http.NewRequestWithContext"})


def has_no_body(call: Node, view: FileView) -> bool:
    """Whether a call sends a request that was made with the method HEAD, here or in a function of the module."""
    given = call_arguments(call)
    request, function = given[0] if given else None, around(call, DECLARED)
    if request is None or function is None:
        return False
    makers = [request] if request.type == "call_expression" else [*_assigned(request, function)]
    return any(_is_head(maker, view) for maker in makers)


def is_made_up(call: Node, view: FileView) -> bool:
    """Whether a call is one of a local Transport whose connections the function makes itself, without dialling."""
    target, function = call.child_by_field_name("function"), around(call, DECLARED)
    transport = target.child_by_field_name("operand") if target is not None else None
    if transport is None or function is None or view.type_of(transport).qualified != "net/http.Transport":
        return False
    for value in _assigned(transport, function):
        dials = [
            one for one in matches(value, _LITERALS, "literal") if _DIAL.match(text(one.parent and one.parent.parent))
        ]
        if dials and not any(_DIALS.search(text(one)) for one in dials):
            return True
    return False


def _assigned(name: Node, function: Node) -> Iterator[Node]:
    """The calls whose first result is assigned to a variable; and the methods that are set by `x.Method = ...`."""
    for statement in matches(function, _ASSIGNMENTS, "found"):
        left, right = statement.child_by_field_name("left"), statement.child_by_field_name("right")
        names = left.named_children if left is not None else statement.children_by_field_name("name")
        values = expressions(right or statement.child_by_field_name("value"))
        if names and values and text(names[0]) in (text(name), f"{text(name)}.Method"):
            yield values[0]


def _is_head(maker: Node, view: FileView) -> bool:
    if maker.type != "call_expression":
        return _HEAD.fullmatch(text(maker)) is not None
    callee = view.callee(maker)
    if callee.qualified in _NEW or callee.function is None or callee.facts is None:
        return any(_HEAD.fullmatch(text(one)) for one in call_arguments(maker)[:3])
    body = callee.function.node.child_by_field_name("body")
    return body is not None and not callee.facts.is_library and _HEAD.search(text(body)) is not None
