"""Who sends on a channel that a function makes: the goroutines that it starts, and what else becomes of the channel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from golint_mem.semantics.cfg import build
from golint_mem.semantics.concurrency.channels import Made, Use, is_within, literals_between, uses_of_local
from golint_mem.semantics.concurrency.endless import comes_again
from golint_mem.semantics.concurrency.replies import left_by
from golint_mem.semantics.concurrency.wrappers import start_of
from golint_mem.semantics.inference import call_arguments
from golint_mem.semantics.view import FileView, Object
from golint_mem.syntax.around import LOOP, around, function_around
from golint_mem.syntax.go import Function, matches

_STATEMENTS = frozenset({"send_statement", "expression_statement"})
_OTHERS = """[
  (send_statement channel: (_) @channel)
  (unary_expression operator: "<-" operand: (_) @channel)
  (call_expression function: (identifier) @close arguments: (argument_list (_) @channel) (#eq? @close "close"))
]"""
_MOST_CALLS = 3
ENDLESS = 99
"""How many values a goroutine sends that goes round in a loop, or that is started in one."""


class Unclear(Exception):
    """Something happens to the channel that a census cannot follow."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A goroutine: the statement that starts it, its sends that have no other way out, and how many on one path.

    `again` says that every one of them may be followed by another; `talks` are the other channels that it uses.
    """

    statement: Node
    sends: tuple[Use, ...]
    count: int
    again: bool
    talks: frozenset[Object]


@dataclass(frozen=True, slots=True)
class Channel:
    """A local channel: the function that makes it, what that one does with it itself, and who sends."""

    made: Made
    function: Node
    own: tuple[Use, ...]
    senders: tuple[Sender, ...]


def channel_of(made: Made, returned: bool = False) -> Channel | None:
    """The story of a local channel, where it can be told to the end and goroutines send on it.

    A channel that is returned has one only if that is asked for.
    """
    function = function_around(made.call)
    if function is None or made.object.kind != "local":
        return None
    try:
        return _Census(made, function, ("receive", "range", "returned" if returned else "close")).channel()
    except Unclear:
        return None


class _Census:
    def __init__(self, made: Made, function: Node, known: tuple[str, ...]) -> None:
        self.made, self.view, self.function, self.known = made, made.view, function, known
        self.own: list[Use] = []
        self.many: set[int] = set()
        self.started: dict[int, tuple[Node, list[tuple[Node, Use]]]] = {}

    def channel(self) -> Channel | None:
        for use in uses_of_local(self.made.object, self.view, self.function):
            if use.kind != "look" and use.name != self.made.name:
                self._sort_in(use)
        senders = tuple(filter(None, (self._sender(*one) for one in self.started.values())))
        return Channel(self.made, self.function, tuple(self.own), senders) if senders else None

    def _sort_in(self, use: Use) -> None:
        literals = literals_between(use.node, self.function)
        if literals:
            started = [start_of(one, self.view) for one in literals]
            if started[-1] is None or None in started:
                raise Unclear
            inner = zip(started[:-1], literals[1:], strict=True)
            if any(one is not None and around(one, LOOP, outer) is not None for one, outer in inner):
                self.many.add(started[-1].id)
            self._in_goroutine(started[-1], literals[0], use)
        elif use.kind == "argument":
            self._handed(use)
        elif use.kind in self.known:
            self.own.append(use)
        else:
            raise Unclear

    def _handed(self, use: Use) -> None:
        """`go f(channel)`, or a call of a function that receives."""
        call = use.node.parent
        statement = call.parent if call is not None else None
        if call is None or statement is None or statement.type == "defer_statement":
            raise Unclear
        uses = [*_uses_in_callee(self.view, call, use.name, _MOST_CALLS)]
        if statement.type == "go_statement":
            for body, inner in uses:
                self._note(statement, body, inner)
        elif any(inner.kind != "receive" or inner.function != uses[0][1].function for _, inner in uses):
            raise Unclear
        elif uses and left_by(uses[0][1].function, [inner for _, inner in uses]) is None:
            self.own.append(Use(self.view, "receive", call, use.name))

    def _in_goroutine(self, statement: Node, literal: Node, use: Use) -> None:
        body = literal.child_by_field_name("body")
        call = use.node.parent if use.kind == "argument" else None
        if call is not None:
            for inner_body, inner in _uses_in_callee(self.view, call, use.name, _MOST_CALLS):
                self._note(statement, inner_body, inner)
        elif body is not None:
            self._note(statement, body, use)

    def _note(self, statement: Node, body: Node, use: Use) -> None:
        if use.kind not in ("send", "close"):
            raise Unclear
        self.started.setdefault(statement.id, (statement, []))[1].append((body, use))

    def _sender(self, statement: Node, uses: list[tuple[Node, Use]]) -> Sender | None:
        sends = [(body, use) for body, use in uses if use.kind == "send"]
        bare = tuple(use for _, use in sends if use.select is None)
        if not bare:
            return None
        again = [_repeats(body, use, sends) for body, use in sends]
        looped = statement.id in self.many or self._is_looped(statement)
        count = ENDLESS if looped or any(again) else 1
        bodies = {body.id: (body, use.view) for body, use in uses}
        whole = statement, self.view
        talks = {one for body, view in (*bodies.values(), whole) for one in _talks(body, view)} - {self.made.object}
        return Sender(statement, bare, count, looped or all(again), frozenset(talks))

    def _is_looped(self, statement: Node) -> bool:
        """Whether a loop starts many such goroutines, and neither makes the channel nor receives from it."""
        loop = around(statement, LOOP, self.function)
        inside = [self.made.call, *(use.node for use in self.own)]
        return loop is not None and not any(is_within(one, loop) for one in inside)


def _uses_in_callee(view: FileView, call: Node, name: Node, depth: int) -> Iterator[tuple[Node, Use]]:
    """What a function of the module does with the channel that it is handed."""
    callee = view.callee(call)
    function, facts = callee.function, callee.facts
    body = function.node.child_by_field_name("body") if function is not None else None
    if depth == 0 or function is None or facts is None or body is None:
        raise Unclear
    parameter = _parameter(function, callee.kind == "method", call_arguments(call), name)
    home = facts.view_of(function)
    known = home.object(parameter) if parameter is not None else None
    if parameter is None or known is None or known.kind != "local":
        raise Unclear
    for use in uses_of_local(known, home, function.node):
        if use.name == parameter or use.kind == "look":
            continue
        if literals_between(use.node, function.node):
            raise Unclear
        inner = use.node.parent if use.kind == "argument" else None
        if inner is not None:
            yield from _uses_in_callee(home, inner, use.name, depth - 1)
        else:
            yield body, use


def _parameter(function: Function, method: bool, given: list[Node], name: Node) -> Node | None:
    """The name of the parameter that an argument is handed over as."""
    if name not in given or (bool(function.receiver) and not method):
        return None
    listed = function.node.child_by_field_name("parameters")
    names: list[Node] = []
    for one in listed.named_children if listed is not None else ():
        names += one.children_by_field_name("name")
        if one.type == "variadic_parameter_declaration":
            break
    at = given.index(name)
    return names[at] if at < len(names) else None


def _repeats(body: Node, use: Use, sends: list[tuple[Node, Use]]) -> bool:
    """Whether a send may be followed by one more, or by itself, in the same function."""
    blocks, statement = build(body), _statement(use)
    others = [_statement(one) for inner, one in sends if inner == body]
    return statement is not None and any(comes_again(blocks, statement, one) for one in others if one is not None)


def _statement(use: Use) -> Node | None:
    return use.node if use.node.type in _STATEMENTS else None


def _talks(body: Node, view: FileView) -> Iterator[Object]:
    """The channels that a goroutine's code uses."""
    for channel in matches(body, _OTHERS, "channel"):
        known = view.object(channel)
        if known is not None:
            yield known
