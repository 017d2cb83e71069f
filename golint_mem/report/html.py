"""One HTML page that holds everything, for people who would rather look."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

from golint_mem import __version__
from golint_mem.findings import Finding, Place, Report, RuleInfo, Step
from golint_mem.report.places import Sources, all_findings, escaped, level_of, rules_by_code
from golint_mem.rule import FAMILIES

AROUND = 4
MAX_DIFFS = 500
MAX_LINE = 400


def render(report: Report) -> str:
    """The page: data as JSON, and a script that shows it as text. Its policy forbids any other script, and loading."""
    page, style, script = (_part(name) for name in ("page.html", "page.css", "page.js"))
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'"
    data = json.dumps(_Page(report).content(), ensure_ascii=False, separators=(",", ":"))
    parts = {"policy": policy, "style": style, "script": script, "data": _in_script(data)}
    for name, text in parts.items():
        before, mark, after = page.partition(f"@@{name}@@")
        page = before + text + after if mark else page
    return page


def _part(name: str) -> str:
    return (files("golint_mem.report") / "page" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _in_script(text: str) -> str:
    """JSON that no HTML parser takes for the end of the element it stands in, nor an editor for line ends."""
    text = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("@@", "\\u0040@")
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return text.encode("utf-8", "replace").decode()


class _Page:
    """Makes the data of the page, and collects the lines of source that it shows."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._rules = rules_by_code(report)
        self._sources = Sources(report.sources)
        self._lines: dict[str, dict[int, str]] = {}
        self._diffs = 0

    def content(self) -> dict[str, Any]:
        """All that the script wants to know."""
        report = self._report
        findings = [self._finding(one) for one in all_findings(report)]
        return {
            "version": __version__,
            "findings": findings,
            "rules": {code: _rule(rule) for code, rule in self._rules.items()},
            "families": FAMILIES,
            "files": self._lines,
            "notes": [
                {"level": note.level, "text": escaped(note.message), "path": escaped(note.path), "line": note.line}
                for note in report.notifications
            ],
            "scope": {"files": report.files, "packages": report.packages, "gone": report.gone},
            "compared": report.compared,
        }

    def _finding(self, finding: Finding) -> dict[str, Any]:
        return {
            "code": finding.code,
            "level": level_of(finding, self._rules[finding.code]),
            "message": escaped(finding.message),
            "at": self._place(finding.place),
            "package": escaped(finding.place.path.rpartition("/")[0] or "."),
            "function": escaped(finding.function),
            "confidence": finding.confidence.value,
            "evidence": finding.evidence.value,
            "rank": finding.rank,
            "state": "suppressed" if finding.suppressions else "known" if finding.state == "unchanged" else "open",
            "why": [escaped(one.reason) for one in finding.suppressions if one.reason],
            "threads": [[self._step(step, at) for at, step in enumerate(thread, 1)] for thread in finding.threads],
            "related": [self._step(step, 0) for step in finding.related],
            "fix": escaped(finding.fixes[0].description) if finding.fixes else "",
            "diff": self._diff(finding),
            "costs": [
                {
                    "profile": escaped(one.profile),
                    "measure": one.measure,
                    "unit": one.unit,
                    "flat": one.flat,
                    "total": one.total,
                }
                for one in finding.costs
            ],
        }

    def _step(self, step: Step, number: int) -> dict[str, Any]:
        return {"at": self._place(step.place), "message": escaped(step.message), "order": step.order or number}

    def _place(self, place: Place) -> dict[str, Any]:
        """The place, with what is marked of its first line, counted as a browser counts; its lines are kept."""
        lines = self._sources.lines(place.path)
        line, column, end_line, end_column = self._sources.in_characters(place)
        text = lines.text(line) if lines else ""
        stop = end_column - 1 if end_line == line else len(text)
        if lines:
            kept = self._lines.setdefault(escaped(place.path), {})
            for number in range(max(line - AROUND, 1), min(line + AROUND, lines.last) + 1):
                kept.setdefault(number, _shown(lines.text(number))[:MAX_LINE])
        start, end = (_units(_shown(text[:at])) for at in (column - 1, max(stop, column - 1)))
        return {"path": escaped(place.path), "line": line, "column": column, "mark": [start, end]}

    def _diff(self, finding: Finding) -> str:
        """What the first fix changes; of a report that has very many fixes only the first ones are shown."""
        if not finding.fixes or self._diffs >= MAX_DIFFS:
            return ""
        from golint_mem.triage.fixes import diff

        self._diffs += 1
        return escaped(diff(replace(self._report, findings=(finding,))), keep="\n\t")


def _shown(text: str) -> str:
    return escaped(text, keep="\t")


def _units(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _rule(rule: RuleInfo) -> dict[str, Any]:
    return {"name": rule.name, "summary": rule.summary, "sections": list(rule.sections.items()), "level": rule.level}
