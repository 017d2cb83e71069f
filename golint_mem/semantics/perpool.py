"""One finding for one pool: what is said of several places that put into it is said once, and the others are named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from golint_mem.findings import Confidence, Finding, Fix, Step
from golint_mem.semantics.pools import PoolCall

_SUBJECTS = re.compile(r"`[^`]*`")


def one_per_pool(found: Iterable[tuple[PoolCall, Finding]]) -> Iterator[Finding]:
    """The findings of which each is the only one to say the same of its pool; those in tests are told apart."""
    groups: dict[object, list[Finding]] = {}
    for put, finding in found:
        key = put.key, _SUBJECTS.sub("", finding.message), put.path.endswith("_test.go")
        groups.setdefault(key, []).append(finding)
    return map(_merged, groups.values())


def _merged(group: list[Finding]) -> Finding:
    """The surest finding of a group, the first of several, with the places of the others."""
    first, *others = sorted(group, key=lambda one: (one.confidence is Confidence.POSSIBLE, one.place))
    if not others:
        return first
    related = tuple(Step(one.place, f"`{one.subject}` is put back here as well") for one in others)
    return replace(first, related=first.related + related, fixes=_fixes(first, others))


def _fixes(first: Finding, others: list[Finding]) -> tuple[Fix, ...]:
    """One fix that repairs all the places; none where one of them has to be repaired by hand."""
    if not all(one.fixes for one in (first, *others)):
        return ()
    edits = (edit for one in (first, *others) for edit in one.fixes[0].edits)
    return (Fix(first.fixes[0].description, tuple(dict.fromkeys(edits))),)
