"""The report as plain JSON, for scripts. Columns count bytes, as in the findings themselves."""

from __future__ import annotations

import json
from typing import Any

from golint_mem import __version__
from golint_mem.findings import Edit, Finding, Fix, Place, Report, RuleInfo, Step, Suppression
from golint_mem.report.places import level_of, rules_by_code


def render(report: Report) -> str:
    """One object: `version`, `findings`, `known`, `suppressed`, `notifications` and `summary`."""
    rules = rules_by_code(report)
    content = {
        "version": __version__,
        "findings": [_finding(finding, rules[finding.code]) for finding in report.findings],
        "known": [_finding(finding, rules[finding.code]) for finding in report.known],
        "suppressed": [_finding(finding, rules[finding.code]) for finding in report.suppressed],
        "notifications": [
            {"kind": n.kind, "level": n.level, "message": n.message, "path": n.path, "line": n.line}
            for n in report.notifications
        ],
        "summary": {
            "findings": len(report.findings),
            "known": len(report.known),
            "suppressed": len(report.suppressed),
            "gone": report.gone,
            "files": report.files,
            "packages": report.packages,
            "seconds": round(report.seconds, 3),
        },
    }
    return json.dumps(content, indent=2) + "\n"


def _finding(finding: Finding, rule: RuleInfo) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": rule.name,
        "level": level_of(finding, rule),
        "message": finding.message,
        "place": _place(finding.place),
        "threads": [[_step(step) for step in thread] for thread in finding.threads],
        "related": [_step(step) for step in finding.related],
        "fixes": [_fix(fix) for fix in finding.fixes],
        "confidence": finding.confidence.value,
        "evidence": finding.evidence.value,
        "rank": finding.rank,
        "costs": [
            {"profile": c.profile, "measure": c.measure, "unit": c.unit, "flat": c.flat, "total": c.total}
            for c in finding.costs
        ],
        "function": finding.function,
        "subject": finding.subject,
        "fingerprint": finding.fingerprint,
        "suppressions": [_suppression(one) for one in finding.suppressions],
    }


def _suppression(one: Suppression) -> dict[str, Any]:
    return {"kind": one.kind, "reason": one.reason, "place": _place(one.place) if one.place else None}


def _place(place: Place) -> dict[str, Any]:
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
        "start": place.start,
        "end": place.end,
    }


def _step(step: Step) -> dict[str, Any]:
    return {"message": step.message, "place": _place(step.place)}


def _fix(fix: Fix) -> dict[str, Any]:
    return {"description": fix.description, "edits": [_edit(edit) for edit in fix.edits]}


def _edit(edit: Edit) -> dict[str, Any]:
    return {"place": _place(edit.place), "text": edit.text}
