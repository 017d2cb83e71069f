"""What stands above a file's first declaration: comments and the package clause, found without parsing the file."""

from __future__ import annotations

import re
from dataclasses import dataclass

BOM = b"\xef\xbb\xbf"
_TRIVIA = re.compile(rb"[ \t\r\n;]+|//[^\n]*|/\*.*?\*/", re.S)
_KEYWORD = re.compile(rb"package(?![\w\x80-\xff])")
_NAME = re.compile(rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*")
_GENERATED = re.compile(rb"// Code generated .* DO NOT EDIT\.")


@dataclass(frozen=True, slots=True)
class Header:
    """The name of the package (empty where there is no clause) and the line comments above it that start a line."""

    package: str
    comments: tuple[bytes, ...]

    @property
    def generated(self) -> bool:
        """Whether a comment says, in the form Go has agreed on, that a program wrote the file."""
        return any(_GENERATED.fullmatch(comment) for comment in self.comments)


def header(source: bytes) -> Header:
    """Read the header of a Go file."""
    start = len(BOM) if source.startswith(BOM) else 0
    comments, position = _skip(source, start)
    keyword = _KEYWORD.match(source, position)
    if keyword is None:
        return Header("", comments)
    name = _NAME.match(source, _skip(source, keyword.end())[1])
    return Header(name[0].decode("utf-8", "replace") if name else "", comments)


def _skip(source: bytes, position: int) -> tuple[tuple[bytes, ...], int]:
    """Pass over white space and comments; the line comments among them that start a line, and where they end."""
    comments = []
    begin = position
    while found := _TRIVIA.match(source, position):
        if found[0].startswith(b"//") and (position == begin or source[position - 1 : position] == b"\n"):
            comments.append(found[0].rstrip(b"\r"))
        position = found.end()
    return tuple(comments), position
