"""The values of constant integer expressions, as far as they are written down."""

from __future__ import annotations

import operator
from collections.abc import Callable

from tree_sitter import Node

from golint_mem.semantics.inference import bare, expressions
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import text

MAX_DEPTH = 20
MAX_BITS = 62
_OPERATORS: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "|": operator.or_,
    "&": operator.and_,
}


def integer(view: FileView, node: Node, depth: int = 0) -> int | None:
    """The value of an expression; None where it is no constant, or one that `iota` or another package makes."""
    node = bare(node)
    if depth > MAX_DEPTH:
        return None
    if node.type == "int_literal":
        return _literal(text(node))
    if node.type == "binary_expression":
        return _binary(view, node, depth)
    return _named(view, node, depth) if node.type == "identifier" else None


def _literal(written: str) -> int | None:
    octal = len(written) > 1 and written[0] == "0" and written[1].isdigit()
    try:
        return int(f"0o{written[1:]}" if octal else written, 0)
    except ValueError:
        return None


def _binary(view: FileView, node: Node, depth: int) -> int | None:
    sides = [node.child_by_field_name(side) for side in ("left", "right")]
    left, right = (integer(view, side, depth + 1) if side is not None else None for side in sides)
    if left is None or right is None:
        return None
    sign = text(node.child_by_field_name("operator"))
    if sign == "<<":
        value = left << right if 0 <= right <= MAX_BITS else None
    elif sign == "/":
        value = left // right if right > 0 and left >= 0 else None
    else:
        value = _OPERATORS[sign](left, right) if sign in _OPERATORS else None
    return value if value is not None and abs(value).bit_length() <= MAX_BITS else None


def _named(view: FileView, node: Node, depth: int) -> int | None:
    scopes = view.scopes(node)
    variable = scopes.by_id.get(scopes.resolve(node) or "") if scopes is not None else None
    if variable is not None:
        return (
            _of_spec(view, variable.statement, text(node), depth) if variable.statement.type == "const_spec" else None
        )
    declared = view.facts.declarations.values.get(text(node))
    if declared is None or not declared.constant:
        return None
    return _of_spec(view.facts.view(declared.tree), declared.spec, declared.name, depth)


def _of_spec(view: FileView, spec: Node, name: str, depth: int) -> int | None:
    names = [text(one) for one in spec.children_by_field_name("name")]
    values = expressions(spec.child_by_field_name("value"))
    if len(names) != len(values):
        return None
    return integer(view, values[names.index(name)], depth + 1)
