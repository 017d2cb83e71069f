"""Loops and jumps as code. Source: the Go specification, "For statements", "Labeled statements", "Goto statements"."""

from __future__ import annotations

from abc import abstractmethod

from tree_sitter import Node

from golint_mem.semantics.concurrency.code import Expression
from golint_mem.semantics.concurrency.emitter import Label, reader
from golint_mem.semantics.concurrency.expressions import Expressions
from golint_mem.semantics.concurrency.facts import compare
from golint_mem.semantics.concurrency.machine import Machine
from golint_mem.semantics.concurrency.memory import FEW, MANY, is_map, item, rounds
from golint_mem.semantics.concurrency.values import Loc, Value, plain
from golint_mem.semantics.concurrency.world import Keys
from golint_mem.semantics.inference import bare, expressions
from golint_mem.syntax.go import text


class Loops(Expressions):
    """Turns loops into code."""

    label = ""

    @abstractmethod
    def block(self, node: Node) -> None:
        """The statements of a block."""

    @abstractmethod
    def statement(self, node: Node) -> None:
        """One statement."""

    @abstractmethod
    def bind(self, names: list[Node], values: list[Expression]) -> None:
        """`names := values`."""

    @abstractmethod
    def assign(self, names: list[Node], values: list[Expression]) -> None:
        """`names = values`."""

    def _do_for_statement(self, node: Node) -> None:
        top, label = self.top, self.label
        self.label = ""
        clause = next((one for one in node.named_children if one.type in ("for_clause", "range_clause")), None)
        body = node.child_by_field_name("body")
        if body is not None and clause is not None and clause.type == "range_clause":
            self._range(clause, body, label)
        elif body is not None:
            self._for(node, clause, body, label)
        self.top = top

    def _for(self, node: Node, clause: Node | None, body: Node, label: str) -> None:
        condition = next(
            (one for one in node.named_children if one not in (clause, body) and one.type != "comment"), None
        )
        update = None
        if clause is not None:
            initializer = clause.child_by_field_name("initializer")
            if initializer is not None:
                self.statement(initializer)
            condition, update = clause.child_by_field_name("condition"), clause.child_by_field_name("update")
        head, inner, step, after = Label(), Label(), Label(), Label()
        self.place(head)
        before = self.liveness.head()
        if condition is not None:
            self._round(condition, inner, after, _kind_of(body))
        self.place(inner)
        self._body(body, label, step, after)
        self.place(step)
        if clause is not None:
            self._renew(clause)
        if update is not None:
            self.statement(update)
        self.jump(head)
        self.liveness.loop(before, head.at, len(self.code.instructions) - 1)
        self.place(after)

    def _round(self, condition: Node, inner: Label, after: Label, loop: bool | None) -> None:
        """The condition of a loop; a large constant number of rounds counts as a small one."""
        condition = bare(condition)
        sign, right = text(condition.child_by_field_name("operator")), condition.child_by_field_name("right")
        left = condition.child_by_field_name("left")
        if sign not in ("<", "<=") or left is None or right is None:
            self.condition(condition, inner, after, loop=True)
            return
        low, high = self.expression(left), self.expression(right)

        def smaller(machine: Machine) -> Value:
            limit = plain(high(machine))
            if isinstance(limit, int) and limit > MANY:
                limit = FEW
            return compare(machine.space, sign, low(machine), limit)

        self.branch(smaller, condition, inner, after, loop)

    def _renew(self, clause: Node) -> None:
        """From Go 1.22 on each round has its own copy of the loop's variables."""
        initializer = clause.child_by_field_name("initializer")
        if initializer is None or initializer.type != "short_var_declaration" or not self.own_variables:
            return
        for name in expressions(initializer.child_by_field_name("left")):
            variable = self.local(name)
            if variable is not None and self.is_boxed(variable, self.view.type_of(name)):
                slot, spot, value = (
                    self.slot_of(variable),
                    self.spot(name),
                    self.read(variable, self.view.type_of(name)),
                )

                def run(machine: Machine, slot: int = slot, spot=spot, value: Expression = value) -> None:  # type: ignore[no-untyped-def]
                    machine.registers[slot] = machine.allocate(spot, content=value(machine), what="box")

                self.emit(run)

    @property
    def own_variables(self) -> bool:
        """Whether the module's Go version gives each round of a loop its own variables."""
        version = self.view.facts.package.go_version.split(".")
        return not (len(version) > 1 and version[1].isdigit() and int(version[1]) < 22)

    def _body(self, body: Node, label: str, step: Label, after: Label) -> None:
        self.breaks.append((label, after))
        self.continues.append((label, step))
        self.block(body)
        self.breaks.pop()
        self.continues.pop()

    def _range(self, clause: Node, body: Node, label: str) -> None:
        right = clause.child_by_field_name("right")
        if right is None:
            return
        kind = self.view.underlying(self.view.type_of(right))
        if kind.kind == "chan":
            self._range_channel(clause, right, body, label)
        else:
            self._range_items(clause, right, body, label)

    def _range_channel(self, clause: Node, right: Node, body: Node, label: str) -> None:
        channel = self.keep(self.expression(right))
        head, inner, after = Label(), Label(), Label()
        self.place(head)
        before = self.liveness.head()
        value, ok = self.receive_from(channel, clause, "range")
        self.branch(ok, clause, inner, after)
        self.place(inner)
        self._iterate(clause, [value])
        self._body(body, label, head, after)
        self.jump(head)
        self.liveness.loop(before, head.at, len(self.code.instructions) - 1)
        self.place(after)

    def _range_items(self, clause: Node, right: Node, body: Node, label: str) -> None:
        value = self.expression(right)
        over, at = self.register(), self.register()
        key, content = self.register(), self.register()
        whole = self.view.underlying(self.view.type_of(right))
        element = self.shapes.element(whole)
        fixed = int(whole.length) if whole.kind == "array" and whole.length.isdigit() else None
        head, inner, step, after = Label(), Label(), Label(), Label()

        def begin(machine: Machine) -> None:
            found = plain(value(machine))
            known = isinstance(found, Loc) and is_map(machine, found) and not machine.world.is_outside(found)
            machine.registers[over] = Keys(found, machine.world.heap[found]) if known else found
            machine.registers[at] = 0

        def more(machine: Machine) -> Value:
            count = fixed if fixed is not None else rounds(machine, machine.registers[over])
            return compare(
                machine.space, "<", machine.registers[at], FEW if fixed is not None and fixed > MANY else count
            )

        def fetch(machine: Machine) -> None:
            both = item(machine, machine.registers[over], machine.registers[at], element)
            machine.registers[key], machine.registers[content] = both

        def advance(machine: Machine) -> None:
            machine.registers[at] += 1

        self.emit(begin)
        self.place(head)
        before = self.liveness.head()
        self.branch(more, clause, inner, after, _kind_of(body))
        self.place(inner)
        self.emit(fetch)
        self._iterate(clause, [reader(key), reader(content)])
        self._body(body, label, step, after)
        self.place(step)
        self.emit(advance)
        self.jump(head)
        self.liveness.loop(before, head.at, len(self.code.instructions) - 1)
        self.place(after)

    def _iterate(self, clause: Node, values: list[Expression]) -> None:
        left = clause.child_by_field_name("left")
        names = expressions(left) if left is not None else []
        if not names:
            return
        if any(child.type == ":=" for child in clause.children):
            self.bind(names, values[: len(names)])
        else:
            self.assign(names, values[: len(names)])

    # Jumps.

    def _do_labeled_statement(self, node: Node) -> None:
        name = text(node.child_by_field_name("label"))
        self.place(self.labels.setdefault(name, Label()))
        self.label = name
        for child in node.named_children:
            if child.type != "label_name":
                self.statement(child)
        self.label = ""

    def _do_goto_statement(self, node: Node) -> None:
        self.liveness.rewinds = True
        self.jump(self.labels.setdefault(text(node.named_children[0]), Label()))

    def _do_break_statement(self, node: Node) -> None:
        self._leave(node, self.breaks)

    def _do_continue_statement(self, node: Node) -> None:
        self._leave(node, self.continues)

    def _leave(self, node: Node, targets: list[tuple[str, Label]]) -> None:
        name = text(node.named_children[0]) if node.named_children else ""
        for label, target in reversed(targets):
            if not name or label == name:
                self.jump(target)
                return


def _kind_of(body: Node) -> bool | None:
    """What `branch` is to know of a loop: None where it starts goroutines."""
    inside = body.text or b""
    return None if b"go " in inside or b".Go(" in inside else True
