"""Goroutines that wait for a context alone, to close an object that its users can close earlier."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.concurrency.starts import Start, statements
from golint_mem.semantics.view import FileView
from golint_mem.syntax.around import LITERAL, around
from golint_mem.syntax.go import Function, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_CALLS = "(call_expression function: (selector_expression operand: (identifier) @object)) @call"
_RETURNED = "(return_statement (expression_list) @values)"
_NAMES = "(identifier) @name"
_ENDS = re.compile(r"(?i:close|stop|shut|cancel|finish|quit|abort|teardown|release|terminat|destroy|disconnect)")


@dataclass(frozen=True, slots=True)
class Watcher:
    """A goroutine that waits (`wait`) for a context, and then ends an object by a method that others call as well."""

    start: Start
    function: Function
    wait: Node
    call: Node
    ender: Function

    @property
    def view(self) -> FileView:
        """The file of all this."""
        return self.start.view


def watchers(facts: PackageFacts) -> Iterator[Watcher]:
    """The goroutines of a package that outlive what they watch over."""
    for tree in facts.trees_with(b"go func()"):
        if b".Done()" not in tree.source:
            continue
        for start in statements(facts.view(tree)):
            found = _watcher(start) if start.literal is not None and start.function is not None else None
            if found is not None:
                yield found


def _watcher(start: Start) -> Watcher | None:
    function, view = start.function, start.view
    body = start.literal.child_by_field_name("body") if start.literal is not None else None
    wait = _first_wait(body, view) if body is not None else None
    if function is None or body is None or wait is None or not _comes_from_outside(wait, function, view):
        return None
    if around(start.statement, LITERAL, function.node) is not None:
        return None
    for call in matches(body, _CALLS, "call"):
        selector = call.child_by_field_name("function")
        operand = selector.child_by_field_name("operand") if selector is not None else None
        callee = view.callee(call)
        ender = callee.function
        if operand is None or ender is None or callee.facts is not view.facts or not _ENDS.search(ender.name):
            continue
        if _is_made_and_returned(operand, function, view) and _is_called_elsewhere(ender, call, view):
            return Watcher(start, function, wait, call, ender)
    return None


def _first_wait(body: Node, view: FileView) -> Node | None:
    """The `<-context.Done()` that a goroutine begins with."""
    inner = body.named_children[0] if body.named_children else None
    if inner is not None and inner.type == "statement_list":
        inner = next((one for one in inner.named_children if one.type not in ("defer_statement", "comment")), None)
    receive = inner.named_children[0] if inner is not None and inner.type == "expression_statement" else None
    if receive is None or receive.type != "unary_expression":
        return None
    call = receive.child_by_field_name("operand")
    if call is None or call.type != "call_expression" or view.callee(call).name != "Done":
        return None
    return receive


def _comes_from_outside(wait: Node, function: Function, view: FileView) -> bool:
    """Whether the context is a parameter, or what some object answers; not one that the function derives itself."""
    call = wait.child_by_field_name("operand")
    selector = call.child_by_field_name("function") if call is not None else None
    context = selector.child_by_field_name("operand") if selector is not None else None
    if context is None:
        return False
    if context.type == "call_expression":
        return not text(context.child_by_field_name("function")).startswith("context.")
    assigned = re.compile(rb"\b%s\b[^\n=;]*:?=[^=]" % re.escape(context.text or b""))
    name = text(context)
    return context.type == "identifier" and name in function.parameters and not assigned.search(_body(function))


def _body(function: Function) -> bytes:
    body = function.node.child_by_field_name("body")
    return (body.text or b"") if body is not None else b""


def _is_made_and_returned(name: Node, function: Function, view: FileView) -> bool:
    """Whether a local variable, no parameter, is among what the function returns."""
    known = view.object(name)
    if known is None or known.kind != "local" or text(name) in function.parameters:
        return False
    for values in matches(function.node, _RETURNED, "values"):
        if any(text(one) == text(name) for one in matches(values, _NAMES, "name")):
            return True
    return False


def _is_called_elsewhere(ender: Function, call: Node, view: FileView) -> bool:
    """Whether others may end the object as well: by an exported method, or one that the package calls elsewhere."""
    if ender.name[:1].isupper():
        return True
    word = re.compile(rb"\.%s\(" % re.escape(ender.name.encode()))
    count = sum(len(word.findall(file.source)) for file in view.facts.files if not file.path.endswith("_test.go"))
    return count > len(word.findall(call.text or b""))
