"""How a hang comes about, as findings show it: one sequence of steps per goroutine, numbered in time."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from golint_mem.findings import Evidence, Finding, Place, Step
from golint_mem.semantics.concurrency.code import Op, Spot
from golint_mem.semantics.concurrency.hangs import Blocked, Hang
from golint_mem.semantics.concurrency.moves import name_of, subjects
from golint_mem.semantics.concurrency.network import ROOT
from golint_mem.semantics.concurrency.values import Loc
from golint_mem.syntax.go import matches, place, text

_DECLARED = frozenset({"function_declaration", "method_declaration"})
LONGEST = 40
"""Steps of one goroutine that a finding shows at most (the last ones)."""
_WAITING = {
    "send": "waits for ever to send on `{}`",
    "receive": "waits for ever to receive from `{}`",
    "range": "waits for ever for `{}` to be closed",
    "select": "waits for ever: no case of the select can come any more",
    "lock": "waits for ever to lock `{}`",
    "rlock": "waits for ever to lock `{}` for reading",
    "once": "waits for ever for the function of `{}` to return",
    "wait": "waits for ever: the counter of `{}` never becomes zero",
    "woken": "waits for ever: nobody signals `{}` any more",
}


def finding(code: str, message: str, hang: Hang) -> Finding:
    """A finding that shows a hang with its witness."""
    spot = hang.spot
    return Finding(
        code=code,
        message=message,
        place=place_of(spot),
        threads=tuple(_threads(hang)),
        related=tuple(_related(hang)),
        confidence=hang.confidence,
        evidence=Evidence.INTERLEAVING,
        rank=60.0,
        function=function_of(spot.node),
        subject=subject(hang.op),
    )


def _threads(hang: Hang) -> Iterator[tuple[Step, ...]]:
    steps: dict[int, list[Step]] = {}
    order = 0
    for event in hang.events:
        order += bool(event.message)
        steps.setdefault(event.thread, []).append(Step(place_of(event.spot), event.message or "starts here", order))
    for blocked in hang.blocked:
        order += 1
        steps.setdefault(blocked.thread, []).append(Step(place_of(blocked.op.spot), waiting(blocked.op), order))
    if hang.crash is not None:
        order += 1
        spot = place_of(hang.spot)
        steps.setdefault(hang.crash.thread, []).append(Step(spot, f"panics: {hang.crash.message}", order))
    for thread in sorted(steps, key=lambda one: (one != ROOT, steps[one][0].order)):
        first, *rest = steps[thread]
        yield (first, *rest[-LONGEST:])


def _related(hang: Hang) -> Iterator[Step]:
    for blocked in hang.blocked[1:]:
        yield Step(place_of(blocked.op.spot), f"another goroutine {waiting(blocked.op)}")
    if hang.blocked and hang.blocked[0].thread != ROOT:
        yield Step(place_of(hang.blocked[0].start), "the goroutine is started here")
    yield from _made(hang)


def _made(hang: Hang) -> Iterator[Step]:
    """Where the scope made the channels that are waited for."""
    facts = hang.root.view.facts
    for channel in subjects(hang.op):
        key = channel.root.key if isinstance(channel, Loc) and not channel.outside else None
        if isinstance(key, tuple) and "chan" in key:
            _, path, start, *_ = key
            call: Node | None = facts.tree_at(path).root.descendant_for_byte_range(start, start + 1)
            while call is not None and call.type != "call_expression":
                call = call.parent
            if call is not None:
                yield Step(place(path, call), "the channel is made here")


def waiting(op: Op) -> str:
    """What a blocked goroutine does, in words."""
    return _WAITING.get(op.kind, "waits for ever").format(subject(op))


def subject(op: Op) -> str:
    """The channel, lock or counter of an operation, as the source names it."""
    node = op.spot.node
    if node.type == "range_clause":
        return _line(text(node.child_by_field_name("right")))
    if node.type == "call_expression":
        function = node.child_by_field_name("function")
        owner = function.child_by_field_name("operand") if function is not None else None
        return _line(text(owner if owner is not None else function))
    return name_of(op)


def _line(source: str) -> str:
    words = " ".join(source.split())
    return words if len(words) <= 40 else words[:37] + "..."


def place_of(spot: Spot) -> Place:
    """Where an operation stands; of what goes over several lines, its first one."""
    whole = place(spot.path, spot.node)
    if whole.line == whole.end_line:
        return whole
    first = (spot.node.text or b"").split(b"\n", 1)[0].rstrip()
    end = whole.column + len(first)
    return Place(whole.path, whole.line, whole.column, whole.line, end, whole.start, whole.start + len(first))


def function_of(node: Node) -> str:
    """The declared function around a node, as `Type.Method`."""
    current: Node | None = node
    while current is not None and current.type not in _DECLARED:
        current = current.parent
    if current is None:
        return ""
    receiver = current.child_by_field_name("receiver")
    owner = matches(receiver, "(type_identifier) @name", "name") if receiver is not None else []
    name = text(current.child_by_field_name("name"))
    return f"{text(owner[0])}.{name}" if owner else name


def blocked_first(hang: Hang) -> Blocked | None:
    """The goroutine to report; None for a panic."""
    return hang.blocked[0] if hang.blocked else None
