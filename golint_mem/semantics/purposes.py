"""What code is for, as its names say: tests, tools of a project, settings, the start of a program, text for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from golint_mem.project.package import Package
    from golint_mem.syntax.go import Function

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_TESTING = re.compile(
    r"(?:\w+(?<!la)(?<!fas)(?<!con)(?<!at)(?<!shor)(?<!pro))?tests?|(?:test|mock|fake|fuzz|bench)\w*|\w+(?:mock|fake)s?"
    r"|\w*testing|\w*bench(?:marks?)?|e2e|cli|codegen|commands|examples?|samples?|demos?|hack|scripts?|tools?"
)
_BUILDING = re.compile(r"build|ci|contrib|dev|docs?|gen\w*|misc|utils?")
_CONFIG = re.compile(r"\w*config\w*")
_SETTINGS = frozenset("config configs configuration conf cfg settings options option opts flags".split())
_FILES = _SETTINGS | frozenset(
    "cli cmd command commands debug debugger dump help inspect inspector migrate migrations mock mocks presentation"
    " pretty repl setup test testing tests usage version".split()
)
_FOR_PEOPLE = frozenset(
    "banner bench benchmark debug describe dump help inspect pretty summary test tests usage".split()
)
_AT_START = (_SETTINGS - {"option"}) | frozenset(
    "bootstrap configure migrate provision register setup shutdown startup".split()
)
_OWNERS = (_SETTINGS - {"option"}) | frozenset(
    "bench benchmark debug debugger dumper fake mock pretty repl reporter summary test tester".split()
)
_SPOKEN = frozenset({"String", "GoString", "Error"})
_PRINTERS = frozenset({"printer", "print", "fmt", "format", "formatter"})


def is_aside(package: Package, path: str) -> bool:
    """Whether a file is there for tests, for the project's own tools, for settings or for commands."""
    folders = package.import_path.removeprefix(package.module).strip("/").split("/")
    if any(map(_TESTING.fullmatch, folders)) or (package.name == "main" and any(map(_BUILDING.fullmatch, folders))):
        return True
    own = {package.name, folders[-1], *_words(path.rpartition("/")[2].removesuffix(".go"))}
    return bool(own & _FILES) or any(map(_CONFIG.fullmatch, own))


def is_occasional(function: Function, package: str, literal: bool = False) -> bool:
    """Whether a function's name, or that of its type, says that it is for tests, people, settings or the start.

    A function literal in it may run at any time where it is for the start or settings.
    """
    owner, words = set(_words(function.receiver)), list(_words(function.name))
    if function.name in _SPOKEN or words == ["log"] or _FOR_PEOPLE & set(words) or _OWNERS & owner:
        return True
    printing = words[:1] == ["print"] and not _PRINTERS & (owner | {package})
    return printing or (not literal and bool(_AT_START & set(words)))


def is_settings(expression: str) -> bool:
    """Whether an expression names settings."""
    return bool(_SETTINGS & set(_words(expression)))


def _words(name: str) -> Iterator[str]:
    return (word.lower() for word in _WORD.findall(name))
