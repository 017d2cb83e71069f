"""Runs the code of one goroutine until it waits for something that others share, or until it ends."""

from __future__ import annotations

from typing import Any

from golint_mem.semantics.concurrency.code import Code, Frame, Op, Spot, Stop, Thread
from golint_mem.semantics.concurrency.facts import Undecided, holds, some_at_least
from golint_mem.semantics.concurrency.values import Func, Loc, Native, Slice, Symbol, Value, plain
from golint_mem.semantics.concurrency.world import MOST_THREADS, OBJECT, Chan, Crash, Event, World
from golint_mem.semantics.types import UNKNOWN, Type

DEEPEST_CALL = 16
FUEL = 3000
"""Instructions between two waits."""
FINISHED = -1


class NilFollowed(Exception):
    """What is behind a nil pointer is asked for, which panics."""


def solid_place(place: Loc | None) -> Loc:
    """A place that a selector means; none where it follows a nil pointer."""
    if place is None:
        raise NilFollowed
    return place


class Machine:
    """A goroutine while it runs: the innermost call thawed, the others as frames."""

    def __init__(self, world: World, gid: int) -> None:
        self.world, self.gid = world, gid
        self.space = world.space
        thread = world.threads[gid]
        self.start = thread.start
        self.callers = list(thread.frames[:-1])
        self.asking: Spot | None = None
        self.fuel = FUEL
        self._thaw(thread.frames[-1])

    def _thaw(self, frame: Frame) -> None:
        self.code, self.pc = frame.code, frame.at
        missing = frame.code.registers - len(frame.registers)
        self.registers: list[Value] = [*frame.registers, *([None] * missing)]
        self.deferred, self.into, self.mode, self.called = list(frame.deferred), frame.into, frame.mode, frame.called

    def _frozen(self, at: int) -> Frame:
        kept = self.registers
        if self.code.heights:
            height = self.code.heights[at]
            kept = kept[:height]
            for slot in self.code.liveness.dead(at, height):
                kept[slot] = None
        return Frame(self.code, at, tuple(kept), tuple(self.deferred), self.into, self.mode, self.called)

    def freeze(self) -> None:
        """Put down in the state how far the goroutine is, without what no longer matters."""
        self.world.threads[self.gid] = Thread((*self.callers, self._frozen(self.pc)), None, self.start)
        self.world.tidy()

    def fork(self, term: Symbol, fact: Any, truth: bool) -> Machine:
        """A frozen goroutine in a future in which a fact is assumed."""
        world = self.world.copy()
        new = Machine(world, self.gid)
        new.fuel = self.fuel
        world.facts[term] = fact
        if self.asking is not None:
            new.happens(f"`{shortened(self.asking)}` is {'true' if truth else 'false'}", self.asking)
        return new

    def run(self) -> None:
        """Go on until the goroutine waits or ends; `Undecided` leaves the machine before the open condition."""
        while self.pc != FINISHED:
            instruction = self.code.instructions[self.pc]
            self.asking = None
            if isinstance(instruction, Stop):
                self.wait(instruction.prepare(self))
                return
            self.fuel -= 1
            if self.fuel < 0:
                self.world.cut = True
                self.wait(Op("cut", None, self.start))
                return
            try:
                following = instruction(self)
            except NilFollowed:
                following = self.unwind("panic")
            self.pc = self.pc + 1 if following is None else following
        self.world.threads.pop(self.gid, None)

    def wait(self, op: Op) -> None:
        """Put the goroutine to sleep before an operation."""
        self.world.threads[self.gid] = Thread((*self.callers, self._frozen(self.pc)), op, self.start)

    def resume(self, result: Any) -> None:
        """Take the result of the operation that the goroutine waited for."""
        instruction = self.code.instructions[self.pc]
        if isinstance(instruction, Stop):
            following = instruction.complete(self, result)
            self.pc = self.pc + 1 if following is None else following

    # What instructions use.

    def happens(self, message: str, spot: Spot) -> None:
        """Note an event for the witness."""
        self.world.events = (*self.world.events, Event(self.gid, spot, message))

    def truth(self, value: Value, spot: Spot | None = None, loop: bool | None = False) -> bool:
        """Decide a condition; a loop that starts an unknown number of goroutines (None) starts one at least."""
        self.asking = spot
        value = plain(value)
        if isinstance(value, Symbol):
            site = None if loop is not False or spot is None else (spot.path, spot.node.start_byte)
            self.world.names.ask(value, site)
        try:
            return holds(self.world.facts, value, loop is not False)
        except Undecided as open_:
            raise (some_at_least(open_) if loop is None else open_) from None

    def fresh(self, what: str, spot: Spot) -> Symbol:
        """An unknown value that has nothing to do with an earlier one."""
        symbol = self.space.symbol(what, self.gid, spot.path, spot.node.start_byte, spot.node.end_byte)
        for term in [term for term in self.world.facts if symbol in term.atoms]:
            del self.world.facts[term]
        return symbol

    def allocate(self, spot: Spot, type_: Type = UNKNOWN, content: Value = OBJECT, what: str = "") -> Loc:
        """A new object."""
        count = 0
        while True:
            loc = self.space.root((self.gid, spot.path, spot.node.start_byte, what, count), type_)
            if loc not in self.world.heap:
                self.world.heap[loc] = content
                return loc
            count += 1

    def call(self, function: Value, arguments: list[Value], into: tuple[int, ...], spot: Spot) -> int | None:
        """Enter a function; what is unknown gets its arguments for good, and gives unknown results."""
        function = plain(function)
        if isinstance(function, Func) and self._may_enter(function.code):
            self.callers.append(self._frozen(self.pc + 1))
            return self.enter(function, arguments, into, spot)
        if isinstance(function, Func) and function.code.quiet:
            arguments = [one for one in arguments if self.is_live(one)]
        self.stranger(function, arguments)
        self.unknown_results(into, spot)
        return None

    def is_live(self, value: Value) -> bool:
        """Whether even code that does not wait may use a value later: functions and channels."""
        value = plain(value)
        is_channel = isinstance(value, Loc) and isinstance(self.world.heap.get(value), Chan)
        return is_channel or isinstance(value, (Func, Native))

    def stranger(self, function: Value, arguments: list[Value]) -> None:
        """Let unknown code have values."""
        for value in (function, *arguments):
            self.world.escape(value)

    def unknown_results(self, into: tuple[int, ...], spot: Spot) -> None:
        """Fill the registers for results with unknown values."""
        for index, slot in enumerate(into):
            self.registers[slot] = self.fresh(f"result{index}", spot)

    def _may_enter(self, code: Code) -> bool:
        if len(self.callers) >= DEEPEST_CALL or ((code.quiet or code.too_large) and self.code is not STARTER):
            return False
        if self.world.names.shallow and self.code is not STARTER and code.is_declared:
            return False
        return sum(frame.code is code for frame in self.callers) + (self.code is code) < 2

    def enter(self, function: Func, arguments: list[Value], into: tuple[int, ...], spot: Spot) -> int:
        """Make a call the innermost one."""
        code, given = function.code, [*function.bound, *arguments]
        if code.build is not None:
            code.build()
        if code.variadic:
            given = self._packed(given, code.parameters, spot)
        self.mode, self.into, self.called, self.deferred = "", into, spot, []
        self.code = code
        self.registers = [*given[: code.parameters], *([None] * (code.parameters - len(given))), *function.captured]
        self.registers += [None] * (code.registers - len(self.registers))
        return 0

    def _packed(self, given: list[Value], parameters: int, spot: Spot) -> list[Value]:
        """The arguments of a variadic call with the last ones put into a slice."""
        if len(given) == parameters and isinstance(given[-1], (Slice, Symbol)):
            return given
        rest = given[parameters - 1 :]
        return [*given[: parameters - 1], self.sequence(rest, spot, "variadic") if rest else None]

    def sequence(self, values: list[Value], spot: Spot, what: str = "", type_: Type = UNKNOWN) -> Slice:
        """A new slice with these elements."""
        base = self.allocate(spot, content=OBJECT, what=f"slice{what}")
        for index, value in enumerate(values):
            self.world.heap[base.child(index, type_)] = value
        return Slice(base, 0, len(values))

    def leave(self) -> int:
        """Run what is deferred, then give the results to the caller."""
        if self.deferred:
            return self._next_deferred("return" if not self.mode else self.mode, self.pc)
        values = [self._result(slot, boxed) for slot, boxed in zip(self.code.results, self.code.boxed, strict=True)]
        return self.give(values)

    def _result(self, slot: int, boxed: bool) -> Value:
        value = self.registers[slot]
        return self.world.load(value) if boxed and isinstance(value, Loc) else value

    def give(self, values: list[Value]) -> int:
        """End the innermost call with these results."""
        into = self.into
        if not self.callers:
            return FINISHED
        if len(self.callers) == 1 and self.gid == 0:
            for value in values:
                self.world.escape(value)
        self._thaw(self.callers.pop())
        for slot, value in zip(into, values, strict=False):
            self.registers[slot] = value
        return self.pc

    def _next_deferred(self, mode: str, at: int) -> int:
        function, arguments, spot = self.deferred.pop()
        self.mode = mode
        self.pc = at - 1
        entered = self.call(function, list(arguments), (), spot)
        return at if entered is None else entered

    def unwind(self, mode: str) -> int:
        """Leave by a panic (`panic`) or by Goexit (`exit`): only deferred calls still run."""
        if self.mode == "recovered":
            self.mode = "return"
            return self.code.leaves
        self.mode = mode
        while True:
            if self.deferred:
                return self._next_deferred(self.mode, self.code.unwinds)
            if not self.callers:
                if mode == "panic":
                    self.world.over = True
                return FINISHED
            self._thaw(self.callers.pop())
            if self.mode in ("", "return"):
                self.mode = mode

    def recover(self, spot: Spot) -> Value:
        """What `recover()` gives in the innermost call."""
        if self.callers and self.callers[-1].mode == "panic":
            self.callers[-1] = self.callers[-1]._replace(mode="recovered")
            return self.space.symbol("recovered", spot.node.start_byte)
        return None

    def crash(self, message: str, op: Op) -> int:
        """Panic because of an operation that Go forbids."""
        if not any(frame.deferred for frame in self.callers) and not self.deferred:
            self.world.crash = Crash(message, op, self.gid)
        return self.unwind("panic")

    def spawn(self, function: Value, arguments: list[Value], spot: Spot, waits: str = "") -> int | None:
        """Start a goroutine; -1 where the function is unknown."""
        function = plain(function)
        if not isinstance(function, Func):
            self.stranger(function, arguments)
            return None
        if len(self.world.threads) >= MOST_THREADS:
            self.world.cut = True
            self.stranger(function, arguments)
            return None
        number = self.world.names.thread(self.gid, (spot.path, spot.node.start_byte), self.world.threads)
        code = STARTER
        frame = Frame(code, 0 if waits else 1, (function, tuple(arguments)), called=spot)
        self.world.threads[number] = Thread((frame,), Op(waits, None, spot) if waits else None, spot)
        self.world.events = (*self.world.events, Event(number, spot, ""))
        if not waits:
            self.world.ready = (*self.world.ready, (number, None))
        return number


