"""What the standard library declares: signatures without bodies, as Go source, so that it is read like any package.

`api.go.txt` is made from the files `api/go1*.txt` of a Go distribution by
`python -m golint_mem.semantics.stdlib.generate`; `more.go.txt` is written by hand: well-known modules outside the
distribution, and what the files above leave out.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

_MARK = b"// import "
_SECTION = re.compile(rb"^// import (\S+)$", re.M)


def source(import_path: str) -> bytes | None:
    """The declarations of a package as the text of one Go file; None for a package that is not known."""
    span = _sections().get(import_path)
    return span[0][span[1] : span[2]] if span else None


def path_of(package_name: str, importer: str = "") -> str:
    """The import path that a package name means in `importer`, a package of the library; empty where there is none.

    Several packages share a name (`text/template`, `html/template`): the importer's own neighbour goes first.
    """
    found = _by_name().get(package_name, ())
    parent = importer.rpartition("/")[0]
    return next((one for one in found if one.rpartition("/")[0] == parent), found[0] if found else "")


@cache
def _sections() -> dict[str, tuple[bytes, int, int]]:
    found: dict[str, tuple[bytes, int, int]] = {}
    for name in ("api.go.txt", "more.go.txt"):
        whole = resources.files(__package__).joinpath(name).read_bytes()
        marks = [*_SECTION.finditer(whole)]
        for mark, after in zip(marks, [*marks[1:], None], strict=True):
            found[mark.group(1).decode()] = (whole, mark.end() + 1, after.start() if after else len(whole))
    return found


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(_sections(), key=lambda one: (one.count("/"), one)):
        name = re.sub(r"/v\d+$", "", path).rpartition("/")[2]
        found[name] = (*found.get(name, ()), path)
    return found
