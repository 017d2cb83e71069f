"""What the functions of the standard library do to goroutines: one table, from qualified names to small pieces of code.

To teach the analysis another function, add a line to a table below. `QUIET` names packages whose functions neither keep
what they are given nor wait for anything of the caller's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from golint_mem.semantics.concurrency.code import Code, Op, Stop
from golint_mem.semantics.concurrency.groups import GROUPS, with_group
from golint_mem.semantics.concurrency.machine import Machine
from golint_mem.semantics.concurrency.moves import cancel, end_of, is_context, lock_state, state_of, unlock, waiters
from golint_mem.semantics.concurrency.steps import Results, does, new_piece, spot_of, stop, subject_of
from golint_mem.semantics.concurrency.values import Func, Loc, Native, Symbol, Value
from golint_mem.semantics.concurrency.world import Chan, Context
from golint_mem.semantics.types import Type, named

BACKGROUND = Native("context.Background")
QUIET = frozenset(
    "fmt log errors strings strconv bytes math math/rand math/rand/v2 time os testing runtime unicode unicode/utf8 path"
    " path/filepath unsafe sort log/slog hash/fnv encoding/binary encoding/hex runtime/debug runtime/pprof flag regexp"
    " sync/atomic crypto/rand math/bits text/template".split()
)
ENDS = {
    "os.Exit": "over",
    "log.Fatal": "over",
    "log.Fatalf": "over",
    "log.Fatalln": "over",
    "log.Logger.Fatal": "over",
    "log.Logger.Fatalf": "over",
    "runtime.Goexit": "exit",
    "log.Panic": "panic",
    "log.Panicf": "panic",
    "builtin.panic": "panic",
} | {
    f"testing.{kind}.{name}": "failed"
    for kind in ("T", "B", "F", "common", "TB")
    for name in ("Fatal", "Fatalf", "FailNow", "Skip", "Skipf", "SkipNow")
}
FAILING = frozenset(
    f"testing.{kind}.{name}"
    for kind in ("T", "B", "F", "common", "TB")
    for name in ("Error", "Errorf", "Fail", "Parallel")
)
_REQUIRES = ("github.com/stretchr/testify/require.", "gotest.tools/v3/assert.", "gotest.tools/assert.")

_NEW_ERRORS = re.compile(r"(?:^|/)(?:\w*errors|errs|status)(?:/v\d+)?\.(?:Newf?|Errorf?)$")
"""Functions by whose names they make errors, whichever module has them."""


def may_fail(name: str) -> bool:
    """Whether a test may have failed, and ended, when a callee has been called: by its qualified name."""
    return name in FAILING or name.startswith(_REQUIRES)


def _again(machine: Machine, result: Any) -> int | None:
    return machine.pc if result == "again" else None


def _unlock(reading: bool) -> Callable[[Machine], int | None]:
    def step(machine: Machine) -> int | None:
        subject, read = subject_of(machine), reading
        if isinstance(subject, Native) and subject.name == "rlocker":
            subject, read = subject.subject, True
        if isinstance(subject, Loc):
            state = lock_state(machine.world, subject)
            held = state.readers if read else state.writer >= 0
            if not held and not machine.world.is_outside(subject):
                op = Op("unlock", subject, spot_of(machine))
                return machine.crash("unlocks a lock that nobody holds", op)
            unlock(machine.world, subject, machine.gid, read)
        return None

    return step


def _tried(machine: Machine, result: Any) -> int | None:
    return machine.give([bool(result)])


# WaitGroup, Once, Cond.


def _added(machine: Machine, result: Any) -> int | None:
    if isinstance(result, int) and result < 0:
        return machine.crash("the counter becomes negative", Op("add", subject_of(machine), spot_of(machine)))
    return None


def _done(machine: Machine) -> int | None:
    subject = subject_of(machine)
    count = state_of(machine.world, subject, 0)
    if isinstance(count, int) and not isinstance(count, bool) and not machine.world.is_outside(subject):
        if count <= 0:
            return machine.crash("the counter becomes negative", Op("add", subject, spot_of(machine)))
        machine.world.heap[subject.child("#state")] = count - 1
    return None


def _wait_group_go(machine: Machine) -> int | None:
    subject = subject_of(machine)
    if isinstance(subject, Loc):
        count = state_of(machine.world, subject, 0)
        if isinstance(count, int):
            machine.world.heap[subject.child("#state")] = count + 1
    machine.spawn(Func(COUNTED, bound=(subject, machine.registers[1])), [], spot_of(machine))
    return None


def _call_second(machine: Machine) -> int | None:
    return machine.call(machine.registers[1], [], (), spot_of(machine))


def _finish_once(machine: Machine) -> int | None:
    subject = subject_of(machine)
    if isinstance(subject, Loc):
        machine.world.heap[subject.child("#state")] = "done"
    return None


def _enter_condition(machine: Machine) -> int | None:
    subject = subject_of(machine)
    if isinstance(subject, Loc):
        world = machine.world
        if not world.is_outside(subject):
            world.heap[subject.child("#waiters")] = (*waiters(world, subject), machine.gid)
        lock = world.load(subject.child("L"))
        _unlock_value(machine, lock)
    return None


def _unlock_value(machine: Machine, lock: Value) -> None:
    if isinstance(lock, Native) and lock.name == "rlocker":
        unlock(machine.world, lock.subject, machine.gid, True)
    elif isinstance(lock, Loc):
        unlock(machine.world, lock, machine.gid, False)


def _relock(machine: Machine) -> Op:
    """Lock again what `Wait` unlocked; which lock an outside condition has is not known, and left alone."""
    subject = subject_of(machine)
    lock = machine.world.load(subject.child("L")) if isinstance(subject, Loc) else None
    if isinstance(lock, Native):
        return Op("rlock", lock.subject, spot_of(machine))
    return Op("lock" if isinstance(lock, Loc) else "atomic", lock, spot_of(machine))


def _new_cond(machine: Machine, given: list[Value]) -> Results:
    condition = machine.allocate(spot_of(machine), named("sync", "Cond"))
    machine.world.heap[condition.child("L")] = given[0]
    return [condition]


# Contexts.


def _with_cancel(may_expire: bool) -> Callable[[Machine, list[Value]], Results]:
    def make(machine: Machine, given: list[Value]) -> Results:
        parent, world = given[0], machine.world
        channel = Type("chan", element=Type("struct"), direction="receive")
        done = machine.allocate(spot_of(machine), channel, Chan(0), "done")
        context = machine.allocate(spot_of(machine), content=Context(done), what="context")
        above = world.heap.get(parent) if isinstance(parent, Loc) else None
        if isinstance(above, Context):
            world.heap[parent] = above._replace(children=(*above.children, context))
            if above.cancelled:
                cancel(world, context)
            may_end = may_expire or world.is_outside(above.done)
        else:
            may_end = may_expire or not isinstance(parent, Native)
        if may_end:
            world.escaped |= {done}
        return [context, Func(CANCEL, bound=(context,))]

    return make


def _with_group(machine: Machine, given: list[Value]) -> Results:
    return with_group(machine, _with_cancel(False)(machine, given))


def _done_channel(machine: Machine, given: list[Value]) -> Results:
    context = given[0]
    state = machine.world.heap.get(context) if isinstance(context, Loc) else None
    if isinstance(state, Context):
        return [state.done]
    return [None if context == BACKGROUND else machine.space.symbol("done", context)]


def _context_error(machine: Machine, given: list[Value]) -> Results:
    """The error of a context; one whose channel somebody has seen closed has ended."""
    context, world = given[0], machine.world
    state = world.heap.get(context) if isinstance(context, Loc) else None
    if context == BACKGROUND:
        return [None]
    done = state.done if isinstance(state, Context) else machine.space.symbol("done", context)
    over = end_of(world, done) in world.heap or (isinstance(state, Context) and state.cancelled)
    if over or (isinstance(state, Context) and not world.is_outside(done)):
        return [machine.space.symbol("error", context) if over else None]
    return [machine.fresh("ended", spot_of(machine))]


def _with_value(_: Machine, given: list[Value]) -> Results:
    return [given[0] if is_context(given[0]) else None]


# Timers.


def _after_func(machine: Machine, given: list[Value]) -> Results:
    number = machine.spawn(given[1], [], spot_of(machine), waits="start")
    timer = machine.allocate(spot_of(machine), named("time", "Timer"))
    machine.world.heap[timer.child("#thread")] = -1 if number is None else number
    return [timer]


def _stop_timer(machine: Machine, given: list[Value]) -> Results:
    timer, world = given[0], machine.world
    number = world.heap.get(timer.child("#thread"), -1) if isinstance(timer, Loc) else -1
    thread = world.threads.get(number)
    if thread is not None and thread.waits is not None and thread.waits.kind == "start":
        del world.threads[number]
        return [True]
    known = isinstance(timer, Loc) and timer.child("#thread") in world.heap and number >= 0
    return [False if known else machine.fresh("stopped", spot_of(machine))]


def _acquire(machine: Machine, given: list[Value]) -> Results:
    """A weighted semaphore fails only when the context ends, which that of the program never does."""
    return [None if given[1] == BACKGROUND else machine.fresh("acquired", spot_of(machine))]


def _ticks(machine: Machine, given: list[Value]) -> Results:
    timer = machine.allocate(spot_of(machine), named("time", "Timer"))
    machine.world.heap[timer.child("C")] = machine.space.symbol("ticks", timer)
    return [timer]


def _after(machine: Machine, given: list[Value]) -> Results:
    return [machine.fresh("after", spot_of(machine))]


# Atomics: what is read may have been changed by another goroutine just before.


def _atomic(effect: Callable[[Machine, list[Value]], Results]) -> tuple[Stop, Callable[[Machine], int | None]]:
    return stop("atomic"), does(effect)


def _cell(machine: Machine, value: Value) -> Loc | None:
    if isinstance(value, Symbol):
        value = machine.space.behind(value)
    if isinstance(value, Loc) and machine.world.shapes.kind(value.type) == "struct":
        return value.child("v", _content_type(value.type))
    return value if isinstance(value, Loc) else None


def _content_type(type_: Type) -> Type:
    return (
        Type("basic", "bool")
        if type_.name == "Bool"
        else Type("pointer")
        if type_.name in ("Pointer", "Value")
        else Type("basic", "int64")
    )


def _load(machine: Machine, given: list[Value]) -> Results:
    cell = _cell(machine, given[0])
    return [machine.world.load(cell) if cell is not None else None]


def _store(machine: Machine, given: list[Value]) -> Results:
    cell = _cell(machine, given[0])
    if cell is not None:
        machine.world.store(cell, given[1])
    return []


def _increase(machine: Machine, given: list[Value]) -> Results:
    cell = _cell(machine, given[0])
    if cell is None:
        return [None]
    before = machine.world.load(cell)
    known = isinstance(before, int) and isinstance(given[1], int) and abs(before) < 64
    after = before + given[1] if known else machine.fresh("sum", spot_of(machine))
    machine.world.store(cell, after)
    return [after]


def _swap(machine: Machine, given: list[Value]) -> Results:
    cell = _cell(machine, given[0])
    if cell is None:
        return [None]
    before = machine.world.load(cell)
    machine.world.store(cell, given[1])
    return [before]


def _exchange(machine: Machine, given: list[Value]) -> Results:
    cell = _cell(machine, given[0])
    if cell is None:
        return [machine.fresh("swapped", spot_of(machine))]
    before = machine.world.load(cell)
    if isinstance(before, Symbol) or isinstance(given[1], Symbol):
        return [machine.fresh("swapped", spot_of(machine))]
    if before == given[1]:
        machine.world.store(cell, given[2])
    return [before == given[1]]


# Channels and the rest.


def _closed(machine: Machine, result: Any) -> int | None:
    if result in ("nil", "closed"):
        message = "closes a nil channel" if result == "nil" else "closes a channel that is closed already"
        return machine.crash(message, Op("close", subject_of(machine), spot_of(machine)))
    return None


def _error(machine: Machine, given: list[Value]) -> Results:
    return [machine.space.symbol("error", spot_of(machine).node.start_byte)]


def _run_test(machine: Machine) -> int | None:
    return machine.call(machine.registers[2], [machine.registers[0]], (), spot_of(machine))


def _give_true(machine: Machine) -> int | None:
    return machine.give([True])


LOCK = new_piece("Lock", 1, stop("lock", _again))
RLOCK = new_piece("RLock", 1, stop("rlock"))
UNLOCK = new_piece("Unlock", 1, _unlock(False))
RUNLOCK = new_piece("RUnlock", 1, _unlock(True))
CLOSE = new_piece("close", 1, stop("close", _closed))
CANCEL = new_piece("cancel", 1, stop("cancel"))
DONE = new_piece("Done", 1, _done)
COUNTED = new_piece("counted", 2, _call_second, _done)
PIECES: dict[str, Code] = GROUPS | {
    "builtin.close": CLOSE,
    "sync.Mutex.Lock": LOCK,
    "sync.Mutex.Unlock": UNLOCK,
    "sync.Mutex.TryLock": new_piece("TryLock", 1, stop("trylock", _tried)),
    "sync.RWMutex.Lock": LOCK,
    "sync.RWMutex.Unlock": UNLOCK,
    "sync.RWMutex.TryLock": new_piece("TryLock", 1, stop("trylock", _tried)),
    "sync.RWMutex.RLock": RLOCK,
    "sync.RWMutex.RUnlock": RUNLOCK,
    "sync.RWMutex.RLocker": new_piece(
        "RLocker", 1, does(lambda machine, given: [Native("rlocker", subject_of(machine))])
    ),
    "sync.Locker.Lock": LOCK,
    "sync.Locker.Unlock": UNLOCK,
    "sync.WaitGroup.Add": new_piece("Add", 2, stop("add", _added)),
    "sync.WaitGroup.Done": DONE,
    "sync.WaitGroup.Wait": new_piece("Wait", 1, stop("wait")),
    "sync.WaitGroup.Go": new_piece("Go", 2, _wait_group_go),
    "sync.Once.Do": new_piece(
        "Do", 2, stop("once", lambda machine, first: None if first else 3), _call_second, _finish_once
    ),
    "sync.NewCond": new_piece("NewCond", 1, does(_new_cond)),
    "sync.Cond.Wait": new_piece(
        "Wait", 1, _enter_condition, stop("woken"), Stop(_relock, lambda machine, result: _again(machine, result))
    ),
    "sync.Cond.Signal": new_piece("Signal", 1, stop("signal")),
    "sync.Cond.Broadcast": new_piece("Broadcast", 1, stop("broadcast")),
    "context.Background": new_piece("Background", 0, does(lambda machine, given: [BACKGROUND])),
    "context.TODO": new_piece("TODO", 0, does(lambda machine, given: [BACKGROUND])),
    "context.WithCancel": new_piece("WithCancel", 1, does(_with_cancel(False))),
    "context.WithCancelCause": new_piece("WithCancelCause", 1, does(_with_cancel(False))),
    "context.WithTimeout": new_piece("WithTimeout", 2, does(_with_cancel(True))),
    "context.WithDeadline": new_piece("WithDeadline", 2, does(_with_cancel(True))),
    "golang.org/x/sync/errgroup.WithContext": new_piece("WithContext", 1, does(_with_group)),
    "context.WithValue": new_piece("WithValue", 3, does(_with_value)),
    "context.Context.Done": new_piece("Done", 1, does(_done_channel)),
    "context.Context.Err": new_piece("Err", 1, does(_context_error)),
    "golang.org/x/sync/semaphore.Weighted.Acquire": new_piece("Acquire", 3, does(_acquire)),
    "time.AfterFunc": new_piece("AfterFunc", 2, does(_after_func)),
    "time.Timer.Stop": new_piece("Stop", 1, does(_stop_timer)),
    "time.NewTimer": new_piece("NewTimer", 1, does(_ticks)),
    "time.NewTicker": new_piece("NewTicker", 1, does(_ticks)),
    "time.After": new_piece("After", 1, does(_after)),
    "time.Tick": new_piece("Tick", 1, does(_after)),
    "errors.New": new_piece("New", 1, does(_error)),
    "fmt.Errorf": new_piece("Errorf", 1, does(_error)),
    "testing.T.Run": new_piece("Run", 3, _run_test, _give_true),
    "testing.B.Run": new_piece("Run", 3, _run_test, _give_true),
}
for _type in ("Int32", "Int64", "Uint32", "Uint64", "Pointer", "Uintptr"):
    for _name, _effect, _count in (
        ("Load", _load, 1),
        ("Store", _store, 2),
        ("Add", _increase, 2),
        ("Swap", _swap, 2),
        ("CompareAndSwap", _exchange, 3),
    ):
        PIECES[f"sync/atomic.{_name}{_type}"] = new_piece(_name, _count, *_atomic(_effect))
        PIECES[f"sync/atomic.{_type}.{_name}"] = PIECES[f"sync/atomic.{_name}{_type}"]
        for _other in ("Bool", "Value"):
            PIECES.setdefault(f"sync/atomic.{_other}.{_name}", PIECES[f"sync/atomic.{_name}{_type}"])


def piece(qualified: str) -> Code | None:
    """The code of a library function; None where it is not known."""
    return PIECES.get(qualified) or (PIECES["errors.New"] if _NEW_ERRORS.search(qualified) else None)
