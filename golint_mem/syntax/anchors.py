"""Where the Go compiler says that a piece of syntax stands.

A node of its syntax tree has one position, which is not its start: that of `(` for calls and conversions, of `{` for
composite literals, of the operator for binary expressions, of `.` and `[` for what they open. What a conversion makes
is named by the position of its operand. Columns are 1-based bytes. Source: `cmd/compile/internal/syntax/parser.go`, for
conversions `cmd/compile/internal/noder/writer.go` (`convertExpr`).
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
_GROUPS = frozenset({"parenthesized_expression"})
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


def at(tree: GoTree, line: int, column: int, subject: str = "") -> Iterator[Node]:
    """The nodes that the compiler would name by a position, the innermost first.

    A value in parentheses that is turned into an interface has the position of its parenthesis. Columns beyond 255 are
    not printed (`cmd/internal/src`, `colMax`): with column 0 it is the nodes of the line that read like the subject.
    """
    if column == 0:
        yield from _reading(tree, line, subject)
        return
    point = Point(line - 1, column - 1)
    node = tree.root.descendant_for_point_range(point, point)
    while node is not None:
        if node.is_named and (anchor(node) == (line, column) or (node.type in _GROUPS and node.start_point == point)):
            yield node
        node = node.parent


def _reading(tree: GoTree, line: int, subject: str) -> Iterator[Node]:
    """The expressions on a line with the subject's text."""
    row = tree.source.split(b"\n")[line - 1 : line]
    wanted = subject.encode()
    start = row[0].find(wanted) if row and wanted else -1
    while start >= 0:
        ends = Point(line - 1, start), Point(line - 1, start + len(wanted))
        node = tree.root.named_descendant_for_point_range(*ends)
        if node is not None and (node.start_point, node.end_point) == ends:
            yield node
        start = row[0].find(wanted, start + 1)
