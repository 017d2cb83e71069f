"""Names of callees, also where nobody has seen their declaration."""

from __future__ import annotations

from tree_sitter import Node

from golint_mem.semantics.view import Callee, FileView
from golint_mem.syntax.go import text


def qualified(view: FileView, call: Node, callee: Callee | None = None) -> str:
    """`net/http.Get`; for a method of a type that nobody has seen `path.Type.Method`, or `?.Method` without a type."""
    callee = callee or view.callee(call)
    if callee.qualified:
        return callee.qualified
    function = call.child_by_field_name("function")
    operand = function.child_by_field_name("operand") if function is not None else None
    if callee.kind != "unknown" or operand is None or function is None:
        return ""
    return f"{view.type_of(operand).qualified or '?'}.{text(function.child_by_field_name('field'))}"
