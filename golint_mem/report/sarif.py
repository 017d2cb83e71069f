"""SARIF 2.1.0, built with sarif-om objects and written by a serialiser that keeps every level."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import sarif_om as om

from golint_mem import __version__
from golint_mem.findings import Finding, Notification, Report, RuleInfo
from golint_mem.report.places import HOME, all_findings, rules_by_code
from golint_mem.report.sarif_results import Results, artifact

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MAX_RESULTS = 25_000
MAX_INDENTED = 1_000
MAX_DESCRIPTION = 1024
SHARD = "shard"
"""The property of an invocation that says which share of the packages a log is about."""
_ALWAYS = {"level", "kind"}
_SEVERITY = {"error": "error", "warning": "warning", "note": "recommendation"}
_ROOT = "The folder that golint-mem was started in, commonly the root of the repository."


def render(report: Report) -> str:
    """The report as one SARIF log with one run; complete also where there is nothing to report."""
    log = om.SarifLog(version="2.1.0", schema_uri=SCHEMA, runs=[_run(report)])
    return written(plain(log))


def written(log: Mapping[str, Any]) -> str:
    """A log as text."""
    indent = 2 if sum(len(run["results"]) for run in log["runs"]) <= MAX_INDENTED else None
    return json.dumps(log, indent=indent, ensure_ascii=False) + "\n"


def plain(value: Any) -> Any:
    """What `json` can write: sarif-om objects without the properties that are unset or at their default."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return _object(value)


def _object(value: Any) -> dict[str, Any]:
    written = {}
    model: Any = type(value)
    for attribute, name, default in _fields(model):
        item = getattr(value, attribute)
        if item is not None and (name in _ALWAYS or item != default):
            written[name] = plain(item)
    return written


@cache
def _fields(model: Any) -> tuple[tuple[str, str, Any], ...]:
    """Of each attribute of a sarif-om class: its name, its name in SARIF, its default."""
    return tuple(
        (field.name, field.metadata["schema_property_name"], _default(field.default)) for field in model.__attrs_attrs__
    )


def in_order(written: Mapping[str, Any], model: Any) -> dict[str, Any]:
    """The properties of an object in the order in which `plain` writes them, without empty lists."""
    return {name: written[name] for _, name, _ in _fields(model) if written.get(name) not in (None, [])}


def _default(default: Any) -> Any:
    return default.factory() if hasattr(default, "factory") else default


def _run(report: Report) -> Any:
    rules = rules_by_code(report)
    kept, notifications = _within_limit(report)
    return om.Run(
        tool=om.Tool(driver=_driver(list(rules.values()), notifications)),
        automation_details=om.RunAutomationDetails(id="golint-mem/"),
        column_kind="unicodeCodePoints",
        invocations=[_invocation(notifications, report.shard)],
        original_uri_base_ids={"%SRCROOT%": om.ArtifactLocation(description=om.Message(text=_ROOT))},
        results=Results(report, rules).all(kept),
    )


def _within_limit(report: Report) -> tuple[Sequence[Finding], Sequence[Notification]]:
    """At most as many findings as GitHub accepts; where some must go, those to act on and high ranks go first."""
    everything = all_findings(report)
    cut = len(everything) - MAX_RESULTS
    if cut <= 0:
        return everything, report.notifications
    kept = sorted(everything, key=lambda one: (bool(one.suppressions), one.state == "unchanged", -one.rank))
    message = f"{cut} findings of the lowest rank were left out, as a SARIF file may hold {MAX_RESULTS} results."
    return kept[:MAX_RESULTS], (*report.notifications, Notification("results-cut", message))


def _driver(rules: Iterable[RuleInfo], notifications: Iterable[Notification]) -> Any:
    return om.ToolComponent(
        name="golint-mem",
        version=__version__,
        semantic_version=__version__,
        information_uri=HOME,
        rules=[_rule(rule) for rule in rules],
        notifications=[_kind(kind) for kind in sorted({note.kind for note in notifications})] or None,
    )


def _kind(kind: str) -> Any:
    text = _text(kind.replace("-", " ").capitalize() + ".")
    return om.ReportingDescriptor(id=kind, short_description=text, full_description=text, help=text)


def _rule(rule: RuleInfo) -> Any:
    return om.ReportingDescriptor(
        id=rule.code,
        name=rule.name if rule.name != rule.code else None,
        short_description=_text(_clipped(rule.summary)),
        full_description=_text(_clipped(_full(rule))),
        help=_help(rule),
        help_uri=HOME,
        default_configuration=om.ReportingConfiguration(level=rule.level),
        properties={
            "precision": rule.precision,
            "problem.severity": _SEVERITY[rule.level],
            "tags": list(rule.tags[:10]),
        },
    )


def _text(text: str) -> Any:
    return om.MultiformatMessageString(text=text)


def _full(rule: RuleInfo) -> str:
    """The summary and the first paragraph of the first section, which says why it hurts."""
    first = next(iter(rule.sections.values()), "").partition("\n\n")[0]
    return " ".join(f"{rule.summary} {first}".split())


def _clipped(text: str) -> str:
    return text if len(text) <= MAX_DESCRIPTION else text[: MAX_DESCRIPTION - 1].rstrip() + "…"


def _help(rule: RuleInfo) -> Any:
    text = "\n\n".join([rule.summary, *(f"{heading}\n\n{body}" for heading, body in rule.sections.items())])
    parts = [f"# {rule.code} {rule.name}", rule.summary]
    markdown = "\n\n".join([*parts, *(f"## {heading}\n\n{body}" for heading, body in rule.sections.items())])
    return om.MultiformatMessageString(text=text, markdown=markdown)


def _invocation(notifications: Iterable[Notification], shard: tuple[int, int] | None) -> Any:
    """Notifications stand in the order of their places, each once."""
    notes = [_notification(note) for note in dict.fromkeys(sorted(notifications, key=_by_place))]
    share = {SHARD: f"{shard[0]}/{shard[1]}"} if shard is not None else None
    return om.Invocation(execution_successful=True, tool_execution_notifications=notes, properties=share)


def _by_place(note: Notification) -> tuple[str, int, str, str, str]:
    return note.path, note.line, note.kind, note.message, note.level


def _notification(note: Notification) -> Any:
    region = om.Region(start_line=note.line) if note.line > 0 else None
    where = om.PhysicalLocation(artifact_location=artifact(note.path), region=region)
    return om.Notification(
        message=om.Message(text=note.message),
        level=note.level,
        descriptor=om.ReportingDescriptorReference(id=note.kind),
        locations=[om.Location(physical_location=where)] if note.path else None,
    )
