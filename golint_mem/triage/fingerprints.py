"""Fingerprints: what stays the same of a finding when unrelated code around it changes, or its file moves."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from golint_mem.findings import Finding

MAX_LINE = 2000
_TOKEN = re.compile(r"(\.?)\b([A-Za-z_]\w*)\b(?!\s*[(.])")


def with_fingerprints(findings: Iterable[Finding], sources: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """The findings with their traces and a fingerprint each: 32 hexadecimal digits over rule, file, function, subject.

    Findings that share all of these are counted in the order given, so that no two have the same fingerprint.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    lines: dict[str, list[bytes]] = {}
    marked = []
    for finding in findings:
        if finding.place.path not in lines:
            lines[finding.place.path] = sources.get(finding.place.path, b"").split(b"\n")
        key = (finding.code, finding.place.path, finding.function, finding.subject)
        fingerprint = _digest(*key, str(seen[key]))
        seen[key] += 1
        shape = _shape(lines[finding.place.path], finding)
        marked.append(replace(finding, fingerprint=fingerprint, traces=traces(finding, shape)))
    return tuple(marked)


def traces(finding: Finding, shape: str) -> tuple[str, ...]:
    """What may be left of a finding after an edit, the strictest first; empty where a trace would say too little.

    Nothing changed; its line was edited; its variable was renamed; its function was renamed; its file moved.
    """
    code, path, function, subject = finding.code, finding.place.path, finding.function, finding.subject
    return (
        _digest("same", code, path, function, subject, shape),
        _digest("edited", code, path, function, subject) if subject else "",
        _digest("variable", code, path, function, shape),
        _digest("function", code, path, subject, shape),
        _digest("moved", code, function, subject, shape) if function else "",
    )


def _shape(lines: list[bytes], finding: Finding) -> str:
    """The text of the finding's first line, without the names of local variables and without blanks."""
    number = finding.place.line
    text = lines[number - 1].decode("utf-8", "replace") if 1 <= number <= len(lines) else ""
    text = text[:MAX_LINE]
    text = _TOKEN.sub(lambda found: found[0] if found[1] or found[2][0].isupper() else "_", text.partition("//")[0])
    return "".join(text.split())


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]
