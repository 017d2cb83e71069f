"""Functions that start a goroutine which sends to them, and that can leave without having received."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tree_sitter import Node

from golint_mem.semantics.cfg import Block, Edge, build
from golint_mem.semantics.concurrency.channels import Made, Use, is_within
from golint_mem.semantics.concurrency.endless import ranged
from golint_mem.semantics.concurrency.senders import ENDLESS, Channel, Sender, channel_of
from golint_mem.semantics.ownership.comparisons import Vocabulary, excluded, normal
from golint_mem.semantics.view import Object
from golint_mem.syntax.around import LITERAL, LOOP, around
from golint_mem.syntax.go import Function, as_function, literal, matches, text

_MOST_STATES = 3000
_RECEIVES = '(unary_expression operator: "<-" operand: (_) @channel)'
_CALLS = "(call_expression function: (selector_expression field: (field_identifier) @name)) @call"
_WAITS = frozenset({"Wait", "Join"})
_WORDS = re.compile(r"[A-Za-z_]\w*")
_ASSIGNS = frozenset({"short_var_declaration", "assignment_statement", "range_clause", "receive_statement"})


@dataclass(frozen=True, slots=True)
class Abandoned:
    """A channel whose sender is left behind where the function leaves at `leave`; `received` before, but not enough."""

    channel: Channel
    sender: Sender
    leave: Node
    received: bool

    @property
    def made(self) -> Made:
        """Where the channel is made."""
        return self.channel.made

    @property
    def send(self) -> Use:
        """The send that nobody receives any more."""
        return self.sender.sends[0]


def abandoned(channels: list[Made]) -> Iterator[Abandoned]:
    """The senders that are left behind, for some of the channels that a package makes."""
    for made in channels:
        source = made.view.tree.source
        channel = channel_of(made) if made.capacity in (0, 1) and (b"go " in source or b".Go(" in source) else None
        found = _Ways(channel).leaving() if channel is not None else None
        if found is not None:
            yield found


@dataclass(frozen=True, slots=True)
class _State:
    """Where a path stands: how many values are sent and not received yet, and what is assumed.

    `received` says that something was received, `fresh` that it was in this round of the loop.
    """

    block: int
    owed: int = 0
    received: bool = False
    fresh: bool = False
    facts: frozenset[tuple[str, bool]] = frozenset()


class _Ways:
    """The paths of the function that makes a channel."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._view = channel.made.view
        body = channel.function.child_by_field_name("body")
        self._blocks = build(body) if body is not None else []
        self._words = Vocabulary(_as_function(channel.function, self._view.tree.path))
        self._loops = {loop.id for use in channel.own if (loop := around(use.node, LOOP, channel.function)) is not None}

    def leaving(self) -> Abandoned | None:
        """A way out of the function on which more is sent than received and buffered."""
        pending = [_State(0)] if self._blocks else []
        seen = set(pending)
        while pending and len(seen) < _MOST_STATES:
            state = pending.pop()
            block = self._blocks[state.block]
            after = self._through(block, state)
            if isinstance(after, Abandoned):
                return after
            for edge in block.edges if after is not None else ():
                following = self._along(edge, after) if after is not None else None
                if following is not None and following not in seen:
                    seen.add(following)
                    pending.append(following)
        return None

    def _through(self, block: Block, state: _State) -> _State | Abandoned | None:
        """The state behind a block; None where nobody can be left behind any more."""
        if block.loop is not None and block.loop.id in self._loops:
            state = replace(state, fresh=False)
        for item in block.items:
            if state.owed and is_within(self._channel.made.call, item):
                return self._left(state, item) or replace(state, owed=0, received=False)
            for sender in self._channel.senders:
                if is_within(sender.statement, item):
                    state = replace(state, owed=min(ENDLESS, state.owed + sender.count))
            if (state.owed and self._waits(item)) or self._closes(item):
                return None
            state = replace(self._received(item, state), facts=_without(state.facts, item))
        if block.ends == "return":
            return self._left(state, block.items[-1] if block.items else self._channel.function)
        return state if not block.ends else None

    def _received(self, node: Node, state: _State) -> _State:
        """The state behind a statement or condition that may receive."""
        for use in self._channel.own:
            if use.kind == "receive" and is_within(use.node, node):
                state = _received(state)
        return state

    def _left(self, state: _State, leave: Node) -> Abandoned | None:
        room = self._channel.made.capacity or 0
        if state.owed <= room:
            return None
        again = [one for one in self._channel.senders if one.count == ENDLESS]
        if state.owed >= ENDLESS and again:
            if state.fresh and self._loops and not all(one.again for one in again):
                return None
            if room > 1:
                return None
        elif room:
            return None
        sender = again[0] if again and state.owed >= ENDLESS else self._channel.senders[-1]
        return Abandoned(self._channel, sender, leave, state.received)

    def _along(self, edge: Edge, state: _State) -> _State | None:
        if edge.loop is not None and not edge.enters and edge.loop.id in self._loops and state.owed:
            return None  # it went round as often as needed
        over = ranged(edge.loop) if edge.loop is not None else None
        if over is not None and self._view.object(over) == self._channel.made.object:
            if not edge.enters:
                return None  # the channel is closed: all is received
            return replace(_received(state), block=edge.target.index)
        if edge.condition is None or edge.loop is not None:
            return replace(state, block=edge.target.index)
        state = self._received(edge.condition, state)
        asked = normal(edge.condition, self._words.names)
        positive = asked.positive == edge.truth
        if asked.key in self._oks and not positive:
            return None
        if excluded(dict(state.facts), asked, positive):
            return None
        facts = state.facts | {(asked.key, positive)} if self._words.repeats(asked.key) else state.facts
        return replace(state, block=edge.target.index, facts=facts)

    @property
    def _oks(self) -> frozenset[str]:
        """The variables that say whether the channel was closed."""
        found = set()
        for use in self._channel.own:
            statement = use.node.parent
            if statement is not None and statement.type == "expression_list":
                statement = statement.parent
            left = statement.child_by_field_name("left") if statement is not None else None
            if left is not None and left.named_child_count == 2:
                found.add(text(left.named_children[1]))
        return frozenset(found)

    def _closes(self, item: Node) -> bool:
        """Whether the function closes the channel itself: then it knows that nobody sends any more."""
        return any(use.kind == "close" and is_within(use.node, item) for use in self._channel.own)

    def _waits(self, item: Node) -> bool:
        """Whether a statement waits for the goroutine in some other way."""
        talks = frozenset[Object]().union(*(one.talks for one in self._channel.senders))
        for channel in matches(item, _RECEIVES, "channel"):
            if around(channel, LITERAL, item) is None and self._view.object(channel) in talks:
                return True
        names = matches(item, _CALLS, "name")
        return any(text(name) in _WAITS and around(name, LITERAL, item) is None for name in names)


def _received(state: _State) -> _State:
    """The state behind a receive."""
    owed = state.owed if state.owed >= ENDLESS else max(0, state.owed - 1)
    return replace(state, owed=owed, received=True, fresh=True)


def _as_function(node: Node, path: str) -> Function:
    return literal(path, node, "") if node.type == "func_literal" else as_function(path, node)


def _without(facts: frozenset[tuple[str, bool]], item: Node) -> frozenset[tuple[str, bool]]:
    """What is still known behind a statement that assigns."""
    left = item.child_by_field_name("left") if item.type in _ASSIGNS else None
    if not facts or (left is None and item.type not in ("inc_statement", "dec_statement", "var_declaration")):
        return facts
    written = set(_WORDS.findall(text(left) if left is not None else text(item)))
    return frozenset(one for one in facts if written.isdisjoint(_WORDS.findall(one[0])))
