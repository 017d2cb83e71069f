"""`golint-mem bench`: a gate that fails when benchmarks allocate more than they did."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from golint_mem.cli.asked import settings_of
from golint_mem.cli.options import FILE, analysis
from golint_mem.cli.publish import notify, publish, write
from golint_mem.errors import NothingToAnalyse, UsageError
from golint_mem.findings import Finding, Report
from golint_mem.settings import Settings

EXIT_REGRESSION = 1
EXIT_NOTHING = 3
PERCENT = click.FloatRange(min=0)
_UNASKED = {"sarif_output": None, "diff": False, "statistics": False, "color": "auto", "limit": 0}


@click.group()
def bench() -> None:
    """Compare the memory of Go benchmarks with an earlier run."""


@bench.command(context_settings={"max_content_width": 120})
@click.argument("results", type=FILE)
@click.option("--output", type=FILE, default=Path("golint-mem-bench.json"), show_default=True, help="Where to.")
@click.option("--path", "paths", multiple=True, help="Packages whose escape findings are recorded [default: ./...].")
@analysis
def record(results: Path, output: Path, paths: tuple[str, ...], **options: Any) -> None:
    """Write a baseline of the benchmark output RESULTS (go test -bench . -benchmem -count 10), with --compiler together
    with what escapes today."""
    from golint_mem.evidence.benchmarks import recorded

    settings = _settings(paths, options)
    benches = _benches(results)
    findings = _escapes(settings).findings if settings.compiler else None
    marks = None if findings is None else frozenset(one.fingerprint for one in findings)
    write(output, recorded(benches, marks).encode())
    click.echo(f"{len(benches)} benchmarks recorded in {output}")


@bench.command(context_settings={"max_content_width": 120})
@click.argument("results", type=FILE)
@click.option("--baseline", "before", type=FILE, required=True, help="What bench record wrote, or an older output.")
@click.option("--bytes-tolerance", type=PERCENT, default=5.0, show_default=True, help="Percent of B/op.")
@click.option("--allocs-tolerance", type=PERCENT, default=0.0, show_default=True, help="Percent of allocs/op.")
@click.option("--path", "paths", multiple=True, help="Where the benchmarks are [default: ./...].")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "sarif", "json", "github"]),
    default="text",
    show_default=True,
    help="How to write the regressions.",
)
@click.option("--output", type=FILE, help="Write the report to this file.")
@analysis
def check(results: Path, before: Path, paths: tuple[str, ...], **options: Any) -> None:
    """Compare the benchmark output RESULTS with a baseline; exits with 1 where one allocates more than it may.

    Run the benchmarks with -benchmem and -count 10 or so: figures that vary are compared by the Mann-Whitney test. With
    --compiler, a regression names the escape findings that are new in the code that its benchmark reaches.
    """
    from golint_mem.evidence.benchmarks import MEASURES, Tolerance, baseline, compare

    settings = _settings(paths, options)
    known = baseline(_read(before))
    limits = dict(zip(MEASURES, (options["bytes_tolerance"], options["allocs_tolerance"]), strict=True))
    benches = _benches(results)
    changes = list(compare(benches, known, Tolerance(limits)))
    if not changes:
        click.echo("golint-mem: no benchmark is in both files", err=True)
        sys.exit(EXIT_NOTHING)
    from golint_mem.cli.regressions import regressions, table

    for line in table(changes, benches, known.benches):
        click.echo(line, err=options["style"] != "text" and not options["output"])
    worse = [change for change in changes if change.worse]
    report = regressions(worse, settings, _new_escapes(settings, known.findings) if worse else ())
    if worse or options["style"] != "text" or options["output"]:
        publish(report, {**options, **_UNASKED})
    sys.exit(EXIT_REGRESSION if worse else 0)


def _settings(paths: tuple[str, ...], options: dict[str, Any]) -> Settings:
    return settings_of(Path.cwd(), paths, options)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error


def _benches(path: Path) -> Sequence[Any]:
    from golint_mem.evidence.benchmarks import parse

    found = parse(_read(path))
    if not found:
        raise UsageError(f"{path} holds no benchmark with B/op or allocs/op; run go test -bench . -benchmem")
    return found


def _escapes(settings: Settings) -> Report:
    """The escape findings of today; an empty report where there is no Go file."""
    try:
        report: Report = importlib.import_module("golint_mem.pipeline").check(replace(settings, select=("escape",)))
    except NothingToAnalyse:
        return Report()
    notify(report.notifications)
    return report


def _new_escapes(settings: Settings, known: frozenset[str] | None) -> Sequence[Finding]:
    if known is None or not settings.compiler:
        return ()
    return [one for one in _escapes(settings).findings if one.fingerprint not in known]
