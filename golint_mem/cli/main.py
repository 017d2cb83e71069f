"""The command `golint-mem`. Its commands are imported when they are asked for, so that `--version` is instant."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import traceback
from typing import Any

import click

from golint_mem import __version__
from golint_mem.errors import GolintMemError, NothingToAnalyse

EXIT_ERROR = 2
EXIT_NOTHING = 3
EXIT_INTERRUPTED = 130
_COMMANDS = {
    "baseline": "golint_mem.cli.baseline",
    "bench": "golint_mem.cli.bench",
    "check": "golint_mem.cli.check",
    "completion": "golint_mem.cli.completion",
    "config": "golint_mem.cli.config",
    "explain": "golint_mem.cli.explain",
    "lsp": "golint_mem.cli.lsp",
    "man": "golint_mem.cli.man",
    "merge": "golint_mem.cli.merge",
    "profile": "golint_mem.cli.profile",
    "rules": "golint_mem.cli.rules",
}


class _Commands(click.Group):
    """Finds a command in the module of its name, and turns errors into one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(importlib.import_module(_COMMANDS[cmd_name]), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except OSError as error:  # such as a full disk behind standard output
            _complain(f"error: {_cause(error)}")
            _drop_output()
            sys.exit(EXIT_ERROR)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _complain("interrupted")
            ctx.exit(EXIT_INTERRUPTED)
        except GolintMemError as error:
            _complain(f"error: {error}")
            ctx.exit(EXIT_NOTHING if isinstance(error, NothingToAnalyse) else EXIT_ERROR)
        except (click.ClickException, click.exceptions.Exit, click.Abort, OSError):
            raise
        except Exception:
            click.echo(traceback.format_exc(), err=True, nl=False)
            _complain("internal error: this is a defect of golint-mem, please report it")
            ctx.exit(EXIT_ERROR)


def _cause(error: OSError) -> str:
    cause = error.strerror or str(error)
    return f"{error.filename}: {cause}" if error.filename else cause


def _drop_output() -> None:
    """Let the interpreter not try again, at its end, to write what cannot be written."""
    with contextlib.suppress(OSError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(message: str) -> None:
    from golint_mem.report.places import escaped

    click.echo(f"golint-mem: {escaped(message)}", err=True)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="golint-mem")
def main() -> None:
    """Find the memory that Go programs never give back."""
