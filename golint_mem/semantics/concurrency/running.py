"""The life of what runs on until it is told to stop, as protocols for the typestate engine, and what leaks of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.semantics.concurrency.library import CANCEL, LOOK_ON, MAKERS, RUNNING, Running
from golint_mem.semantics.typestate.lapse import Kind, Lapse
from golint_mem.semantics.typestate.protocol import RECEIVER, Protocol, Unknown

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts


def _protocol(name: str, makers: tuple[Running, ...], released: str, lost: str) -> Protocol:
    ends = {end for one in makers for end in one.ends}
    return Protocol(
        name=name,
        makes={one.maker: one.result for one in makers},
        releases={f"*.{end.rpartition('.')[2]}": RECEIVER for end in ends if end != CANCEL},
        words=tuple(sorted({one.maker.rpartition(".")[2].encode() + b"(" for one in makers})),
        called=CANCEL in ends,
        through=frozenset(end.partition(".")[0] for end in ends if "." in end),
        borrows=LOOK_ON,
        unknown=Unknown.TAKES,
        made="starts it here",
        released=released,
        lost=lost,
    )


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


def leaks(facts: PackageFacts, protocol: Protocol) -> Iterator[Lapse]:
    """What is lost on some path, where nobody else could end it; paths that panic aside."""
    for lapse in facts.typestate(protocol).lapses:
        if lapse.kind in (Kind.LEAKED, Kind.OVERWRITTEN) and not lapse.given and not lapse.partial:
            yield lapse
