"""From the paths of the command line to folders, and to the files in them that are meant."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pathspec import GitIgnoreSpec

from golint_mem.errors import UsageError
from golint_mem.findings import Notification
from golint_mem.settings import Settings

_PASSED_OVER = frozenset({"vendor", "testdata", "node_modules"})


@dataclass
class Wanted:
    """One folder: `names` are the Go files that are meant, None stands for all of them."""

    folder: Path
    names: set[str] | None = field(default_factory=set)


@dataclass
class Scope:
    """The root of a run, and what is excluded below it."""

    root: Path
    spec: GitIgnoreSpec

    @classmethod
    def of(cls, settings: Settings) -> Scope:
        """The scope that the settings describe."""
        return cls(Path(os.path.normpath(settings.root.absolute())), GitIgnoreSpec.from_lines(settings.exclude))

    def path(self, file: Path) -> str:
        """What reports call a file: relative to the root, with forward slashes."""
        return Path(os.path.relpath(file, self.root)).as_posix()

    def excludes(self, path: str) -> bool:
        """Whether a file (or, with a slash at its end, a folder) is excluded."""
        return not path.startswith("../") and self.spec.match_file(path)


def wanted(settings: Settings, scope: Scope) -> tuple[list[Wanted], list[Notification]]:
    """The folders that the paths of the settings name, each once, sorted by path."""
    found: dict[str, Wanted] = {}
    notifications: list[Notification] = []
    for path in settings.paths or ("./...",):
        for folder, name in _resolve(path, scope, notifications):
            entry = found.setdefault(os.path.realpath(folder), Wanted(folder))
            if name is None:
                entry.names = None
            elif entry.names is not None:
                entry.names.add(name)
    return sorted(found.values(), key=lambda entry: scope.path(entry.folder)), notifications


def _resolve(path: str, scope: Scope, notifications: list[Notification]) -> Iterator[tuple[Path, str | None]]:
    if path == "..." or path.endswith(("/...", os.sep + "...")):
        top = _absolute(scope, path[:-3].rstrip("/" + os.sep) or ("/" if path.startswith("/") else "."))
        if not top.is_dir():
            raise UsageError(f"{path}: no such folder")
        yield from ((folder, None) for folder in _walk(top, scope, notifications))
        return
    place = _absolute(scope, path)
    if not path or not os.path.lexists(place):
        raise UsageError(f"{path or 'an empty path'}: no such file or folder")
    if place.is_dir():
        yield place, None
    elif place.suffix == ".go":
        yield place.parent, place.name
    else:
        raise UsageError(f"{path}: not a Go file")


def _absolute(scope: Scope, path: str) -> Path:
    return Path(os.path.normpath(scope.root / path))


def _walk(top: Path, scope: Scope, notifications: list[Notification]) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        cause = error.strerror or str(error)
        notifications.append(Notification("unreadable-folder", cause, "error", scope.path(Path(error.filename))))

    for folder, below, files in os.walk(top, onerror=unreadable):
        here = Path(folder)
        below[:] = sorted(name for name in below if _enters(here / name, scope))
        if any(name.endswith(".go") for name in files):
            yield here


def _enters(folder: Path, scope: Scope) -> bool:
    if folder.name in _PASSED_OVER or folder.name.startswith((".", "_")):
        return False
    return not scope.excludes(scope.path(folder) + "/")
