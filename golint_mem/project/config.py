"""The configuration file: `.golint-mem.toml`, or `[tool.golint-mem]` of `pyproject.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from golint_mem.errors import ConfigError, nearest

OWN_FILE = ".golint-mem.toml"
SHARED_FILE = "pyproject.toml"
_RULES_KEYS = {"rules", "rules-dir", "rules_dir"}
_Words = list[Annotated[str, Field(min_length=1)]]


def _dashed(name: str) -> str:
    return name.replace("_", "-")


class PathRule(BaseModel):
    """One table `[[suppress]]`: what these rules (all, where none is named) find in these files is waved through."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    paths: Annotated[_Words, Field(min_length=1)]
    rules: _Words = []
    reason: str = ""


class Config(BaseModel):
    """What a configuration file says; None where it says nothing."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=_dashed)

    select: _Words | None = None
    ignore: _Words | None = None
    tests: bool | None = None
    tags: _Words | None = None
    goos: str | None = None
    goarch: str | None = None
    exclude: _Words | None = None
    show_possible: bool | None = None
    compiler: bool | None = None
    jobs: Annotated[int, Field(ge=1)] | None = None
    allocators: dict[str, str] | None = None
    suppress: list[PathRule] | None = None
    baseline: str | None = None


KEYS = tuple(_dashed(name) for name in Config.model_fields)


def load(start: Path) -> Config:
    """The nearest configuration at or above the folder `start`; an empty one where there is none."""
    path = find(start)
    return read(path) if path else Config()


def find(start: Path) -> Path | None:
    """The nearest configuration file at or above a folder; in one folder `.golint-mem.toml` goes first."""
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        if (candidate / OWN_FILE).is_file():
            return candidate / OWN_FILE
        shared = candidate / SHARED_FILE
        if shared.is_file() and _shared_table(shared) is not None:
            return shared
    return None


def read(path: Path) -> Config:
    """The configuration that a file holds; raises ConfigError with the file and the key where it is wrong."""
    if path.name == SHARED_FILE:
        table = _shared_table(path)
        if table is None:
            raise ConfigError(f"{path}: has no table [tool.golint-mem]")
    else:
        table = _toml(path)
    return _checked(path, table)


def _shared_table(path: Path) -> dict[str, Any] | None:
    tool = _toml(path).get("tool", {})
    table = tool.get("golint-mem") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{path}: tool.golint-mem must be a table")
    return table


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from error


def _checked(path: Path, table: dict[str, Any]) -> Config:
    for key in table:
        if key in _RULES_KEYS:
            raise ConfigError(
                f"{path}: key '{key}' is not allowed: extra rules are code, so only --rules may name them"
            )
        if key not in KEYS:
            raise ConfigError(f"{path}: unknown key '{key}'{nearest(key, KEYS)}")
    try:
        return Config.model_validate(table)
    except ValidationError as error:
        raise ConfigError(f"{path}: {_first(error)}") from error


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    message = first["msg"][:1].lower() + first["msg"][1:]
    return f"key '{key}': {message}, not {first['input']!r}"
