"""The values of one sort in a package: functions are explored on demand, and what went wrong becomes lapses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Notification, Step
from golint_mem.semantics.callees import qualified
from golint_mem.semantics.typestate.engine import BUDGET, Engine
from golint_mem.semantics.typestate.lapse import Kind, Lapse
from golint_mem.semantics.typestate.leads import Leads
from golint_mem.semantics.typestate.machine import Record, Records
from golint_mem.semantics.typestate.protocol import Protocol
from golint_mem.semantics.typestate.state import Event, Token, whole
from golint_mem.semantics.typestate.summary import Summary, summarise
from golint_mem.syntax.around import LITERAL, around
from golint_mem.syntax.go import Function, GoTree, literal, matches, place, text
from golint_mem.syntax.outline import PLAIN_TYPE, called_in

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts
    from golint_mem.semantics.view import Callee, FileView

_CUT = re.compile(rb"\.(\w+)\)?\[[^\]\n]*:[^\]\n]*\]")
_PLAIN = re.compile(PLAIN_TYPE.decode())
_CALLS = "(call_expression) @found"
_LITERALS = "(func_literal) @found"
_MOST_STEPS = 24
_DEEPEST_CALLS = 5
_NAMES = ("identifier", "field_identifier")
_WRAPPERS = 3
"""How many functions may stand between a maker and the function that watches what it makes."""
_SUMMARY_BUDGET = 600


class Typestate:
    """What becomes of the values of one protocol in one package."""

    def __init__(self, facts: PackageFacts, protocol: Protocol) -> None:
        self.facts = facts
        self.protocol = protocol
        self._done: dict[tuple[str, int, bool], tuple[Records, Summary | None, frozenset[int]] | None] = {}
        self._matters: dict[tuple[str, int, int], bool] = {}
        self._reached: dict[tuple[tuple[bytes, ...], int], frozenset[bytes]] = {}

    def view(self, path: str) -> FileView:
        """The view on a file of the package."""
        return self.facts.view(self.facts.tree_at(path))

    # Summaries.

    def summary(self, callee: Callee, made: bool, given: bool) -> Summary | None:
        """What a call may do; None where nothing is known.

        `made` says that it is handed what the caller made, `given` that it is handed what the caller itself was given.
        """
        function, facts = callee.function, callee.facts
        if function is None or facts is None or not _has_body(function):
            return None
        home = facts.typestate(self.protocol)
        matters = made or (home._may_touch(function) if given else home._hands_over(function, _WRAPPERS))
        return home.summary_of(function) if matters else None

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

    def _explore(self, function: Function, given: bool = True) -> tuple[Records, Summary | None, frozenset[int]] | None:
        """What the exploration of a function has seen; None while it is under way, or where it failed.

        `given` says that what becomes of its parameters is followed as well.
        """
        key = function.path, function.node.start_byte, given
        depth = self.facts.program.depth
        if key in self._done or depth >= _DEEPEST_CALLS:
            return self._done.get(key)
        self._done[key] = None
        self.facts.program.depth += 1
        try:
            budget = BUDGET if depth == 0 or self._touches(function) else _SUMMARY_BUDGET
            engine = Engine(function, self, budget, given)
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
        key = function.path, function.node.start_byte, depth
        if key not in self._matters:
            self._matters[key] = False
            self._matters[key] = self._touches(function) or (depth > 0 and self._leads(function, depth))
        return self._matters[key]

    def _may_touch(self, function: Function) -> bool:
        """Whether a function may make or release a value, by itself or through what it calls, by their names."""
        body = function.node.text or b""
        if self._concerned and any(word in body for word in self.protocol.words):
            return True
        return not self._leading.isdisjoint(called_in(body))

    @cached_property
    def _leading(self) -> frozenset[bytes]:
        """The names that may lead to a maker or a release."""
        return Leads(self.facts, self.protocol.words, self.protocol.subjects, False, None).reaches(_WRAPPERS - 1)

    def _touches(self, function: Function) -> bool:
        """Whether a function itself calls a maker or a release."""
        body = function.node.text or b""
        if not self._concerned or not any(word in body for word in self.protocol.words):
            return False
        return self.protocol.called or any(map(self._is_telling, self._named_calls(function)))

    def _named_calls(self, function: Function) -> Iterator[tuple[Node, FileView]]:
        """The calls in a function of what is named like a maker or a release."""
        view = self.view(function.path)
        return ((call, view) for call in matches(function.node, _CALLS, "found") if self.protocol.is_named(_name(call)))

    def _is_telling(self, found: tuple[Node, FileView]) -> bool:
        call, view = found
        name = qualified(view, call)
        return self.protocol.makes_at(name) is not None or self.protocol.releases_at(name) is not None

    @cached_property
    def _concerned(self) -> bool:
        """Whether the package has to do with values of the protocol by itself, and not only through others."""
        return self.facts.mentions(self.protocol.words) and self.facts.mentions(self.protocol.subjects)

    def _leads(self, function: Function, depth: int) -> bool:
        """Whether a function calls another one that hands it something, or takes something from it."""
        names = self._reach(self.protocol.words, depth - 1)
        if names.isdisjoint(called_in(function.node.text or b"")):
            return False
        calls = (one for one in matches(function.node, _CALLS, "found") if _name(one).encode() in names)
        return any(self._leads_there(call, function, depth) for call in calls)

    def _reach(self, words: tuple[bytes, ...], calls: int) -> frozenset[bytes]:
        """The names whose call may lead to one of the words; `words` are those of the protocol, or its makers."""
        key = words, calls
        if key not in self._reached:
            makers = words is self.protocol.makers
            judge = self._is_maker if makers else self._is_wrapper
            self._reached[key] = Leads(self.facts, words, self.protocol.subjects, makers, judge).reaches(calls)
        return self._reached[key]

    def _is_wrapper(self, facts: PackageFacts, name: str, depth: int) -> bool:
        return self._judged(facts, name, depth, makers=False)

    def _is_maker(self, facts: PackageFacts, name: str, depth: int) -> bool:
        return self._judged(facts, name, depth, makers=True)

    def _judged(self, facts: PackageFacts, name: str, depth: int, makers: bool) -> bool:
        """Whether a function of another package hands over what it made, or otherwise wraps makers and releases."""
        known = self.facts.program.judged
        key = self.protocol.key, makers, facts.package.import_path, name, depth
        if key not in known:
            other = facts.typestate(self.protocol)
            asked = other._hands_over if makers else other.wraps
            known[key] = any(asked(one, depth) for one in facts.declarations.named(name) if _has_body(one))
        return known[key]

    def _leads_there(self, call: Node, function: Function, depth: int) -> bool:
        callee = self.view(function.path).callee(call)
        if callee.function is None or callee.facts is None or callee.facts.is_library:
            return False
        return callee.facts.typestate(self.protocol).wraps(callee.function, depth - 1)

    def wraps(self, function: Function, depth: int = _WRAPPERS) -> bool:
        """Whether a function hands its caller something it made, or gives back what its caller hands it."""
        known, key = self.facts.program.wraps, (self.protocol.key, function.path, function.node.start_byte)
        if key not in known:
            if not _may_hold(function.result_types + function.parameter_types) or not self.matters(function, depth):
                return False
            summary = self.summary_of(function)
            doubtful = self._touches(function)
            found = any(one.makers or one.released or (doubtful and one.settled) for one in summary or ())
            if self._done.get((function.path, function.node.start_byte, True)) is None:
                return found
            known[key] = found
        return known[key]

    @cached_property
    def plausible(self) -> bool:
        """Whether some function of the package may lead to a maker or release of the protocol."""
        return bool(self._reach(self.protocol.words, _WRAPPERS - 1))

    # Which functions make something.

    def makes(self, function: Function, depth: int = _WRAPPERS) -> bool:
        """Whether a function makes a value, by itself or through callees that hand it what they made."""
        return self._makes_itself(function) or (depth > 0 and any(self._makers_called(function, depth)))

    def _makes_itself(self, function: Function) -> bool:
        body = function.node.text or b""
        if not self._concerned or not any(word in body for word in self.protocol.makers):
            return False
        return any(
            self.protocol.makes_at(qualified(view, call)) is not None for call, view in self._named_calls(function)
        )

    def _makers_called(self, function: Function, depth: int) -> Iterator[bool]:
        """For each callee that may hand over what it made whether it does."""
        names = self._reach(self.protocol.makers, depth - 1)
        if names.isdisjoint(called_in(function.node.text or b"")):
            return
        for call in matches(function.node, _CALLS, "found"):
            if _name(call).encode() in names:
                callee = self.view(function.path).callee(call)
                if callee.function is not None and callee.facts is not None and not callee.facts.is_library:
                    yield callee.facts.typestate(self.protocol)._hands_over(callee.function, depth - 1)

    def _hands_over(self, function: Function, depth: int) -> bool:
        """Whether a function returns what it made."""
        if not _may_hold(function.result_types) or not self.makes(function, depth):
            return False
        summary = self.summary_of(function)
        return summary is not None and any(one.makers for one in summary)

    def _explored(self, leaks: bool) -> Iterator[tuple[Function, Records]]:
        """All that was explored: functions, and the function literals that were not run where they stand."""
        matters = self.makes if leaks else self.matters
        names = self._reach(self.protocol.makers if leaks else self.protocol.words, _WRAPPERS - 1)
        words = self.protocol.makers if leaks else self.protocol.words
        pending = [one for tree in self._trees(names, words) for one in tree.functions() if matters(one)]
        while pending:
            function = pending.pop(0)
            done = self._explore(function, given=not leaks)
            if done is None:
                continue
            if done[0].bounded:
                self._note("bound-hit", f"{function.qualified} has too many paths; not all were followed", function)
            yield function, done[0]
            body = function.node.child_by_field_name("body")
            for node in matches(body, _LITERALS, "found") if body is not None else ():
                if node.start_byte not in done[2] and around(node, LITERAL, function.node) is None:
                    inner = literal(function.path, node, function.qualified)
                    if matters(inner):
                        pending.append(inner)

    def _trees(self, names: frozenset[bytes], words: tuple[bytes, ...]) -> Iterator[GoTree]:
        """The trees of the files to be reported that call one of these names or hold one of these words."""
        for file in self.facts.files:
            called = not names.isdisjoint(self.facts.outline(file).calls)
            if file.path in self.facts.asked and (called or any(word in file.source for word in words)):
                yield self.facts.tree(file)

    # Lapses.

    @cached_property
    def lapses(self) -> tuple[Lapse, ...]:
        """What goes wrong with values of the protocol in the package, in source order."""
        return self._lapses(leaks=False)

    @cached_property
    def leaks(self) -> tuple[Lapse, ...]:
        """The values of the protocol that functions of the package make and lose, in source order."""
        lost = (Kind.LEAKED, Kind.OVERWRITTEN)
        return tuple(one for one in self._lapses(leaks=True) if one.kind in lost and not one.given)

    def _lapses(self, leaks: bool) -> tuple[Lapse, ...]:
        found = [lapse for function, records in self._explored(leaks) for lapse in self._of(function, records)]
        once = {(one.kind, one.place): one for one in reversed(found) if one.path in self.facts.asked}
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


def _may_hold(types: tuple[str, ...]) -> bool:
    """Whether one of some types, as written, may hold a value of a protocol: any but numbers, texts and errors."""
    return any(_PLAIN.fullmatch(one) is None for one in types)


def _has_body(function: Function) -> bool:
    return function.node.child_by_field_name("body") is not None


def _name(call: Node) -> str:
    """The last part of the name that a call calls; the empty string where it has none."""
    function = call.child_by_field_name("function")
    while function is not None and function.type in ("index_expression", "parenthesized_expression"):
        function = function.named_children[0] if function.named_children else None
    if function is not None and function.type == "selector_expression":
        function = function.child_by_field_name("field")
    return text(function) if function is not None and function.type in _NAMES else ""


def _parameter(function: Function, token: tuple[object, ...]) -> str:
    index = token[1]
    if isinstance(index, int):
        return function.parameters[index] if index < len(function.parameters) else ""
    return str(index).partition("@")[0]


def _variable(call: Node) -> str:
    """The variable that the result of a call is assigned to first; the empty string where there is none."""
    if call.parent is not None and call.parent.type == "selector_expression":
        return ""  # what is assigned is what a method of the result gives
    node: Node | None = call
    while node is not None and node.type not in ("short_var_declaration", "assignment_statement", "var_spec", "block"):
        node = node.parent
    if node is None or node.type == "block":
        return ""
    left = node.child_by_field_name("left") or node.child_by_field_name("name")
    names = left.named_children if left is not None and left.type == "expression_list" else [left]
    return text(names[0]) if names else ""
