"""The rooms of the house in order: the page to read first."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from golint_mem.analysis import Analysis
from golint_mem.cache import Cache
from golint_mem.errors import NothingToAnalyse
from golint_mem.evidence.weigh import weigh
from golint_mem.findings import Notification, Report
from golint_mem.project.discover import discover
from golint_mem.project.history import existing, extract, parting
from golint_mem.project.package import Package
from golint_mem.project.shards import share
from golint_mem.rule import LoadedRule, info
from golint_mem.settings import Settings
from golint_mem.triage.baseline import Before, compare, read, remembered
from golint_mem.triage.fingerprints import with_fingerprints
from golint_mem.triage.selection import ordered, rules_of, shown
from golint_mem.triage.suppress import sift
from golint_mem.work import Work, analyse

Watch = Callable[[Iterable[Analysis], int], Iterable[Analysis]]


def check(settings: Settings, watch: Watch = lambda analyses, _total: analyses) -> Report:
    """Analyse what the settings name; `watch` sees the analyses of so many packages pass by.

    Raises UsageError for a path or a rule that is not there, and NothingToAnalyse where the paths hold no Go file;
    whatever else goes wrong stands in the report's notifications.
    """
    started = time.monotonic()
    rules = rules_of(settings)
    packages, notifications = discover(settings)
    asked = range(len(packages)) if settings.shard is None else share(packages, settings.shard)
    analyses, cached = analysed(packages, asked, rules, settings, watch)
    if settings.shard is not None and settings.shard[0] > 1:
        notifications = ()  # what is said of the tree as a whole belongs to the first share
    packages = tuple(packages[index] for index in asked)
    report = report_on(packages, analyses, (*notifications, *cached), rules, settings)
    named = frozenset[str]().union(*(package.named for package in packages))
    return replace(only_new(report, named, settings), seconds=time.monotonic() - started)


def report_on(
    packages: Sequence[Package],
    analyses: Sequence[Analysis],
    notifications: Sequence[Notification],
    rules: Sequence[LoadedRule],
    settings: Settings,
) -> Report:
    """What is reported of the analyses of packages."""
    sources = {file.path: file.source for package in packages for file in package.files}
    weighed, said = weigh([one for done in analyses for one in done.findings], packages, settings)
    found = with_fingerprints(ordered(weighed), sources)
    sifted = sift(found, packages, rules, settings)
    seconds: Counter[str] = Counter()
    for done in analyses:
        seconds.update(done.seconds)
    notes = (
        *notifications,
        *(note for done in analyses for note in done.notifications),
        *said,
        *sifted.notifications,
    )
    return Report(
        findings=shown(sifted.kept, settings),
        notifications=notes,
        rules=tuple(map(info, rules)),
        sources=sources,
        files=len(sources),
        packages=len(packages),
        rule_seconds=dict(seconds),
        suppressed=shown(sifted.suppressed, settings),
        shard=settings.shard,
    )


def analysed(
    packages: Sequence[Package], asked: Sequence[int], rules: Sequence[LoadedRule], settings: Settings, watch: Watch
) -> tuple[list[Analysis], Sequence[Notification]]:
    """The analyses of the packages with these indexes: those that the cache knows, and the others, made now."""
    cache = Cache(packages, rules, settings)
    known = cache.known()
    missing = [index for index in asked if index not in known]
    work = Work(tuple(packages), settings)
    made = dict(zip(missing, watch(analyse(work, missing, rules), len(missing)), strict=True))
    cache.keep(made)
    return [known.get(index) or made[index] for index in asked], cache.notifications


def only_new(report: Report, asked: frozenset[str], settings: Settings) -> Report:
    """The report with the findings that were there before set apart, where the settings say what was.

    What was before in a file that the run was not asked about is not gone.
    """
    if settings.new_from:
        before, notes = earlier(settings)
    elif settings.baseline:
        before, notes = read(settings.baseline), ()
    else:
        return report
    compared = compare(report.findings, before)
    gone = [one for one in compared.gone if one.path in asked or not (settings.root / one.path).exists()]
    return replace(
        report,
        findings=compared.new,
        known=compared.known,
        gone=len(gone),
        compared=True,
        notifications=(*report.notifications, *notes),
    )


def earlier(settings: Settings) -> tuple[list[Before], tuple[Notification, ...]]:
    """What the same run finds in the revision that the settings name, more exactly where HEAD parted from it."""
    commit, parted = parting(settings.root, settings.new_from or "")
    message = f"no common ancestor of HEAD and {settings.new_from} is here; compared with {commit[:12]} itself"
    notes = () if parted else (Notification("no-merge-base", message),)
    with tempfile.TemporaryDirectory(prefix="golint-mem-") as folder:
        root = extract(settings.root, commit, Path(folder).resolve())
        paths = existing(settings.root, root, settings.paths)
        try:
            past = check(_past(settings, root, paths)) if paths else Report()
        except NothingToAnalyse:
            past = Report()
    return remembered((*past.findings, *past.suppressed)), notes


def _past(settings: Settings, root: Path, paths: tuple[str, ...]) -> Settings:
    """The same run elsewhere; what only the compiler could confirm counts, as it is not asked about the past."""
    possible = settings.show_possible or settings.compiler
    return replace(
        settings, root=root, paths=paths, new_from=None, baseline=None, compiler=False, show_possible=possible
    )
