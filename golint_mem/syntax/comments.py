"""The line comments of a Go file, and the code that each of them is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from golint_mem.findings import Place
from golint_mem.syntax.go import GoTree, matches, place

_COMMENTS = "(comment) @comment"
_CONTAINERS = frozenset({"source_file", "statement_list", "block", "var_spec_list", "field_declaration_list"})
_BLANKS = b" \t"


@dataclass(frozen=True, slots=True)
class LineComment:
    """A `//` comment: its text without the slashes, and the lines of code that it stands on, or right above.

    `trails` says that code stands before it on its line; `heads` that it stands above or on the package clause.
    """

    place: Place
    text: str
    first: int
    last: int
    trails: bool
    heads: bool


def line_comments(tree: GoTree, hint: re.Pattern[bytes]) -> Iterator[LineComment]:
    """The `//` comments of a file that match a pattern, in source order."""
    rows = _Rows(tree)
    for node in matches(tree.root, _COMMENTS, "comment"):
        text = node.text or b""
        if text.startswith(b"//") and hint.match(text):
            first, last = rows.code(node)
            said = text[2:].decode("utf-8", "replace").rstrip("\r\n")
            trails, heads = node.start_point[0] not in rows.alone, node.start_point[0] <= rows.head
            yield LineComment(place(tree.path, node), said, first, last, trails, heads)


class _Rows:
    """The rows of a file (counted from nought): where they start, and which hold nothing but a comment."""

    def __init__(self, tree: GoTree) -> None:
        self._tree = tree
        self._starts = [0, *(found.end() for found in re.finditer(b"\n", tree.source))]
        clause = next(iter(matches(tree.root, "(package_clause) @clause", "clause")), None)
        self.head = clause.end_point[0] if clause is not None else -1
        nodes = matches(tree.root, _COMMENTS, "comment")
        self.alone = {node.start_point[0] for node in nodes if not self._trails(node)}
        self._below = self._rows_below()
        self._ends: dict[int, int] = {}

    def _trails(self, comment: Node) -> bool:
        begin = self._starts[comment.start_point[0]]
        return bool(self._tree.source[begin : comment.start_byte].strip(_BLANKS + b"\xef\xbb\xbf"))

    def _rows_below(self) -> dict[int, int]:
        """Of each row that holds a comment alone: the first row below its block."""
        below: dict[int, int] = {}
        for row in sorted(self.alone, reverse=True):
            below[row] = below.get(row + 1, row + 1)
        return below

    def code(self, comment: Node) -> tuple[int, int]:
        """The lines that a comment is about: its own and, where it stands alone, those of the code below its block."""
        row = comment.start_point[0]
        if row not in self.alone:
            return row + 1, row + 1
        below = self._below[row]
        if below not in self._ends:
            node = self._outermost(below)
            self._ends[below] = _last_line(node) if node is not None else below + 1
        return row + 1, self._ends[below]

    def _outermost(self, row: int) -> Node | None:
        """The largest piece of code that starts where the text of a row starts; None where the row is blank."""
        if row >= len(self._starts):
            return None
        stop = self._starts[row + 1] if row + 1 < len(self._starts) else len(self._tree.source)
        line = self._tree.source[self._starts[row] : stop]
        text = line.lstrip(_BLANKS)
        if not text.strip():
            return None
        begin = stop - len(text)
        node = self._tree.root.descendant_for_byte_range(begin, begin + 1)
        found = None
        while node is not None and node.start_byte == begin:
            found = found if node.type in _CONTAINERS else node
            node = node.parent
        return found


def _last_line(node: Node) -> int:
    row, column = node.end_point
    return row + 1 if column else row
