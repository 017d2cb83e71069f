"""The rooms of the house in order: the page to read first."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable

from golint_mem.analysis import Analysis, analyse
from golint_mem.findings import Report
from golint_mem.project.discover import discover
from golint_mem.rule import info
from golint_mem.settings import Settings
from golint_mem.triage.fingerprints import with_fingerprints
from golint_mem.triage.selection import rules_of, shown

Watch = Callable[[Iterable[Analysis], int], Iterable[Analysis]]


def check(settings: Settings, watch: Watch = lambda analyses, _total: analyses) -> Report:
    """Analyse what the settings name; `watch` sees the analyses of so many packages pass by.

    Raises UsageError for a path or a rule that is not there, and NothingToAnalyse where the paths hold no Go file;
    whatever else goes wrong stands in the report's notifications.
    """
    started = time.monotonic()
    rules = rules_of(settings)
    packages, notifications = discover(settings)
    analyses = list(watch(analyse(packages, rules, settings), len(packages)))
    findings = with_fingerprints(shown((one for done in analyses for one in done.findings), settings))
    seconds: Counter[str] = Counter()
    for done in analyses:
        seconds.update(done.seconds)
    sources = {file.path: file.source for package in packages for file in package.files}
    return Report(
        findings=findings,
        notifications=(*notifications, *(note for done in analyses for note in done.notifications)),
        rules=tuple(map(info, rules)),
        sources=sources,
        files=len(sources),
        packages=len(packages),
        seconds=time.monotonic() - started,
        rule_seconds=dict(seconds),
    )
