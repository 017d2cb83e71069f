"""Rule modules as texts: read, checked, written and turned into documentation without ever being imported.

Only `load` imports a rule module, and only after `read` has accepted its text. This module itself needs no libcst.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from golint_mem.errors import UsageError


@dataclass(frozen=True, slots=True)
class RuleOption:
    """One annotated constant of a rule's `class Options`: its name, its annotation as written, its default."""

    name: str
    type: str
    default: object


@dataclass(frozen=True, slots=True)
class RuleDescription:
    """What the text of a rule module says about the rule; `sections` maps headings to Markdown text."""

    code: str
    name: str
    needs: tuple[bytes, ...]
    level: str
    precision: str
    summary: str
    sections: Mapping[str, str]
    options: tuple[RuleOption, ...] = ()
    path: Path = field(default_factory=Path)


class RuleModuleError(UsageError):
    """A rule module that is not well formed: which file, which 1-based line, and why."""

    def __init__(self, file: Path, line: int, reason: str) -> None:
        """Remember the place and the reason; `str` gives `file:line: reason`."""
        super().__init__(f"{file.as_posix()}:{line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason
