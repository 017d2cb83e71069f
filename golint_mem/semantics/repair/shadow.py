"""The repair of a finalizer that captures its object: let its own parameter have the object's name."""

from __future__ import annotations

from tree_sitter import Node

from golint_mem.findings import Fix
from golint_mem.semantics.repair.text import edit
from golint_mem.syntax.go import GoTree, matches, text

_IDENTIFIERS = "(identifier) @name"


def shadow(tree: GoTree, literal: Node, variable: str) -> Fix | None:
    """Name the literal's only parameter like the variable; None where it has a name that the body uses."""
    listed, body = (literal.child_by_field_name(name) for name in ("parameters", "body"))
    declared = (
        [one for one in listed.named_children if one.type == "parameter_declaration"] if listed is not None else []
    )
    kind = declared[0].child_by_field_name("type") if len(declared) == 1 else None
    names = declared[0].children_by_field_name("name") if len(declared) == 1 else []
    if kind is None or body is None or len(names) > 1:
        return None
    if names and text(names[0]) != "_" and text(names[0]) in {text(one) for one in matches(body, _IDENTIFIERS, "name")}:
        return None
    if names:
        change = edit(tree.source, tree.path, names[0].start_byte, names[0].end_byte, variable)
    else:
        change = edit(tree.source, tree.path, kind.start_byte, kind.start_byte, f"{variable} ")
    return Fix(f"Use the finalizer's own parameter as `{variable}`.", (change,))
