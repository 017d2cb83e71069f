"""Statements: what assignments, declarations, loops over containers, returns and the like do to ownership."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tree_sitter import Node

from golint_mem.semantics.c.library import asks_for_failure, counts, speaks_of_failure, tells
from golint_mem.semantics.inference import expressions
from golint_mem.semantics.ownership.calls import Calls
from golint_mem.semantics.ownership.lapse import Kind
from golint_mem.semantics.ownership.machine import Surroundings
from golint_mem.semantics.ownership.state import (
    ANSWER,
    NIL,
    NOTHING,
    OWNED,
    Deferred,
    Path,
    State,
    Value,
    is_cleanup,
    is_resource,
)
from golint_mem.semantics.ownership.values import ELEMENTS
from golint_mem.syntax.go import Function, text

_PARKED: Path = (("parked",),)


class Statements(Calls):
    """Execution of the statements of a function."""

    def __init__(self, function: Function, around: Surroundings) -> None:
        super().__init__(function, around)
        self._stack: list[int] = []

    def _exec(self, node: Node, state: State) -> None:
        handler: Callable[[Node, State], None] | None = getattr(self, "_exec_" + node.type, None)
        parent = node.parent
        if parent is not None and parent.type == "range_clause":
            self._exec_ranged(parent, node, state)
        elif handler is not None:
            handler(node, state)
        else:
            self.eval(node, state)

    def _exec_short_var_declaration(self, node: Node, state: State) -> None:
        self._assign(node, node.child_by_field_name("left"), node.child_by_field_name("right"), state, True)

    def _exec_assignment_statement(self, node: Node, state: State) -> None:
        if text(node.child_by_field_name("operator")) == "=":
            self._assign(node, node.child_by_field_name("left"), node.child_by_field_name("right"), state, False)
            return
        self.eval(node.child_by_field_name("right"), state)
        for left in expressions(node.child_by_field_name("left")):
            self.forget(left, state)

    def _exec_var_declaration(self, node: Node, state: State) -> None:
        for spec in _specs(node):
            names = spec.children_by_field_name("name")
            value = spec.child_by_field_name("value")
            if value is not None:
                self._assign_all(spec, names, expressions(value), state, True)
                continue
            kind = text(spec.child_by_field_name("type"))
            empty = frozenset({NIL}) if kind.startswith(("*", "unsafe.Pointer", "error", "func")) else NOTHING
            for name in names:
                self.forget(name, state)
                self.store(name, empty, state, spec, True)
                self._fact(f"{text(name)}==nil", True, state)
                if kind == "bool":
                    self._fact(text(name), False, state)

    def _exec_type_declaration(self, node: Node, state: State) -> None:
        pass

    def _exec_const_declaration(self, node: Node, state: State) -> None:
        pass

    def _exec_inc_statement(self, node: Node, state: State) -> None:
        self.forget(node.named_children[0], state)

    _exec_dec_statement = _exec_inc_statement

    def _exec_send_statement(self, node: Node, state: State) -> None:
        self.escape(self.eval(node.child_by_field_name("value"), state), state)

    def _exec_go_statement(self, node: Node, state: State) -> None:
        call = node.named_children[0]
        callee = self.callee_value(call, state)
        for value in (callee, *self.arguments_of(call, state)):
            self.escape(value, state)

    def _exec_defer_statement(self, node: Node, state: State) -> None:
        call = node.named_children[0]
        if call.type != "call_expression":
            return
        deferred = Deferred(node, self.callee_value(call, state), tuple(self.arguments_of(call, state)))
        if any(one.node.start_byte == node.start_byte for one in state.defers):
            self.repeated_defers.add(node.start_byte)
        if deferred not in state.defers:
            state.defers = (*state.defers, deferred)

    def _exec_return_statement(self, node: Node, state: State) -> None:
        returned = expressions(node.named_children[0]) if node.named_children else []
        names = [] if self._stack else self._result_names()
        if len(returned) == 1:
            self.results.pop(returned[0].start_byte, None)
        values = [self.eval(one, state) for one in returned]
        if len(returned) == 1 and returned[0].type == "call_expression":
            values = self.results.get(returned[0].start_byte) or values
        for index, name in enumerate(names):
            if returned and not (index < len(returned) and text(returned[index]) == text(name)):
                value = values[index] if index < len(values) else NOTHING
                self.forget(name, state)
                if value != {("a", (text(name),))}:
                    self.write((text(name),), value, state, node, declares=True)
                if len(returned) == len(names):
                    self.learn(name, returned[index], state)
        if not returned:
            values = [self.read((text(name),), state) for name in names]
        state.returned = tuple(values)

    def reread_results(self, state: State) -> None:
        """Deferred function literals may have changed what named results hold."""
        paths: list[Path] = [(text(name),) for name in self._result_names()]
        if paths:
            fields = [any(len(below) > 1 for below, _ in state.below(path)) for path in paths]
            held = [frozenset({("a", path)}) if known else NOTHING for path, known in zip(paths, fields, strict=True)]
            state.returned = tuple(self.read(path, state) | more for path, more in zip(paths, held, strict=True))

    def _result_names(self) -> list[Node]:
        result = self.function.node.child_by_field_name("result")
        if result is None or result.type != "parameter_list":
            return []
        return [name for one in result.named_children for name in one.children_by_field_name("name")]

    def _exec_ranged(self, clause: Node, right: Node, state: State) -> None:
        """What a loop ranges over is computed once, before its first round."""
        value = self.eval(right, state) or frozenset(("a", path) for path in self.paths(right, state))
        state.env[(("range", clause.start_byte),)] = value

    def _exec_range_clause(self, node: Node, state: State) -> None:
        value = state.env.get((("range", node.start_byte),), NOTHING)
        names = expressions(node.child_by_field_name("left"))
        for index, name in enumerate(names):
            self.forget(name, state)
            read = self.tokens_at(value, (ELEMENTS,), state) if index == 1 else NOTHING
            self.store(name, read, state, node, True)

    def _exec_receive_statement(self, node: Node, state: State) -> None:
        self.eval(node.child_by_field_name("right"), state)
        for name in expressions(node.child_by_field_name("left")):
            self.forget(name, state)
            self.store(name, NOTHING, state, node, True)

    def _assign(self, node: Node, left: Node | None, right: Node | None, state: State, declares: bool) -> None:
        self._assign_all(node, expressions(left), expressions(right), state, declares)

    def _assign_all(self, node: Node, lefts: list[Node], rights: list[Node], state: State, declares: bool) -> None:
        outer, self.acquired = self.acquired, []
        if len(rights) == 1 < len(lefts):
            self.results.pop(rights[0].start_byte, None)
            first = self.eval(rights[0], state)
            values = self.results.get(rights[0].start_byte) or [first]
        else:
            values = [self.eval(right, state) for right in rights]
        before = self._park(lefts, values, state) if len(lefts) > 1 else NOTHING
        for index, left in enumerate(lefts):
            self.forget(left, state)
            value = values[index] if index < len(values) else NOTHING
            self._check_realloc(left, rights[index] if len(rights) == len(lefts) else None, value, state)
            self.store(left, value, state, node, declares and self.scopes.declares(left))
            self.learn(left, rights[index] if len(rights) == len(lefts) else None, state)
        state.env.pop(_PARKED, None)
        for token in self.lost(before, state):
            self.overwritten(token, state, node)
        made = frozenset(token for token in self.acquired if state.status.get(token) == OWNED)
        made = made or self._spoken_of(rights, state)
        for index, left in enumerate(lefts):
            value = values[index] if index < len(values) else NOTHING
            if made and not value & made and left.type == "identifier" and not any(map(is_cleanup, value)):
                answer = index == 0 and self._answers(left, rights)
                state.results_of[self.scopes.resolve(left) or text(left)] = made | ({ANSWER} if answer else NOTHING)
        self.acquired = outer

    def _spoken_of(self, rights: list[Node], state: State) -> Value:
        """The resources of whose making a result tells: `err := check(result)`, `status := Status(C.x_status(x))`."""
        if len(rights) != 1:
            return NOTHING
        call, names = rights[0], list[str]()
        while call.type == "call_expression":
            arguments = call.child_by_field_name("arguments")
            inner = arguments.named_children if arguments is not None else []
            names = [self.scopes.resolve(one) or "" for one in inner if one.type == "identifier"]
            if len(inner) == 1 and inner[0].type == "selector_expression" and not names:
                return self._counted_in(inner[0], state)
            if len(inner) != 1 or inner[0].type != "call_expression":
                break
            call = inner[0]
        callee = call.child_by_field_name("function") if call.type == "call_expression" else None
        asked = callee.child_by_field_name("operand") if callee is not None else None
        if not names and asked is not None and asked.type == "identifier" and tells(text(asked)):
            names = [self.scopes.resolve(asked) or ""]  # `status.Err()`
        told = frozenset().union(*(state.results_of.get(name, NOTHING) for name in names)) - {ANSWER}
        if asks_for_failure(text(call.child_by_field_name("function"))):
            told |= {one for name in names for one in self.read((name,), state) if state.status.get(one) == OWNED}
        return told

    def _counted_in(self, field: Node, state: State) -> Value:
        """The resources of which a field of the same C struct counts the things: `n := int(list.count)`."""
        if not counts(text(field.child_by_field_name("field"))):
            return NOTHING
        holder = self.eval(field.child_by_field_name("operand"), state)
        return frozenset(one for one in holder if is_resource(one) and state.status.get(one) == OWNED)

    @staticmethod
    def _answers(left: Node, rights: list[Node]) -> bool:
        """Whether a variable gets the plain result of a C call, which is nil where it failed."""
        return text(rights[0]).startswith("C.") and not (speaks_of_failure(text(left)) or tells(text(left)))

    def _park(self, lefts: list[Node], values: list[Value], state: State) -> Value:
        """Keep the values of a parallel assignment alive while names are overwritten; what the names held before."""
        held = frozenset().union(*(state.env.get(path, NOTHING) for left in lefts for path in self.paths(left, state)))
        parked = frozenset().union(*values)
        if held & parked:
            state.env[_PARKED] = parked
        return held & parked

    def _check_realloc(self, left: Node, right: Node | None, value: Value, state: State) -> None:
        """`p = C.realloc(p, n)` loses `p` where realloc fails."""
        calls = (
            self.inside(right, "(call_expression) @found")
            if right is not None and b"realloc" in (right.text or b"")
            else []
        )
        if all(state.env.get(path) == frozenset({NIL}) for path in self.paths(left, state)):
            return
        for call in calls:
            arguments = call.child_by_field_name("arguments")
            if (
                text(call.child_by_field_name("function")) == "C.realloc"
                and arguments is not None
                and arguments.named_children
            ):
                inner = arguments.named_children[0]
                while inner.type == "call_expression":
                    more = inner.child_by_field_name("arguments")
                    if more is None or not more.named_children:
                        return
                    inner = more.named_children[0]
                if text(inner) == text(left):
                    self.record(Kind.REALLOC_LOST, ("r", call.start_byte), call, state)


def _specs(declaration: Node) -> Iterator[Node]:
    """The specs of a `var` declaration, without those of function literals in them."""
    for child in declaration.named_children:
        if child.type == "var_spec_list":
            yield from _specs(child)
        elif child.type == "var_spec":
            yield child
