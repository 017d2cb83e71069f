"""What the analysis saw go wrong with one value: what rules turn into findings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tree_sitter import Node

from golint_mem.findings import Confidence, Finding, Fix, Place, Step
from golint_mem.syntax.go import Function


class Kind(Enum):
    """The ways in which the life of a value goes wrong."""

    LEAKED = "a path ends without giving it back"
    OVERWRITTEN = "the only reference is overwritten"
    USED = "used after it was given back"
    RELEASED_TWICE = "given back twice"
    RETURNED = "returned, or stored where others see it, although it is given back"
    HELD = "a goroutine or receiver still holds it when it is given back"


@dataclass(frozen=True, slots=True)
class Lapse:
    """One thing that went wrong with one value.

    `maker` names the callee that makes the value and `call` is that call (None for what the caller handed in: then
    `given` is set), `subject` is the variable or expression that holds it, `node` the syntax to report, `release` the
    call that gave it back, `how` the manner of an escape (`returned`, `stored in x.y`, `sent`, `goroutine`). Of a leak,
    `sometimes` says that another path gives the value back, `handed` that another path hands it to somebody else,
    `panics` that this path panics. `partial` says that a part or view of the value is meant, not the value itself.
    """

    kind: Kind
    function: Function
    path: str
    subject: str
    node: Node
    place: Place
    maker: str = ""
    call: Node | None = None
    release: Node | None = None
    how: str = ""
    steps: tuple[Step, ...] = ()
    sometimes: bool = False
    handed: bool = False
    partial: bool = False
    panics: bool = False
    given: bool = False

    def finding(
        self,
        code: str,
        message: str,
        rank: float = 50.0,
        confidence: Confidence = Confidence.LIKELY,
        fixes: tuple[Fix, ...] = (),
    ) -> Finding:
        """The finding that a rule makes of it."""
        return Finding(
            code,
            message,
            self.place,
            threads=(self.steps,) if self.steps else (),
            fixes=fixes,
            confidence=confidence,
            rank=rank,
            function=self.function.qualified,
            subject=self.subject,
        )
