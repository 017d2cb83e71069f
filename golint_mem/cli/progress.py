"""The bar that shows, at a terminal, how far a long run has come."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator

from golint_mem.analysis import Analysis

PATIENCE = 1.0
_INTERVAL = 0.1


def watch(analyses: Iterable[Analysis], total: int) -> Iterable[Analysis]:
    """The analyses as they come, counted by a bar on standard error where somebody looks at it."""
    if sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return analyses
    return _counted(analyses, total)


def _counted(analyses: Iterable[Analysis], total: int) -> Iterator[Analysis]:
    """Show the bar once the run has taken a while. It has no thread of its own, as worker processes are forked."""
    next_look = time.monotonic() + PATIENCE
    bar = None
    try:
        for number, analysis in enumerate(analyses, 1):
            yield analysis
            if time.monotonic() < next_look:
                continue
            bar = bar or _Bar(total)
            bar.show(number)
            next_look = time.monotonic() + _INTERVAL
    finally:
        if bar:
            bar.close()


class _Bar:
    """A bar that vanishes when it is closed."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("packages"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
        self._task = self._progress.add_task("", total=total)
        self._progress.start()

    def show(self, done: int) -> None:
        """Draw how many are done."""
        self._progress.update(self._task, completed=done, refresh=True)

    def close(self) -> None:
        """Take the bar away."""
        self._progress.stop()
