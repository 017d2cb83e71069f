"""What the project room hands on: packages as names and bytes, nothing parsed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GoFile:
    """One Go file: `path` is relative to the run's root, with forward slashes; `source` keeps a BOM.

    `constrained_out` says that the build asked for would leave the file out; without such a wish it is never set.
    """

    path: str
    source: bytes
    is_test: bool = False
    generated: bool = False
    constrained_out: bool = False


@dataclass(frozen=True, slots=True)
class CFile:
    """One C, C++ or Objective-C file (or header) beside the Go files."""

    path: str
    source: bytes


@dataclass(frozen=True, slots=True)
class Package:
    """A folder and a package clause; `named` holds the paths of the files whose findings are to be reported.

    `go_version` is empty where no `go.mod` is found; `module` is `guessed` from imports then, or empty where they do
    not tell, and `import_path` is the folder.
    """

    path: str
    name: str
    module: str
    go_version: str
    import_path: str
    files: tuple[GoFile, ...]
    c_files: tuple[CFile, ...] = ()
    named: frozenset[str] = frozenset()
    guessed: bool = False


def by_import_path(packages: Iterable[Package]) -> dict[str, Package]:
    """The package that an import of each path means: not the program or the package of tests beside it, if any."""
    found: dict[str, Package] = {}
    for package in packages:
        beside = package.name == "main" or package.name.endswith("_test")
        if package.import_path not in found or not beside:
            found[package.import_path] = package
    return found
