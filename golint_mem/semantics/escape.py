"""Candidates for the compiler: findings that stay mere possibilities until it says what they claim."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Claim, Confidence, Evidence, Finding, Step
from golint_mem.semantics.loops import Site
from golint_mem.syntax.anchors import anchor
from golint_mem.syntax.go import place

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

ESCAPES = "escapes to heap"
MOVED = "moved to heap"
STAYS = "does not escape"
LEAKS = "leaking param"
NO_ROOM = ("non-constant size", "too large for stack")
_BASE_RANK = 40.0
_PER_LOOP = 15.0


def at_least(package: PackageFacts, major: int, minor: int) -> bool:
    """Whether the package's module says that it is written for this version of Go or a later one."""
    said = re.match(r"(\d+)\.(\d+)", package.package.go_version)
    return said is not None and (int(said[1]), int(said[2])) >= (major, minor)


def claim(node: Node, *verbs: str, says: str = ".*", why: tuple[str, ...] = ()) -> Claim:
    """What the compiler has to say at the anchor of a node."""
    line, column = anchor(node)
    return Claim(tuple(verbs), line, column, says, why)


def candidate(
    code: str, site: Site, node: Node, message: str, claimed: Claim, subject: str, related: tuple[Step, ...] = ()
) -> Finding:
    """A finding about something that is allocated in every round of a loop, if the compiler says so too.

    In code that is seen to run seldom it counts only where a profile shows that it costs.
    """
    if site.view.facts.coldness.of(site):
        claimed = replace(claimed, hot=True)
    return Finding(
        code,
        message,
        place(site.view.tree.path, node),
        related=related,
        confidence=Confidence.POSSIBLE,
        evidence=Evidence.COMPILER,
        rank=min(_BASE_RANK + _PER_LOOP * site.depth, 90.0) - (0.0 if site.always else _PER_LOOP),
        function=site.function.qualified,
        subject=subject,
        claim=claimed,
    )
