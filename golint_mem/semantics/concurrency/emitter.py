"""The parts that code is made of: registers, labels, instructions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.concurrency.code import Code, Expression, Instruction, Spot, Stop
from golint_mem.semantics.concurrency.liveness import Liveness
from golint_mem.semantics.concurrency.machine import Machine
from golint_mem.semantics.concurrency.values import Loc, Symbol, Value
from golint_mem.semantics.concurrency.world import OBJECT
from golint_mem.semantics.types import Type
from golint_mem.semantics.view import FileView

if TYPE_CHECKING:
    from golint_mem.semantics.concurrency.captures import Captures
    from golint_mem.semantics.concurrency.extract import Extraction


_COUNTS = re.compile(rb"\b(?:Add|Dec|Inc|Sub)(?:U?[Ii]nt\w*)?\([^()]*\)\s*[=<>!]=?")


class Label:
    """A place in the code that is known later."""

    __slots__ = ("at",)

    def __init__(self) -> None:
        self.at = 0


class Emitter:
    """The code of one function while it grows."""

    def __init__(self, extraction: Extraction, view: FileView, captures: Captures, code: Code) -> None:
        self.extraction, self.view, self.captures, self.code = extraction, view, captures, code
        self.shapes = extraction.shapes_of(view.facts)
        self.path = view.tree.path
        self.slots: dict[str, int] = {}
        self.liveness = code.liveness = Liveness()
        self.top = 0
        self.breaks: list[tuple[str, Label]] = []
        self.continues: list[tuple[str, Label]] = []
        self.labels: dict[str, Label] = {}

    def spot(self, node: Node) -> Spot:
        """The place of a node."""
        return Spot(self.path, node)

    # Registers.

    def register(self) -> int:
        """A new register; it is free again when `top` is set back."""
        slot = self.top
        self.top += 1
        self.code.registers = max(self.code.registers, self.top)
        self.liveness.born(slot, len(self.code.instructions))
        return slot

    def slot_of(self, variable: str) -> int:
        """The register of a variable, which the current statement uses."""
        slot = self.slots[variable]
        self.liveness.mention(slot)
        return slot

    def keep(self, value: Expression) -> Expression:
        """Compute a value now, and read it from a register from then on."""
        slot = self.register()

        def run(machine: Machine) -> None:
            machine.registers[slot] = value(machine)

        self.emit(run)
        return reader(slot)

    # Instructions.

    def emit(self, instruction: Instruction | Stop) -> None:
        """Add an instruction."""
        self.liveness.emitted(len(self.code.instructions))
        self._append(instruction)

    def _append(self, instruction: Instruction | Stop) -> None:
        self.code.instructions.append(instruction)
        self.code.heights.append(self.top)

    def place(self, label: Label) -> None:
        """Let a label mean the next instruction."""
        label.at = len(self.code.instructions)

    def jump(self, label: Label) -> None:
        """Go on at a label."""
        self._append(lambda machine: label.at)

    def branch(self, condition: Expression, node: Node, yes: Label, no: Label, loop: bool | None = False) -> None:
        """Go on at one of two labels; `loop` is None for a loop that starts goroutines."""
        spot = self.spot(node)
        if _counts(node):
            condition = self.keep(condition)
            self.emit(lambda machine: _doubt(machine, condition(machine)))
        self.emit(lambda machine: yes.at if machine.truth(condition(machine), spot, loop) else no.at)

    # Variables.

    def is_solid(self, type_: Type) -> bool:
        """Whether a variable of this type is a struct in place."""
        return self.shapes.kind(type_) == "struct"

    def is_boxed(self, variable: str, type_: Type) -> bool:
        """Whether a variable lives in memory."""
        return variable in self.captures.boxed and not self.is_solid(type_)

    def declare(self, variable: str, name: Node, type_: Type, value: Expression | None) -> None:
        """A new variable; without a value it gets the zero value."""
        slot = self.slots[variable] = self.register()
        spot, boxed, solid = self.spot(name), self.is_boxed(variable, type_), self.is_solid(type_)
        kind = self.shapes.kind(type_)

        def initial(machine: Machine) -> Value:
            if value is not None:
                return value(machine)
            if solid:
                return machine.allocate(spot, type_, what="var")
            place = machine.space.root(("zero", spot.path, spot.node.start_byte), type_)
            return machine.world.array(place) if kind == "array" else machine.world.zero(kind, place)

        def run(machine: Machine) -> None:
            content = initial(machine)
            if boxed:
                content = machine.allocate(spot, type_, content, "box")
            machine.registers[slot] = content

        self.emit(run)

    def read(self, variable: str, type_: Type) -> Expression:
        """The value of a variable."""
        slot = self.slot_of(variable)
        if not self.is_boxed(variable, type_):
            return reader(slot)

        def run(machine: Machine) -> Value:
            box = machine.registers[slot]
            return machine.world.load(box) if isinstance(box, Loc) else box

        return run

    def write(self, variable: str, type_: Type, machine: Machine, value: Value) -> None:
        """Assign to a variable."""
        slot = self.slots[variable]
        held = machine.registers[slot]
        if self.is_boxed(variable, type_) and isinstance(held, Loc):
            machine.world.store(held, value)
        elif self.is_solid(type_) and isinstance(held, Loc) and isinstance(value, Loc):
            machine.world.copy_object(value, held)
            machine.world.heap.setdefault(held, OBJECT)
        else:
            machine.registers[slot] = value


def reader(slot: int) -> Expression:
    """The value of a register."""
    return lambda machine: machine.registers[slot]


def constant(value: Value) -> Expression:
    """A value that is always the same."""
    return lambda machine: value


def _counts(node: Node) -> bool:
    """Whether a condition asks a counter who comes first or last: `left.Add(-1) == 0`."""
    return node.type == "binary_expression" and _COUNTS.search(node.text or b"") is not None


def _doubt(machine: Machine, value: Value) -> None:
    """What an unknown counter answers is no free choice: what follows may never come about."""
    if isinstance(value, Symbol):
        machine.world.failed = True
