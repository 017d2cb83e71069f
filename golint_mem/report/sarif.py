"""SARIF 2.1.0, built with sarif-om objects and written by a serialiser that keeps every level."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote

import sarif_om as om

from golint_mem import __version__
from golint_mem.findings import Finding, Fix, Notification, Place, Report, RuleInfo, Step, Suppression
from golint_mem.report.linehash import line_hashes
from golint_mem.report.places import HOME, Sources, all_findings, level_of, rules_by_code

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MAX_RESULTS = 25_000
MAX_INDENTED = 1_000
MAX_STEPS = 10_000
MAX_DESCRIPTION = 1024
_ALWAYS = {"level", "kind"}
_SEVERITY = {"error": "error", "warning": "warning", "note": "recommendation"}
_ROOT = "The folder that golint-mem was started in, commonly the root of the repository."


def render(report: Report) -> str:
    """The report as one SARIF log with one run; complete also where there is nothing to report."""
    log = om.SarifLog(version="2.1.0", schema_uri=SCHEMA, runs=[_run(report)])
    indent = 2 if len(all_findings(report)) <= MAX_INDENTED else None
    return json.dumps(plain(log), indent=indent, ensure_ascii=False) + "\n"


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


def _default(default: Any) -> Any:
    return default.factory() if hasattr(default, "factory") else default


def _run(report: Report) -> Any:
    rules = rules_by_code(report)
    kept, notifications = _within_limit(report)
    return om.Run(
        tool=om.Tool(driver=_driver(list(rules.values()), notifications)),
        automation_details=om.RunAutomationDetails(id="golint-mem/"),
        column_kind="unicodeCodePoints",
        invocations=[_invocation(notifications)],
        original_uri_base_ids={"%SRCROOT%": om.ArtifactLocation(description=om.Message(text=_ROOT))},
        results=_Results(report, rules).all(kept),
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


def _invocation(notifications: Iterable[Notification]) -> Any:
    notes = [_notification(note) for note in notifications]
    return om.Invocation(execution_successful=True, tool_execution_notifications=notes)


def _notification(note: Notification) -> Any:
    region = om.Region(start_line=note.line) if note.line > 0 else None
    where = om.PhysicalLocation(artifact_location=_artifact(note.path), region=region)
    return om.Notification(
        message=om.Message(text=note.message),
        level=note.level,
        descriptor=om.ReportingDescriptorReference(id=note.kind),
        locations=[om.Location(physical_location=where)] if note.path else None,
    )


def _artifact(path: str) -> Any:
    return om.ArtifactLocation(uri=quote(os.fsencode(path)), uri_base_id="%SRCROOT%")


class _Results:
    """Makes results, with the sources at hand for columns, snippets and hashes."""

    def __init__(self, report: Report, rules: Mapping[str, RuleInfo]) -> None:
        self._raw = report.sources
        self._sources = Sources(report.sources)
        self._rules = rules
        self._index = {code: index for index, code in enumerate(rules)}
        self._hashes: dict[str, dict[int, str]] = {}

    def all(self, findings: Iterable[Finding]) -> list[Any]:
        return [self._result(finding) for finding in findings]

    def _result(self, finding: Finding) -> Any:
        return om.Result(
            rule_id=finding.code,
            rule_index=self._index[finding.code],
            kind="fail",
            level=level_of(finding, self._rules[finding.code]),
            message=om.Message(text=_message(finding)),
            locations=[om.Location(physical_location=self._physical(finding.place, quoted=True))],
            code_flows=self._flows(finding),
            related_locations=[self._step(step, number) for number, step in enumerate(finding.related, 1)] or None,
            fixes=[self._fix(fix) for fix in finding.fixes] or None,
            partial_fingerprints=self._fingerprints(finding),
            rank=finding.rank,
            baseline_state=finding.state or None,
            suppressions=[self._suppression(one) for one in finding.suppressions] or None,
            properties={"confidence": finding.confidence.value, "evidence": finding.evidence.value},
        )

    def _suppression(self, one: Suppression) -> Any:
        where = om.Location(physical_location=self._physical(one.place)) if one.place else None
        return om.Suppression(kind=one.kind, justification=one.reason or None, location=where)

    def _step(self, step: Step, number: int = -1) -> Any:
        return om.Location(
            id=number, physical_location=self._physical(step.place), message=om.Message(text=step.message)
        )

    def _physical(self, place: Place, quoted: bool = False) -> Any:
        return om.PhysicalLocation(
            artifact_location=_artifact(place.path),
            region=self._region(place, quoted),
            context_region=self._context(place) if quoted else None,
        )

    def _region(self, place: Place, quoted: bool = False) -> Any:
        line, column, end_line, end_column = self._sources.in_characters(place)
        lines = self._sources.lines(place.path) if quoted else None
        snippet = om.ArtifactContent(text=lines.between(place)) if lines else None
        return om.Region(
            start_line=line, start_column=column, end_line=end_line, end_column=end_column, snippet=snippet
        )

    def _context(self, place: Place) -> Any:
        """The place's lines and one on either side; None where the file has no other line to show."""
        lines = self._sources.lines(place.path)
        if lines is None:
            return None
        first, last = max(place.line - 1, 1), min(place.end_line + 1, lines.last)
        if first == place.line and last <= place.end_line:
            return None
        text = "\n".join(lines.text(number) for number in range(first, last + 1))
        return om.Region(start_line=first, end_line=last, snippet=om.ArtifactContent(text=text))

    def _flows(self, finding: Finding) -> list[Any] | None:
        threads = [thread for thread in finding.threads if thread]
        if not threads:
            return None
        share = MAX_STEPS // len(threads)
        flows = [self._thread(number, thread[:share]) for number, thread in enumerate(threads, 1)]
        return [om.CodeFlow(thread_flows=flows)]

    def _thread(self, number: int, steps: Iterable[Step]) -> Any:
        made = [om.ThreadFlowLocation(location=self._step(step), execution_order=n) for n, step in enumerate(steps, 1)]
        return om.ThreadFlow(id=str(number), locations=made)

    def _fix(self, fix: Fix) -> Any:
        by_path: dict[str, list[Any]] = {}
        for edit in fix.edits:
            region = self._region(self._sources.placed(edit))
            content = om.ArtifactContent(text=edit.text)
            made = om.Replacement(deleted_region=region, inserted_content=content)
            by_path.setdefault(edit.place.path, []).append(made)
        changes = [om.ArtifactChange(artifact_location=_artifact(path), replacements=r) for path, r in by_path.items()]
        return om.Fix(description=om.Message(text=fix.description), artifact_changes=changes)

    def _fingerprints(self, finding: Finding) -> dict[str, str]:
        own = finding.fingerprint or _fallback(finding)
        moved = {"golintMemMoved/v1": finding.traces[-1]} if finding.traces and finding.traces[-1] else {}
        line = self._line_hash(finding.place) or f"{own[:16]}:1"
        return {"golintMem/v1": own, **moved, "primaryLocationLineHash": line}

    def _line_hash(self, place: Place) -> str:
        if place.path not in self._raw:
            return ""
        if place.path not in self._hashes:
            self._hashes[place.path] = line_hashes(self._raw[place.path])
        return self._hashes[place.path].get(place.line, "")


def _message(finding: Finding) -> str:
    """The message, followed by links to the related places, which GitHub shows only where they are linked."""
    links = (f"[{_link_text(step.message)}]({number})" for number, step in enumerate(finding.related, 1))
    return finding.message if not finding.related else f"{finding.message} See: {'; '.join(links)}."


def _link_text(text: str) -> str:
    return text.rstrip(".").replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _fallback(finding: Finding) -> str:
    parts = (finding.code, finding.place.path, finding.function, finding.subject or finding.message)
    return hashlib.sha256(os.fsencode("\0".join(parts))).hexdigest()[:32]
