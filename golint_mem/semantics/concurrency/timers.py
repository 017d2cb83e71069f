"""Timers and tickers that a call makes and nobody can stop. Source: the documentation of `time` in Go 1.22 and 1.23."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.cfg import build
from golint_mem.semantics.concurrency.endless import comes_again
from golint_mem.semantics.concurrency.library import is_collected
from golint_mem.syntax.around import around, function_around
from golint_mem.syntax.go import matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts
    from golint_mem.semantics.view import FileView

_CALLS = '(call_expression function: (selector_expression field: (field_identifier) @name) (#eq? @name "{}")) @call'
_CASE = frozenset({"communication_case"})
_UNITS = {"Nanosecond": 1e-9, "Microsecond": 1e-6, "Millisecond": 1e-3, "Second": 1.0, "Minute": 60.0, "Hour": 3600.0}
_DURATION = re.compile(r"(?:(\d+)\s*\*\s*)?time\.(\w+)(?:\s*\*\s*(\d+))?")


@dataclass(frozen=True, slots=True)
class Unstoppable:
    """A call whose ticker or timer nobody can stop; `body` is that of the function (or literal) around it."""

    call: Node
    body: Node


def are_collected(facts: PackageFacts, since: str) -> bool:
    """Whether the package's module is built with a Go version that collects what nobody refers to any more.

    A `go.mod` without a version means Go 1.16. Code without a `go.mod` is taken to be built by a toolchain of today.
    """
    package = facts.package
    return is_collected(since, package.go_version or ("1.16" if package.module and not package.guessed else since))


def calls_of(view: FileView, package: str, name: str) -> Iterator[Unstoppable]:
    """The calls of a function of the standard library, and the functions around them."""
    for call in matches(view.tree.root, _CALLS.format(name), "call"):
        function = function_around(call)
        body = function.child_by_field_name("body") if function is not None else None
        if body is not None and view.callee(call).qualified == f"{package}.{name}":
            yield Unstoppable(call, body)


def piles_up(one: Unstoppable) -> bool:
    """Whether a call waits in a `select` that another case leaves, only to come back to the call."""
    case = around(one.call, _CASE, one.body)
    select = case.parent if case is not None else None
    communication = case.child_by_field_name("communication") if case is not None else None
    if select is None or communication is None or not _is_within(one.call, communication):
        return False
    others = [other for other in select.named_children if other.type == "communication_case" and other != case]
    starts = [other.child_by_field_name("communication") for other in others]
    blocks = build(one.body)
    return any(start is not None and comes_again(blocks, start, communication) for start in starts)


def _is_within(node: Node, outer: Node) -> bool:
    return outer.start_byte <= node.start_byte and node.end_byte <= outer.end_byte


def seconds(duration: Node) -> float | None:
    """A duration written as a number of units; None for what is known at run time only."""
    found = _DURATION.fullmatch(text(duration))
    if found is None or found[2] not in _UNITS:
        return None
    return int(found[1] or 1) * int(found[3] or 1) * _UNITS[found[2]]
