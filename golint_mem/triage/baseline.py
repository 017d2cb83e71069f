"""What was there before: a baseline file, and which findings are new beside it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from golint_mem.errors import UsageError
from golint_mem.findings import Finding

DEFAULT_FILE = ".golint-mem-baseline.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Before:
    """What is remembered of a finding of an earlier run."""

    path: str
    traces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The findings that are new, those that were there before, and what is gone."""

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    gone: tuple[Before, ...]


def remembered(findings: Iterable[Finding]) -> list[Before]:
    """What to remember of findings."""
    return [Before(one.place.path, one.traces) for one in findings]


def compare(findings: Sequence[Finding], before: Sequence[Before]) -> Compared:
    """Pair each finding with one of before: first those that share their strictest trace, then the next, and so on."""
    paired: set[int] = set()
    taken: set[int] = set()
    for level in range(max((len(one.traces) for one in before), default=0)):
        waiting: defaultdict[str, list[int]] = defaultdict(list)
        for index, one in enumerate(before):
            if index not in taken and level < len(one.traces) and one.traces[level]:
                waiting[one.traces[level]].append(index)
        for number, finding in enumerate(findings):
            candidates = waiting.get(finding.traces[level]) if level < len(finding.traces) else None
            if number not in paired and candidates:
                paired.add(number)
                taken.add(candidates.pop(0))
    new = tuple(replace(one, state="new") for number, one in enumerate(findings) if number not in paired)
    known = tuple(replace(one, state="unchanged") for number, one in enumerate(findings) if number in paired)
    return Compared(new, known, tuple(one for index, one in enumerate(before) if index not in taken))


def written(findings: Iterable[Finding]) -> str:
    """The text of a baseline file: one finding a line, so that a diff of two shows what came and went."""
    rows = [
        {
            "code": one.code,
            "path": one.place.path,
            "function": one.function,
            "subject": one.subject,
            "message": one.message,
            "traces": list(one.traces),
        }
        for one in findings
    ]
    rows.sort(key=lambda row: [str(row[key]) for key in ("path", "function", "code", "subject", "traces")])
    body = ",\n".join("    " + json.dumps(row) for row in rows)
    return f'{{\n  "version": {VERSION},\n  "findings": [\n{body}\n  ]\n}}\n'


def read(path: Path) -> list[Before]:
    """What a baseline file remembers; UsageError says what is wrong with it."""
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"the baseline {path} is no regular file")
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read the baseline {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the baseline {path} is not JSON: {error}") from error
    if not isinstance(content, dict) or content.get("version") != VERSION:
        raise UsageError(f"{path} is no baseline of this version; `golint-mem baseline` writes one")
    rows = content.get("findings")
    if not isinstance(rows, list) or not all(map(_well_formed, rows)):
        raise UsageError(f"the baseline {path} is damaged; `golint-mem baseline` writes a new one")
    return [Before(row["path"], tuple(row["traces"])) for row in rows]


def _well_formed(row: Any) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("traces"), list):
        return False
    return all(isinstance(text, str) for text in (row.get("path"), *row["traces"]))
