"""What a module without a `go.mod` is called: code older than modules says so in its own imports."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

_HEAD = 8_192
_MOST_FILES = 400
_MOST_FOLDERS = 2_000
_FILES_OF_A_FOLDER = 4
_PASSED_OVER = frozenset({"vendor", "Godeps", "testdata", "node_modules"})
_IMPORTED = re.compile(rb'^[ \t]*(?:import[ \t]+)?(?:[\w.]+[ \t]+)?"((?:[\w-]+\.)+[a-z]+/[\w./~+-]+)"', re.M)
_OWNED = {"github.com": 3, "gitlab.com": 3, "bitbucket.org": 3, "golang.org": 3, "gopkg.in": 2}
"""How many parts of an import path name the module, for hosts that have a rule for it."""


def guessed_module(root: Path) -> str:
    """The name of the module in a folder that has no `go.mod`; empty where the imports below it do not tell."""
    try:
        return _guessed(root, root.stat().st_mtime_ns)
    except OSError:
        return ""


@lru_cache(maxsize=256)
def _guessed(root: Path, _changed: int) -> str:
    votes: Counter[str] = Counter()
    for path in {one for file in _sources(root) for one in _imports(file)}:
        parts = path.split("/")
        for count in _lengths(parts):
            folder = root.joinpath(*parts[count:])
            votes["/".join(parts[:count])] += 1 if folder.is_dir() else -2
    best = max(sorted(votes), key=lambda name: votes[name], default="")
    return best if votes[best] > 0 else ""


def _lengths(parts: list[str]) -> range:
    """How many parts of an import path may be the module's name, where a package below it is imported."""
    known = _OWNED.get(parts[0])
    if ".." in parts:
        return range(0)
    return range(2, len(parts)) if known is None else range(known, min(known + 1, len(parts)))


def _imports(file: str) -> Iterator[str]:
    try:
        with Path(file).open("rb") as opened:
            head = opened.read(_HEAD)
    except OSError:
        return
    yield from (path.decode() for path in _IMPORTED.findall(head))


def _sources(root: Path) -> Iterator[str]:
    """Some Go files of each folder, those near the root first."""
    folders, left = [os.fspath(root)], _MOST_FILES
    for seen, folder in enumerate(folders):
        if seen >= _MOST_FOLDERS or left <= 0:
            return
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        files = [one.path for one in entries if one.name.endswith(".go") and one.is_file(follow_symlinks=False)]
        yield from files[:_FILES_OF_A_FOLDER]
        left -= len(files[:_FILES_OF_A_FOLDER])
        folders += (
            one.path
            for one in entries
            if one.is_dir(follow_symlinks=False) and one.name not in _PASSED_OVER and one.name[0] not in "._"
        )