def _start(machine: Machine) -> int | None:
    function, arguments = machine.registers[0], machine.registers[1]
    spot = machine.start
    machine.registers = [None] * len(machine.registers)
    return machine.call(function, list(arguments), (), spot)


def _started(machine: Machine, result: Any) -> int | None:
    return FINISHED if result == "stopped" else None


STARTER = Code("go", None, parameters=2, registers=2)
STARTER.instructions = [
    Stop(lambda machine: Op("start", None, machine.start), _started),
    _start,
    lambda machine: machine.leave(),
    lambda machine: machine.unwind(machine.mode),
]
STARTER.leaves, STARTER.unwinds = 2, 3


def shortened(spot: Spot) -> str:
    """The source text of a place, on one line."""
    words = " ".join((spot.node.text or b"").decode("utf-8", "replace").split())
    return words if len(words) <= 60 else words[:57] + "..."


def settle(world: World) -> list[World]:
    """Run the goroutines that can run; the states in which all of them wait, one for each way conditions can go."""
    done: list[World] = []
    pending: list[Machine | World] = [world]
    seen: set[Any] = set()
    while pending:
        item = pending.pop()
        if isinstance(item, World):
            if item.over or not item.ready:
                item.ready = ()
                done.append(item)
                continue
            (gid, result), *rest = item.ready
            item.ready = tuple(rest)
            machine = Machine(item, gid)
            machine.resume(result)
        else:
            machine = item
        try:
            machine.run()
        except Undecided as open_:
            pending += _forks(machine, open_, seen)
        else:
            pending.append(machine.world)
    if not done:  # every way leads back to where the goroutine was before: it goes on for ever without waiting
        world.cut, world.ready = True, ()
        return [world]
    return done


def _forks(machine: Machine, open_: Undecided, seen: set[Any]) -> list[Machine | World]:
    found: list[Machine | World] = []
    names = machine.world.names
    names.forks -= 1
    if names.forks < 0:
        machine.world.cut = True
        machine.wait(Op("cut", None, machine.start))
        return [machine.world]
    machine.freeze()
    for term, fact, truth in open_.choices:
        forked = machine.fork(term, fact, truth)
        key = (forked.world.key(), forked.world.ready)
        if key not in seen:
            seen.add(key)
            found.append(forked)
    return found
