"""The hash by which GitHub follows an alert through edits: that of `github/codeql-action`, so that both agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

_BLOCK = 100
_MOD = 37
_MASK = (1 << 64) - 1
_FIRST = pow(_MOD, _BLOCK, 1 << 64)
_END = 65535
_SKIPPED = (0x20, 0x09)


def line_hashes(source: bytes) -> dict[int, str]:
    """Line number to `hash:count`, the hash over the hundred characters from the line's start, blanks left out."""
    window, started = [0] * _BLOCK, [0] * _BLOCK
    counts: Counter[str] = Counter()
    hashes: dict[int, str] = {}
    value = index = 0
    for char, line in _characters(source):
        if started[index]:
            digest = f"{value:x}"
            counts[digest] += 1
            hashes[started[index]] = f"{digest}:{counts[digest]}"
        started[index] = line
        value = (_MOD * value + char - _FIRST * window[index]) & _MASK
        window[index] = char
        index = (index + 1) % _BLOCK
    return hashes


def _characters(source: bytes) -> Iterator[tuple[int, int]]:
    """The UTF-16 units that count, each with the number of the line that it starts, or 0."""
    line, at_start = 0, True
    for unit in (*_units(source), _END):
        if unit in _SKIPPED:
            continue
        line += at_start
        yield unit, line if at_start else 0
        at_start = unit == 0x0A
    for _ in range(_BLOCK):
        yield 0, 0


def _units(source: bytes) -> memoryview:
    text = source.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return memoryview(text.encode("utf-16-le")).cast("H")
