"""Which module a folder belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from golint_mem.findings import Notification
from golint_mem.project.guess import guessed_module
from golint_mem.project.reading import read_bytes

_MODULE = re.compile(r"^[ \t]*module[ \t]*(?:\([ \t\r\n]*)?[ \t]*[\"`]?([^\s\"`()]+)", re.M)
_GO = re.compile(r"^[ \t]*go[ \t]+(\d[\w.]*)", re.M)
_COMMENT = re.compile(r"//[^\n]*")


@dataclass(frozen=True, slots=True)
class Module:
    """What a `go.mod` says, and the folder it is in; the names are empty where there is none.

    `guessed` says that there is none, and the name is what the imports of the packages call it.
    """

    folder: Path | None = None
    name: str = ""
    go_version: str = ""
    guessed: bool = False

    def import_path(self, folder: Path, otherwise: str) -> str:
        """The import path of a folder of this module; below `vendor` it is the vendored package's own.

        The packages of the module `std` have import paths without its name.
        """
        if self.folder is None or not self.name:
            return otherwise
        inside = folder.relative_to(self.folder).parts
        path = "/".join(inside if self.name == "std" and inside else (self.name, *inside))
        return path.rpartition("/vendor/")[2]


def parse(folder: Path, text: str) -> Module:
    """Read the two lines of a `go.mod` that matter here."""
    text = _COMMENT.sub("", text)
    name, version = _MODULE.search(text), _GO.search(text)
    return Module(folder, name[1] if name else "", version[1] if version else "")


@dataclass
class Modules:
    """Finds modules, and remembers what it found: one per run.

    Code below `root` is taken for one module where there is no `go.mod`.
    """

    root: Path | None = None
    notifications: list[Notification] = field(default_factory=list)
    _known: dict[Path, Module] = field(default_factory=dict)

    def of(self, folder: Path) -> Module:
        """The module of an absolute folder: that of the nearest `go.mod` at or above it."""
        if folder not in self._known:
            self._known[folder] = self._find(folder)
        return self._known[folder]

    def _find(self, folder: Path) -> Module:
        file = folder / "go.mod"
        if file.is_file():
            source = read_bytes(file, file.as_posix())
            if isinstance(source, bytes):
                return parse(folder, source.decode("utf-8", "replace"))
            self.notifications.append(source)
        if folder == self.root and not _is_below_module(folder):
            return Module(folder, guessed_module(folder), guessed=True)
        return Module() if folder == folder.parent else self.of(folder.parent)


def _is_below_module(folder: Path) -> bool:
    return any((one / "go.mod").is_file() for one in folder.parents)
