"""`golint-mem check --watch`: run again whenever a file changes that the answer depends on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click

from golint_mem.errors import GolintMemError, UsageError

SUFFIXES = (".go", ".c", ".h", ".m", ".cc", ".cpp", ".hpp", ".cxx", "/go.mod", "/go.work", ".toml")
WAKE = 200  # milliseconds


def watch_files(root: Path, run: Callable[[], int]) -> NoReturn:
    """Run, and again after every change below a folder, until somebody stops it."""
    try:
        import watchfiles
    except ImportError as error:
        raise UsageError("--watch needs watchfiles: pip install 'golint-mem[watch]'") from error
    first = True
    told = watchfiles.watch(root, watch_filter=_Sources(), debounce=WAKE, rust_timeout=WAKE, yield_on_timeout=True)
    for changes in told:
        if first or changes:  # the first time the watcher only says that it is there: no change is missed from then on
            _once(run, first)
            first = False
    raise KeyboardInterrupt


def _once(run: Callable[[], int], first: bool) -> None:
    """One run; an error is said, and waits for a change as findings do."""
    if not first:
        click.echo("-" * 40)
    try:
        code = run()
    except GolintMemError as error:
        from golint_mem.report.places import escaped

        click.echo(f"golint-mem: error: {escaped(str(error))}", err=True)
        code = 2
    click.echo(f"golint-mem: waiting for changes (exit code {code}; Ctrl-C ends it)", err=True)


class _Sources:
    """Lets the changes through that matter; folders that hold no sources of the project are left out."""

    def __init__(self) -> None:
        import watchfiles

        self._default = watchfiles.DefaultFilter()

    def __call__(self, change: object, path: str) -> bool:
        return path.replace("\\", "/").endswith(SUFFIXES) and self._default(change, path)  # type: ignore[arg-type]
