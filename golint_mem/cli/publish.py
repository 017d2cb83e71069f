"""Where a report goes: to standard output, to files, and its notifications to standard error."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from golint_mem.errors import UsageError
from golint_mem.findings import Notification, Report

TERMINAL_LIMIT = 100
NO_FIX = "golint-mem: no finding has a fix that can be applied"


def check_outputs(options: Mapping[str, Any]) -> None:
    """Say before the work, and not after it, that a report could not be written."""
    for option in ("output", "sarif_output"):
        if options[option] is not None:
            check_output(options[option])
    if options["output"] and options["output"] == options["sarif_output"]:
        raise UsageError(f"--output and --sarif-output both name {options['output']}")


def check_output(path: Path) -> None:
    """Refuse a file that cannot be written, or that must not be."""
    target = path.resolve()
    if target.is_dir():
        raise UsageError(f"cannot write {path}: it is a folder")
    if target.suffix == ".go":
        raise UsageError(f"cannot write {path}: a report is no Go file")
    if not target.parent.is_dir():
        raise UsageError(f"cannot write {path}: there is no folder {path.parent}")
    if not os.access(target.parent if not target.exists() else target, os.W_OK):
        raise UsageError(f"cannot write {path}: permission denied")


def write(path: Path, content: bytes) -> None:
    """Put a file in its place, whole or not at all."""
    from golint_mem.report.write import write as replace

    try:
        replace(path, content)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def notify(notifications: Iterable[Notification]) -> None:
    """Print what went wrong to standard error, one line each."""
    from golint_mem.report.places import escaped

    for note in notifications:
        line = f":{note.line}" if note.line else ""
        where = f"{note.path}{line}: " if note.path else ""
        click.echo(escaped(f"golint-mem: {note.level}: {where}{note.message} [{note.kind}]"), err=True)


def publish(report: Report, options: Mapping[str, Any]) -> None:
    """Write the report to its files, or to standard output; a diff takes the place of the latter."""
    output: Path | None = options["output"]
    if options["sarif_output"]:
        write(options["sarif_output"], _render(report, "sarif", options))
    if output:
        write(output, _render(report, options["style"], options))
    if options["diff"]:
        _print_diff(report)
    elif not output:
        _print(_render(report, options["style"], options))
    if options["statistics"] and options["style"] != "text":
        _count_rules(report)


def _print_diff(report: Report) -> None:
    from golint_mem.triage.fixes import diff

    text = diff(report)
    if not text:
        click.echo(NO_FIX, err=True)
    _print(text.encode("utf-8", "surrogateescape"))


def _print(content: bytes) -> None:
    if sys.stdout is None:
        raise UsageError("standard output is closed")
    try:
        click.echo(content, nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, "standard output") from error


def _render(report: Report, style: str, options: Mapping[str, Any]) -> bytes:
    if style == "text":
        from golint_mem.report.text import render

        text = render(report, _colored(options), options["statistics"], _limit(options))
    else:
        module = {"sarif": "sarif", "json": "json_", "github": "github", "html": "html"}[style]
        text = importlib.import_module(f"golint_mem.report.{module}").render(report)
    return text.encode(_encoding(style, options), "backslashreplace")


def _limit(options: Mapping[str, Any]) -> int:
    """How many findings are shown; 0 for all of them: that is what files and other programs get unless told."""
    if options["limit"] is not None:
        return int(options["limit"])
    return TERMINAL_LIMIT if not options["output"] and sys.stdout is not None and sys.stdout.isatty() else 0


def _encoding(style: str, options: Mapping[str, Any]) -> str:
    """UTF-8, but for text that goes to a terminal which wants something else."""
    if style != "text" or options["output"] or sys.stdout is None:
        return "utf-8"
    return sys.stdout.encoding or "utf-8"


def _colored(options: Mapping[str, Any]) -> bool:
    if options["color"] != "auto":
        return bool(options["color"] == "always")
    if options["output"] or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout is not None and sys.stdout.isatty()


def _count_rules(report: Report) -> None:
    for code in sorted({finding.code for finding in report.findings} | set(report.rule_seconds)):
        count = sum(finding.code == code for finding in report.findings)
        click.echo(f"{count:>6}  {code}  {report.rule_seconds.get(code, 0.0):8.3f} s", err=True)
