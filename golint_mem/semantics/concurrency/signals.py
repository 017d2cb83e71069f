"""Channels that `signal.Notify` fills, and that nobody takes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Step
from golint_mem.semantics.concurrency.library import REGISTERED
from golint_mem.semantics.concurrency.starts import ended_by_parameter
from golint_mem.syntax.around import function_around
from golint_mem.syntax.go import matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts
    from golint_mem.semantics.view import FileView

_CALLS = '(call_expression function: (selector_expression field: (field_identifier) @name) (#eq? @name "Notify")) @call'
_NAMES = "(identifier) @name"
_LAST = re.compile(r"\.(?:SIGINT|SIGTERM|SIGQUIT|SIGKILL|SIGHUP|Interrupt|Kill)$")
_LOOKS = frozenset({"unary_expression", "range_clause", "binary_expression"})


@dataclass(frozen=True, slots=True)
class Registered:
    """A call that registers a local channel for signals; `end` says why the function is known to end before it."""

    view: FileView
    call: Node
    channel: Node
    end: Step | None


def left_registered(facts: PackageFacts) -> Iterator[Registered]:
    """The local channels that are registered for signals and never taken back, in functions that come to an end."""
    for tree in facts.trees_with(b"signal.Notify("):
        view = facts.view(tree)
        for call in matches(tree.root, _CALLS, "call"):
            arguments, function = call.child_by_field_name("arguments"), function_around(call)
            channel = arguments.named_children[0] if arguments is not None and arguments.named_children else None
            body = function.child_by_field_name("body") if function is not None else None
            if channel is None or body is None or view.callee(call).qualified not in REGISTERED:
                continue
            trap, known = facts.endless.trap(body, view), view.object(channel)
            if trap is None and known is not None and known.kind == "local" and _stays_here(channel, call, view):
                end = None if _end_process(arguments) else ended_by_parameter(view, call)
                yield Registered(view, call, channel, end)


def _end_process(arguments: Node | None) -> bool:
    """Whether all the signals that are asked for are those that end a process, so that it will end now."""
    asked = arguments.named_children[1:] if arguments is not None else []
    return all(_LAST.search(text(one)) is not None for one in asked)


def _stays_here(channel: Node, call: Node, view: FileView) -> bool:
    """Whether all that is done with a channel is to register it and to receive from it."""
    known, function = view.object(channel), view.root(call)
    for name in matches(function, _NAMES, "name") if function is not None else ():
        if text(name) != text(channel) or view.object(name) != known or name == channel:
            continue
        around = name.parent
        listed = around is not None and around.type == "expression_list"
        declares = listed and around is not None and around.parent is not None and _assigns(around)
        if around is None or not (around.type in _LOOKS or declares or around.type == "var_spec"):
            return False
    return True


def _assigns(left: Node) -> bool:
    statement = left.parent
    return statement is not None and statement.child_by_field_name("left") == left
