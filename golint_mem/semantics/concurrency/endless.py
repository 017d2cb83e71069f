"""Where control never comes out again: loops that no path leaves, `select {}`, and calls of functions that hold one.

A path leaves a function by `return`, by its end, by `panic`, or by a call that ends the goroutine or the process.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Place
from golint_mem.semantics.cfg import Block, Edge, build
from golint_mem.semantics.concurrency.library import NEVER_CLOSED, NEVER_RETURN
from golint_mem.syntax.around import LITERAL, around
from golint_mem.syntax.go import Function, matches, place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts
    from golint_mem.semantics.view import Callee, FileView

_CALLS = "(call_expression) @call"
_RECEIVES = '[(unary_expression operator: "<-" operand: (_) @channel) (call_expression) @channel]'
_LEAVES = re.compile(r"(?i:\w*(?:fatal|panic|goexit)\w*|failnow|skip(?:now|f)?|must\w*|die|abort\w*)|[eE]xit\w*")
_ASSIGNMENTS = ("short_var_declaration", "assignment_statement")
_MOST_CALLS = 4  # how deep calls are followed


@dataclass(frozen=True, slots=True)
class Trap:
    """A loop, a `select {}`, or a call that leads to one (`inner`); `sure` where no path of the function avoids it."""

    view: FileView
    node: Node
    inner: Trap | None = None
    sure: bool = True

    @property
    def path(self) -> str:
        """The file of the node."""
        return self.view.tree.path

    def chain(self) -> Iterator[Trap]:
        """This trap and those that it leads to; the last one is the loop itself."""
        one: Trap | None = self
        while one is not None:
            yield one
            one = one.inner


class Fate(Enum):
    """How a call of a function ends: it may come back, it can only end by a panic or exit, or it never ends."""

    RETURNS = "returns"
    LEAVES = "leaves"
    STAYS = "stays"


class Endless:
    """The traps of one package's functions."""

    def __init__(self, facts: PackageFacts) -> None:
        self._facts = facts
        self._traps: dict[tuple[str, int], Trap | None] = {}
        self._fates: dict[tuple[str, int], Fate] = {}

    def trap(self, body: Node, view: FileView, depth: int = 0) -> Trap | None:
        """Where control stays for ever in a function's body; None where every path may come out."""
        key = view.tree.path, body.start_byte
        if key not in self._traps:
            self._traps[key] = None  # a recursive call is taken to return
            self._traps[key] = self._find(body, view, depth)
        return self._traps[key]

    def fate(self, function: Function, depth: int = 0) -> Fate:
        """How calls of a function of this package end."""
        body = function.node.child_by_field_name("body")
        if body is None or depth > _MOST_CALLS:
            return Fate.RETURNS
        key = function.path, body.start_byte
        if key not in self._fates:
            self._fates[key] = Fate.RETURNS
            trap = self.trap(body, self._facts.view_of(function), depth)
            only_panics = {block.ends for block in _reached(build(body)) if block.ends} == {"panic"}
            stays = trap is not None and trap.sure
            self._fates[key] = Fate.STAYS if stays else Fate.LEAVES if only_panics else Fate.RETURNS
        return self._fates[key]

    def _find(self, body: Node, view: FileView, depth: int) -> Trap | None:
        flow = _Flow(build(body), view)
        calls = {block.index: found for block in flow.blocks if (found := self._stays(block, view, depth)) is not None}
        flow.dead_ends = frozenset(calls)
        trapped = flow.trapped()
        if trapped:
            flow.exits = frozenset(block.index for block in trapped if self._leaves(block, view, depth))
            trapped = flow.trapped()
        for block in filter(flow.is_left_never, trapped):
            node = block.loop or _empty_select(block)
            if node is not None:
                return Trap(view, node, sure=not flow.may_leave())
            if block.index in calls:
                call, trap = calls[block.index]
                return Trap(view, call, trap, not flow.may_leave())
        return None

    def _stays(self, block: Block, view: FileView, depth: int) -> tuple[Node, Trap] | None:
        """The first statement of a block that calls a function of the program which never comes back."""
        for call in filter(None, map(_only_call, block.items)):
            trap = self.of_call(call, view, depth + 1)
            if trap is not None and trap.sure:
                return call, trap
        return None

    def of_call(self, call: Node, view: FileView, depth: int = 0) -> Trap | None:
        """Where the function that is called may stay for ever."""
        target = call.child_by_field_name("function")
        if target is not None and target.type == "func_literal":
            body = target.child_by_field_name("body")
            return self.trap(body, view, depth) if body is not None and depth <= _MOST_CALLS else None
        return self.of_callee(view.callee(call), depth)

    def of_callee(self, callee: Callee, depth: int = 0) -> Trap | None:
        """Where a function of the program stays for ever."""
        if callee.function is None or callee.facts is None or depth > _MOST_CALLS:
            return None
        body = callee.function.node.child_by_field_name("body")
        if body is None or callee.receiver.kind == "interface":
            return None
        return callee.facts.endless.trap(body, callee.facts.view_of(callee.function), depth)

    def _leaves(self, block: Block, view: FileView, depth: int) -> bool:
        """Whether a call in a block may end the goroutine or the process."""
        for item in block.items:
            for call in matches(item, _CALLS, "call"):
                callee = view.callee(call)
                if callee.qualified in NEVER_RETURN or _LEAVES.fullmatch(callee.name):
                    return True
                if callee.function is None or callee.facts is None:
                    continue
                if callee.facts.endless.fate(callee.function, depth + 1) is Fate.LEAVES:
                    return True
        return False


def headline(trap: Trap) -> Place:
    """The first line of a loop or `select {}`; of a call the whole."""
    whole, body = place(trap.path, trap.node), trap.node.child_by_field_name("body")
    if body is None:
        return whole
    (row, column), start = body.start_point, body.start_byte
    return replace(whole, end_line=row + 1, end_column=column + 1, end=start)


