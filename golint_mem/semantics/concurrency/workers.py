"""Types of the module that start a goroutine which only their own methods can end.

Such a goroutine comes to an end only after it received from a field of the object that it works for (`<-w.done`,
`range w.jobs`, `<-w.ctx.Done()`), or asked one that is a type of the module (`w.queue.pop()`). A method that closes one
of these fields, sends to it, or calls a cancel function of the object ends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.concurrency.contexts import is_rooted
from golint_mem.semantics.concurrency.endless import ends_only_by
from golint_mem.semantics.concurrency.library import STOPPERS
from golint_mem.semantics.concurrency.starts import Start, all_starts
from golint_mem.semantics.concurrency.wrappers import STARTING
from golint_mem.semantics.inference import call_arguments
from golint_mem.semantics.typestate.leads import Leads
from golint_mem.semantics.typestate.protocol import RECEIVER, Protocol, Unknown
from golint_mem.syntax.around import LITERAL, around
from golint_mem.syntax.go import Function, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts
    from golint_mem.semantics.view import FileView

_CALLS = "(call_expression) @call"
_CHANNELS = """[
  (unary_expression operator: "<-" operand: (_) @channel)
  (range_clause right: (_) @channel)
  (call_expression) @channel
]"""
_SENDS = "(send_statement channel: (_) @channel)"
_CLOSES = re.compile(r"(?i:close|stop|shutdown|cancel|quit|terminate|kill)")
_WRAPPERS = 2
"""How many functions of a package may stand between the start of a goroutine and the one that others call."""
_CANCELS = frozenset({"context.CancelFunc", "context.CancelCauseFunc"})


@dataclass(frozen=True, slots=True)
class Worker:
    """A type with a goroutine: `starter` (a function that makes the object, or a method) starts it at `start`.

    `heeds` says that the goroutine looks at a context of the object.
    """

    owner: str
    starter: Function
    start: Start
    enders: tuple[Function, ...]
    heeds: bool


@dataclass(frozen=True, slots=True)
class Made:
    """What is kept of a function that makes a worker: its qualified name, the worker's type, and what ends it.

    `context` is the parameter with which callers can end it as well (-1: there is none).
    """

    maker: str
    owner: str
    enders: tuple[str, ...]
    context: int = -1


class Workers:
    """The workers of one package."""

    def __init__(self, facts: PackageFacts) -> None:
        self._facts = facts

    @cached_property
    def all(self) -> tuple[Worker, ...]:
        """What starts goroutines in this package that only methods of the object can end."""
        return tuple(self._find())

    @cached_property
    def protocol(self) -> Protocol | None:
        """The life of the workers that functions of the package, and of those it imports from its module, make."""
        return _protocol(self._makers) if self._makers else None

    @cached_property
    def _makers(self) -> list[Made]:
        near = [one for one in self._facts.near if not _starting(one).isdisjoint(self._facts.called)]
        return [one for home in (self._facts, *near) for one in home.workers.known]

    def ends_with_caller(self, call: Node, view: FileView) -> bool:
        """Whether a call that makes a worker hands it a context that may end, and with it the worker."""
        name = view.callee(call).qualified
        at = next((one.context for one in self._makers if one.maker == name), -1)
        given = call_arguments(call)
        return 0 <= at < len(given) and not is_rooted(given[at], view)

    @property
    def known(self) -> tuple[Made, ...]:
        """What functions of the package make workers, found once in a run."""
        known, package = self._facts.program.workers, self._facts.package
        key = package.import_path, package.name
        if key not in known:
            known[key] = tuple(
                Made(
                    f"{package.import_path}.{function.name}",
                    worker.owner,
                    tuple(one.name for one in worker.enders),
                    _context_of(function) if worker.heeds else -1,
                )
                for function, worker in self.made
            )
        return known[key]

    @cached_property
    def made(self) -> tuple[tuple[Function, Worker], ...]:
        """The functions that make a worker and start it, by themselves or by calling the method that does."""
        if not self._facts.mentions((b"go ", b".Go(")):
            return ()
        direct = [(one.starter, one) for one in self.all if not one.starter.receiver]
        return (*direct, *self._constructors([one for one in self.all if one.starter.receiver]))

    def _constructors(self, methods: list[Worker]) -> Iterator[tuple[Function, Worker]]:
        """The functions that return a value of a worker's type, and call the method that starts its goroutine."""
        names = {one.starter.name for one in methods}
        for function in self._facts.declarations.functions.values() if methods else ():
            made = function.result_types[0].removeprefix("*").partition("[")[0] if function.result_types else ""
            if made not in {one.owner for one in methods}:
                continue
            view = self._facts.view_of(function)
            for call in matches(function.node, _CALLS, "call"):
                if text(call.child_by_field_name("function")).rpartition(".")[2] not in names:
                    continue
                called = view.callee(call).function
                worker = next((one for one in methods if one.starter == called and one.owner == made), None)
                if worker is not None and around(call, LITERAL, function.node) is None:
                    yield function, worker
                    break

    def _find(self) -> Iterator[Worker]:
        for start in all_starts(self._facts):
            function = start.function
            for owner in self._owners(function) if function is not None else ():
                enders = self._enders(start, owner)
                if function is not None and enders:
                    yield Worker(owner, function, start, enders, self._heeds(start, owner))
                    break

    def _owners(self, function: Function) -> list[str]:
        """The types that a function may start goroutines for: that of its receiver, or of its first result."""
        results = [one.removeprefix("*").partition("[")[0] for one in function.result_types[:1]]
        return [one for one in (function.receiver, *results) if one in self._facts.declarations.methods_of]

    def _enders(self, start: Start, owner: str) -> tuple[Function, ...]:
        """The methods that end a goroutine; none where it can end otherwise."""
        body, view = self._runs(start)
        if body is None or view is None:
            return ()
        fields = {self._field(channel, owner, view) for channel in matches(body, _CHANNELS, "channel")} - {""}
        signals = {one for one in fields if self._ends_by(body, view, owner, {one})}
        if not signals and self._ends_by(body, view, owner, fields):
            signals = fields
        return self._ending(owner, signals) if signals else ()

    def _heeds(self, start: Start, owner: str) -> bool:
        """Whether a goroutine looks at a context of its owner."""
        body, view = self._runs(start)
        if body is None or view is None:
            return False
        asked = (call for call in matches(body, _CALLS, "call") if self._field(call, owner, view))
        return any(view.callee(call).qualified == "context.Context.Done" for call in asked)

    def _ends_by(self, body: Node, view: FileView, owner: str, fields: set[str]) -> bool:
        return ends_only_by(body, view, lambda channel: self._field(channel, owner, view) in fields)

    def _runs(self, start: Start) -> tuple[Node | None, FileView | None]:
        """What a goroutine runs."""
        if start.literal is not None:
            return start.literal.child_by_field_name("body"), start.view
        callee = start.callee
        if callee.function is None or callee.facts is not self._facts:
            return None, None
        return callee.function.node.child_by_field_name("body"), self._facts.view_of(callee.function)

    def _field(self, node: Node, owner: str, view: FileView) -> str:
        """The name of the owner's field that a channel is, or that a call asks: `w.ctx.Done()`, `w.queue.pop()`."""
        if node.type == "call_expression":
            function, callee = node.child_by_field_name("function"), view.callee(node)
            if function is None or function.type != "selector_expression" or callee.kind != "method":
                return ""
            if callee.qualified != "context.Context.Done" and callee.function is None:
                return ""
            if callee.facts is not None and callee.facts.is_library and callee.qualified != "context.Context.Done":
                return ""
            node = function.child_by_field_name("operand") or node
        operand = node.child_by_field_name("operand") if node.type == "selector_expression" else None
        wanted = f"{self._facts.package.import_path}.{owner}"
        if operand is None or view.type_of(operand).qualified != wanted:
            return ""
        return text(node.child_by_field_name("field"))

    def _ending(self, owner: str, signals: set[str]) -> tuple[Function, ...]:
        """The methods that close one of some fields, send to it, or cancel; and those that call such a method."""
        methods = self._facts.declarations.methods_of.get(owner, ())
        found = {one.name: one for one in methods if self._ends(one, owner, signals)}
        for _ in range(2):
            for one in methods:
                called = {text(name) for name in matches(one.node, "(field_identifier) @name", "name")}
                if called & found.keys():
                    found.setdefault(one.name, one)
        return tuple(found.values())

    def _ends(self, method: Function, owner: str, signals: set[str]) -> bool:
        view = self._facts.view_of(method)
        for call in matches(method.node, _CALLS, "call"):
            arguments, callee = call.child_by_field_name("arguments"), view.callee(call)
            given = arguments.named_children if arguments is not None else []
            if callee.qualified == "builtin.close" and given and self._field(given[0], owner, view) in signals:
                return True
            if callee.kind == "value" and callee.type.qualified in _CANCELS:
                return True
            if _CLOSES.fullmatch(callee.name) and self._field(call, owner, view) in signals:
                return True
        sent = matches(method.node, _SENDS, "channel")
        return any(self._field(channel, owner, view) in signals for channel in sent)


def _starting(facts: PackageFacts) -> frozenset[bytes]:
    """The names of the functions that return something and may start a goroutine, or call others that do."""
    return Leads(facts, STARTING, (), giving=True, judge=lambda *_: False).names(_WRAPPERS)


def _context_of(function: Function) -> int:
    """The parameter of a function without receiver that is a context."""
    kinds = function.parameter_types
    return kinds.index("context.Context") if "context.Context" in kinds else -1


def _protocol(made: list[Made]) -> Protocol:
    makes = {one.maker: 0 for one in made}
    releases: dict[str, int] = {}
    for one in made:
        path = one.maker.rpartition(".")[0]
        releases |= {f"{path}.{one.owner}.{name}": RECEIVER for name in {*one.enders, *STOPPERS}}
    return Protocol(
        name="workers",
        makes=makes,
        releases=releases,
        words=tuple(sorted({name.rpartition(".")[2].encode() + b"(" for name in (*makes, *releases)})),
        unknown=Unknown.TAKES,
        made="makes it, and starts its goroutine",
        released="it is told to stop here",
        lost="the function ends without telling it to stop",
    )
