"""The code that a function is turned into: instructions over registers, with the operations that others notice marked.

An instruction is a Python function from the machine to the next place in the code (None: the following one). A
`Stop` is an instruction at which the goroutine waits for its turn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from tree_sitter import Node

from golint_mem.semantics.concurrency.liveness import Liveness

if TYPE_CHECKING:
    from golint_mem.semantics.concurrency.machine import Machine
    from golint_mem.semantics.concurrency.values import Value

Instruction = Callable[["Machine"], "int | None"]
Expression = Callable[["Machine"], Any]


class Spot(NamedTuple):
    """A place in the source."""

    path: str
    node: Node


class Op(NamedTuple):
    """What a waiting goroutine wants to do: `kind` names the operation, `subject` what it is done to.

    For a `select`, `cases` holds (index, "send" or "receive", channel, value), and `default` the index of the default
    case or -1.
    """

    kind: str
    subject: Value
    spot: Spot
    value: Value = None
    cases: tuple[tuple[int, str, Value, Value], ...] = ()
    default: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Stop:
    """An instruction that waits: `prepare` says for what, `complete` takes the result and says where to go on."""

    prepare: Callable[[Machine], Op]
    complete: Callable[[Machine, Any], int | None]


@dataclass(slots=True, eq=False)
class Code:
    """A function.

    `heights` says how many registers are in use before each instruction (empty: all of them), `liveness` which of them
    still matter. `build`, where set, makes the instructions; `quiet` code is passed over, as it has nothing to do with
    waiting, and so is code that is `too_large`, by what was seen before. `boxed` says which results are kept in memory;
    `leaves` and `unwinds` are the instructions that end the call by a return and a panic.
    """

    name: str
    spot: Spot | None
    parameters: int = 0
    registers: int = 0
    results: tuple[int, ...] = ()
    boxed: tuple[bool, ...] = ()
    instructions: list[Instruction | Stop] = field(default_factory=list)
    heights: list[int] = field(default_factory=list)
    liveness: Liveness = field(default_factory=Liveness)
    variadic: bool = False
    quiet: bool = False
    too_large: bool = False
    build: Callable[[], None] | None = None
    leaves: int = 0
    unwinds: int = 0

    @property
    def is_declared(self) -> bool:
        """Whether this is a declared function, and neither a literal nor a piece of the library."""
        return self.spot is not None and self.spot.node.type != "func_literal"


class Frame(NamedTuple):
    """A suspended call: where it stands, its registers, what it has deferred, and where its results go.

    `mode` is empty, `return`, `panic`, `recovered` or `exit` (Goexit); `called` is where the call stands.
    """

    code: Code
    at: int
    registers: tuple[Value, ...]
    deferred: tuple[tuple[Value, tuple[Value, ...], Spot], ...] = ()
    into: tuple[int, ...] = ()
    mode: str = ""
    called: Spot | None = None


class Thread(NamedTuple):
    """A goroutine: its calls, innermost last, what it waits for (None: it can run), and where it was started."""

    frames: tuple[Frame, ...]
    waits: Op | None
    start: Spot
