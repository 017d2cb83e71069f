"""The results of a SARIF log."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import sarif_om as om

from golint_mem.findings import Finding, Fix, Place, Report, RuleInfo, Step, Suppression
from golint_mem.report.linehash import line_hashes
from golint_mem.report.markdown import markdown
from golint_mem.report.places import Sources, level_of

MAX_STEPS = 10_000
MAX_QUOTED = 3


def artifact(path: str) -> Any:
    """Where a file is, relative to the folder that the run was in."""
    return om.ArtifactLocation(uri=quote(os.fsencode(path)), uri_base_id="%SRCROOT%")


class Results:
    """Makes results, with the sources at hand for columns, snippets and hashes."""

    def __init__(self, report: Report, rules: Mapping[str, RuleInfo]) -> None:
        self._raw = report.sources
        self._sources = Sources(report.sources)
        self._rules = rules
        self._index = {code: index for index, code in enumerate(rules)}
        self._hashes: dict[str, dict[int, str]] = {}

    def all(self, findings: Iterable[Finding]) -> list[Any]:
        """The results, in the order of the findings."""
        return [self._result(finding) for finding in findings]

    def _result(self, finding: Finding) -> Any:
        return om.Result(
            rule_id=finding.code,
            rule_index=self._index[finding.code],
            kind="fail",
            level=level_of(finding, self._rules[finding.code]),
            message=om.Message(text=_message(finding), markdown=markdown(finding)),
            locations=[om.Location(physical_location=self._physical(finding.place, quoted=True))],
            code_flows=self._flows(finding),
            related_locations=[self._step(step, number) for number, step in enumerate(finding.related, 1)] or None,
            fixes=[self._fix(fix) for fix in finding.fixes] or None,
            partial_fingerprints=self._fingerprints(finding),
            rank=finding.rank,
            baseline_state=finding.state or None,
            suppressions=[self._suppression(one) for one in finding.suppressions] or None,
            properties=_properties(finding),
        )

    def _suppression(self, one: Suppression) -> Any:
        where = om.Location(physical_location=self._physical(one.place)) if one.place else None
        return om.Suppression(kind=one.kind, justification=one.reason or None, location=where)

    def _step(self, step: Step, number: int = -1) -> Any:
        return om.Location(
            id=number,
            physical_location=self._physical(step.place),
            message=om.Message(text=step.message),
        )

    def _physical(self, place: Place, quoted: bool = False) -> Any:
        return om.PhysicalLocation(
            artifact_location=artifact(place.path),
            region=self._region(place, quoted or place.end_line - place.line < MAX_QUOTED),
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
        """One thread; `execution_order` says how the steps of several goroutines interleave."""
        made = [
            om.ThreadFlowLocation(location=self._step(step), execution_order=step.order or at)
            for at, step in enumerate(steps, 1)
        ]
        return om.ThreadFlow(id=str(number), locations=made)

    def _fix(self, fix: Fix) -> Any:
        by_path: dict[str, list[Any]] = {}
        for edit in fix.edits:
            region = self._region(self._sources.placed(edit))
            content = om.ArtifactContent(text=edit.text)
            made = om.Replacement(deleted_region=region, inserted_content=content)
            by_path.setdefault(edit.place.path, []).append(made)
        changes = [om.ArtifactChange(artifact_location=artifact(path), replacements=r) for path, r in by_path.items()]
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


def _properties(finding: Finding) -> dict[str, Any]:
    kept: dict[str, Any] = {"confidence": finding.confidence.value, "evidence": finding.evidence.value}
    if finding.costs:
        kept["costs"] = [
            {"profile": c.profile, "measure": c.measure, "unit": c.unit, "flat": c.flat, "total": c.total}
            for c in finding.costs
        ]
    return kept
