"""Read files that may not be what they seem; what goes wrong becomes a notification."""

from __future__ import annotations

import stat
from pathlib import Path

from golint_mem.findings import Notification

MAX_BYTES = 20_000_000


def read_bytes(file: Path, path: str) -> bytes | Notification:
    """The bytes of a file that is called `path` in reports, or why there are none."""
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            return Notification("unreadable-file", "not a regular file", "error", path)
        if found.st_size > MAX_BYTES:
            message = f"{found.st_size} bytes, more than the {MAX_BYTES} that are read; the file is skipped"
            return Notification("file-too-large", message, "warning", path)
        return file.read_bytes()
    except OSError as error:
        return Notification("unreadable-file", error.strerror or str(error), "error", path)


def read_go(file: Path, path: str) -> bytes | Notification:
    """The bytes of a Go file, which is UTF-8 without NUL bytes, or why there are none."""
    source = read_bytes(file, path)
    if isinstance(source, Notification):
        return source
    if not source.strip():
        return Notification("empty-file", "the file is empty", "warning", path)
    if (nul := source.find(b"\0")) >= 0:
        return _spoilt("nul-byte", "a NUL byte, which Go does not allow", source, nul, path)
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        return _spoilt("invalid-utf8", f"not UTF-8: {error.reason}", source, error.start, path)
    return source


def _spoilt(kind: str, cause: str, source: bytes, offset: int, path: str) -> Notification:
    line = source.count(b"\n", 0, offset) + 1
    return Notification(kind, f"{cause} (line {line}, byte {offset}); the file is skipped", "error", path, line)
