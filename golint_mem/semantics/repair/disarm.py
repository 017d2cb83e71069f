"""The repair of a release that leaves the finalizer set: take it away right before."""

from __future__ import annotations

from tree_sitter import Node

from golint_mem.findings import Fix
from golint_mem.semantics.repair.imports import import_package, package_name
from golint_mem.semantics.repair.text import edit, line_start, newline
from golint_mem.syntax.go import GoTree

_BLOCKS = frozenset({"block", "statement_list"})


def clear_finalizer(tree: GoTree, call: Node, variable: str) -> Fix | None:
    """Clear the finalizer of a variable in front of the statement that holds a call; None where that has no place."""
    statement: Node = call
    while statement.parent is not None and statement.parent.type not in _BLOCKS:
        statement = statement.parent
    if statement.parent is None or statement.type in ("defer_statement", "go_statement"):
        return None
    called = package_name(tree.root, "runtime")
    imported = import_package(tree.source, tree.root, tree.path, "runtime") if called is None else None
    if called is None and imported is None:
        return None
    start = statement.start_byte
    begin = line_start(tree.source, start)
    indent = tree.source[begin:start].decode("utf-8", "replace")
    between = "; " if indent.strip() else newline(tree.source, start) + indent
    name = "runtime." if called is None else called
    inserted = edit(tree.source, tree.path, start, start, f"{name}SetFinalizer({variable}, nil){between}")
    return Fix(
        f"Take the finalizer of `{variable}` away before the release.",
        (inserted, *([imported] if imported is not None else [])),
    )
