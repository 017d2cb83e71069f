"""Build constraints: which files would a build for a given system, architecture and set of tags leave out?

What the caller did not say is unknown, and a file is left out only where that makes no difference: asked for a tag
alone, `x_windows.go` stays. The old `// +build` lines are not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from golint_mem.errors import UsageError, nearest
from golint_mem.settings import Settings

_UNIX = frozenset(
    {
        "aix",
        "android",
        "darwin",
        "dragonfly",
        "freebsd",
        "hurd",
        "illumos",
        "ios",
        "linux",
        "netbsd",
        "openbsd",
        "solaris",
    }
)
_OSES = _UNIX | {"js", "nacl", "plan9", "wasip1", "windows", "zos"}
_ARCHES = re.compile(
    r"386|amd64(p32)?|arm(be)?|arm64(be)?|loong64|mips(le)?|mips64(le|p32|p32le)?|ppc|ppc64(le)?|riscv(64)?|s390x?|"
    r"sparc(64)?|wasm"
)
_IMPLIED = {"android": "linux", "illumos": "solaris", "ios": "darwin"}
_TOOLCHAIN = re.compile(r"cgo|gc|go1\.\d+")
_TOKEN = re.compile(r"\s*(\|\||&&|[!()]|[\w.]+)")
_LINE = re.compile(rb"//go:build[ \t]+(.*)")


@dataclass(frozen=True, slots=True)
class Build:
    """The build that is asked for; None is unknown."""

    goos: str | None
    goarch: str | None
    tags: frozenset[str]

    def holds(self, tag: str) -> bool | None:
        """Whether a tag is set; None where that depends on what is unknown."""
        if tag in self.tags or _TOOLCHAIN.fullmatch(tag):
            return True
        if tag in _OSES or tag == "unix":
            return self._holds_os(tag)
        if _ARCHES.fullmatch(tag):
            return None if self.goarch is None else tag == self.goarch
        return False

    def _holds_os(self, tag: str) -> bool | None:
        if self.goos is None:
            return None
        return self.goos in _UNIX if tag == "unix" else tag in (self.goos, _IMPLIED.get(self.goos))


def build_of(settings: Settings) -> Build | None:
    """The build that the settings ask for; None where they ask for none, and every file counts."""
    if settings.goos is None and settings.goarch is None and not settings.tags:
        return None
    if settings.goos is not None and settings.goos not in _OSES:
        raise UsageError(f"goos: unknown system '{settings.goos}'{nearest(settings.goos, sorted(_OSES))}")
    if settings.goarch is not None and not _ARCHES.fullmatch(settings.goarch):
        raise UsageError(f"goarch: unknown architecture '{settings.goarch}'")
    return Build(settings.goos, settings.goarch, frozenset(settings.tags))


def left_out(name: str, comments: tuple[bytes, ...], build: Build) -> bool:
    """Whether the build leaves out the file of this name, with these comments above its package clause."""
    if any(build.holds(tag) is False for tag in _suffixes(name)):
        return True
    for comment in comments:
        if found := _LINE.fullmatch(comment):
            return evaluate(found[1].decode("utf-8", "replace"), build) is False
    return False


def _suffixes(name: str) -> tuple[str, ...]:
    """The system and the architecture in `name_linux_arm64_test.go`; the part before the first `_` never counts."""
    parts = name.removesuffix(".go").removesuffix("_test").split("_")[1:]
    if parts[-1:] and _ARCHES.fullmatch(parts[-1]):
        return tuple(parts[-2:]) if parts[-2:-1] and parts[-2] in _OSES else (parts[-1],)
    return (parts[-1],) if parts[-1:] and parts[-1] in _OSES else ()


def evaluate(expression: str, build: Build) -> bool | None:
    """The value of a `//go:build` expression; None where it is unknown, or no expression."""
    tokens = _TOKEN.findall(expression)
    if _TOKEN.sub("", expression).strip():
        return None
    try:
        value = _either(tokens, build)
    except (IndexError, ValueError):
        return None
    return None if tokens else value


def _either(tokens: list[str], build: Build) -> bool | None:
    values = [_both(tokens, build)]
    while tokens[:1] == ["||"]:
        tokens.pop(0)
        values.append(_both(tokens, build))
    return True if True in values else None if None in values else False


def _both(tokens: list[str], build: Build) -> bool | None:
    values = [_one(tokens, build)]
    while tokens[:1] == ["&&"]:
        tokens.pop(0)
        values.append(_one(tokens, build))
    return False if False in values else None if None in values else True


def _one(tokens: list[str], build: Build) -> bool | None:
    token = tokens.pop(0)
    if token == "!":
        value = _one(tokens, build)
        return None if value is None else not value
    if token == "(":
        value = _either(tokens, build)
        if tokens.pop(0) != ")":
            raise ValueError("a parenthesis is not closed")
        return value
    if not re.fullmatch(r"[\w.]+", token):
        raise ValueError(f"{token} is not a tag")
    return build.holds(token)
