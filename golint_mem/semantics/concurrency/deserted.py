"""Channels in fields whose receivers can stop, while goroutines go on sending: a census of an unexported field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.cfg import build
from golint_mem.semantics.concurrency.channels import Made, Use, is_sent_on, is_within, uses_of_field
from golint_mem.semantics.concurrency.replies import leaves_from, other_cases
from golint_mem.semantics.concurrency.starts import Start, all_starts
from golint_mem.semantics.view import FileView, Object
from golint_mem.syntax.around import around, function_around, loop_around
from golint_mem.syntax.go import matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_DEFER = frozenset({"defer_statement"})
_UNCLEAR = frozenset({"returned", "argument", "other", "held"})
_RECEIVED = '(unary_expression operator: "<-" operand: (_) @channel)'
_SELECTS = "(select_statement) @found"
_CALLS = """(call_expression
  function: [(identifier) @name (selector_expression field: (field_identifier) @name)]) @call"""


@dataclass(frozen=True, slots=True)
class Deserted:
    """A channel in a field: `start` starts the goroutine that sends, at one of `sends`.

    Who receives (`receive`) leaves when `end` comes; None where it takes single values, and may stop with any of them.
    `deaf` says that it is the sender who is told by `end` to leave.
    """

    made: Made
    start: Start
    sends: tuple[Use, ...]
    receive: Use
    end: Node | None
    deaf: bool = False

    @property
    def send(self) -> Use:
        """The first one of the sends."""
        return self.sends[0]


def deserted(channels: list[Made], facts: PackageFacts) -> Iterator[Deserted]:
    """The channels of a package's fields that may be deserted by those who receive."""
    goroutines = _Goroutines(facts)
    seen: set[Object] = set()
    for made in channels:
        known = made.object
        own = known.kind == "field" and known.package == facts.package.import_path and not known.name[:1].isupper()
        if own and known not in seen and not _is_of_package(made) and is_sent_on(known.name, facts):
            seen.add(known)
            yield from _of(made, facts, goroutines)


def _is_of_package(made: Made) -> bool:
    """Whether the field is that of a variable of the package: there is one such channel, and the process ends it."""
    operand = made.name.child_by_field_name("operand")
    known = made.view.object(operand) if operand is not None else None
    return known is not None and known.kind == "package"


def _of(made: Made, facts: PackageFacts, goroutines: _Goroutines) -> Iterator[Deserted]:
    is_test = made.view.tree.path.endswith("_test.go")
    uses = [use for use in uses_of_field(made.object, facts) if is_test or not use.view.tree.path.endswith("_test.go")]
    kinds = {use.kind for use in uses}
    if kinds & _UNCLEAR or "send" not in kinds or "receive" not in kinds:
        return
    if "close" in kinds:
        found = _stream(made, uses, goroutines)
    else:
        found = _abandoned(made, uses, goroutines) or _deaf(made, uses, goroutines)
    if found is not None:
        yield found


def _stream(made: Made, uses: list[Use], goroutines: _Goroutines) -> Deserted | None:
    """A goroutine that sends all that there is and then closes the channel; nobody receives all of it."""
    sends = [use for use in uses if use.kind == "send"]
    receives = [use for use in uses if use.kind in ("receive", "range")]
    closes = [use for use in uses if use.kind == "close"]
    if made.capacity != 0 or len(closes) != 1 or any(use.select is not None for use in sends):
        return None
    if any(use.kind == "range" or loop_around(use.node) is not None for use in receives):
        return None
    start = goroutines.around(closes[0])
    function = start.function if start is not None else None
    if start is None or function is None or not is_within(made.call, function.node):
        return None
    return Deserted(made, start, tuple(sends), receives[0], None)


def _abandoned(made: Made, uses: list[Use], goroutines: _Goroutines) -> Deserted | None:
    """A goroutine that sends, where those who receive are goroutines that something else ends."""
    end, receive = None, None
    for use in (one for one in uses if one.kind in ("receive", "range")):
        if goroutines.around(use) is None or use.kind == "range":
            return None
        end = _end_of(use) or end
        receive = use if receive is None or _end_of(use) is not None else receive
    if end is None or receive is None or not _is_ended(end, receive.view):
        return None
    for use in uses:
        fits = made.capacity is None and loop_around(use.node) is None  # a single value may well find room
        if use.kind == "send" and use.select is None and use.function != receive.function and not fits:
            start = goroutines.around(use) or goroutines.calling(use)
            if start is not None and start.function is not None:
                return Deserted(made, start, (use,), receive, end)
    return None


