"""Where the Go compiler says that a piece of syntax stands.

A node of its syntax tree has one position, which is not its start: that of `(` for calls and conversions, of `{` for
composite literals, of the operator for binary expressions, of `.` and `[` for what they open. Columns are 1-based
bytes. Source: `cmd/compile/internal/syntax/parser.go`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node, Point

from golint_mem.syntax.go import GoTree

_FIELD = {
    "call_expression": "arguments",
    "composite_literal": "body",
    "binary_expression": "operator",
    "assignment_statement": "operator",
}
_TOKEN = {
    "type_conversion_expression": "(",
    "selector_expression": ".",
    "index_expression": "[",
    "slice_expression": "[",
    "type_instantiation_expression": "[",
    "type_assertion_expression": ".",
    "short_var_declaration": ":=",
    "inc_statement": "++",
    "dec_statement": "--",
    "send_statement": "<-",
    "keyed_element": ":",
}


def anchor(node: Node) -> tuple[int, int]:
    """The line and the column by which the compiler names a node; parentheses around it do not count."""
    while node.type == "parenthesized_expression" and node.named_children:
        node = node.named_children[0]
    row, column = (_token(node) or node).start_point
    return row + 1, column + 1


def _token(node: Node) -> Node | None:
    if node.type in _FIELD:
        return node.child_by_field_name(_FIELD[node.type])
    wanted = _TOKEN.get(node.type)
    return next((child for child in node.children if child.type == wanted), None) if wanted else None


def at(tree: GoTree, line: int, column: int) -> Iterator[Node]:
    """The nodes that the compiler would name by a position, the innermost first."""
    point = Point(line - 1, column - 1)
    node = tree.root.descendant_for_point_range(point, point)
    while node is not None:
        if node.is_named and anchor(node) == (line, column):
            yield node
        node = node.parent
