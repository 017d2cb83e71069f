"""C functions in C++ and Objective-C, which the C grammar does not know: what their text frees, keeps or lends."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FUNCTION = re.compile(
    rb"^[ \t]*(?:[A-Za-z_][\w:<>]*[ \t\r\n*&]+){1,6}([A-Za-z_]\w*)[ \t]*\(([^(){};]{0,600})\)[ \t\r\n]*\{", re.M
)
_END = re.compile(rb"^\}", re.M)
_NAME = re.compile(rb"([A-Za-z_]\w*)\s*(?:\[\])?\s*$")
_CAST = rb"(?:\(\s*(?:const\s+)?\w+\s*\*+\s*\)\s*|(?:const|reinterpret|static)_cast<[^<>;]*>\(\s*|\()*"
_CALLED = rb"\b(?:\w*[fF]ree|CFRelease)\s*\(\s*" + _CAST
_DELETED = rb"\bdelete(?:\[\])?\s+" + _CAST
_FREES = rb"(?:" + _CALLED + rb"|" + _DELETED + rb"|\[)%b(?:\)|;|\s+release\])"


_RETURN = re.compile(rb"\breturn\b([^;]*);")
_LENT = re.compile(rb"\s*\(\s*__bridge\s+[\w ]+\*?\s*\)|\s*(?:NULL|nil|0)\s*$")


def lenders(source: bytes) -> Iterator[str]:
    """The Objective-C functions that only answer what others own: `return (__bridge CFTypeRef)view.window;`."""
    for match in _FUNCTION.finditer(source):
        end = _END.search(source, match.end())
        returned = _RETURN.findall(source, match.end(), end.start() if end else len(source))
        if any(b"__bridge" in one for one in returned) and all(map(_LENT.match, returned)):
            yield match.group(1).decode("ascii")


_NEW = rb"\bnew\s+(?!std::string)[\w:<>]+\s*\([^;]*\b%b\b[^;]*\)\s*;"


def exposures(source: bytes) -> Iterator[tuple[str, frozenset[int]]]:
    """The C++ functions that hand parameters to the constructor of an object, which may go on using them."""
    for match in _FUNCTION.finditer(source):
        end = _END.search(source, match.end())
        body = source[match.end() : end.start() if end else len(source)]
        names = [_NAME.search(one) for one in match.group(2).split(b",")] if re.search(rb"\bnew\s", body) else []
        handed = frozenset(
            index
            for index, name in enumerate(names)
            if name is not None and re.search(_NEW % re.escape(name.group(1)), body)
        )
        if handed:
            yield match.group(1).decode("ascii"), handed


def plain_frees(source: bytes) -> Iterator[tuple[str, frozenset[int]]]:
    """The functions that the text of a source defines, and the parameters that they hand to `free` by name."""
    for match in _FUNCTION.finditer(source):
        end = _END.search(source, match.end())
        body = source[match.end() : end.start() if end else len(source)]
        names = [_NAME.search(one) for one in match.group(2).split(b",")]
        freed = frozenset(
            index
            for index, name in enumerate(names)
            if name is not None and name.group(1) in body and re.search(_FREES % re.escape(name.group(1)), body)
        )
        if freed:
            yield match.group(1).decode("ascii"), freed
