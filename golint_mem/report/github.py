"""GitHub's workflow commands: annotations on the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from golint_mem.findings import Finding, Report, RuleInfo
from golint_mem.report.places import LEVELS, Sources, escaped, level_of, rules_by_code

PER_LEVEL = 10
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report) -> str:
    """The most severe findings first, ten per level as GitHub drops the rest in silence, then how many more."""
    return "".join(line + "\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    rules, sources = rules_by_code(report), Sources(report.sources)
    for level in LEVELS:
        found = [finding for finding in report.findings if level_of(finding, rules[finding.code]) == level]
        found.sort(key=lambda finding: -finding.rank)
        for finding in found[:PER_LEVEL]:
            yield _command(finding, rules[finding.code], level, sources)
        if len(found) > PER_LEVEL:
            yield f"golint-mem: {len(found) - PER_LEVEL} more of level {level} not shown as annotations"


def _command(finding: Finding, rule: RuleInfo, level: str, sources: Sources) -> str:
    line, column, end_line, end_column = sources.in_characters(finding.place)
    values = {
        "file": finding.place.path,
        "line": str(line),
        "endLine": str(end_line),
        "col": str(column),
        "endColumn": str(end_column),
        "title": f"{rule.code} {rule.name}",
    }
    properties = ",".join(f"{key}={escape_property(value)}" for key, value in values.items())
    return f"::{_COMMANDS[level]} {properties}::{escape_data(finding.message)}"


def escape_data(text: str) -> str:
    """`text` so that it stays one message, and gives no orders to a terminal."""
    return escaped(text, keep="\r\n").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """`text` so that it stays one property."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")
