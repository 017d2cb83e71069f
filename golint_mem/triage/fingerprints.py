"""Fingerprints: what stays the same of a finding when unrelated lines around it change."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from golint_mem.findings import Finding


def with_fingerprints(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings with a fingerprint each: 32 hexadecimal digits over rule, file, function and subject.

    Findings that share all of these are counted in the order given, so that no two have the same fingerprint.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    marked = []
    for finding in findings:
        key = (finding.code, finding.place.path, finding.function, finding.subject)
        text = "\0".join((*key, str(seen[key])))
        seen[key] += 1
        marked.append(replace(finding, fingerprint=hashlib.sha256(text.encode()).hexdigest()[:32]))
    return tuple(marked)