def _deaf(made: Made, uses: list[Use], goroutines: _Goroutines) -> Deserted | None:
    """A goroutine that looks at an end in its loop, but not while it sends; and nobody has to receive."""
    receives = [use for use in uses if use.kind in ("receive", "range")]
    if made.capacity != 0 or any(use.select is None or goroutines.around(use) is not None for use in receives):
        return None
    for use in uses:
        body = use.function.child_by_field_name("body") if use.function is not None else None
        loop = loop_around(use.node)
        if use.kind != "send" or use.select is not None or body is None or loop is None:
            continue
        start, end = goroutines.around(use), _end_in(loop, body, use)
        if start is not None and start.function is not None and end is not None:
            return Deserted(made, start, (use,), receives[0], end, deaf=True)
    return None


def _end_in(loop: Node, body: Node, send: Use) -> Node | None:
    """The case of a select in a loop by which the goroutine leaves when its object ends."""
    blocks = build(body)
    for select in matches(loop, _SELECTS, "found"):
        if loop_around(select) != loop:
            continue
        for case in other_cases(select, []):
            leaving = (block for block in blocks if case in block.items)
            if _is_ended(case, send.view) and any(leaves_from(block, [send], loop) for block in leaving):
                return case
    return None


def _end_of(use: Use) -> Node | None:
    """The other case of a receive's select that leads out of the goroutine."""
    body = use.function.child_by_field_name("body") if use.function is not None else None
    if body is None or use.select is None:
        return None
    blocks = build(body)
    for case in other_cases(use.select, [use]):
        if any(leaves_from(block, [use]) for block in blocks if case in block.items):
            return case
    return None


def _is_ended(end: Node, view: FileView) -> bool:
    """Whether the package ends the receiver by a field of the object, without waiting for others first."""
    for channel in matches(end, _RECEIVED, "channel"):
        known = view.object(channel)
        if known is None or known.kind != "field" or known.package != view.facts.package.import_path:
            continue
        closes = [use for use in uses_of_field(known, view.facts) if use.kind == "close"]
        return bool(closes) and not any(_waits_before(use) for use in closes)
    return False


def _waits_before(close: Use) -> bool:
    """Whether a function waits for something before it closes a channel, or defers to close it and waits."""
    function = close.function
    whole = (function.text or b"") if function is not None else b""
    if function is None or around(close.node, _DEFER, function) is not None:
        return b".Wait()" in whole
    return b".Wait()" in whole[: close.node.start_byte - function.start_byte]


class _Goroutines:
    """What the goroutines run that a package starts."""

    def __init__(self, facts: PackageFacts) -> None:
        self._facts = facts

    @cached_property
    def _starts(self) -> list[tuple[Start, FileView, Node]]:
        found = []
        for start in all_starts(self._facts):
            view = start.view
            callee = start.callee
            if start.literal is not None:
                found.append((start, view, start.literal))
            elif callee.function is not None and callee.facts is self._facts:
                found.append((start, self._facts.view_of(callee.function), callee.function.node))
        return found

    def around(self, use: Use) -> Start | None:
        """What starts the goroutine that runs the function around a use."""
        return next((start for start, _, node in self._starts if node == use.function), None)

    def calling(self, use: Use) -> Start | None:
        """What starts a goroutine that calls the declared function around a use."""
        function = use.view.enclosing(use.node)
        if function is None or use.function != function.node:
            return None
        word = function.name.encode() + b"("
        for start, view, node in self._starts:
            if word not in (node.text or b""):
                continue
            for call in matches(node, _CALLS, "call"):
                name = text(call.child_by_field_name("function")).rpartition(".")[2]
                if name == function.name and function_around(call) == node and view.callee(call).function == function:
                    return start
        return None
