"""The repair of an object that dies too early: a deferred `runtime.KeepAlive` at the top of its function."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from golint_mem.findings import Edit, Fix
from golint_mem.semantics.repair.imports import import_package, package_name
from golint_mem.semantics.repair.text import edit, line_end, line_start, newline
from golint_mem.syntax.go import GoTree, matches, text

_WRITES = """[
  (assignment_statement left: (expression_list (identifier) @name))
  (short_var_declaration left: (expression_list (identifier) @name))
]"""


def keep_alive(tree: GoTree, function: Node, variables: Sequence[str]) -> Fix | None:
    """Keep parameters of a function alive until it returns; None where one of them is assigned to or shadowed."""
    body = function.child_by_field_name("body")
    if body is None or {text(name) for name in matches(body, _WRITES, "name")} & {*variables, "runtime"}:
        return None
    called = package_name(tree.root, "runtime")
    imported = import_package(tree.source, tree.root, tree.path, "runtime") if called is None else None
    if called is None and imported is None:
        return None
    name = "runtime." if called is None else called
    calls = [f"defer {name}KeepAlive({variable})" for variable in variables]
    names = " and ".join(f"`{variable}`" for variable in variables)
    edits = [_insert(tree, body, calls), *([imported] if imported is not None else [])]
    return Fix(f"Keep {names} alive until the function returns.", tuple(edits))


def _insert(tree: GoTree, body: Node, calls: list[str]) -> Edit:
    """The calls as the first statements of a body: on lines of their own, or in the one line that it has."""
    source, start = tree.source, body.start_byte + 1
    if body.start_point[0] == body.end_point[0]:
        return edit(source, tree.path, start, start, "".join(f" {call};" for call in calls))
    end = line_end(source, start)
    first = next((one for one in body.named_children if one.type != "comment"), body)
    statement = next((one for one in first.named_children), first) if first.type == "statement_list" else first
    begin = line_start(source, statement.start_byte)
    indent = source[begin : statement.start_byte].decode("utf-8", "replace")
    if source[start:end].strip() or indent.strip():
        return edit(source, tree.path, start, start, "".join(f" {call};" for call in calls))
    return edit(source, tree.path, end, end, "".join(f"{newline(source, start)}{indent}{call}" for call in calls))
