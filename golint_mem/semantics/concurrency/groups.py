"""What starts the functions that it is handed: errgroups, and functions of other packages that do likewise."""

from __future__ import annotations

from functools import cache

from golint_mem.semantics.concurrency.code import Code, Op, Stop
from golint_mem.semantics.concurrency.facts import is_nil
from golint_mem.semantics.concurrency.machine import Machine
from golint_mem.semantics.concurrency.moves import cancel, state_of
from golint_mem.semantics.concurrency.steps import Results, does, new_piece, spot_of, stop, subject_of
from golint_mem.semantics.concurrency.values import Func, Loc, Value
from golint_mem.semantics.types import named

_FAILED, _COUNTED_DOWN = 2, 3
"""Where a goroutine of a group goes on when its function has returned."""


def _started(machine: Machine) -> int | None:
    """Count one up and start a function that counts down when it has returned."""
    group = subject_of(machine)
    if isinstance(group, Loc):
        count = state_of(machine.world, group, 0)
        if isinstance(count, int):
            machine.world.heap[group.child("#state")] = count + 1
    machine.spawn(Func(_IN_GROUP, bound=(group, machine.registers[1])), [], spot_of(machine))
    return None


def _call(machine: Machine) -> int | None:
    return machine.call(machine.registers[1], [], (2,), spot_of(machine))


def _judge(machine: Machine) -> int:
    """A function that failed cancels the context of its group; one that returns an unknown error is taken to fail."""
    return _COUNTED_DOWN if machine.registers[2] is None or _context_of(machine) is None else _FAILED


def _context_of(machine: Machine) -> Value:
    group = subject_of(machine)
    return machine.world.heap.get(group.child("#context")) if isinstance(group, Loc) else None


def _count_down(machine: Machine) -> int | None:
    group = subject_of(machine)
    count = state_of(machine.world, group, 0)
    if isinstance(count, int) and count > 0 and not machine.world.is_outside(group):
        machine.world.heap[group.child("#state")] = count - 1
    return None


def _waited(machine: Machine, result: object) -> int | None:
    """When all have returned, the context ends as well; nobody else is told of an error here."""
    cancel(machine.world, _context_of(machine))
    return machine.give([machine.fresh("error", spot_of(machine))])


def with_group(machine: Machine, made: Results) -> Results:
    """The results of `errgroup.WithContext`, from those of `context.WithCancel`."""
    group = machine.allocate(spot_of(machine), named("golang.org/x/sync/errgroup", "Group"), what="group")
    machine.world.heap[group.child("#context")] = made[0]
    return [group, made[0]]


@cache
def starter(at: int, parameters: int, refusal: int) -> Code:
    """A function that starts its argument number `at`, and may keep the others.

    Its result number `refusal` is an error where it did not (-1: it always does).
    """

    def answer(machine: Machine) -> None:
        machine.registers[parameters] = machine.fresh(f"result{refusal}", spot_of(machine))

    def run(machine: Machine) -> int | None:
        given, spot, answered = list(machine.registers[:parameters]), spot_of(machine), machine.registers[parameters]
        taken = refusal < 0 or machine.truth(is_nil(machine.space, answered), spot)
        function = given.pop(at) if at < len(given) else None
        machine.stranger(None, given)
        if taken:
            wanted = function.code.parameters - len(function.bound) if isinstance(function, Func) else 0
            machine.spawn(function, [machine.fresh(f"given{index}", spot) for index in range(wanted)], spot)
        others = [machine.fresh(f"result{index}", spot) for index in range(refusal)]
        return machine.give([*others, answered] if refusal >= 0 else [])

    return new_piece("starter", parameters, answer, run)


_IN_GROUP = new_piece(
    "in a group",
    2,
    _call,
    _judge,
    Stop(lambda machine: Op("cancel", _context_of(machine), spot_of(machine)), lambda machine, result: None),
    _count_down,
)
_GROUP = "golang.org/x/sync/errgroup.Group"
GROUPS: dict[str, Code] = {
    f"{_GROUP}.Go": new_piece("Go", 2, _started),
    f"{_GROUP}.Wait": new_piece("Wait", 1, stop("wait", _waited)),
    f"{_GROUP}.SetLimit": new_piece("SetLimit", 2, does(lambda machine, given: [])),
}
