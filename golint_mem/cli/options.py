"""The options that say what is analysed, and how: the same ones for every command that analyses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from golint_mem.cli.completion import rules

FILE = click.Path(path_type=Path)


def share(context: click.Context, option: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """`I/N` as two numbers."""
    if value is None:
        return None
    number, _, count = value.partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise click.BadParameter(f"{value!r} is not I/N with I from 1 to N", context, option)
    return int(number), int(count)


_Command = TypeVar("_Command", bound=Callable[..., Any])


def words(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """The values of a repeatable option whose values may hold several, with commas between."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


_COMPILER = (
    "Let `go list -export -gcflags=-m=2` compile the packages concerned (under cgo the C compiler runs too), and hold"
    " findings against what the compiler says [default: no-compiler]."
)
_PROFILE = "Sort findings by what this pprof file measured there (heap, allocs, goroutine, block, mutex, CPU)."
_ANALYSIS = (
    click.option(
        "--select",
        multiple=True,
        callback=words,
        shell_complete=rules,
        help="Only these codes, names or families (GM101,cgo).",
    ),
    click.option(
        "--ignore",
        multiple=True,
        callback=words,
        shell_complete=rules,
        help="Not these codes, names or families.",
    ),
    click.option("--config", type=FILE, help="Read this configuration instead of the nearest one."),
    click.option(
        "--jobs", type=click.IntRange(min=1), help="How many processes may work at once [default: one per processor]."
    ),
    click.option("--executor", metavar="KIND", help="Who does the work: processes [default] or dask=ADDRESS."),
    click.option("--cache-dir", type=FILE, help="Keep what was found out in this folder [default: the user's cache]."),
    click.option("--no-cache", is_flag=True, help="Neither use nor keep what was found out before."),
    click.option("--tests/--no-tests", default=None, help="Whether _test.go files are analysed [default: tests]."),
    click.option("--tags", multiple=True, callback=words, help="Analyse for these build tags."),
    click.option("--goos", help="Analyse for this operating system [default: all files]."),
    click.option("--goarch", help="Analyse for this processor architecture [default: all files]."),
    click.option("--show", type=click.Choice(["possible"]), help="Also show findings that are only possible."),
    click.option("--compiler/--no-compiler", default=None, help=_COMPILER),
    click.option("--profile", "profiles", multiple=True, type=FILE, help=_PROFILE),
    click.option("--rules", "rules_dir", type=FILE, help="A folder of extra rules. They are Python code that is run."),
)


def analysis(command: _Command) -> _Command:
    """Give a command the options that say what is analysed, and how."""
    for option in reversed(_ANALYSIS):
        command = option(command)
    return command