def title(trap: Trap) -> str:
    """A loop's first line, or a statement, as it stands in the source, in one line."""
    body = trap.node.child_by_field_name("body")
    whole = trap.node.text or b""
    shown = whole[: body.start_byte - trap.node.start_byte] if body is not None else whole
    return " ".join(shown.decode("utf-8", "replace").split()) or "for"


def called(trap: Trap) -> str:
    """What a call that leads to a trap calls, as it stands in the source."""
    return f"`{text(trap.node.child_by_field_name('function'))}`"


class _Flow:
    """A control-flow graph, cut at calls that never come back, with further exits."""

    def __init__(self, blocks: list[Block], view: FileView) -> None:
        self.blocks = blocks
        self.dead_ends: frozenset[int] = frozenset()
        self.exits: frozenset[int] = frozenset()
        self.signals: Callable[[Node], bool] = lambda _: False
        self._view = view

    def trapped(self) -> list[Block]:
        """The blocks that can be reached, and from which no exit can."""
        back: dict[int, list[Block]] = {}
        for block in self.blocks:
            for following in self._following(block):
                back.setdefault(following.index, []).append(block)
        exits = [block for block in self.blocks if self._is_exit(block)]
        leaving = {block.index for block in _closure(exits, lambda block: back.get(block.index, []))}
        return [block for block in self._reached() if block.index not in leaving]

    def is_left_never(self, block: Block) -> bool:
        """Whether control comes back to a block wherever it goes from there; so not for a loop that can end."""
        round_trip = _closure([block], self._following)
        return all(block in _closure([one], self._following) for one in round_trip)

    def may_leave(self) -> bool:
        """Whether some path from the entry comes to an exit."""
        return any(self._is_exit(block) for block in self._reached())

    def _reached(self) -> list[Block]:
        return sorted(_closure(self.blocks[:1], self._following), key=lambda block: block.index)

    def _is_exit(self, block: Block) -> bool:
        return (bool(block.ends) and block.index not in self.dead_ends) or block.index in self.exits

    def _following(self, block: Block) -> list[Block]:
        if block.index in self.dead_ends:
            return []
        return [edge.target for edge in block.edges if self._is_taken(edge)]

    def _is_taken(self, edge: Edge) -> bool:
        """Whether an edge can be taken at all: `for true`, and a `range` over a ticker, have no way out."""
        if edge.condition is not None:
            return text(edge.condition) != ("false" if edge.truth else "true")
        over = ranged(edge.loop) if edge.loop is not None and not edge.enters else None
        return over is None or not (never_closed(over, self._view) or self.signals(over))


def comes_again(blocks: list[Block], statement: Node, to: Node | None = None) -> bool:
    """Whether a path leads from a statement back to it, or to another one."""
    own = [block for block in blocks if statement in block.items]
    targets = [block for block in blocks if to in block.items] if to is not None else own
    reached = _closure([edge.target for block in own for edge in block.edges], _targets)
    return any(block in reached for block in targets)


def ends_only_by(body: Node, view: FileView, signals: Callable[[Node], bool]) -> bool:
    """Whether a function can end, but only after it received from some channels, or saw one closed."""
    flow = _Flow(build(body), view)
    if not flow.may_leave() or flow.trapped():
        return False
    flow.signals = signals
    flow.dead_ends = frozenset(block.index for block in flow.blocks if any(map(signals, _received(block))))
    return not flow.may_leave()


def _received(block: Block) -> Iterator[Node]:
    """The channels that a block receives from, in selects and elsewhere, and its calls."""
    for item in block.items:
        if item.type in ("go_statement", "defer_statement"):
            continue
        for channel in matches(item, _RECEIVES, "channel"):
            if around(channel, LITERAL, item) is None:
                yield channel


def ranged(loop: Node) -> Node | None:
    """What a `for` statement ranges over."""
    clause = next((child for child in loop.named_children if child.type == "range_clause"), None)
    return clause.child_by_field_name("right") if clause is not None else None


def never_closed(channel: Node | None, view: FileView) -> bool:
    """Whether an expression is a channel that the standard library never closes."""
    if channel is None:
        return False
    if channel.type == "call_expression":
        return view.callee(channel).qualified in NEVER_CLOSED
    if channel.type != "selector_expression":
        return False
    operand = channel.child_by_field_name("operand")
    field = text(channel.child_by_field_name("field"))
    return operand is not None and f"{view.type_of(operand).qualified}.{field}" in NEVER_CLOSED


def _only_call(item: Node) -> Node | None:
    """The call that a statement consists of: alone, returned, or assigned."""
    inner = item.child_by_field_name("right") if item.type in _ASSIGNMENTS else item
    if item.type not in (*_ASSIGNMENTS, "expression_statement", "return_statement"):
        return None
    while inner is not None and inner.type != "call_expression":
        inner = inner.named_children[0] if inner.named_child_count == 1 else None
    return inner


def _empty_select(block: Block) -> Node | None:
    last = block.items[-1] if block.items else None
    return last if last is not None and last.type == "select_statement" else None


def _reached(blocks: list[Block]) -> list[Block]:
    return _closure(blocks[:1], _targets)


def _targets(block: Block) -> list[Block]:
    return [edge.target for edge in block.edges]


def _closure(start: list[Block], following: Callable[[Block], list[Block]]) -> list[Block]:
    """The blocks that can be reached, those to start with among them."""
    found = {block.index: block for block in start}
    pending = list(start)
    while pending:
        for block in following(pending.pop()):
            if block.index not in found:
                found[block.index] = block
                pending.append(block)
    return list(found.values())
