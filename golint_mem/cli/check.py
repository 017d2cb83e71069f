"""`golint-mem check`: analyse, report, and say by the exit code what came of it."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from golint_mem.errors import NothingToAnalyse, UsageError
from golint_mem.findings import Notification, Report
from golint_mem.settings import Settings

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_INPUT = 2
EXIT_NOTHING = 3
_FILE = click.Path(path_type=Path)


def _words(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """The values of a repeatable option whose values may hold several, with commas between."""
    return tuple(word.strip() for value in values for word in value.split(",") if word.strip())


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--format", "style", type=click.Choice(["text", "sarif", "json", "github"]), default="text")
@click.option("--output", type=_FILE, help="Write the report to this file, whole or not at all.")
@click.option("--select", multiple=True, callback=_words, help="Only these codes, names or families.")
@click.option("--ignore", multiple=True, callback=_words, help="Not these codes, names or families.")
@click.option("--config", type=_FILE, help="Read this configuration instead of the nearest one.")
@click.option("--jobs", type=click.IntRange(min=1), help="How many processes may work at once.")
@click.option("--tests/--no-tests", default=None, help="Whether _test.go files are analysed [default: tests].")
@click.option("--tags", multiple=True, callback=_words, help="Build tags.")
@click.option("--goos", help="The operating system to analyse for.")
@click.option("--goarch", help="The processor architecture to analyse for.")
@click.option("--show", type=click.Choice(["possible"]), help="Also show findings that are only possible.")
@click.option("--fix", is_flag=True, help="Apply the fixes that findings carry, then check again.")
@click.option("--diff", is_flag=True, help="Print what --fix would change, and change nothing.")
@click.option("--statistics", is_flag=True, help="Count and time every rule.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 also where there are findings.")
@click.option("--rules", "rules_dir", type=_FILE, help="A folder of extra rules. They are Python code that is run.")
def check(paths: tuple[str, ...], **options: Any) -> None:
    """Analyse PATHS: files, folders, or folder/... for a whole tree [default: ./...].

    Exits with 0 (clean), 1 (findings), 2 (something is wrong with the command, the configuration or the input: also
    where nothing was found, but not every file could be analysed) or 3 (nothing to analyse).
    """
    settings = make_settings(Path.cwd(), paths, options)
    if options["output"]:
        _check_output(options["output"])
    report, code = _analyse(settings)
    if options["fix"] and not options["diff"] and _fix(report, settings.root):
        report, code = _analyse(settings)
    _notify(report.notifications)
    _publish(report, options)
    sys.exit(EXIT_CLEAN if code == EXIT_FINDINGS and options["exit_zero"] else code)


def make_settings(root: Path, paths: tuple[str, ...], options: Mapping[str, Any]) -> Settings:
    """The settings of a run: the command line wins over the configuration file."""
    from golint_mem.project.config import load, read

    config = read(options["config"]) if options["config"] else load(root)
    settings = Settings(
        root=root,
        paths=tuple(_existing(root, path) for path in paths) or ("./...",),
        select=options["select"] or tuple(config.select or ()),
        ignore=options["ignore"] or tuple(config.ignore or ()),
        tests=_first(options["tests"], config.tests, True),
        tags=options["tags"] or tuple(config.tags or ()),
        goos=_first(options["goos"], config.goos),
        goarch=_first(options["goarch"], config.goarch),
        jobs=_first(options["jobs"], config.jobs, 1),
        show_possible=bool(options["show"] or config.show_possible),
        rules_dir=_folder(options["rules_dir"]),
        exclude=tuple(config.exclude or ()),
        allocators=config.allocators or {},
    )
    _check_rules(settings)
    return settings


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _existing(root: Path, path: str) -> str:
    base = path.removesuffix("...")
    if not (root / base).exists() or "\0" in path:
        raise UsageError(f"no such file or folder: {path}")
    return path


def _folder(path: Path | None) -> Path | None:
    if path is not None and not path.is_dir():
        raise UsageError(f"--rules: no such folder: {path}")
    return path


def _check_rules(settings: Settings) -> None:
    """Refuse a rule that nobody knows; where extra rules are given, only the pipeline knows them all."""
    words = (*settings.select, *settings.ignore)
    if not words or settings.rules_dir:
        return
    from golint_mem.project.config import nearest
    from golint_mem.rule import builtin_rules

    rules = [loaded.rule for loaded in builtin_rules()]
    known = {name for rule in rules for name in (rule.code.lower(), rule.name, rule.family)}
    for word in words:
        if word.lower() not in known:
            raise UsageError(f"unknown rule '{word}'{nearest(word, sorted(known))}")


def _check_output(path: Path) -> None:
    """Say before the work, and not after it, that the report could not be written."""
    target = path.resolve()
    if target.is_dir():
        raise UsageError(f"cannot write {path}: it is a folder")
    if not target.parent.is_dir():
        raise UsageError(f"cannot write {path}: there is no folder {path.parent}")
    if not os.access(target.parent if not target.exists() else target, os.W_OK):
        raise UsageError(f"cannot write {path}: permission denied")


def _analyse(settings: Settings) -> tuple[Report, int]:
    """What the pipeline says, and the exit code that it deserves."""
    try:
        report: Report = importlib.import_module("golint_mem.pipeline").check(settings)
    except NothingToAnalyse as error:
        return Report(notifications=(Notification("nothing-to-analyse", str(error), "error"),)), EXIT_NOTHING
    return report, _exit_code(report)


def _exit_code(report: Report) -> int:
    """Findings go first; without any, input that could not be analysed is no clean bill of health."""
    if report.findings:
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
        _write(root / path, content)
    if planned.files:
        click.echo(f"golint-mem: {len(planned.findings)} fixed in {len(planned.files)} file(s)", err=True)
    return bool(planned.files)


def _on_disk(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error


def _write(path: Path, content: bytes) -> None:
    from golint_mem.report.write import write

    try:
        write(path, content)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def _notify(notifications: Iterable[Notification]) -> None:
    from golint_mem.report.places import escaped

    for note in notifications:
        line = f":{note.line}" if note.line else ""
        where = f"{note.path}{line}: " if note.path else ""
        click.echo(escaped(f"golint-mem: {note.level}: {where}{note.message} [{note.kind}]"), err=True)


def _publish(report: Report, options: Mapping[str, Any]) -> None:
    """Write the report to its file or to standard output; a diff takes the place of the latter."""
    output: Path | None = options["output"]
    if output:
        _write(output, _render(report, options).encode("utf-8", "backslashreplace"))
    if options["diff"]:
        from golint_mem.triage.fixes import diff

        click.echo(diff(report).encode("utf-8", "surrogateescape"), nl=False)
    elif not output:
        encoding = sys.stdout.encoding if options["style"] == "text" else "utf-8"
        click.echo(_render(report, options).encode(encoding or "utf-8", "backslashreplace"), nl=False)


def _render(report: Report, options: Mapping[str, Any]) -> str:
    if options["style"] == "text":
        from golint_mem.report.text import render

        return render(report, _colored(options), options["statistics"])
    module = {"sarif": "sarif", "json": "json_", "github": "github"}[options["style"]]
    text: str = importlib.import_module(f"golint_mem.report.{module}").render(report)
    if options["statistics"]:
        _count_rules(report)
    return text


def _count_rules(report: Report) -> None:
    for code in sorted({finding.code for finding in report.findings} | set(report.rule_seconds)):
        count = sum(finding.code == code for finding in report.findings)
        click.echo(f"{count:>6}  {code}  {report.rule_seconds.get(code, 0.0):8.3f} s", err=True)


def _colored(options: Mapping[str, Any]) -> bool:
    if options["color"] != "auto":
        return bool(options["color"] == "always")
    if options["output"] or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty()
