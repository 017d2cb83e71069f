"""The line comments of a Go file, and the code that each of them is about."""

from __future__ import annotations

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


def line_comments(tree: GoTree) -> Iterator[LineComment]:
    """The `//` comments of a file, in source order."""
    clause = next(iter(matches(tree.root, "(package_clause) @clause", "clause")), None)
    head = clause.end_point[0] if clause is not None else -1
    nodes = matches(tree.root, _COMMENTS, "comment")
    alone = {node.start_point[0] for node in nodes if not _trails(tree.source, node)}
    for node in nodes:
        text = node.text or b""
        if not text.startswith(b"//"):
            continue
        trails = node.start_point[0] not in alone
        first, last = _code(tree, node, alone)
        yield LineComment(
            place(tree.path, node),
            text[2:].decode("utf-8", "replace").rstrip("\r\n"),
            first,
            last,
            trails,
            node.start_point[0] <= head,
        )


def _trails(source: bytes, comment: Node) -> bool:
    begin = source.rfind(b"\n", 0, comment.start_byte) + 1
    return bool(source[begin : comment.start_byte].strip(_BLANKS + b"\xef\xbb\xbf"))


def _code(tree: GoTree, comment: Node, alone: set[int]) -> tuple[int, int]:
    """The lines that a comment is about: its own and, where it stands alone, those of the code below its block."""
    row = comment.start_point[0]
    if row not in alone:
        return row + 1, row + 1
    below = row + 1
    while below in alone:
        below += 1
    node = _outermost(tree, below)
    return (row + 1, _last_line(node)) if node is not None else (row + 1, below + 1)


def _outermost(tree: GoTree, row: int) -> Node | None:
    """The largest piece of code that starts where the text of a line starts; None where the line is blank."""
    start = _offset(tree.source, row)
    line = tree.source[start:].split(b"\n", 1)[0] if start >= 0 else b""
    text = line.lstrip(_BLANKS)
    if not text.strip():
        return None
    begin = start + len(line) - len(text)
    node = tree.root.descendant_for_byte_range(begin, begin + 1)
    found = None
    while node is not None and node.start_byte == begin:
        found = found if node.type in _CONTAINERS else node
        node = node.parent
    return found


def _offset(source: bytes, row: int) -> int:
    """Where a line starts; -1 beyond the end."""
    at = 0
    for _ in range(row):
        at = source.find(b"\n", at) + 1
        if not at:
            return -1
    return at


def _last_line(node: Node) -> int:
    row, column = node.end_point
    return row + 1 if column else row
