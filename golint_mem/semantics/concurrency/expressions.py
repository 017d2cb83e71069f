"""Expressions as code. Source: the Go specification, "Expressions"."""

from __future__ import annotations

import operator
import re
from abc import abstractmethod
from collections.abc import Callable

from tree_sitter import Node

from golint_mem.semantics.concurrency.code import Expression, Op, Stop
from golint_mem.semantics.concurrency.emitter import Emitter, Label, constant, reader
from golint_mem.semantics.concurrency.facts import compare, negate
from golint_mem.semantics.concurrency.machine import Machine, solid_place
from golint_mem.semantics.concurrency.memory import equals_literal, index_of, part_of, place_at
from golint_mem.semantics.concurrency.values import Func, Loc, Native, Slice, Symbol, Value, plain
from golint_mem.semantics.inference import bare
from golint_mem.semantics.types import UNKNOWN, Type
from golint_mem.syntax.go import text

LARGEST = 64
"""Numbers that grow beyond this are not followed."""
_ARITHMETIC: dict[str, Callable[[Value, Value], Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})

_ERRORS = re.compile(r"(?:\w+\.)?Err[A-Z]\w*|(?:^|\.)EOF$")
"""Variables that hold errors, by custom for as long as the process lives."""


class Expressions(Emitter):
    """Turns expressions into functions of the machine; what calls or waits is emitted as instructions before."""

    def expression(self, node: Node) -> Expression:
        """The value of an expression."""
        node = bare(node)
        handler = getattr(self, "_" + node.type, None)
        if handler is not None:
            found: Expression = handler(node)
            return found
        return self.unknown(node)

    def unknown(self, node: Node) -> Expression:
        """A value of which nothing is known."""
        spot = self.spot(node)
        return self.keep(lambda machine: machine.fresh("value", spot))

    @abstractmethod
    def literal(self, node: Node) -> Expression:
        """A function literal."""

    @abstractmethod
    def _call_expression(self, node: Node) -> Expression:
        """A call."""

    @abstractmethod
    def method_value(self, node: Node) -> Expression | None:
        """`x.Method` as a function value; None where it is no method."""

    # Constants and names.

    def _int_literal(self, node: Node) -> Expression:
        try:
            return constant(int(text(node).replace("_", ""), 0))
        except ValueError:
            return self.unknown(node)

    def _float_literal(self, node: Node) -> Expression:
        return constant(text(node))

    _rune_literal = _imaginary_literal = _float_literal

    def _interpreted_string_literal(self, node: Node) -> Expression:
        return constant(text(node)[1:-1])

    _raw_string_literal = _interpreted_string_literal

    def _nil(self, _: Node) -> Expression:
        return constant(None)

    def _true(self, _: Node) -> Expression:
        return constant(True)

    def _false(self, _: Node) -> Expression:
        return constant(False)

    def _func_literal(self, node: Node) -> Expression:
        return self.literal(node)

    def local(self, node: Node) -> str | None:
        """The variable of this function that an identifier means."""
        scopes = self.view.scopes(node)
        found = scopes.resolve(node) if scopes is not None else None
        if found not in self.slots:
            return None
        self.liveness.mention(self.slots[found])
        return found

    def _identifier(self, node: Node) -> Expression:
        variable = self.local(node)
        if variable is not None:
            return self.read(variable, self.view.type_of(node))
        return self._package_name(text(node), node)

    def _package_name(self, name: str, node: Node) -> Expression:
        """A constant, function or variable of the package."""
        facts = self.view.facts
        function = facts.declarations.functions.get(name)
        if function is not None and function.node.child_by_field_name("body") is not None:
            return constant(Func(self.extraction.code_of(function, facts)))
        declared = facts.declarations.values.get(name)
        if declared is None:
            return self.unknown(node)
        if declared.constant:
            known = self.extraction.constants.value(facts, name)
            return constant(known) if known is not None else self._global(name)
        return self._global(name)

    def _global(self, name: str) -> Expression:
        facts = self.view.facts
        key, type_ = ("global", facts.package.import_path, name), facts.value_type(name)
        if _ERRORS.fullmatch(name) and type_.qualified in ("", "builtin.error"):
            return lambda machine: machine.space.symbol("error", name)
        return lambda machine: machine.world.load(machine.space.root(key, type_, outside=True))

    def global_place(self, node: Node) -> Callable[[Machine], Loc] | None:
        """The place of a package-level variable."""
        facts = self.view.facts
        if node.type != "identifier" or self.local(node) is not None or text(node) not in facts.declarations.values:
            return None
        key, type_ = ("global", facts.package.import_path, text(node)), facts.value_type(text(node))
        return lambda machine: machine.space.root(key, type_, outside=True)

    # Parts.

    def _selector_expression(self, node: Node) -> Expression:
        operand = node.child_by_field_name("operand")
        if operand is None or self.view.package_of(operand):
            return self._imported(node)
        method = self.method_value(node)
        if method is not None:
            return method
        place = self.field_place(node)

        def run(machine: Machine) -> Value:
            return machine.world.load(solid_place(place(machine)))

        return run

    def _imported(self, node: Node) -> Expression:
        known = self.extraction.library_value(self.view, node)
        if known is not None:
            return constant(known)
        symbol_key = text(node)
        if _ERRORS.search(symbol_key):
            return lambda machine: machine.space.symbol("error", symbol_key)
        return lambda machine: machine.space.symbol("import", symbol_key)

    def field_place(self, node: Node) -> Callable[[Machine], Loc | None]:
        """The place that `x.field` means."""
        operand, name = node.child_by_field_name("operand"), text(node.child_by_field_name("field"))
        if operand is None:
            return lambda machine: None
        base = self.expression(operand)
        type_ = self.view.type_of(operand)
        path, final = self.shapes.path(type_, name), self.view.type_of(node)
        return self.walk(base, type_, path, name, final)

    def walk(
        self, base: Expression, type_: Type, path: tuple[str, ...], name: str, final: Type
    ) -> Callable[[Machine], Loc | None]:
        """The place of a field that is reached through embedded ones."""
        steps: list[tuple[str, Type]] = []
        for step in path:
            type_ = self.shapes.field(type_, step)
            steps.append((step, type_))

        def run(machine: Machine) -> Loc | None:
            value = plain(base(machine))
            for step, kind in steps:
                loc = machine.world.field(value, step, kind)
                value = machine.world.load(loc) if loc is not None else None
            return machine.world.field(value, name, final)

        return run

    def _index_expression(self, node: Node) -> Expression:
        operand, index = node.child_by_field_name("operand"), node.child_by_field_name("index")
        if operand is None or index is None or self.shapes.kind(self.view.type_of(operand)) == "unknown":
            generic = self._instantiated(node)
            if generic is not None:
                return generic
        if operand is None or index is None:
            return self.unknown(node)
        base, at, spot = self.expression(operand), self.expression(index), self.spot(node)
        element = self.view.type_of(node)
        return lambda machine: index_of(machine, base(machine), at(machine), element, spot)[0]

    def _instantiated(self, node: Node) -> Expression | None:
        operand = node.child_by_field_name("operand")
        if operand is not None and text(operand) in self.view.facts.declarations.functions:
            return self.expression(operand)
        return None

    def _slice_expression(self, node: Node) -> Expression:
        operand = node.child_by_field_name("operand")
        if operand is None:
            return self.unknown(node)
        base, spot = self.expression(operand), self.spot(node)
        start, end = (node.child_by_field_name(name) for name in ("start", "end"))
        first = self.expression(start) if start is not None else constant(0)
        last = self.expression(end) if end is not None else None
        return lambda machine: part_of(machine, base(machine), first(machine), last(machine) if last else None, spot)

    # Operators.

    def _unary_expression(self, node: Node) -> Expression:
        sign, operand = text(node.child_by_field_name("operator")), node.child_by_field_name("operand")
        if operand is None:
            return self.unknown(node)
        if sign == "<-":
            return self.receive(node, operand)[0]
        if sign == "&":
            return self.address(operand)
        inner = self.expression(operand)
        if sign == "!":
            return lambda machine: negate(machine.space, plain(inner(machine)))
        if sign == "*":
            return self._behind(node, inner)
        if sign == "-":
            return lambda machine: _arithmetic(machine, "-", 0, inner(machine))
        return inner if sign == "+" else self.unknown(node)

    def _behind(self, node: Node, inner: Expression) -> Expression:
        solid = self.is_solid(self.view.type_of(node))

        def run(machine: Machine) -> Value:
            value = plain(inner(machine))
            if isinstance(value, Symbol):
                value = machine.space.behind(value)
            return value if solid or not isinstance(value, Loc) else machine.world.load(value)

        return run

    def address(self, operand: Node) -> Expression:
        """`&x`."""
        operand = bare(operand)
        if operand.type == "identifier":
            variable = self.local(operand)
            if variable is not None:
                return reader(self.slot_of(variable))
        found = self.place_of(operand)
        return found if found is not None else self.expression(operand)

    def place_of(self, node: Node) -> Callable[[Machine], Loc | None] | None:
        """The place that an expression other than a local variable means; None where it has none."""
        node = bare(node)
        if node.type == "selector_expression":
            operand = node.child_by_field_name("operand")
            return self.field_place(node) if operand is not None and not self.view.package_of(operand) else None
        if node.type == "index_expression":
            return self._element_place(node)
        if node.type == "unary_expression" and text(node.child_by_field_name("operator")) == "*":
            inner = node.child_by_field_name("operand")
            pointer = self.expression(inner) if inner is not None else None
            return (lambda machine: _pointed(machine, pointer(machine))) if pointer is not None else None
        return self.global_place(node)

    def _element_place(self, node: Node) -> Callable[[Machine], Loc | None] | None:
        operand, index = node.child_by_field_name("operand"), node.child_by_field_name("index")
        if operand is None or index is None:
            return None
        base, at, element = self.expression(operand), self.expression(index), self.view.type_of(node)
        return lambda machine: place_at(machine, base(machine), at(machine), element)

    def _binary_expression(self, node: Node) -> Expression:
        sign = text(node.child_by_field_name("operator"))
        if sign in ("&&", "||"):
            return self._decided(node)
        sides = [node.child_by_field_name(side) for side in ("left", "right")]
        if sides[0] is None or sides[1] is None:
            return self.unknown(node)
        left, right = self.expression(sides[0]), self.expression(sides[1])
        if sign in ("==", "!=") and any(bare(side).type == "composite_literal" for side in sides if side is not None):
            return lambda machine: (sign == "==") == equals_literal(machine, left(machine), right(machine))
        if sign in _COMPARISONS:
            return lambda machine: compare(machine.space, sign, left(machine), right(machine))
        return lambda machine: _arithmetic(machine, sign, left(machine), right(machine))

    def _decided(self, node: Node) -> Expression:
        """A truth value as 1 or 0 in a register, by branches."""
        slot, yes, no, after = self.register(), Label(), Label(), Label()
        self.condition(node, yes, no)
        for label, value in ((yes, True), (no, False)):
            self.place(label)
            self.emit(_setting(slot, value))
            self.jump(after)
        self.place(after)
        return reader(slot)

    def condition(self, node: Node, yes: Label, no: Label, loop: bool = False) -> None:
        """Go on at one of two labels, as a condition says."""
        node = bare(node)
        sign = text(node.child_by_field_name("operator"))
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operand = node.child_by_field_name("operand")
        if node.type == "binary_expression" and sign in ("&&", "||") and left is not None and right is not None:
            middle = Label()
            self.condition(left, *((middle, no) if sign == "&&" else (yes, middle)), loop)
            self.place(middle)
            self.condition(right, yes, no, loop)
        elif node.type == "unary_expression" and sign == "!" and operand is not None:
            self.condition(operand, no, yes, loop)
        else:
            self.branch(self.expression(node), node, yes, no, loop)

    # Waiting.

    def receive(self, node: Node, operand: Node, kind: str = "receive") -> tuple[Expression, Expression]:
        """Receive from a channel: the value, and whether there was one."""
        return self.receive_from(self.expression(operand), node, kind)

    def receive_from(self, channel: Expression, node: Node, kind: str) -> tuple[Expression, Expression]:
        """The same for a channel that is computed already."""
        spot, value, ok = self.spot(node), self.register(), self.register()

        def complete(machine: Machine, result: tuple[int, Value, bool]) -> None:
            machine.registers[value], machine.registers[ok] = result[1], result[2]

        self.emit(Stop(lambda machine: Op(kind, plain(channel(machine)), spot), complete))
        return reader(value), reader(ok)

    # Types.

    def _type_assertion_expression(self, node: Node) -> Expression:
        operand = node.child_by_field_name("operand")
        return self.expression(operand) if operand is not None else self.unknown(node)

    def _type_conversion_expression(self, node: Node) -> Expression:
        operand = node.child_by_field_name("operand")
        return self.expression(operand) if operand is not None else self.unknown(node)

    # Literals.

    def _composite_literal(self, node: Node) -> Expression:
        body, kind = node.child_by_field_name("body"), node.child_by_field_name("type")
        if body is None or kind is None:
            return self.unknown(node)
        type_ = self.view.declared(kind)
        if kind.type == "implicit_length_array_type":
            inner = kind.child_by_field_name("element")
            type_ = Type("slice", element=self.view.declared(inner) if inner is not None else UNKNOWN)
        return self.composite(body, type_)

    def composite(self, body: Node, type_: Type) -> Expression:
        """`T{...}`, `&T{...}` or an inner `{...}` of such a type."""
        below = self.view.underlying(type_)
        if below.kind == "pointer" and below.element is not None:
            type_, below = below.element, self.view.underlying(below.element)
        if below.kind in ("slice", "array"):
            return self._list(body, below.element or UNKNOWN)
        if below.kind == "map":
            return self._map(body, type_, below)
        return self._struct(body, type_)

    def _items(self, body: Node) -> list[tuple[Node | None, Node]]:
        """The elements of a literal: key (None where there is none) and value."""
        found: list[tuple[Node | None, Node]] = []
        for item in body.named_children:
            if item.type == "keyed_element":
                key, value = item.child_by_field_name("key"), item.child_by_field_name("value")
                if key is not None and value is not None:
                    found.append((key.named_children[0] if key.named_children else None, value))
            elif item.type == "literal_element":
                found.append((None, item))
        return found

    def _item(self, node: Node, type_: Type) -> Expression:
        inner = node.named_children[0] if node.type == "literal_element" and node.named_children else node
        return self.composite(inner, type_) if inner.type == "literal_value" else self.expression(inner)

    def _list(self, body: Node, element: Type) -> Expression:
        values = [self.keep(self._item(value, element)) for _, value in self._items(body)]
        spot, slot = self.spot(body), self.register()

        def run(machine: Machine) -> None:
            machine.registers[slot] = machine.sequence([value(machine) for value in values], spot, "", element)

        self.emit(run)
        return reader(slot)

    def _map(self, body: Node, type_: Type, below: Type) -> Expression:
        key_type, element = below.key or UNKNOWN, below.element or UNKNOWN
        pairs = [
            (self.keep(self._item(key, key_type)), self.keep(self._item(value, element)))
            for key, value in self._items(body)
            if key is not None
        ]
        spot, slot = self.spot(body), self.register()

        def run(machine: Machine) -> None:
            loc = machine.registers[slot] = machine.allocate(spot, type_, (), "map")
            for key, value in pairs:
                place = place_at(machine, loc, key(machine), element)
                if place is not None:
                    machine.world.store(place, value(machine))

        self.emit(run)
        return reader(slot)

    def _struct(self, body: Node, type_: Type) -> Expression:
        members = self.view.underlying(type_).members
        fields: list[tuple[str, Type, Expression]] = []
        for index, (key, value) in enumerate(self._items(body)):
            name = text(key) if key is not None else members[index][0] if index < len(members) else f"#{index}"
            kind = self.shapes.field(type_, name)
            fields.append((name, kind, self.keep(self._item(value, kind))))
        spot, slot = self.spot(body), self.register()

        def run(machine: Machine) -> None:
            loc = machine.registers[slot] = machine.allocate(spot, type_)
            for name, kind, value in fields:
                put(machine, loc.child(name, kind), value(machine), self.is_solid(kind))

        self.emit(run)
        return reader(slot)

    def is_addressed(self, node: Node) -> bool:
        """Whether an expression is a struct that somebody else may hold as well, so that assigning it copies."""
        node = bare(node)
        plain_ = node.type in ("identifier", "selector_expression", "index_expression") or (
            node.type == "unary_expression" and text(node.child_by_field_name("operator")) == "*"
        )
        return plain_ and self.is_solid(self.view.type_of(node))

    def copied(self, node: Node) -> Expression:
        """The value of an expression for an assignment: structs are copied."""
        value, spot, type_ = self.expression(node), self.spot(node), self.view.type_of(node)
        if not self.is_addressed(node):
            return value

        def run(machine: Machine) -> Value:
            source = value(machine)
            if not isinstance(source, Loc):
                return source
            target = machine.allocate(spot, type_, what="copy")
            machine.world.copy_object(source, target)
            return target

        return self.keep(run)


