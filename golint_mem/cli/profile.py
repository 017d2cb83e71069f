"""`golint-mem profile`: which lines of a profile a rule explains, and which are left."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from golint_mem.cli.asked import settings_of
from golint_mem.cli.options import FILE, analysis
from golint_mem.cli.publish import notify
from golint_mem.errors import UsageError

_PREFERRED = ("alloc_space", "delay", "cpu", "goroutine", "goroutineleak")


@click.command(context_settings={"max_content_width": 120})
@click.argument("file", type=FILE)
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--measure", help="What to sort by, such as alloc_space or inuse_space.")
@click.option(
    "--top", "count", type=click.IntRange(min=1), default=20, show_default=True, help="How many lines to print."
)
@analysis
def profile(file: Path, paths: tuple[str, ...], measure: str | None, count: int, **options: Any) -> None:
    """Print the lines of PATHS that cost most in the pprof profile FILE, and the findings that explain them."""
    from golint_mem.evidence.pprof import read
    from golint_mem.evidence.profiles import sites
    from golint_mem.project.discover import discover

    settings = settings_of(Path.cwd(), paths, options)
    known = read(Path.cwd() / file, file.as_posix())
    names = [name for name, _ in known.measures]
    wanted = measure or next((name for name in _PREFERRED if name in names), names[-1])
    if wanted not in names:
        raise UsageError(f"{file} does not measure {wanted}; it has {', '.join(names)}")
    report = importlib.import_module("golint_mem.pipeline").check(replace(settings, profiles=(file,)))
    notify(report.notifications)
    packages, _ = discover(settings)
    index = names.index(wanted)
    dearest = [site for site in sites(known, report.findings, packages, index) if site.value > 0][:count]
    for line in _lines(dearest, known.measures[index], known.total(index)):
        click.echo(line)


def _lines(dearest: list[Any], measure: tuple[str, str], whole: int) -> Iterator[str]:
    """A table: value, share, the rules that explain it or a dash, and the place."""
    from golint_mem.report.costs import amount
    from golint_mem.report.places import escaped

    name, unit = measure
    yield f"{name}: {amount(whole, unit)} in the whole profile; by the lines of these packages that spend it:"
    for site in dearest:
        rules = " ".join(sorted({finding.code for finding in site.findings})) or "-"
        place = escaped(f"{site.function} {site.file.rpartition('/')[2]}:{site.line}")
        yield f"{amount(site.value, unit):>12} {site.value / whole:>6.1%}  {rules:<12} {place}"
    left = sum(not site.findings for site in dearest)
    yield f"{left} of these {len(dearest)} lines are not explained by any finding."
