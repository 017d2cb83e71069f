"""Senders that are left behind, by the shape of the code: what is found where a scope is too large to explore."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Confidence, Finding, Step
from golint_mem.semantics.concurrency.abandoned import Abandoned, abandoned
from golint_mem.semantics.concurrency.channels import Use, made_channels
from golint_mem.semantics.concurrency.code import Spot
from golint_mem.semantics.concurrency.commands import is_whole_program
from golint_mem.semantics.concurrency.deserted import Deserted, deserted
from golint_mem.semantics.concurrency.futures import Future, futures
from golint_mem.semantics.concurrency.replies import Unanswered, unanswered
from golint_mem.semantics.concurrency.witness import place_of
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_FOR_EVER = "the goroutine waits here for ever"


def left_behind(facts: PackageFacts, code: str) -> Iterator[Finding]:
    """A finding for every sender of a package that may be left behind, but for those that an exploration has shown."""
    if not facts.mentions((b"go ", b".Go(")):
        return
    shown, channels = facts.hangs.shown(), [*made_channels(facts)]
    questions = [*unanswered(channels, facts)]
    answers = frozenset(key for one in questions for key in _keys((one.send,)))
    found = [
        *(_of_abandoned(code, one) for one in abandoned(channels) if shown.isdisjoint(_keys(one.sender.sends))),
        *(
            _of_future(code, one)
            for one in futures(channels, facts)
            if shown.isdisjoint(_keys(one.channel.senders[0].sends))
        ),
        *(_of_unanswered(code, one) for one in questions),
        *(
            _of_deserted(code, one)
            for one in deserted(channels, facts)
            if not (shown | answers).intersection(_keys(one.sends))
        ),
    ]
    for finding in found:
        if finding.place.path in facts.asked:
            yield finding


def _keys(sends: tuple[Use, ...]) -> Iterator[tuple[str, int]]:
    return ((send.view.tree.path, send.node.start_byte) for send in sends)


def _step(view: FileView, node: Node, message: str) -> Step:
    return Step(place_of(Spot(view.tree.path, node)), message)


def _of_abandoned(code: str, one: Abandoned) -> Finding:
    """The function that made the channel has left."""
    view, made = one.made.view, one.made
    leaves = "the function leaves here, and has not received all" if one.received else "the function leaves here"
    steps = (
        _step(view, made.call, "the channel is made here"),
        _step(view, one.sender.statement, "the goroutine starts here"),
        _step(view, one.leave, leaves),
        _step(one.send.view, one.send.node, _FOR_EVER),
    )
    ends = is_whole_program(made.call)
    reason = "who started it may have left without receiving"
    return _finding(code, one.send, reason, steps, view, unlikely=ends)


def _of_future(code: str, one: Future) -> Finding:
    """Who has the channel need not receive."""
    view, (sender,) = one.made.view, one.channel.senders
    steps = [
        _step(view, one.made.call, "the channel is made here, without room"),
        _step(view, sender.statement, "the goroutine starts here"),
        _step(view, one.leave.node, "the channel is returned"),
    ]
    reason = "callers need not receive, and the channel has no room"
    if one.given_up is not None:
        steps.append(_step(*one.given_up, "this caller may leave by another case"))
        reason = "a caller may leave without receiving, and the channel has no room"
    steps.append(_step(one.send.view, one.send.node, _FOR_EVER))
    return _finding(code, one.send, reason, tuple(steps), view)


def _of_unanswered(code: str, one: Unanswered) -> Finding:
    """Who asked has left."""
    view, name = one.made.view, text(one.send.name)
    steps = (
        _step(view, one.made.call, "the channel for the answer is made here, without room"),
        _step(view, one.select, "who asked may leave this by another case"),
        _step(one.send.view, one.send.node, f"the answer waits here for ever to be sent on `{name}`"),
    )
    function = view.enclosing(one.made.call)
    return Finding(
        code,
        f"`{name} <- ...` can wait for ever: the channel has no room, and who made it may have stopped waiting",
        steps[0].place,
        (steps,),
        function=function.qualified if function is not None else "",
        subject=name,
    )


def _of_deserted(code: str, one: Deserted) -> Finding:
    """Those who receive have left."""
    receive = one.receive
    if one.deaf and one.end is not None:
        taken = _step(one.send.view, one.end, "the goroutine would leave here, but does not look while it sends")
        reason = f"it leaves on `{' '.join(text(one.end).split())}`, but does not look at that while it sends"
    elif one.end is None:
        taken = _step(receive.view, receive.node, "one value is received here at a time")
        reason = "nobody receives all of it, or tells the goroutine to stop"
    else:
        taken = _step(receive.view, one.end, "who receives may leave here")
        reason = f"who receives leaves on `{' '.join(text(one.end).split())}`, and the sender does not look at it"
    steps = (
        _step(one.made.view, one.made.call, "the channel is made here"),
        _step(one.start.view, one.start.statement, "the goroutine that sends starts here"),
        taken,
        _step(one.send.view, one.send.node, _FOR_EVER),
    )
    others = tuple(_step(use.view, use.node, "it can wait here as well") for use in one.sends[1:])
    return _finding(code, one.send, reason, steps, one.send.view, others)


def _finding(
    code: str,
    send: Use,
    reason: str,
    steps: tuple[Step, ...],
    view: FileView,
    related: tuple[Step, ...] = (),
    unlikely: bool = False,
) -> Finding:
    function, name = send.view.enclosing(send.node), text(send.name)
    return Finding(
        code,
        f"the goroutine can wait for ever to send on `{name}`: {reason}",
        steps[-1].place,
        (steps,),
        related,
        confidence=Confidence.POSSIBLE if unlikely else Confidence.LIKELY,
        function=function.qualified if function is not None else "",
        subject=name,
    )
