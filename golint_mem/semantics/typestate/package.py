"""The values of one sort in a package: functions are explored on demand, and what went wrong becomes lapses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Notification, Step
from golint_mem.semantics.typestate.engine import BUDGET, Engine
from golint_mem.semantics.typestate.lapse import Kind, Lapse
from golint_mem.semantics.typestate.machine import Record, Records
from golint_mem.semantics.typestate.protocol import Protocol
from golint_mem.semantics.typestate.state import Event, Token, whole
from golint_mem.semantics.typestate.summary import Summary, summarise
from golint_mem.syntax.around import LITERAL, around
from golint_mem.syntax.go import Function, literal, matches, place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts
    from golint_mem.semantics.view import Callee, FileView

_CUT = re.compile(rb"\.(\w+)\)?\[[^\]\n]*:[^\]\n]*\]")
_CALLS = "(call_expression) @found"
_LITERALS = "(func_literal) @found"
_MOST_STEPS = 24
_DEEPEST_CALLS = 5
_WRAPPERS = 3
"""How many functions may stand between a maker and the function that watches what it makes."""
_SUMMARY_BUDGET = 600


class Typestate:
    """What becomes of the values of one protocol in one package."""

    def __init__(self, facts: PackageFacts, protocol: Protocol) -> None:
        self.facts = facts
        self.protocol = protocol
        self._done: dict[tuple[str, int], tuple[Records, Summary | None, frozenset[int]] | None] = {}
        self._matters: dict[tuple[str, int], bool] = {}

    def view(self, path: str) -> FileView:
        """The view on a file of the package."""
        return self._views[path]

    @cached_property
    def _views(self) -> dict[str, FileView]:
        return {tree.path: self.facts.view(tree) for tree in self.facts.trees}

    # Summaries.

    def summary(self, callee: Callee, made: bool) -> Summary | None:
        """What a call may do; None where nothing is known. `made` says that it is handed what the caller made."""
        function, facts = callee.function, callee.facts
        if function is None or facts is None or function.node.child_by_field_name("body") is None:
            return None
        home = facts.typestate(self.protocol)
        return home.summary_of(function) if made or (home.plausible and home.wraps(function)) else None

    def reslices(self, field: str) -> bool:
        """Whether the package cuts a slice field of this name, so that its memory is used again and again."""
        return field in self._resliced

    @cached_property
    def _resliced(self) -> frozenset[str]:
        return frozenset(name.decode() for one in self.facts.files for name in _CUT.findall(one.source))

    def released_at(self, callee: Callee, token: Token) -> tuple[str, Node] | None:
        """The file and the call where a callee gives back a token of its own."""
        if callee.function is None or callee.facts is None:
            return None
        done = callee.facts.typestate(self.protocol)._explore(callee.function)
        node = done[0].where.get(token) if done is not None else None
        return (callee.function.path, node) if node is not None else None

    def summary_of(self, function: Function) -> Summary | None:
        """What a call of a function of this package may do."""
        done = self._explore(function)
        return done[1] if done is not None else None

    def _explore(self, function: Function) -> tuple[Records, Summary | None, frozenset[int]] | None:
        """What the exploration of a function has seen; None while it is under way, or where it failed."""
        key = function.path, function.node.start_byte
        depth = self.facts.program.depth
        if key in self._done or depth >= _DEEPEST_CALLS:
            return self._done.get(key)
        self._done[key] = None
        self.facts.program.depth += 1
        try:
            engine = Engine(function, self, BUDGET if depth == 0 or self.matters(function) else _SUMMARY_BUDGET)
            records, outcomes = engine.run()
            summary = None if records.bounded else summarise(outcomes)
            self._done[key] = records, summary, engine.ran()
        except RecursionError:
            self._note("bound-hit", f"{function.qualified} is nested too deeply and was not analysed", function)
        finally:
            self.facts.program.depth -= 1
        return self._done[key]

    def _note(self, kind: str, message: str, function: Function) -> None:
        line = function.node.start_point[0] + 1
        note = Notification(kind, f"{message} ({self.protocol.name})", "note", function.path, line)
        self.facts.notifications.append(note)

    # Which functions matter.

    def matters(self, function: Function, depth: int = _WRAPPERS) -> bool:
        """Whether a function makes or releases a value, by itself or through callees with a body."""
        key = function.path, function.node.start_byte
        if key not in self._matters:
            body = function.node.text or b""
            if any(word in body for word in self.protocol.words):
                self._matters[key] = True
            elif depth == 0:
                return False
            else:
                self._matters[key] = False
                calls = matches(function.node, _CALLS, "found")
                self._matters[key] = any(self._leads_there(call, function, depth) for call in calls)
        return self._matters[key]

    def _leads_there(self, call: Node, function: Function, depth: int) -> bool:
        callee = self.view(function.path).callee(call)
        if callee.function is None or callee.facts is None or callee.facts.is_library:
            return False
        other = callee.facts.typestate(self.protocol)
        return other.plausible and other.wraps(callee.function, depth - 1)

    def wraps(self, function: Function, depth: int = _WRAPPERS) -> bool:
        """Whether a function hands its caller something it made, or gives back what its caller hands it."""
        if not self.matters(function, depth):
            return False
        summary = self.summary_of(function)
        return summary is not None and any(one.makers or one.released or one.settled for one in summary)

    @cached_property
    def plausible(self) -> bool:
        """Whether the package names a maker or release of the protocol, or a package that it imports does."""
        if self.facts.mentions(self.protocol.words):
            return True
        targets = {target for view in self._views.values() for target in view.imports.values()}
        others = (self.facts.seen(target) for target in targets)
        return any(one is not None and not one.is_library and one.mentions(self.protocol.words) for one in others)

    def _explored(self) -> Iterator[tuple[Function, Records]]:
        """All that was explored: functions, and the function literals that were not run where they stand."""
        pending = [one for tree in self.facts.trees for one in tree.functions() if self.matters(one)]
        while pending:
            function = pending.pop(0)
            done = self._explore(function)
            if done is None:
                continue
            if done[0].bounded:
                self._note("bound-hit", f"{function.qualified} has too many paths; not all were followed", function)
            yield function, done[0]
            body = function.node.child_by_field_name("body")
            for node in matches(body, _LITERALS, "found") if body is not None else ():
                if node.start_byte not in done[2] and around(node, LITERAL, function.node) is None:
                    inner = literal(function.path, node, function.qualified)
                    if self.matters(inner):
                        pending.append(inner)

    # Lapses.

    @cached_property
    def lapses(self) -> tuple[Lapse, ...]:
        """What goes wrong with values of the protocol in the package, in source order."""
        if not self.plausible:
            return ()
        found = [lapse for function, records in self._explored() for lapse in self._of(function, records)]
        once = {(one.kind, one.place): one for one in reversed(found) if one.path in self.facts.package.named}
        return tuple(sorted(once.values(), key=lambda lapse: (lapse.place, lapse.kind.value)))

    def _of(self, function: Function, records: Records) -> Iterable[Lapse]:
        used = {record.node.start_byte for record in records.lapses.values() if record.kind is Kind.USED}
        for record in (*records.leaks.values(), *records.lapses.values()):
            inside = range(record.node.start_byte, record.node.end_byte)
            if record.kind is not Kind.RETURNED or not any(start in inside for start in used):
                yield self._lapse(function, record, records)

    def _lapse(self, function: Function, record: Record, records: Records) -> Lapse:
        origin = whole(record.token)
        made = records.made.get(origin[:-1] if origin[-1] == "older" else origin)
        leak = record.kind in (Kind.LEAKED, Kind.OVERWRITTEN)
        node = made.node if leak and made is not None else record.node
        lapse = Lapse(
            kind=record.kind,
            function=function,
            path=function.path,
            subject=record.subject or (_variable(made.node) if made is not None else _parameter(function, origin)),
            node=node,
            place=place(function.path, node),
            how=record.how,
            release=record.release,
            partial=record.partial,
            panics=record.panics,
            steps=self._steps(record, function.path),
            given=origin[0] == "p",
        )
        if made is None:
            return lapse
        sometimes, handed = origin in records.released, origin in records.handed
        return replace(lapse, maker=made.maker, call=made.node, sometimes=sometimes, handed=handed)

    @staticmethod
    def _steps(record: Record, path: str) -> tuple[Step, ...]:
        events: list[Event] = record.trail.back_to(whole(record.token)) if record.trail is not None else []
        if len(events) > _MOST_STEPS:
            events = [events[0], *events[1 - _MOST_STEPS :]]
        steps = tuple(Step(place(one.path or path, one.node), one.message) for one in events)
        last = Step(place(path, record.node), record.kind.value)
        return steps if record.kind in (Kind.LEAKED, Kind.OVERWRITTEN, Kind.HELD) else (*steps, last)


def _parameter(function: Function, token: tuple[object, ...]) -> str:
    index = token[1]
    if isinstance(index, int):
        return function.parameters[index] if index < len(function.parameters) else ""
    return str(index).partition("@")[0]


def _variable(call: Node) -> str:
    """The variable that the result of a call is assigned to first; the empty string where there is none."""
    node: Node | None = call
    while node is not None and node.type not in ("short_var_declaration", "assignment_statement", "var_spec", "block"):
        node = node.parent
    if node is None or node.type == "block":
        return ""
    left = node.child_by_field_name("left") or node.child_by_field_name("name")
    names = left.named_children if left is not None and left.type == "expression_list" else [left]
    return text(names[0]) if names else ""
