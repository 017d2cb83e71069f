"""`golint-mem check`: analyse, report, and say by the exit code what came of it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from golint_mem.cli.asked import settings_of
from golint_mem.cli.options import FILE, analysis, share
from golint_mem.cli.publish import NO_FIX, check_outputs, notify, publish, write
from golint_mem.errors import NothingToAnalyse, UsageError
from golint_mem.findings import Notification, Report
from golint_mem.settings import Settings

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_INPUT = 2
EXIT_NOTHING = 3


@click.command(context_settings={"max_content_width": 120})
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "sarif", "json", "github", "html"]),
    default="text",
    show_default=True,
    help="How to write the report; github is for annotations in a workflow, html one page.",
)
@click.option("--output", type=FILE, help="Write the report to this file, whole or not at all.")
@click.option("--sarif-output", type=FILE, help="Write SARIF to this file besides the report.")
@analysis
@click.option("--shard", metavar="I/N", callback=share, help="Report on share I of N of the packages (see merge).")
@click.option("--baseline", type=FILE, help="Report only what is not in this file (see golint-mem baseline).")
@click.option("--new-from", metavar="REV", help="Report only what is new since this git revision was left.")
@click.option("--unused-suppressions", is_flag=True, help="Also complain of comments that suppress nothing.")
@click.option("--fix", is_flag=True, help="Apply the fixes that findings carry, then check again.")
@click.option("--diff", is_flag=True, help="Print what --fix would change, and change nothing.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    help="Show at most so many findings as text, and count the rest; 0 for all [default: 100 at a terminal, else all].",
)
@click.option("--watch", "watched", is_flag=True, help="Check again whenever a file changes (extra `watch`).")
@click.option("--statistics", is_flag=True, help="Count and time every rule.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="When to color the text; auto heeds NO_COLOR.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 also where there are findings.")
@click.option("--allow-nothing", is_flag=True, help="Exit with 0 where there is nothing to analyse (for hooks).")
def check(paths: tuple[str, ...], **options: Any) -> None:
    """Analyse PATHS: files, folders, or folder/... for a whole tree [default: ./...].

    Exits with 0 (clean), 1 (findings), 2 (something is wrong with the command, the configuration or the input: also
    where nothing was found, but not every file could be analysed) or 3 (nothing to analyse).
    """
    check_outputs(options)
    if options["watched"]:
        from golint_mem.cli.watching import watch_files

        watch_files(Path.cwd(), lambda: run(paths, options))
    sys.exit(run(paths, options))


def run(paths: tuple[str, ...], options: Mapping[str, Any]) -> int:
    """One run: what is found is published; the exit code."""
    settings = settings_of(Path.cwd(), paths, options)
    report, code = _analyse(settings)
    if options["fix"] and not options["diff"] and _fix(report, settings.root):
        report, code = _analyse(settings)
    notify(report.notifications)
    publish(report, options)
    forgiven = {EXIT_FINDINGS: options["exit_zero"], EXIT_NOTHING: options["allow_nothing"]}
    return EXIT_CLEAN if forgiven.get(code) else code


def _analyse(settings: Settings) -> tuple[Report, int]:
    """What the pipeline says, and the exit code that it deserves."""
    from golint_mem.cli.progress import watch

    try:
        report: Report = importlib.import_module("golint_mem.pipeline").check(settings, watch)
    except NothingToAnalyse as error:
        nothing = Notification("nothing-to-analyse", str(error), "error")
        return Report(notifications=(*error.notifications, nothing)), EXIT_NOTHING
    return report, _exit_code(report)


def _exit_code(report: Report) -> int:
    """Findings go first; without any, input that could not be analysed is no clean bill of health."""
    if report.findings or any(note.kind == "unused-suppression" for note in report.notifications):
        return EXIT_FINDINGS
    return EXIT_INPUT if any(note.level == "error" for note in report.notifications) else EXIT_CLEAN


def _fix(report: Report, root: Path) -> bool:
    """Apply the report's fixes to the files; False where there are none."""
    from golint_mem.triage.fixes import plan

    planned = plan(report)
    for path in planned.files:
        if _on_disk(root / path) != report.sources[path]:
            raise UsageError(f"{path}: changed while it was analysed; nothing was fixed")
    for path, content in planned.files.items():
        write(root / path, content)
    if not planned.files:
        click.echo(NO_FIX, err=True)
        return False
    click.echo(f"golint-mem: {len(planned.findings)} fixed in {len(planned.files)} file(s)", err=True)
    return True


def _on_disk(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
