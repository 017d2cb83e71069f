"""The life of what runs on until it is told to stop, as protocols for the typestate engine, and what leaks of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.concurrency.heads import has_no_body
from golint_mem.semantics.concurrency.library import CANCEL, LOOK_ON, MAKERS, READ_TO_END, RUNNING, Running
from golint_mem.semantics.types import Type
from golint_mem.semantics.typestate.lapse import Lapse
from golint_mem.semantics.typestate.protocol import RECEIVER, Protocol, Unknown
from golint_mem.syntax.go import text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts


def _protocol(name: str, makers: tuple[Running, ...], released: str, lost: str) -> Protocol:
    ends = {end for one in makers for end in one.ends}
    return Protocol(
        name=name,
        makes={one.maker: one.result for one in makers},
        releases=_releases(ends),
        words=tuple(sorted({one.maker.rpartition(".")[2].encode() + b"(" for one in makers} | set(map(_word, ends)))),
        called=CANCEL in ends,
        through=frozenset(end.partition(".")[0] for end in ends if "." in end),
        borrows=LOOK_ON,
        unknown=Unknown.TAKES,
        made="makes it here",
        released=released,
        lost=lost,
    )


def _releases(ends: set[str]) -> dict[str, int]:
    """The callees that end something, and which argument they end."""
    methods = {f"*.{end.rpartition('.')[2]}": RECEIVER for end in ends if end != CANCEL}
    return methods | READ_TO_END if "Body.Close" in ends else methods


def _word(end: str) -> bytes:
    """What stands in every function that ends something."""
    return b"ancel(" if end == CANCEL else b"." + end.rpartition(".")[2].encode() + b"("


CANCELS = _protocol(
    "cancel functions",
    tuple(one for one in RUNNING if CANCEL in one.ends),
    "it is called here",
    "the function ends without calling it",
)
TICKERS = _protocol(
    "tickers", (MAKERS["time.NewTicker"],), "it is stopped here", "the function ends without stopping it"
)
BODIES = _protocol(
    "response bodies",
    tuple(one for one in RUNNING if one.what == "response body"),
    "it is closed here",
    "the function ends without closing it",
)
_GATES = {CANCELS.name: (b"context.",), TICKERS.name: (b"time.",), BODIES.name: (b'"net/http"',)}
_TYPES = {
    CANCELS.name: ("context.CancelFunc", "context.CancelCauseFunc", "func()"),
    TICKERS.name: ("time.Ticker",),
    BODIES.name: ("net/http.Response", "io.ReadCloser"),
}


def leaks(facts: PackageFacts, protocol: Protocol) -> Iterator[Lapse]:
    """What is lost on some path. What a constructor keeps inside of the object that it makes is the object's matter."""
    if not facts.mentions(_GATES.get(protocol.name, ())):
        return
    for lapse in facts.typestate(protocol).leaks:
        if lapse.partial or result_of(lapse, facts, protocol) is None or _stays(lapse, facts):
            continue
        if lapse.call is None or protocol is not BODIES or not has_no_body(lapse.call, facts.view_of(lapse.function)):
            yield lapse


def _stays(lapse: Lapse, facts: PackageFacts) -> bool:
    """Whether the function never comes to an end: what it made is needed as long as the process lives."""
    body = lapse.function.node.child_by_field_name("body")
    trap = facts.endless.trap(body, facts.view_of(lapse.function)) if body is not None else None
    return trap is not None and trap.sure


def result_of(lapse: Lapse, facts: PackageFacts, protocol: Protocol) -> int | None:
    """Which result of the call is the thing itself; None where the call makes something that has it inside."""
    if lapse.call is None:
        return None
    callee = facts.view_of(lapse.function).callee(lapse.call)
    made = protocol.makes_at(callee.qualified)
    if made is not None:
        return made
    wanted = _TYPES.get(protocol.name, ())
    return next((index for index, one in enumerate(callee.type.results) if _is(one, wanted)), None)


def _is(one: Type, wanted: tuple[str, ...]) -> bool:
    return one.qualified in wanted or str(one) in wanted


def variable_of(call: Node, result: int) -> Node | None:
    """The variable that one result of a call is assigned to, where the call is all that is assigned."""
    right = call.parent
    statement = right.parent if right is not None and right.type == "expression_list" else None
    left = statement.child_by_field_name("left") if statement is not None else None
    if left is None or right is None or right.named_child_count != 1 or left.named_child_count <= result:
        return None
    found = left.named_children[result]
    return found if found.type == "identifier" and text(found) != "_" else None
