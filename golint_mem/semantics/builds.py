"""Which of several declarations of one name a file means, where they stand in files for different builds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from pathlib import PurePosixPath

from golint_mem.project.constraints import Build, left_out
from golint_mem.project.header import header
from golint_mem.project.package import GoFile
from golint_mem.syntax.go import GoTree

Source = GoFile | GoTree

_SYSTEMS = ("linux", "darwin", "windows", "freebsd", "netbsd", "openbsd", "dragonfly", "solaris", "aix")
_OTHERS = ("illumos", "android", "ios", "plan9", "js", "wasip1", "zos")
_ARCHES = ("amd64", "arm64", "386", "arm", "wasm", "ppc64le", "ppc64", "s390x", "riscv64", "loong64", "mips64", "mips")
_TAG = re.compile(rb"[\w.]+")
USUAL = Build("linux", "amd64", frozenset())
"""The build that is meant where a file belongs to it."""


def belongs(file: Source, build: Build) -> bool:
    """Whether a build compiles a file."""
    return not left_out(PurePosixPath(file.path).name, _comments(file), build)


def usual_first(files: tuple[GoFile, ...]) -> tuple[GoFile, ...]:
    """The files that the usual build compiles, then the others; each in their order."""
    return tuple(sorted(files, key=lambda file: not belongs(file, USUAL)))


@lru_cache(maxsize=4096)
def build_with(path: str, comments: tuple[bytes, ...]) -> Build:
    """The most usual build that compiles the file of this path, with these comments above its package clause."""
    name = PurePosixPath(path).name
    return next((one for one in _builds(comments) if not left_out(name, comments, one)), USUAL)


def build_of_file(file: Source) -> Build:
    """The most usual build that compiles a file."""
    return build_with(file.path, _comments(file))


def _builds(comments: tuple[bytes, ...]) -> Iterator[Build]:
    """Builds, the most usual first; where a file asks for tags of its own, with these as well."""
    lines = [one for one in comments if one.startswith(b"//go:build")]
    asked = frozenset(tag.decode("ascii", "replace") for line in lines for tag in _TAG.findall(line[10:]))
    for tags in (frozenset[str](), asked - {*_SYSTEMS, *_OTHERS, *_ARCHES, "unix"}):
        yield from (Build(system, arch, tags) for system, arch in product((*_SYSTEMS, *_OTHERS), _ARCHES))


def _comments(file: Source) -> tuple[bytes, ...]:
    return header(file.source).comments
