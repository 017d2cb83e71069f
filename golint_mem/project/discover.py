"""Find the packages that a run is about. Every file is read here, once; nothing is parsed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from golint_mem.errors import NothingToAnalyse
from golint_mem.findings import Notification
from golint_mem.project.constraints import Build, build_of, left_out
from golint_mem.project.header import header
from golint_mem.project.modules import Modules
from golint_mem.project.package import CFile, GoFile, Package
from golint_mem.project.patterns import Scope, Wanted, wanted
from golint_mem.project.reading import read_bytes, read_go
from golint_mem.settings import Settings

_C_SUFFIXES = frozenset({".c", ".h", ".m", ".cc", ".cpp", ".hpp", ".cxx"})


def discover(settings: Settings) -> tuple[tuple[Package, ...], tuple[Notification, ...]]:
    """The packages that the settings' paths name, and what could not be read.

    A path that is not there raises UsageError. Where there is no Go file to analyse, NothingToAnalyse says why.
    """
    scope = Scope.of(settings)
    modules = Modules(scope.root)
    folders, notifications = wanted(settings, scope)
    packages: list[Package] = []
    for entry in folders:
        packages += _Folder(settings, scope, entry, notifications).packages(modules)
    notifications += modules.notifications
    if not packages:
        raise NothingToAnalyse(_why(settings), notifications)
    return tuple(packages), tuple(notifications)


def package_in(folder: Path, import_path: str, settings: Settings) -> Package | None:
    """The package, tests aside, in one folder, none of whose findings are to be reported; None where there is none."""
    scope = Scope.of(settings)
    found = _Folder(replace(settings, tests=False), scope, Wanted(folder, None), [])
    named = [one for one in found.packages(Modules(scope.root)) if one.name != "main"]
    return replace(named[0], import_path=import_path, named=frozenset()) if named else None


def _why(settings: Settings) -> str:
    paths = settings.paths or ("./...",)
    message = f"nothing to analyse: no Go file that can be analysed in {' '.join(paths)}"
    if any(path.endswith(("...", ".go")) for path in paths):
        return message
    return f"{message}; a folder stands for itself, {paths[0].rstrip('/')}/... also for the folders below it"


class _Folder:
    """One folder on its way to packages."""

    def __init__(self, settings: Settings, scope: Scope, entry: Wanted, notifications: list[Notification]) -> None:
        self.settings = settings
        self.scope = scope
        self.entry = entry
        self.notifications = notifications
        self.build: Build | None = build_of(settings)

    def packages(self, modules: Modules) -> Iterator[Package]:
        """The packages of the folder in which something is to be reported."""
        by_name: dict[str, list[GoFile]] = {}
        files = self._list()
        for file in filter(self._is_go, files):
            if found := self._go_file(file):
                by_name.setdefault(found[0], []).append(found[1])
        named = {name: frozenset(filter(self._is_named, _built(group))) for name, group in by_name.items()}
        if not any(named.values()):
            return
        c_files = tuple(self._c_files(files))
        for name in sorted(name for name in named if named[name]):
            yield self._package(name, tuple(by_name[name]), c_files, named[name], modules)

    def _package(
        self, name: str, files: tuple[GoFile, ...], c_files: tuple[CFile, ...], named: frozenset[str], modules: Modules
    ) -> Package:
        path = self.scope.path(self.entry.folder)
        module = modules.of(self.entry.folder)
        import_path = module.import_path(self.entry.folder, path)
        if name.endswith("_test") and all(file.is_test for file in files):
            import_path += "_test"
        return Package(
            path, name, module.name, module.go_version, import_path, files, c_files, named, guessed=module.guessed
        )

    def _list(self) -> list[Path]:
        try:
            there = {file for file in self.entry.folder.iterdir() if not file.is_dir()}
            return sorted(there | {self.scope.root / path for path in self.settings.unsaved if self._is_here(path)})
        except OSError as error:
            path = self.scope.path(self.entry.folder)
            self.notifications.append(
                Notification("unreadable-folder", error.strerror or str(error), "error", path),
            )
            return []

    def _is_here(self, path: str) -> bool:
        return (self.scope.root / path).parent == self.entry.folder

    def _is_go(self, file: Path) -> bool:
        if file.suffix != ".go" or (not self.settings.tests and file.name.endswith("_test.go")):
            return False
        return not file.name.startswith((".", "_")) or file.name in (self.entry.names or ())

    def _is_named(self, path: str) -> bool:
        names = self.entry.names
        return (names is None or path.rpartition("/")[2] in names) and not self.scope.excludes(path)

    def _go_file(self, file: Path) -> tuple[str, GoFile] | None:
        """The package name of a file and the file; None, with a notification, where it cannot be used."""
        path = self.scope.path(file)
        unsaved = self.settings.unsaved.get(path)
        source = read_go(file, path) if unsaved is None else unsaved
        if isinstance(source, Notification):
            self._note(source)
            return None
        head = header(source)
        if not head.package:
            self._note(Notification("syntax-error", "no package clause; the file is skipped", "error", path, 1))
            return None
        out = self.build is not None and left_out(file.name, head.comments, self.build)
        return head.package, GoFile(path, source, file.name.endswith("_test.go"), head.generated, out)

    def _c_files(self, files: list[Path]) -> Iterator[CFile]:
        for file in files:
            if file.suffix not in _C_SUFFIXES:
                continue
            path = self.scope.path(file)
            source = read_bytes(file, path)
            if isinstance(source, bytes):
                yield CFile(path, source)
            else:
                self._note(source)

    def _note(self, notification: Notification) -> None:
        """Keep a notification, unless its file is excluded."""
        if not self.scope.excludes(notification.path):
            self.notifications.append(notification)


def _built(files: list[GoFile]) -> Iterator[str]:
    """The paths of the files that the build asked for would compile."""
    return (file.path for file in files if not file.constrained_out)
