"""What is known of a package while somebody types: what was found before, and what is found in what changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from golint_mem.analysis import analyse_package
from golint_mem.findings import Report
from golint_mem.pipeline import report_on
from golint_mem.project.discover import discover
from golint_mem.project.package import Package
from golint_mem.semantics.package import Program
from golint_mem.settings import Settings
from golint_mem.syntax.changes import change, halved, joined, moved, what
from golint_mem.triage.selection import rules_of


class Rechecks:
    """Reports on a folder again and again; what was learned of the files that stay the same is kept between them."""

    def __init__(self) -> None:
        self._program: Program | None = None

    def report(self, settings: Settings, before: Report) -> Report:
        """The report on files that have changed since an earlier report on their package.

        Only declarations that read otherwise are analysed; of all others it keeps what was found, moved along with
        them. What a change in one function means for another one is not seen: that takes a report on the whole package.
        """
        rules = rules_of(settings)
        packages, notifications = discover(settings)
        sources = {file.path: file.source for one in packages for file in one.files if file.path in one.named}
        changes = {path: change(before.sources[path], now) for path, now in sources.items() if path in before.sources}
        cut = [halved(package, changes) for package in packages]
        program = self._renewed(cut, settings)
        analyses = [analyse_package(program.of(package), rules) for package in cut]
        report = report_on(cut, analyses, notifications, rules, settings)
        fresh = [one for new in report.findings if (one := joined(new, changes)) is not None]
        known = frozenset(map(what, fresh))
        kept = [one for old in before.findings if (one := moved(old, changes, known)) is not None]
        return replace(report, findings=(*fresh, *kept), sources={**before.sources, **sources})

    def _renewed(self, packages: Sequence[Package], settings: Settings) -> Program:
        """The program with these packages."""
        known = self._program
        if known is None or _without_texts(known.settings) != _without_texts(settings):
            self._program = known = Program(packages, settings)
        known.renew(packages)
        return known


def _without_texts(settings: Settings) -> Settings:
    return replace(settings, unsaved={}, paths=())
