"""`golint-mem config`: what the configuration says, and where that comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from golint_mem.cli.options import FILE

DEFAULTS: Mapping[str, Any] = {
    "select": [],
    "ignore": [],
    "tests": True,
    "tags": [],
    "exclude": [],
    "show-possible": False,
    "compiler": False,
    "jobs": 1,
    "allocators": {},
    "suppress": [],
}


@click.group()
def config() -> None:
    """Show the configuration."""


@config.command("show")
@click.option("--config", "file", type=FILE, help="Read this configuration instead of the nearest one.")
def show(file: Path | None) -> None:
    """Print every key with its value, as TOML that can be copied, and where it comes from."""
    from golint_mem.project.config import Config, find, read

    found = file or find(Path.cwd())
    said = read(found) if found else Config()
    click.echo(
        f"# {found}" if found else "# There is no .golint-mem.toml, and no [tool.golint-mem] in a pyproject.toml."
    )
    values = said.model_dump(by_alias=True, exclude_none=True)
    for key in (field.alias or name for name, field in Config.model_fields.items()):
        if key in values:
            click.echo(f"{key} = {toml(values[key])}")
        elif key in DEFAULTS:
            click.echo(f"{key} = {toml(DEFAULTS[key])}  # default")
        else:
            click.echo(f"# {key} is not set")


def toml(value: Any) -> str:
    """A value as TOML, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)
