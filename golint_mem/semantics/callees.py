"""Names of callees, also where nobody has seen their declaration."""

from __future__ import annotations

from tree_sitter import Node

from golint_mem.semantics.view import Callee, FileView
from golint_mem.syntax.go import text

_QUERIES = frozenset({"Query", "QueryContext"})


def qualified(view: FileView, call: Node, callee: Callee | None = None) -> str:
    """`net/http.Get`; for a method of a type that nobody has seen `path.Type.Method`, or `?.Method` without a type."""
    callee = callee or view.callee(call)
    if callee.qualified:
        return f"database/sql.DB.{callee.name}" if _is_query(view, callee) else callee.qualified
    function = call.child_by_field_name("function")
    operand = function.child_by_field_name("operand") if function is not None else None
    if callee.kind != "unknown" or operand is None or function is None:
        return ""
    return f"{view.type_of(operand).qualified or '?'}.{text(function.child_by_field_name('field'))}"


def _is_query(view: FileView, callee: Callee) -> bool:
    """Whether this is a method of an interface that stands for a database or a transaction."""
    if callee.kind != "method" or callee.name not in _QUERIES or not callee.type.results:
        return False
    rows = callee.type.results[0].pointee.qualified == "database/sql.Rows"
    return rows and view.underlying(callee.receiver).kind == "interface"
