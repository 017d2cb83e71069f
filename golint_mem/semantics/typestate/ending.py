"""The end of a path: what is lost, what leaves although it was given back, and what callers need to know of it."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from golint_mem.semantics.typestate.lapse import Kind
from golint_mem.semantics.typestate.machine import Machine
from golint_mem.semantics.typestate.state import (
    FLAGS,
    LIVE,
    NOTHING,
    RELEASED,
    SOME,
    State,
    Token,
    Value,
    followed,
    is_loose,
    owners,
    whole,
)
from golint_mem.semantics.typestate.summary import Outcome
from golint_mem.syntax.go import text


def conclude(machine: Machine, state: State, kind: str, node: Node) -> None:
    """Look at everything where a path ends."""
    if kind == "panic" and not text(node).startswith(("panic(", "log.Panic")):
        return
    returned = _with_literals(
        machine, state.reachable(machine.with_captured(NOTHING.union(*state.returned), state)), state
    )
    stored = state.reachable(_stored(machine, state))
    for token, status in list(state.status.items()):
        if token[0] != "m" or status != LIVE:
            continue
        if token in returned or token in stored:
            machine.records.handed.add(token)
        else:
            machine.leak(token, node, machine.protocol.lost, state, Kind.LEAKED, panics=kind == "panic")
    if kind == "return":
        _look_at_results(machine, state, node)
        _look_at_parts(machine, state, node)


def _with_literals(machine: Machine, reached: set[Token], state: State) -> set[Token]:
    """What is reached, and what the function literals among it refer to."""
    literals = frozenset(one for one in reached if one[0] == "f")
    return reached | state.reachable(machine.with_captured(literals, state)) if literals else reached


def _stored(machine: Machine, state: State) -> Iterator[Token]:
    """What is stored in something that outlives the call."""
    for key, value in state.env.items():
        if isinstance(key, tuple) and (followed(key[0]) or key[0][0] in ("g", "u")):
            yield from machine.with_captured(value, state)


def _given_back(machine: Machine, value: Value, state: State) -> Iterator[tuple[Token, Token]]:
    """The tokens that can be reached from a value and were given back, with what of them was."""
    for token in sorted(_below(value, state), key=str):
        owner = machine.given_back(token, state)
        if owner is not None:
            yield token, owner


def _below(value: Value, state: State) -> set[Token]:
    """What can be reached from a value through its parts."""
    seen: set[Token] = set()
    pending = list(value)
    while pending:
        token = pending.pop()
        if token not in seen and token not in FLAGS:
            seen.add(token)
            pending += [one for _, held in state.parts(token) for one in held]
    return seen


def _look_at_results(machine: Machine, state: State, node: Node) -> None:
    """A result that was given back by a deferred call, or before."""
    for value in state.returned:
        for token, owner in _given_back(machine, machine.with_captured(value, state), state):
            machine.record(Kind.RETURNED, token, node, state, how="returned", partial=token != owner)


def _look_at_parts(machine: Machine, state: State, node: Node) -> None:
    """Something that outlives the call and still refers to what was given back."""
    for key, value in list(state.env.items()):
        if not isinstance(key, tuple) or key[0][0] not in ("p", "s", "g", "u") or whole(key[0])[0] == "m":
            continue
        if any(state.status.get(one) == RELEASED for one in owners(key[0])):
            continue
        for token, owner in _given_back(machine, value, state):
            if key[0] not in owners(token):
                how = f"stored in {_name(key)}"
                machine.record(
                    Kind.RETURNED, token, machine.stored.get(key, node), state, how=how, partial=token != owner
                )


def _name(key: tuple[Token, str]) -> str:
    """The field or variable that holds something."""
    return str(key[0][1]) if key[0][0] in ("g", "u") else key[1]


def outcome_of(machine: Machine, state: State) -> Outcome:
    """What a caller has to know of one path."""
    released = frozenset(one for one in state.released if whole(one)[0] == "p")
    kept = {hold.token for hold in state.holds} | _captured(machine, state)
    settled = set(state.settled)
    lent = _lent(machine, state)
    parts = set()
    tokens: set[Token] = set().union(*state.returned)
    for key, value in state.env.items():
        if not isinstance(key, tuple):
            continue
        if key[0][0] == "g":
            kept |= value | state.reachable(one for one in value if not any(map(is_loose, owners(one))))
        elif key[0][0] == "u":
            settled |= state.reachable(value)
        elif whole(key[0])[0] == "p":
            parts.add((key[0], key[1], value))
            tokens |= value
    pending = [one for one in tokens if one[0] == "o"]
    seen: set[Token] = set()
    while pending:
        one = pending.pop()
        if one not in seen:
            seen.add(one)
            for name, value in state.parts(one):
                parts.add((one, name, value))
                tokens |= value
                pending += [each for each in value if each[0] == "o"]
    fresh = frozenset(
        (one, machine.records.made[one].maker)
        for one in map(whole, tokens)
        if one in machine.records.made and state.status.get(one) == LIVE and one not in lent
    )
    return Outcome(
        released,
        frozenset(one for one in kept if whole(one)[0] == "p"),
        tuple(_result(value, parts, lent) for value in state.returned),
        frozenset(
            (token, name, _plain(value))
            for token, name, value in parts
            if _plain(value) and value != frozenset({("s", token, name)})
        ),
        fresh,
        frozenset(one for one in settled - state.released if whole(one)[0] == "p"),
        state.assumed,
    )


def _lent(machine: Machine, state: State) -> frozenset[Token]:
    """What the function made, and a function literal that it returns refers to: that one gives it back."""
    literals = frozenset(one for one in NOTHING.union(*state.returned) if one[0] == "f")
    return frozenset(one for one in machine.with_captured(literals, state) if one[0] == "m")


def _captured(machine: Machine, state: State) -> set[Token]:
    """What function literals refer to that leave the function: returned, or stored in what the caller sees."""
    leaving = NOTHING.union(*state.returned)
    for key, value in state.env.items():
        if isinstance(key, tuple) and whole(key[0])[0] == "p":
            leaving |= value
    literals = frozenset(one for one in state.reachable(leaving) if one[0] == "f")
    return state.reachable(machine.with_captured(literals, state))


def _result(value: Value, parts: set[tuple[Token, str, Value]], lent: frozenset[Token]) -> Value:
    """A result; of what is new and holds nothing, or is somebody's own, a caller has only to know that it is there."""
    known = {owner for owner, _, _ in parts}
    bare = {one for one in value if one in lent or (one[0] == "o" and one not in known)}
    return frozenset(SOME if one in bare else one for one in _plain(value))


def _plain(value: Value) -> Value:
    """A value without what means nothing to a caller."""
    return frozenset(one for one in value if one in FLAGS or whole(one)[0] in ("m", "p", "o"))
