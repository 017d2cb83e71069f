"""`golint-mem merge`: one SARIF log from the shares of a run."""

from __future__ import annotations

from pathlib import Path

import click

from golint_mem.cli.options import FILE
from golint_mem.cli.publish import check_output, write
from golint_mem.errors import UsageError


@click.command(context_settings={"max_content_width": 120})
@click.argument("logs", nargs=-1, required=True, type=FILE, metavar="LOG...")
@click.option("--output", type=FILE, help="Write the joined log to this file, whole or not at all [default: print it].")
def merge(logs: tuple[Path, ...], output: Path | None) -> None:
    """Join the SARIF logs that `golint-mem check --shard I/N --sarif-output LOG` wrote, one for each share.

    The joined log is the one that a run without shares writes. All shares must be there, each once.
    """
    from golint_mem.report.merge import merge as joined

    if output is not None:
        check_output(output)
    text = joined({str(path): _content(path) for path in logs})
    if output is None:
        click.echo(text, nl=False)
    else:
        write(output, text.encode())


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