def put(machine: Machine, place: Loc, value: Value, solid: bool) -> None:
    """Write to a place; a struct is written field by field."""
    if solid and isinstance(value, Loc):
        machine.world.copy_object(value, place)
        if machine.world.is_outside(place):
            machine.world.escape(value)
    else:
        machine.world.store(place, value)


def _pointed(machine: Machine, value: Value) -> Loc | None:
    value = plain(value)
    if isinstance(value, Symbol):
        return machine.space.behind(value)
    return value if isinstance(value, Loc) else None


def _setting(slot: int, value: Value) -> Callable[[Machine], None]:
    def run(machine: Machine) -> None:
        machine.registers[slot] = value

    return run


def _arithmetic(machine: Machine, sign: str, left: Value, right: Value) -> Value:
    left, right = plain(left), plain(right)
    if isinstance(left, int) and isinstance(right, int):
        if sign in _ARITHMETIC:
            return _ARITHMETIC[sign](left, right)
        if sign in ("/", "%") and right > 0 and left >= 0:
            return left // right if sign == "/" else left % right
        if sign == "<<" and 0 <= right < 40:
            return left << right
        if sign == ">>" and 0 <= right < 64:
            return left >> right
    return machine.space.symbol(sign, *(one if _is_simple(one) else repr(one) for one in (left, right)))


def _is_simple(value: Value) -> bool:
    return isinstance(value, (Symbol, Loc, Slice, Func, Native, int, str)) or value is None
