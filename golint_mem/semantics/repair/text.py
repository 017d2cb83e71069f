"""Edits by byte offset, and the lines around an offset."""

from __future__ import annotations

from tree_sitter import Node

from golint_mem.findings import Edit, Place


def edit(source: bytes, path: str, start: int, end: int, new: str) -> Edit:
    """The edit that puts `new` in the place of some bytes."""
    line, column = _position(source, start)
    end_line, end_column = _position(source, end)
    return Edit(Place(path, line, column, end_line, end_column, start, end), new)


def _position(source: bytes, offset: int) -> tuple[int, int]:
    return source.count(b"\n", 0, offset) + 1, offset - line_start(source, offset) + 1


def line_start(source: bytes, offset: int) -> int:
    """Where the line of an offset begins."""
    return source.rfind(b"\n", 0, offset) + 1


def line_end(source: bytes, offset: int) -> int:
    """Where the line of an offset ends, before its line end."""
    end = source.find(b"\n", offset)
    end = len(source) if end < 0 else end
    return end - 1 if end > offset and source[end - 1 : end] == b"\r" else end


def newline(source: bytes, offset: int) -> str:
    """The line end that the file has behind an offset."""
    end = line_end(source, offset)
    return "\r\n" if source[end : end + 1] == b"\r" else "\n"


def whole_line(source: bytes, node: Node) -> tuple[int, int]:
    """From the start of a node's first line to behind the end of its last."""
    end = source.find(b"\n", node.end_byte)
    return line_start(source, node.start_byte), len(source) if end < 0 else end + 1
