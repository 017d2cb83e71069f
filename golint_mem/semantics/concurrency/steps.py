"""What pieces of code for library functions are made of: steps, and the places and objects that these work on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from golint_mem.semantics.concurrency.code import Code, Op, Spot, Stop
from golint_mem.semantics.concurrency.machine import Machine
from golint_mem.semantics.concurrency.memory import FEW, MANY, counted
from golint_mem.semantics.concurrency.values import Loc, Native, Symbol, Tagged, Value

Results = list[Value]


def spot_of(machine: Machine) -> Spot:
    """Where a function of the library is called."""
    return machine.called or machine.start


def subject_of(machine: Machine) -> Value:
    """The first argument: a lock, a channel, a counter; an unknown pointer as the one place behind it."""
    value = machine.registers[0]
    if isinstance(value, Tagged):
        value = value.value
    if isinstance(value, (Loc, Symbol)) and value.vague:
        return machine.space.symbol("deep", "subject")
    return machine.space.behind(value) if isinstance(value, Symbol) else value


def new_piece(name: str, parameters: int, *steps: Any) -> Code:
    """A function of the library: its steps, then a return; `results` is a step that returns a list."""
    code = Code(name, None, parameters=parameters, registers=parameters + 2)
    code.instructions = [*steps, lambda machine: machine.leave(), lambda machine: machine.unwind(machine.mode)]
    code.leaves, code.unwinds = len(steps), len(steps) + 1
    return code


def stop(kind: str, complete: Callable[[Machine, Any], int | None] | None = None) -> Stop:
    def prepare(machine: Machine) -> Op:
        subject = subject_of(machine)
        if isinstance(subject, Native) and subject.name == "rlocker":
            return Op("rlock", subject.subject, spot_of(machine))
        by = counted(machine, machine.registers[1], 0) if kind == "add" else None
        by = FEW if by is not None and by > MANY else by
        return Op(kind, subject, spot_of(machine), by)

    return Stop(prepare, complete or (lambda machine, result: None))


def does(effect: Callable[[Machine, list[Value]], Results | None]) -> Callable[[Machine], int | None]:
    """A step that computes results at once and returns them; None for a function without results."""

    def step(machine: Machine) -> int | None:
        return machine.give(effect(machine, list(machine.registers)) or [])

    return step
