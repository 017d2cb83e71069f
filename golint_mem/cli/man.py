"""`golint-mem man`: manual pages, made from the commands themselves."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from golint_mem import __version__
from golint_mem.cli.options import FILE


@click.command()
@click.option("--output", type=FILE, default=Path(), help="The folder to write the pages to [default: this one].")
def man(output: Path) -> None:
    """Write manual pages: golint-mem.1, and one for each command.

    Needs the extra `man`: pip install 'golint-mem[man]'. SOURCE_DATE_EPOCH sets their date.
    """
    from golint_mem.errors import UsageError

    try:
        from click_man.core import write_man_pages
    except ImportError as error:
        raise UsageError("manual pages need click-man: pip install 'golint-mem[man]'") from error
    if not output.is_dir():
        raise UsageError(f"cannot write to {output}: there is no such folder")
    epoch = time.gmtime(float(os.environ.get("SOURCE_DATE_EPOCH", time.time())))
    write_man_pages(
        "golint-mem", _whole(), version=__version__, target_dir=str(output), date=time.strftime("%Y-%m-%d", epoch)
    )


def _whole() -> click.Group:
    """The program with all its commands loaded."""
    from golint_mem.cli.main import main

    context = click.Context(main, info_name="golint-mem")
    commands = {name: command for name in main.list_commands(context) if (command := main.get_command(context, name))}
    return click.Group(main.name, commands, help=main.help, params=main.params)
