"""Finalizers and cleanups that can never run, because what is registered, or a goroutine, leads to the object itself.

Source: the documentation of `runtime.SetFinalizer` and `runtime.AddCleanup`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.finalizers.disarming import tested
from golint_mem.semantics.finalizers.holders import Holders, captured, leads
from golint_mem.semantics.finalizers.paths import GLOBAL, Path, parameters, path_of
from golint_mem.semantics.finalizers.registrations import Registration, Way
from golint_mem.semantics.inference import arguments, bare
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_STARTS = "(go_statement (call_expression) @call)"
_CALLS = "(call_expression) @call"
_LOOPS = "(for_statement) @loop"
_RECEIVES = '[(unary_expression operator: "<-" operand: (_) @channel) (range_clause right: (_) @channel)]'
_IDENTIFIERS = "(identifier) @name"
_FIELDS = "(selector_expression) @field"
_WRITTEN = "(assignment_statement left: (expression_list (identifier) @name))"


class Because(Enum):
    """Why an object stays reachable."""

    CAPTURED = "what runs captures a variable that leads to it"
    ARGUMENT = "the cleanup's argument leads to it"
    CYCLE = "it leads to itself"
    GOROUTINE = "a goroutine holds it that only the finalizer would end"


@dataclass(frozen=True, slots=True)
class Unreachable:
    """One registration whose action never runs: `what` is the variable that leads to the object, `place` where."""

    registration: Registration
    because: Because
    what: str
    object: str
    place: Node


def unreachable(facts: PackageFacts) -> Iterator[Unreachable]:
    """The registrations of a package that never come to anything."""
    for one in facts.finalizers.registrations:
        path = path_of(one.object, one.view)
        if one.way is Way.CLEARED or one.function is None or path is None or path[0] == GLOBAL:
            continue
        found = _Object(one, path).why()
        if found is not None:
            yield found


class _Object:
    """One watched object in the function that registers it."""

    def __init__(self, one: Registration, path: Path) -> None:
        assert one.function is not None
        self.one = one
        self.path = path
        self.view = one.view
        self.held = Holders(one.function.node, one.view)
        self.names = self.held.names(path)

    def why(self) -> Unreachable | None:
        """The first reason why the action never runs; None where there is none."""
        return self._captured() or self._argument() or self._cycle() or self._goroutine()

    def _found(self, because: Because, what: str, place: Node) -> Unreachable:
        return Unreachable(self.one, because, what.partition("@")[0], text(self.one.object).lstrip("&"), place)

    def _leads(self, paths: frozenset[Path]) -> bool:
        return any(leads(one, name) for one in self.held.certain(paths) for name in self.names)

    def _captured(self) -> Unreachable | None:
        action = self.one.action
        run = bare(self.one.run) if self.one.run is not None else None
        if action is not None and action.function.node.type == "func_literal":
            run = action.function.node
        if run is None:
            return None
        if run.type == "func_literal":
            for variable in sorted(captured(run, self.view)):
                if self._leads(frozenset({(variable,)})) and not self._is_written_later(variable):
                    mention = next(name for name in matches(run, _IDENTIFIERS, "name") if self._is(name, variable))
                    return self._found(Because.CAPTURED, variable, mention)
        bound = action.bound if action is not None else None
        path = path_of(bound, self.view) if bound is not None else None
        if bound is not None and path is not None and self._leads(frozenset({path})):
            return self._found(Because.CAPTURED, text(bound), run)
        return None

    def _is(self, name: Node, variable: str) -> bool:
        scopes = self.view.scopes(name)
        return scopes is not None and scopes.resolve(name) == variable

    def _is_written_later(self, variable: str) -> bool:
        """Whether a captured variable gets another value after the registration, and so leaves the object."""
        function = self.held.function
        later = (one for one in matches(function, _WRITTEN, "name") if one.start_byte > self.one.call.end_byte)
        return any(self._is(one, variable) for one in later)

    def _argument(self) -> Unreachable | None:
        given = self.one.argument
        if self.one.way is not Way.CLEANUP or given is None or not self._leads(self.held.plain(given)):
            return None
        return self._found(Because.ARGUMENT, text(given), given)

    def _cycle(self) -> Unreachable | None:
        """Only finalizers mind cycles: they keep what their object leads to, pointers back into it aside."""
        if self.one.way is not Way.FINALIZER or len(self.path) > 1:
            return None
        held = frozenset(self.held.firm.get(self.path[0], ()))
        apart = frozenset(path for path in held if path not in self.names and self._is_pointer(path[0]))
        if (self.path in held or self.path in self.held.certain(apart)) and not self._is_written_later(self.path[0]):
            return self._found(Because.CYCLE, self.path[0], self.one.object)
        return None

    def _is_pointer(self, variable: str) -> bool:
        scopes = self.view.scopes(self.one.call)
        declared = scopes.by_id.get(variable) if scopes is not None else None
        kind = self.view.underlying(self.view.type_of(declared.name)).kind if declared is not None else ""
        return kind in ("pointer", "slice", "map", "func", "interface", "chan")

    # Goroutines.

    def _goroutine(self) -> Unreachable | None:
        for call, view, variable in self._starts(self.held.function, self.view, self.path, 0):
            loop = self._holding_loop(call, view, variable)
            if loop is not None:
                return self._found(
                    Because.GOROUTINE, text(self.one.object), call if view is self.view else self.one.call
                )
        return None

    def _starts(self, function: Node, view: FileView, path: Path, depth: int) -> Iterator[tuple[Node, FileView, str]]:
        """The `go` statements of a function, and of the methods that it calls on the object."""
        if len(path) > 1:
            return
        for call in matches(function, _STARTS, "call"):
            yield call, view, path[0]
        for call in matches(function, _CALLS, "call") if depth == 0 else ():
            callee = view.callee(call)
            called = bare(call.child_by_field_name("function") or call)
            operand = called.child_by_field_name("operand") if callee.kind == "method" else None
            if operand is None or path_of(operand, view) != path or callee.function is None or callee.facts is None:
                continue
            seen = callee.facts.view_of(callee.function)
            inner = next((name for name, at in parameters(callee.function, seen).items() if at == 0), "")
            yield from self._starts(callee.function.node, seen, (inner,), depth + 1)

    def _holding_loop(self, call: Node, view: FileView, variable: str) -> Node | None:
        """The loop in which a goroutine waits with the object, for a signal that the finalizer would give."""
        function = call.child_by_field_name("function")
        if function is not None and function.type == "func_literal":
            return self._loop_in(function, view, variable) if variable in captured(function, view) else None
        callee = view.callee(call)
        if callee.function is None or callee.facts is None or function is None:
            return None
        operand = bare(function).child_by_field_name("operand") if callee.kind == "method" else None
        operands = [*([operand] if callee.kind == "method" else []), *arguments(call)]
        index = next(
            (at for at, one in enumerate(operands) if one is not None and path_of(one, view) == (variable,)), None
        )
        seen = callee.facts.view_of(callee.function)
        inner = next((name for name, at in parameters(callee.function, seen).items() if at == index), "")
        return self._loop_in(callee.function.node, seen, inner) if index is not None and inner else None

    def _loop_in(self, function: Node, view: FileView, variable: str) -> Node | None:
        signals = self._signals()
        for loop in matches(function, _LOOPS, "loop"):
            names = matches(loop, _IDENTIFIERS, "name")
            scopes = view.scopes(loop)
            if scopes is None or not any(scopes.resolve(name) == variable for name in names):
                continue
            waits = {
                path[1] for one in matches(loop, _RECEIVES, "channel") for path in self._waits(one, view, variable)
            }
            trap = view.facts.endless.trap(function.child_by_field_name("body") or function, view)
            endless = trap is not None and trap.node.start_byte == loop.start_byte and trap.sure
            if waits & signals or endless:
                return loop
        return None

    @staticmethod
    def _waits(channel: Node, view: FileView, variable: str) -> Iterator[Path]:
        """The field of the object that a channel is, or from which it is got: `x.done`, `x.ctx.Done()`."""
        channel = bare(channel)
        if channel.type == "call_expression":
            function = channel.child_by_field_name("function")
            channel = (function.child_by_field_name("operand") if function is not None else None) or channel
        path = path_of(channel, view)
        if path is not None and path[0] == variable and len(path) > 1:
            yield path

    def _signals(self) -> frozenset[str]:
        """The fields of the object with which the action does something."""
        action = self.one.action
        if action is None or self.one.way is not Way.FINALIZER or not action.parameter:
            return frozenset()
        found = set(tested(action.function, action.view, action.parameter))
        for node, view, variable in _bodies(action.function.node, action.view, action.parameter, 0):
            for selector in matches(node, _FIELDS, "field"):
                path = path_of(selector, view)
                if path is not None and path[0] == variable and len(path) > 1:
                    found.add(path[1])
        return frozenset(found)


def _bodies(node: Node, view: FileView, variable: str, depth: int) -> Iterator[tuple[Node, FileView, str]]:
    """A function and the methods that it calls on its object."""
    yield node, view, variable
    for call in matches(node, _CALLS, "call") if depth < 2 else ():
        callee = view.callee(call)
        called = bare(call.child_by_field_name("function") or call)
        operand = called.child_by_field_name("operand") if callee.kind == "method" else None
        if operand is None or callee.function is None or callee.facts is None or path_of(operand, view) != (variable,):
            continue
        seen = callee.facts.view_of(callee.function)
        inner = next((name for name, at in parameters(callee.function, seen).items() if at == 0), "")
        if inner:
            yield from _bodies(callee.function.node, seen, inner, depth + 1)
