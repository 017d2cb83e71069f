"""`golint-mem rules`: list, check, write and document rule modules."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from golint_mem.rule import FAMILIES

if TYPE_CHECKING:
    from golint_mem.rulebook import RuleDescription

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group()
def rules() -> None:
    """List, check, write and document rules."""


@rules.command("list")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--rules", "folder", type=FOLDER, help="Folder of rule modules [default: the built-in rules].")
def list_rules(style: str, folder: Path | None) -> None:
    """List the rules with their codes, names and summaries."""
    from golint_mem.rulebook.builtin import builtin_folder

    with nullcontext(folder) if folder else builtin_folder() as found:
        descriptions = _read_all(found)
    if style == "json":
        click.echo(json.dumps([_as_json(rule) for rule in descriptions], indent=2))
        return
    for rule in descriptions:
        click.echo(f"{rule.code} {rule.name}: {rule.summary}")


@rules.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
def check_rules(paths: tuple[Path, ...]) -> None:
    """Say for each module (or each module of a folder) why it is not a well-formed rule; exit 2 if one is not."""
    from golint_mem.rulebook.read import RuleModuleError, read_all, rule_files

    errors = {}
    for path in paths:
        try:
            files = rule_files(path) if path.is_dir() else (path,)
            bad = [error for file in files if (error := _error_of(file))]
            errors.update({str(error): error for error in bad})
            if path.is_dir() and not bad:
                read_all(path)
        except RuleModuleError as error:
            errors[str(error)] = error
    for message in errors:
        click.echo(message, err=True)
    if errors:
        sys.exit(2)


@rules.command("new")
@click.argument("name")
@click.option("--family", type=click.Choice(list(FAMILIES.values())), required=True)
@click.option("--code", help="The rule's code [default: the next free one of the family].")
@click.option("--rules", "folder", type=FOLDER, default=Path("rules"), show_default=True, help="Folder of the rules.")
def new_rule(name: str, family: str, code: str | None, folder: Path) -> None:
    """Write the skeleton of a new rule and of its test data."""
    from golint_mem.rulebook.read import RuleModuleError
    from golint_mem.rulebook.write import new

    try:
        paths = new(name, family, code, folder)
    except (ValueError, OSError, RuleModuleError) as error:
        _fail(str(error))
    for path in paths:
        click.echo(path.as_posix())


@rules.command("docs")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when the page is stale.")
@click.option("--rules", "folder", type=FOLDER, default=Path("rules"), show_default=True, help="Folder of the rules.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), default=Path("docs/rules.md"), show_default=True
)
def write_docs(check: bool, folder: Path, output: Path) -> None:
    """Write docs/rules.md from the rules' docstrings."""
    from golint_mem.rulebook.page import page

    text = page(_read_all(folder))
    if not check:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8", newline="\n")
    elif not output.is_file() or output.read_text(encoding="utf-8") != text:
        click.echo(f"{output.as_posix()} is stale; run: golint-mem rules docs", err=True)
        sys.exit(1)


def _read_all(folder: Path) -> tuple[RuleDescription, ...]:
    from golint_mem.rulebook.read import RuleModuleError, read_all

    try:
        return read_all(folder)
    except RuleModuleError as error:
        _fail(str(error))


def _as_json(rule: RuleDescription) -> dict[str, object]:
    options = [{"name": one.name, "type": one.type, "default": _plain(one.default)} for one in rule.options]
    return {
        "code": rule.code,
        "name": rule.name,
        "family": FAMILIES[rule.code[2]],
        "level": rule.level,
        "precision": rule.precision,
        "summary": rule.summary,
        "options": options,
    }


def _plain(value: object) -> object:
    """An option's default as JSON can hold it."""
    return value if isinstance(value, bool | int | float | str | None) else repr(value)


def _error_of(path: Path) -> Exception | None:
    from golint_mem.rulebook.read import RuleModuleError, read

    try:
        read(path)
    except RuleModuleError as error:
        return error
    return None


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(2)
