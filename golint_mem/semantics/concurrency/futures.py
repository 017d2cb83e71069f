"""Functions that return a channel without room, on which a goroutine sends its one result.

The goroutine ends only when somebody receives. A caller that stops waiting leaves it behind; and callers of an exported
function are not in sight.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.concurrency.channels import Made, Use, uses_of_local
from golint_mem.semantics.concurrency.replies import left_by
from golint_mem.semantics.concurrency.senders import Channel, channel_of
from golint_mem.semantics.view import FileView
from golint_mem.syntax.around import around, function_around
from golint_mem.syntax.go import Function, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_CALLS = """(call_expression
  function: [(identifier) @name (selector_expression field: (field_identifier) @name)] (#eq? @name "{}")) @call"""
_DECLARES = frozenset({"short_var_declaration"})


@dataclass(frozen=True, slots=True)
class Future:
    """A channel that `function` returns; `given_up` is where a caller of the package may stop waiting."""

    channel: Channel
    function: Function
    leave: Use
    given_up: tuple[FileView, Node] | None

    @property
    def made(self) -> Made:
        """Where the channel is made."""
        return self.channel.made

    @property
    def send(self) -> Use:
        """The send that may wait for ever."""
        return self.channel.senders[0].sends[0]


def futures(channels: list[Made], facts: PackageFacts) -> Iterator[Future]:
    """The channels that functions of a package return, and from which nobody has to receive."""
    for made in channels:
        channel = channel_of(made, returned=True) if made.capacity == 0 and b"go " in made.view.tree.source else None
        function = made.view.enclosing(made.call)
        if channel is None or function is None or channel.function != function.node:
            continue
        returned = [use for use in channel.own if use.kind == "returned"]
        single = len(channel.senders) == 1 and channel.senders[0].count == 1
        if len(returned) == len(channel.own) > 0 and single:
            given_up = next(_given_up(function, facts), None)
            if given_up is not None or function.name[:1].isupper():
                yield Future(channel, function, returned[0], given_up)


def _given_up(function: Function, facts: PackageFacts) -> Iterator[tuple[FileView, Node]]:
    """The selects of callers that may be left without the result."""
    word = function.name.encode() + b"("
    for tree in facts.trees_with(word):
        if tree.path.endswith("_test.go") and not function.path.endswith("_test.go"):
            continue
        view = facts.view(tree)
        for call in matches(tree.root, _CALLS.format(function.name), "call"):
            caller, name = function_around(call), _assigned(call)
            known = view.object(name) if name is not None else None
            if caller is None or known is None or view.callee(call).function != function:
                continue
            uses = [use for use in uses_of_local(known, view, caller) if use.kind == "receive"]
            select = left_by(caller, [use for use in uses if use.function == caller])
            if select is not None and all(use.function == caller for use in uses):
                yield view, select


def _assigned(call: Node) -> Node | None:
    """The variable that is declared with a call as its value."""
    statement = around(call, _DECLARES)
    left = statement.child_by_field_name("left") if statement is not None else None
    right = statement.child_by_field_name("right") if statement is not None else None
    if left is None or right is None or right.named_children != [call] or left.named_child_count != 1:
        return None
    return left.named_children[0] if text(left) != "_" else None
