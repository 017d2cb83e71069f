"""Which goroutines may move in a state, and what their operations do.

Source: the Go specification, "Channel types", "Select statements", "Close", and the documentation of package sync. What
others outside the scope may use is never waited for in vain: they may send, receive, close, signal and count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from golint_mem.semantics.concurrency.code import Op, Spot
from golint_mem.semantics.concurrency.values import Loc, Native, Symbol, Value
from golint_mem.semantics.concurrency.world import Chan, Context, Lock, World

Effect = Callable[[World], None]
Results = tuple[tuple[int, Any], ...]


class Move(NamedTuple):
    """A step: which goroutines go on with which result, what changes, and what each of them did in words."""

    results: Results
    effect: Effect | None
    says: tuple[tuple[int, Spot, str], ...]


def moves(world: World) -> Iterator[Move]:
    """All steps that are possible in a state."""
    for gid in sorted(world.threads):
        yield from moves_of(world, gid)


def moves_of(world: World, gid: int) -> Iterator[Move]:
    """The steps that one goroutine can take (a receiver that meets a sender is a step of the sender)."""
    op = world.threads[gid].waits
    if op is None:
        return
    if op.kind in _NEEDS_PLACE and not isinstance(op.subject, Loc):
        yield _one(gid, op, True)
    elif op.kind in _HANDLERS:
        yield from _HANDLERS[op.kind](world, gid, op)


def _one(gid: int, op: Op, result: Any, says: str = "", effect: Effect | None = None) -> Move:
    return Move(((gid, result),), effect, ((gid, op.spot, says),) if says else ())


def open_channel(world: World, channel: Value) -> Chan | None:
    """The state of a channel that only the scope uses; None for all other values."""
    if not isinstance(channel, Loc) or world.is_outside(channel):
        return None
    state = world.heap.get(channel)
    return state if isinstance(state, Chan) else None


# Channels.


def _sending(world: World, gid: int, op: Op, channel: Value, value: Value, chosen: int) -> Iterator[Move]:
    if channel is None:
        return
    state = open_channel(world, channel)
    if state is None:
        yield _one(gid, op, (chosen, None, True), f"sends on `{name_of(op)}`", _given_away(value))
    elif state.closed:
        yield _one(gid, op, "closed", "sends on a closed channel")
    elif len(state.buffer) < state.capacity:
        filled = state._replace(buffer=(*state.buffer, value))
        yield _one(gid, op, (chosen, None, True), "sends; the value fits in the buffer", _sets(channel, filled))
    elif state.capacity == 0:
        for other, their, index in _receivers(world, channel, gid):
            results = ((gid, (chosen, None, True)), (other, (index, value, True)))
            yield Move(results, None, ((gid, op.spot, "sends"), (other, their.spot, "receives it")))


def _receivers(world: World, channel: Value, sender: int) -> Iterator[tuple[int, Op, int]]:
    for other in sorted(world.threads):
        op = world.threads[other].waits
        if op is None or other == sender:
            continue
        if op.kind in ("receive", "range") and op.subject is channel:
            yield other, op, 0
        for index, direction, theirs, _ in op.cases:
            if direction == "receive" and theirs is channel:
                yield other, op, index


def _receiving(world: World, gid: int, op: Op, channel: Value, chosen: int) -> Iterator[Move]:
    if channel is None:
        return
    state = open_channel(world, channel)
    if state is None:
        unknown = world.space.symbol("received", op.spot.path, op.spot.node.start_byte, gid)
        for ok in (True, False) if op.kind == "range" else (world.space.symbol("ok", unknown),):
            effect = _doubts if _is_lent(channel) else _notes_end(world, channel)
            yield _one(gid, op, (chosen, unknown, ok), "receives" if ok else "finds the channel closed", effect)
    elif state.buffer:
        rest = state._replace(buffer=state.buffer[1:])
        result = (chosen, state.buffer[0], True)
        yield _one(gid, op, result, "receives from the buffer", _sets(channel, rest))
    elif state.closed:
        yield _one(gid, op, (chosen, _zero(world, channel), False), "finds the channel closed")


def _is_lent(channel: Value) -> bool:
    """Whether a channel was made in the scope and given away since: unknown code sends on it in an unknown order."""
    return isinstance(channel, Loc) and not channel.outside and isinstance(channel.key, tuple) and "chan" in channel.key


def _doubts(world: World) -> None:
    """What follows hangs on the order in which unknown code acts."""
    world.failed = True


def end_of(world: World, done: Value) -> Loc | None:
    """Where it is noted that an unknown context has ended, by the channel that says so."""
    if isinstance(done, Symbol):
        return world.space.behind(done).child("#ended") if done.op == "done" else None
    is_done = isinstance(done, Loc) and isinstance(done.key, tuple) and "done" in done.key
    return done.child("#ended") if is_done else None


def _notes_end(world: World, channel: Value) -> Effect | None:
    place = end_of(world, channel)
    return _sets(place, True) if place is not None else None


def _zero(world: World, channel: Loc) -> Value:
    element = world.shapes.element(channel.type)
    return world.zero(world.shapes.kind(element), channel) if element.known else None


def _send(world: World, gid: int, op: Op) -> Iterator[Move]:
    return _sending(world, gid, op, op.subject, op.value, 0)


def _receive(world: World, gid: int, op: Op) -> Iterator[Move]:
    return _receiving(world, gid, op, op.subject, 0)


def _select(world: World, gid: int, op: Op) -> Iterator[Move]:
    surely = False
    for index, direction, channel, value in op.cases:
        state = open_channel(world, channel)
        if state is not None:
            room = len(state.buffer) < state.capacity if direction == "send" else bool(state.buffer)
            surely = surely or state.closed or room
        if direction == "send":
            yield from _sending(world, gid, op, channel, value, index)
        else:
            yield from _receiving(world, gid, op, channel, index)
    if op.default >= 0 and not surely:
        yield _one(gid, op, (op.default, None, False), "takes the default case")


def _close(world: World, gid: int, op: Op) -> Iterator[Move]:
    channel, state = op.subject, open_channel(world, op.subject)
    if channel is None:
        yield _one(gid, op, "nil", "closes a nil channel")
    elif state is None:
        yield _one(gid, op, None)
    elif state.closed:
        yield _one(gid, op, "closed", "closes the channel a second time")
    else:
        yield _one(gid, op, None, "closes the channel", _sets(channel, state._replace(closed=True)))


def _cancel(world: World, gid: int, op: Op) -> Iterator[Move]:
    yield _one(gid, op, None, "cancels the context", lambda new: cancel(new, op.subject))


def cancel(world: World, context: Value) -> None:
    """Cancel a context and those made from it."""
    state = world.heap.get(context) if isinstance(context, Loc) else None
    if isinstance(state, Context) and not state.cancelled:
        world.heap[context] = state._replace(cancelled=True)
        world.heap[state.done] = Chan(0, (), True)
        for child in state.children:
            cancel(world, child)


def _given_away(value: Value) -> Effect:
    return lambda world: world.escape(value)


def _sets(loc: Loc, value: Value) -> Effect:
    def effect(world: World) -> None:
        world.heap[loc] = value

    return effect


def _sets_state(op: Op, value: Value) -> Effect:
    return _sets(op.subject.child("#state"), value)


def state_of(world: World, thing: Value, start: Value) -> Value:
    """The state of a lock, counter or the like; `start` where nothing has happened to it yet."""
    return world.heap.get(thing.child("#state"), start) if isinstance(thing, Loc) else None


# Locks.


def lock_state(world: World, lock: Value) -> Lock:
    """Who holds a lock."""
    state = world.heap.get(lock.child("#state")) if isinstance(lock, Loc) else None
    return state if isinstance(state, Lock) else Lock()


def _lock(world: World, gid: int, op: Op) -> Iterator[Move]:
    state = lock_state(world, op.subject)
    if state.writer < 0 and not state.readers and state.waiting in (-1, gid):
        yield _one(gid, op, True, "locks it", _sets_state(op, Lock(gid)))
    elif state.writer < 0 and state.readers and state.waiting < 0:
        announced = _sets_state(op, state._replace(waiting=gid))
        yield Move(((gid, "again"),), announced, ((gid, op.spot, "waits for the readers; new readers wait for it"),))


def _rlock(world: World, gid: int, op: Op) -> Iterator[Move]:
    state = lock_state(world, op.subject)
    if state.writer < 0 and state.waiting < 0:
        readers = tuple(sorted((*state.readers, gid)))
        yield _one(gid, op, True, "locks it for reading", _sets_state(op, state._replace(readers=readers)))


def _trylock(world: World, gid: int, op: Op) -> Iterator[Move]:
    state = lock_state(world, op.subject)
    if state.writer < 0 and not state.readers and state.waiting < 0:
        yield _one(gid, op, True, "locks it", _sets_state(op, Lock(gid)))
        if not world.is_outside(op.subject):
            return
    yield _one(gid, op, False, "does not get the lock")


def unlock(world: World, lock: Loc, gid: int, reading: bool) -> None:
    """Give a lock back, whoever holds it."""
    state = lock_state(world, lock)
    if reading and state.readers:
        readers = list(state.readers)
        readers.remove(gid if gid in readers else readers[0])
        world.heap[lock.child("#state")] = state._replace(readers=tuple(readers))
    elif not reading:
        world.heap[lock.child("#state")] = Lock(waiting=state.waiting)


# Counters, conditions, once, timers.


def _wait(world: World, gid: int, op: Op) -> Iterator[Move]:
    count = state_of(world, op.subject, 0)
    if count == 0 or world.is_outside(op.subject) or not isinstance(count, int):
        yield _one(gid, op, None, "goes on, the counter is zero")


def _add(world: World, gid: int, op: Op) -> Iterator[Move]:
    count = state_of(world, op.subject, 0)
    known = isinstance(count, int) and isinstance(op.value, int)
    after = count + op.value if known else world.space.symbol("counter", op.subject)
    yield _one(gid, op, after, f"adds {op.value} to the counter" if known else "", _sets_state(op, after))


def _woken(world: World, gid: int, op: Op) -> Iterator[Move]:
    if world.is_outside(op.subject) or gid not in waiters(world, op.subject):
        yield _one(gid, op, None, "is woken")


def waiters(world: World, condition: Value) -> tuple[int, ...]:
    """The goroutines that wait for a condition, longest first."""
    found = world.heap.get(condition.child("#waiters")) if isinstance(condition, Loc) else None
    return found if isinstance(found, tuple) else ()


def _signal(world: World, gid: int, op: Op) -> Iterator[Move]:
    waiting = waiters(world, op.subject)
    left = waiting[1:] if op.kind == "signal" else ()
    effect = _sets(op.subject.child("#waiters"), left) if waiting else None
    yield _one(gid, op, None, "wakes a waiter" if waiting else "signals, but nobody waits", effect)


def _once(world: World, gid: int, op: Op) -> Iterator[Move]:
    state = state_of(world, op.subject, "")
    if state == "done":
        yield _one(gid, op, False)
    elif state != "running":
        yield _one(gid, op, True, "runs the function once", _sets_state(op, "running"))


def _start(world: World, gid: int, op: Op) -> Iterator[Move]:
    yield _one(gid, op, None, "the timer fires")


def _always(world: World, gid: int, op: Op) -> Iterator[Move]:
    yield _one(gid, op, None)


_HANDLERS: dict[str, Callable[[World, int, Op], Iterator[Move]]] = {
    "send": _send,
    "receive": _receive,
    "range": _receive,
    "select": _select,
    "close": _close,
    "cancel": _cancel,
    "lock": _lock,
    "rlock": _rlock,
    "trylock": _trylock,
    "wait": _wait,
    "add": _add,
    "woken": _woken,
    "signal": _signal,
    "broadcast": _signal,
    "once": _once,
    "start": _start,
    "atomic": _always,
}


def changes_nothing(world: World, op: Op) -> bool:
    """Whether an operation can go on now and at any later time, with the same result and without an effect."""
    if op.kind in ("receive", "range"):
        state = open_channel(world, op.subject)
        return state is not None and state.closed and not state.buffer
    if op.kind == "once":
        return bool(state_of(world, op.subject, "") == "done")
    if op.kind == "cancel":
        context = world.heap.get(op.subject) if isinstance(op.subject, Loc) else None
        return isinstance(context, Context) and context.cancelled
    return False


_NEEDS_PLACE = frozenset({"lock", "rlock", "trylock", "add", "signal", "broadcast", "once"})


def name_of(op: Op) -> str:
    """The source text of what an operation is done to."""
    node = op.spot.node
    part = node.child_by_field_name("channel") or node.child_by_field_name("operand") or node
    return " ".join((part.text or b"").decode("utf-8", "replace").split())[:40]


def subjects(op: Op) -> list[Value]:
    """What an operation is done to."""
    return [channel for _, _, channel, _ in op.cases] if op.kind == "select" else [op.subject]


def is_context(value: Value) -> bool:
    """Whether a value can be a context."""
    return isinstance(value, (Loc, Native, Symbol))
