"""Remarks beside the making of C memory that say who frees it: `// the callee takes ownership of the string`."""

from __future__ import annotations

import re

from tree_sitter import Node

_MOST_LINES = 10
_MOVES = re.compile(
    r"\b(?:takes?|taking|transfers?|assumes?|passes|gives?) (?:over )?(?:the |its )?ownership\b|\b(?:stolen|steals)\b"
    r"|\b(?:do|does|should|must)(?: not|n't) (?:be )?freed?\b|\bnever free\b"
    r"|\b(?:freed|released|owned|deallocated) (?:by|when|once|inside|from|in)\b(?! (?:the |our |its )?caller)"
    r"|\bwill (?:free|release|own|take)\b|\b(?:intentional|deliberate)(?:ly)? leak|\bleaks? (?:it )?on purpose\b",
    re.I,
)


def moves(node: Node, source: bytes) -> bool:
    """Whether a comment beside a node, on the lines right above or below it, says that somebody else frees it."""
    end = source.find(b"\n", node.start_byte)
    above = source[max(0, node.start_byte - 2000) : end if end >= 0 else len(source)].decode("utf-8", "replace")
    lines = above.split("\n")
    remarks = [lines[-1].partition("//")[2]]
    for line in reversed(lines[-_MOST_LINES:-1]):
        if not line.lstrip().startswith("//"):
            break
        remarks.insert(0, line.strip().lstrip("/ "))
    for line in source[end if end >= 0 else len(source) :].decode("utf-8", "replace").split("\n")[1:_MOST_LINES]:
        if line.strip() and not line.lstrip().startswith("//"):
            break
        remarks.append(line.strip().lstrip("/ "))
    return _MOVES.search(" ".join(remarks)) is not None
