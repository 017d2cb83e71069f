"""Which findings the source code or the configuration waves through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pathspec import GitIgnoreSpec

from golint_mem.findings import Finding, Notification, Suppression
from golint_mem.project.package import GoFile, Package
from golint_mem.rule import LoadedRule, builtin_rules
from golint_mem.settings import PathSuppression, Settings
from golint_mem.triage.directives import Directive, directives, unused
from golint_mem.triage.selection import names


@dataclass(frozen=True, slots=True)
class Sifted:
    """The findings that stay, those that are waved through, and what is to be said of the comments that do it."""

    kept: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    notifications: tuple[Notification, ...] = ()


def sift(
    findings: Iterable[Finding], packages: Iterable[Package], rules: Sequence[LoadedRule], settings: Settings
) -> Sifted:
    """Take out what is suppressed; a suppressed finding says by whom, and why.

    Comments are looked for where there are findings; where those that suppress nothing are asked for, everywhere.
    """
    findings = list(findings)
    wanted = None if settings.unused_suppressions else {one.place.path for one in findings}
    files = (file for package in packages for file in _reported(package) if wanted is None or file.path in wanted)
    comments, notifications = _comments(files)
    called = {loaded.rule.code: frozenset(map(str.lower, names(loaded.rule))) for loaded in rules}
    paths = [_PathRule(one) for one in settings.suppress]
    kept: list[Finding] = []
    suppressed: list[Finding] = []
    used: set[Directive] = set()
    for finding in findings:
        known = called.get(finding.code, frozenset((finding.code.lower(),)))
        inside = [one for one in comments.get(finding.place.path, ()) if one.covers(finding, known)]
        used.update(inside)
        why = [one.suppression for one in inside] + [one.suppression for one in paths if one.covers(finding, known)]
        (suppressed if why else kept).append(replace(finding, suppressions=tuple(why)))
    if settings.unused_suppressions:
        notifications += unused(_idle(comments, used, called))
    return Sifted(tuple(kept), tuple(suppressed), tuple(notifications))


def _reported(package: Package) -> Iterator[GoFile]:
    return (file for file in package.files if file.path in package.named)


def _comments(files: Iterable[GoFile]) -> tuple[dict[str, list[Directive]], list[Notification]]:
    found: dict[str, list[Directive]] = {}
    notifications: list[Notification] = []
    for file in files:
        good, wrong = directives(file)
        if good:
            found[file.path] = good
        notifications += wrong
    return found, notifications


def _idle(
    comments: dict[str, list[Directive]], used: set[Directive], called: dict[str, frozenset[str]]
) -> Iterator[Directive]:
    """The directives for us that waved nothing through, although every rule that they are about was run."""
    for one in (one for group in comments.values() for one in group):
        if one.is_ours and one not in used and _was_run(one, called):
            yield one


def _was_run(directive: Directive, called: dict[str, frozenset[str]]) -> bool:
    """Whether the rules that a directive is about are among those that were run."""
    about = [one.rule for one in builtin_rules() if directive.means(frozenset(map(str.lower, names(one.rule))))]
    return all(rule.code in called for rule in about)


class _PathRule:
    """A suppression of the configuration, ready to be matched."""

    def __init__(self, given: PathSuppression) -> None:
        self._rules = {word.lower() for word in given.rules}
        self._paths = GitIgnoreSpec.from_lines(given.paths)
        self.suppression = Suppression("external", given.reason)

    def covers(self, finding: Finding, names: frozenset[str]) -> bool:
        return (not self._rules or bool(self._rules & names)) and self._paths.match_file(finding.place.path)
