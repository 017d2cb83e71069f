"""The room's door: findings go in, and come out confirmed, refuted or weighed."""

from __future__ import annotations

from collections.abc import Sequence

from golint_mem.findings import Finding, Notification
from golint_mem.project.package import Package
from golint_mem.settings import Settings


def weigh(
    findings: Sequence[Finding], packages: Sequence[Package], settings: Settings
) -> tuple[Sequence[Finding], Sequence[Notification]]:
    """Ask the compiler about what findings claim of it, where the settings allow that, and profiles what they cost."""
    notifications: list[Notification] = list(_unasked(settings))
    if settings.compiler:
        from golint_mem.evidence.compiler import cross_check

        findings, said = cross_check(findings, packages, settings)
        notifications += said
    if findings or settings.profiles:
        from golint_mem.evidence import profiles

        findings, said = profiles.weigh(findings, packages, settings.root, settings.profiles)
        notifications += said
    return findings, notifications


def _unasked(settings: Settings) -> tuple[Notification, ...]:
    """Say so where rules are asked for that have nothing to show without the compiler."""
    if (
        settings.compiler
        or settings.show_possible
        or not any(word.lower() in ("escape", "gm5") or word[:3] == "GM5" for word in settings.select)
    ):
        return ()
    message = "the rules of the family escape report what the compiler confirms: add --compiler, or --show possible"
    return (Notification("compiler-not-asked", message, "note"),)
