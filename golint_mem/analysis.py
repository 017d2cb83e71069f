"""Run rules over one package; what a rule breaks on becomes a notification."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from golint_mem.findings import Confidence, Finding, Notification
from golint_mem.rule import LoadedRule
from golint_mem.semantics.package import PackageFacts


@dataclass(slots=True)
class Analysis:
    """What the rules say of one package, and how many seconds each of them took.

    `consulted` holds the import paths of the other packages that were looked into for it.
    """

    findings: list[Finding] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    consulted: frozenset[str] = frozenset()


def _in_its_place(finding: Finding) -> Finding:
    """A finding in a test is possible at most: a test is a process that ends soon, and gives all back."""
    in_test = finding.place.path.endswith("_test.go")
    return replace(finding, confidence=Confidence.POSSIBLE) if in_test else finding


def analyse_package(facts: PackageFacts, rules: Iterable[LoadedRule]) -> Analysis:
    """Run the rules over one package."""
    done = Analysis()
    for loaded in rules:
        if not facts.mentions(loaded.rule.needs):
            continue
        started = time.perf_counter()
        try:
            done.findings += map(_in_its_place, loaded.check(facts))
        except Exception as error:  # a broken rule must not silence the others
            message = f"{loaded.rule.code} failed on this package: {type(error).__name__}: {error}"
            done.notifications.append(Notification("rule-crash", message, "error", facts.package.path))
        done.seconds[loaded.rule.code] = time.perf_counter() - started
    done.notifications += facts.notifications
    done.consulted = facts.program.consulted_by(facts)
    return done
