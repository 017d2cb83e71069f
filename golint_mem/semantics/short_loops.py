"""Loops that are seen to make only a few rounds."""

from __future__ import annotations

import re

from tree_sitter import Node

from golint_mem.semantics.scopes import Scopes
from golint_mem.syntax.around import FUNCTIONS
from golint_mem.syntax.go import text

SMALL = 8
_LIMIT = re.compile(r"\blen\(([\w.]+)\) (==|<=|<) (\d+)\b")


def is_small(loop: Node, scopes: Scopes) -> bool:
    """Whether the loop is seen to make only a few rounds: up to a small number, or over what is short."""
    header = next((child for child in loop.named_children if child.type in ("for_clause", "range_clause")), None)
    if header is None:
        return False
    if header.type == "range_clause":
        over = header.child_by_field_name("right")
        if over is not None and _is_guarded(loop, over):
            return True
        right = _value(over, scopes)
        if right is not None and right.type == "composite_literal":
            body = right.child_by_field_name("body")
            return body is not None and body.named_child_count <= SMALL
        return right is not None and right.type == "int_literal" and int(text(right), 0) <= SMALL
    limit = re.search(r"<=?\s*(\d+)$", text(header.child_by_field_name("condition")))
    return limit is not None and int(limit[1]) <= SMALL


def _value(node: Node | None, scopes: Scopes) -> Node | None:
    """What an expression is: for a local name, the one value that its declaration gives it."""
    variable = scopes.by_id.get(scopes.resolve(node) or "") if node is not None and node.type == "identifier" else None
    given = None
    if variable is not None and variable.statement.type in ("short_var_declaration", "var_spec"):
        given = variable.statement.child_by_field_name("right") or variable.statement.child_by_field_name("value")
    return given.named_children[0] if given is not None and given.named_child_count == 1 else node


def _is_guarded(loop: Node, over: Node) -> bool:
    """Whether an `if` around a loop says that what it goes over has only a few elements."""
    inner, outer = loop, loop.parent
    while outer is not None and outer.type not in FUNCTIONS:
        if outer.type == "if_statement" and inner == outer.child_by_field_name("consequence"):
            said = _LIMIT.findall(text(outer.child_by_field_name("condition")))
            limits = [int(limit) for name, _, limit in said if name == text(over)]
            if limits and max(limits) <= SMALL:
                return True
        inner, outer = outer, outer.parent
    return False
