"""Statements as code. Source: the Go specification, "Statements"."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from golint_mem.semantics.concurrency.calls import Calls
from golint_mem.semantics.concurrency.code import Expression, Op, Stop
from golint_mem.semantics.concurrency.emitter import Label, constant, reader
from golint_mem.semantics.concurrency.expressions import put
from golint_mem.semantics.concurrency.facts import compare
from golint_mem.semantics.concurrency.loops import Loops
from golint_mem.semantics.concurrency.machine import Machine
from golint_mem.semantics.concurrency.memory import index_of
from golint_mem.semantics.concurrency.types import is_type
from golint_mem.semantics.concurrency.values import Symbol, Value, plain
from golint_mem.semantics.inference import bare, expressions
from golint_mem.semantics.types import UNKNOWN
from golint_mem.syntax.go import text

Write = Callable[[Machine, Value], None]
_SIGNS = {"+=": "+", "-=": "-", "*=": "*", "|=": "|", "&=": "&", "<<=": "<<", ">>=": ">>", "%=": "%", "/=": "/"}


class Statements(Loops, Calls):
    """Turns statements into code."""

    def block(self, node: Node) -> None:
        """The statements of a block; its variables end with it."""
        top = self.top
        self.statements(node)
        self.top = top

    def statements(self, node: Node) -> None:
        """The statements below a node, in order."""
        for child in node.named_children:
            if child.type == "statement_list":
                self.statements(child)
            elif child.type != "comment":
                self.statement(child)

    def statement(self, node: Node) -> None:
        """One statement; registers that only its parts needed are free afterwards."""
        handler = getattr(self, f"_do_{node.type}", None)
        if handler is None:
            return
        known = len(self.slots)
        top = self.top
        self.liveness.enter()
        handler(node)
        self.liveness.leave()
        if len(self.slots) == known:
            self.top = top

    # Simple statements.

    def _do_block(self, node: Node) -> None:
        self.block(node)

    def _do_expression_statement(self, node: Node) -> None:
        inner = bare(node.named_children[0])
        if inner.type == "call_expression":
            self.results(inner, 0) if self.view.callee(inner).kind != "conversion" else None
        else:
            self.expression(inner)

    def _do_send_statement(self, node: Node) -> None:
        channel, value = node.child_by_field_name("channel"), node.child_by_field_name("value")
        if channel is None or value is None:
            return
        where, what, spot = self.expression(channel), self.expression(value), self.spot(node)

        def prepare(machine: Machine) -> Op:
            return Op("send", plain(where(machine)), spot, what(machine))

        self.emit(Stop(prepare, lambda machine, result: _sent(machine, result, prepare)))

    def _do_inc_statement(self, node: Node) -> None:
        self._change(node.named_children[0], "+" if node.type == "inc_statement" else "-", constant(1), node)

    _do_dec_statement = _do_inc_statement

    def _change(self, target: Node, sign: str, by: Expression, node: Node) -> None:
        write, value, spot = self.target_of(target), self.expression(target), self.spot(node)

        def run(machine: Machine) -> None:
            before, step = plain(value(machine)), plain(by(machine))
            small = isinstance(before, int) and isinstance(step, int) and abs(before) < 32 and sign in "+-"
            if small:
                write(machine, before + step if sign == "+" else before - step)
            elif isinstance(before, Symbol) and before.depth < 3 and isinstance(step, int):
                write(machine, machine.space.symbol(sign, before, step))
            else:
                write(machine, machine.fresh("changed", spot))

        self.emit(run)

    def _do_assignment_statement(self, node: Node) -> None:
        left = expressions(node.child_by_field_name("left"))
        right = expressions(node.child_by_field_name("right"))
        sign = text(node.child_by_field_name("operator"))
        if sign != "=":
            self._change(left[0], _SIGNS.get(sign, "?"), self.expression(right[0]), node)
            return
        values = self._values(right, len(left))
        if len(values) > 1:
            values = [self.keep(value) for value in values]
        writes = [self.target_of(target) for target in left]
        for write, value in zip(writes, values, strict=False):
            self.emit(_writing(write, value))

    def target_of(self, node: Node) -> Write:
        """How to assign to an expression."""
        node = bare(node)
        if node.type == "identifier":
            if text(node) == "_":
                return lambda machine, value: None
            variable = self.local(node)
            if variable is not None:
                type_ = self.view.type_of(node)
                return lambda machine, value: self.write(variable, type_, machine, value)
        place, solid = self.place_of(node), self.is_solid(self.view.type_of(node))

        def write(machine: Machine, value: Value) -> None:
            loc = place(machine) if place is not None else None
            if loc is not None:
                put(machine, loc, value, solid)
            else:
                machine.world.escape(value)

        return write

    def _values(self, right: list[Node], count: int) -> list[Expression]:
        """The values for `count` variables."""
        if len(right) == count:
            return [self.copied(one) for one in right]
        return self.several(right[0], count) if right else []

    def several(self, node: Node, count: int) -> list[Expression]:
        """The values of an expression that gives several."""
        node = bare(node)
        operand = node.child_by_field_name("operand")
        if node.type == "call_expression":
            return self.results(node, count)
        if node.type == "unary_expression" and operand is not None:
            return list(self.receive(node, operand))
        if node.type == "index_expression" and operand is not None:
            return self._looked_up(node, operand)
        if node.type == "type_assertion_expression" and operand is not None:
            value = self.keep(self.expression(operand))
            kind = node.child_by_field_name("type")
            type_ = self.view.declared(kind) if kind is not None else UNKNOWN
            return [value, lambda machine: is_type(machine, value(machine), type_, self.shapes)]
        return [self.expression(node), *(self.unknown(node) for _ in range(count - 1))]

    def _looked_up(self, node: Node, operand: Node) -> list[Expression]:
        index = node.child_by_field_name("index")
        if index is None:
            return [self.unknown(node), self.unknown(node)]
        base, at, spot = self.expression(operand), self.expression(index), self.spot(node)
        element = self.view.type_of(node)
        value, found = self.register(), self.register()

        def run(machine: Machine) -> None:
            both = index_of(machine, base(machine), at(machine), element, spot)
            machine.registers[value], machine.registers[found] = both

        self.emit(run)
        return [reader(value), reader(found)]

    def _do_short_var_declaration(self, node: Node) -> None:
        names = expressions(node.child_by_field_name("left"))
        right = expressions(node.child_by_field_name("right"))
        self.bind(names, self._values(right, len(names)))

    def bind(self, names: list[Node], values: list[Expression]) -> None:
        """`names := values`."""
        scopes = self.view.scopes(names[0]) if names else None
        if len(values) > 1:
            values = [self.keep(value) for value in values]
        for name, value in zip(names, values, strict=False):
            variable = scopes.resolve(name) if scopes is not None and text(name) != "_" else None
            if variable is None or scopes is None:
                self.emit(_writing(lambda machine, value: None, value))
            elif scopes.declares(name) or variable not in self.slots:
                self.declare(variable, name, self.view.type_of(name), value)
            else:
                self.emit(_writing(self.target_of(name), value))

    def assign(self, names: list[Node], values: list[Expression]) -> None:
        """`names = values`."""
        for name, value in zip(names, values, strict=False):
            self.emit(_writing(self.target_of(name), value))

    def _do_var_declaration(self, node: Node) -> None:
        for child in node.named_children:
            if child.type == "var_spec_list":
                self._do_var_declaration(child)
            elif child.type in ("var_spec", "const_spec"):
                self._specification(child)

    _do_const_declaration = _do_var_declaration

    def _specification(self, spec: Node) -> None:
        names = spec.children_by_field_name("name")
        right = expressions(spec.child_by_field_name("value"))
        if right:
            self.bind(names, self._values(right, len(names)))
            return
        scopes = self.view.scopes(spec)
        for name in names:
            variable = scopes.resolve(name) if scopes is not None and text(name) != "_" else None
            if variable is not None:
                unknown = self.unknown(name) if spec.type == "const_spec" else None
                self.declare(variable, name, self.view.type_of(name), unknown)

    # Goroutines, defers, returns.

    def _do_go_statement(self, node: Node) -> None:
        self.start(node.named_children[0])

    def _do_defer_statement(self, node: Node) -> None:
        self.defer(node.named_children[0])

    def _do_return_statement(self, node: Node) -> None:
        listed = node.named_children[0] if node.named_children else None
        results = expressions(listed) if listed is not None and listed.type == "expression_list" else []
        slots, boxed = self.code.results, self.code.boxed
        values = self._values(results, len(slots)) if results else []
        if len(values) > 1:
            values = [self.keep(value) for value in values]
        for slot, box, value in zip(slots, boxed, values, strict=False):
            self.emit(_returning(slot, box, value))
        code = self.code
        self.emit(lambda machine: code.leaves)

    # Branches.

    def _do_if_statement(self, node: Node) -> None:
        top = self.top
        initializer, condition = node.child_by_field_name("initializer"), node.child_by_field_name("condition")
        then, other = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
        if initializer is not None:
            self.statement(initializer)
        yes, no, after = Label(), Label(), Label()
        if condition is not None:
            self.condition(condition, yes, no)
        self.place(yes)
        if then is not None:
            self.block(then)
        self.jump(after)
        self.place(no)
        if other is not None:
            self.statement(other)
        self.place(after)
        self.top = top

    def _do_expression_switch_statement(self, node: Node) -> None:
        top = self.top
        initializer, value = node.child_by_field_name("initializer"), node.child_by_field_name("value")
        if initializer is not None:
            self.statement(initializer)
        tag = self.keep(self.expression(value)) if value is not None else None
        cases, starts, after = _cases(node), [], Label()
        otherwise = after
        for case in cases:
            start = Label()
            starts.append(start)
            if case.type == "default_case":
                otherwise = start
            for one in expressions(case.child_by_field_name("value")):
                self._test(one, tag, start)
        self.jump(otherwise)
        self._bodies(cases, starts, after)
        self.top = top

    def _test(self, value: Node, tag: Expression | None, start: Label) -> None:
        following = Label()
        if tag is None:
            self.condition(value, start, following)
        else:
            other = self.expression(value)
            equal: Expression = lambda machine: compare(machine.space, "==", tag(machine), other(machine))  # noqa: E731
            self.branch(equal, value, start, following)
        self.place(following)

    def _bodies(self, cases: list[Node], starts: list[Label], after: Label) -> None:
        self.breaks.append((self.label, after))
        self.label = ""
        for index, (case, start) in enumerate(zip(cases, starts, strict=True)):
            top = self.top
            self.place(start)
            falls = self._case_body(case)
            self.jump(starts[index + 1] if falls and index + 1 < len(starts) else after)
            self.top = top
        self.breaks.pop()
        self.place(after)

    def _case_body(self, case: Node) -> bool:
        skip = {child.id for name in ("value", "type", "communication") for child in case.children_by_field_name(name)}
        pending = [child for child in case.named_children if child.id not in skip]
        while pending:
            child = pending.pop(0)
            if child.type == "statement_list":
                pending = [*child.named_children, *pending]
            elif child.type == "fallthrough_statement":
                return True
            elif child.type != "comment":
                self.statement(child)
        return False

    def _do_type_switch_statement(self, node: Node) -> None:
        top = self.top
        initializer, operand = node.child_by_field_name("initializer"), node.child_by_field_name("value")
        if initializer is not None:
            self.statement(initializer)
        alias = node.child_by_field_name("alias")
        value = self.keep(self._switched(operand, text(alias)) if operand is not None else constant(None))
        if alias is not None:
            self.bind(expressions(alias), [value])
        cases, starts, after = _cases(node), [], Label()
        otherwise = after
        for case in cases:
            start = Label()
            starts.append(start)
            otherwise = start if case.type == "default_case" else otherwise
            for kind in case.children_by_field_name("type"):
                following = Label()
                self.branch(self._is(value, kind), kind, start, following)
                self.place(following)
        self.jump(otherwise)
        self._bodies(cases, starts, after)
        self.top = top

    def _switched(self, operand: Node, alias: str) -> Expression:
        """The value of `switch x := x.(type)`, where the second `x` is the variable outside."""
        scopes = self.view.scopes(operand)
        if text(operand) != alias or scopes is None:
            return self.expression(operand)
        outside = [
            one
            for one in scopes.by_id.values()
            if text(one.name) == alias and one.id in self.slots and one.start <= operand.start_byte < one.end
        ]
        if not outside:
            return self.expression(operand)
        variable = max(outside, key=lambda one: one.start)
        return self.read(variable.id, self.view.type_of(variable.name))

    def _is(self, value: Expression, kind: Node) -> Expression:
        if text(kind) == "nil":
            return lambda machine: compare(machine.space, "==", value(machine), None)
        type_ = self.view.declared(kind)
        return lambda machine: is_type(machine, value(machine), type_, self.shapes)

    def _do_select_statement(self, node: Node) -> None:
        top = self.top
        cases, after, spot = _cases(node), Label(), self.spot(node)
        starts = [Label() for _ in cases]
        parts: list[tuple[int, str, Expression, Expression]] = []
        default = -1
        for index, case in enumerate(cases):
            communication = case.child_by_field_name("communication")
            if communication is None:
                default = index
            else:
                parts.append((index, *self._communication(communication)))
        value, ok = self.register(), self.register()

        def prepare(machine: Machine) -> Op:
            found = tuple((index, way, plain(where(machine)), what(machine)) for index, way, where, what in parts)
            return Op("select", None, spot, None, found, default)

        def complete(machine: Machine, result: object) -> int | None:
            if not isinstance(result, tuple):
                return _sent(machine, result, prepare)
            machine.registers[value], machine.registers[ok] = result[1], result[2]
            return starts[result[0]].at

        self.emit(Stop(prepare, complete))
        self._selected(cases, starts, after, [reader(value), reader(ok)])
        self.top = top

    def _communication(self, node: Node) -> tuple[str, Expression, Expression]:
        if node.type == "send_statement":
            channel, sent = node.child_by_field_name("channel"), node.child_by_field_name("value")
            if channel is not None and sent is not None:
                return "send", self.keep(self.expression(channel)), self.keep(self.expression(sent))
        right = node.child_by_field_name("right") if node.type == "receive_statement" else node
        right = bare(right) if right is not None else None
        operand = right.child_by_field_name("operand") if right is not None else None
        return "receive", self.keep(self.expression(operand)) if operand is not None else constant(None), constant(None)

    def _selected(self, cases: list[Node], starts: list[Label], after: Label, values: list[Expression]) -> None:
        self.breaks.append((self.label, after))
        self.label = ""
        for case, start in zip(cases, starts, strict=True):
            top = self.top
            self.place(start)
            communication = case.child_by_field_name("communication")
            left = communication.child_by_field_name("left") if communication is not None else None
            if communication is not None and communication.type == "receive_statement" and left is not None:
                names = expressions(left)
                if any(child.type == ":=" for child in communication.children):
                    self.bind(names, values[: len(names)])
                else:
                    self.assign(names, values)
            self._case_body(case)
            self.jump(after)
            self.top = top
        self.breaks.pop()
        self.place(after)


def _cases(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type.endswith("_case")]


def _writing(write: Write, value: Expression) -> Callable[[Machine], None]:
    return lambda machine: write(machine, value(machine))


def _returning(slot: int, boxed: bool, value: Expression) -> Callable[[Machine], None]:
    def run(machine: Machine) -> None:
        result = value(machine)
        if boxed:
            machine.world.store(machine.registers[slot], result)
        else:
            machine.registers[slot] = result

    return run


def _sent(machine: Machine, result: object, prepare: Callable[[Machine], Op]) -> int | None:
    return machine.crash("sends on a closed channel", prepare(machine)) if result == "closed" else None
