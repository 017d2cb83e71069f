"""Calls as code: functions of the package, literals, values, interface methods, the library. Source: the Go
specification, "Calls", "Built-in functions", "Go statements", "Defer statements"."""

from __future__ import annotations

from typing import NamedTuple

from tree_sitter import Node

from golint_mem.semantics.concurrency.code import Expression
from golint_mem.semantics.concurrency.emitter import constant, reader
from golint_mem.semantics.concurrency.expressions import Expressions
from golint_mem.semantics.concurrency.groups import starter
from golint_mem.semantics.concurrency.machine import FINISHED, Machine, solid_place
from golint_mem.semantics.concurrency.memory import append, capacity_of, counted, delete, length_of, make_slice
from golint_mem.semantics.concurrency.pieces import ENDS, QUIET, may_fail, piece
from golint_mem.semantics.concurrency.values import Func, Loc, Native, Symbol, Tagged, Value, plain
from golint_mem.semantics.concurrency.world import OBJECT, Chan
from golint_mem.semantics.concurrency.wrappers import started_at
from golint_mem.semantics.inference import bare, call_arguments
from golint_mem.semantics.types import UNKNOWN, Type
from golint_mem.semantics.view import Callee
from golint_mem.syntax.go import text


class Target(NamedTuple):
    """What a call calls: the function value (computed with the arguments), and the arguments before the written ones.

    `spread` says that the last argument is `x...`; `quiet` that an unknown function keeps nothing.
    """

    function: Expression
    arguments: list[Expression]
    quiet: bool = False


class Calls(Expressions):
    """Turns calls into code."""

    def _call_expression(self, node: Node) -> Expression:
        return self.results(node, 1)[0]

    def results(self, node: Node, count: int) -> list[Expression]:
        """The results of a call."""
        callee = self.view.callee(node)
        if callee.kind == "conversion":
            return [self._conversion(node, callee.type)]
        name = callee.qualified
        builtin = getattr(self, f"_builtin_{callee.name}", None) if callee.kind == "builtin" else None
        if builtin is not None:
            return [builtin(node)]
        if name in ENDS or self.never_returns(callee):
            self._ends(node, ENDS.get(name, "failed"))
            return [constant(None)] * count
        if may_fail(name):
            self.emit(_fail)
        target = self.target(node, callee)
        slots = tuple(self.register() for _ in range(count))
        spot = self.spot(node)

        def run(machine: Machine) -> int | None:
            function = plain(target.function(machine))
            arguments = [argument(machine) for argument in target.arguments]
            if target.quiet and not isinstance(function, Func):
                machine.stranger(None, [one for one in arguments if machine.is_live(one)])
                machine.unknown_results(slots, spot)
                return None
            return machine.call(function, arguments, slots, spot)

        self.emit(run)
        return [reader(slot) for slot in slots]

    @staticmethod
    def never_returns(callee: Callee) -> bool:
        """Whether a method of testing.T seen through embedding or an interface ends the test."""
        return callee.kind == "method" and callee.package == "testing" and callee.name in ("Fatal", "Fatalf", "FailNow")

    def _ends(self, node: Node, how: str) -> None:
        """End the goroutine or the process, as a panic, Goexit or exit does."""
        for argument in call_arguments(node):
            self.expression(argument)

        def run(machine: Machine) -> int:
            if how == "over":
                machine.world.over = True
                return FINISHED
            machine.world.failed = machine.world.failed or how == "failed"
            return machine.unwind("panic" if how == "panic" else "exit")

        self.emit(run)

    # What is called.

    def target(self, node: Node, callee: Callee) -> Target:
        """The function value and the arguments of a call."""
        arguments = [self._argument(argument) for argument in call_arguments(node)]
        if callee.kind == "builtin":
            known = piece(callee.qualified)
            return Target(constant(Func(known) if known else None), arguments, True)
        if callee.kind in ("function", "method"):
            return self._declared(node, callee, arguments)
        function = node.child_by_field_name("function")
        value = self.keep(self.expression(function)) if function is not None else constant(None)
        owner = bare(function).child_by_field_name("operand") if function is not None else None
        if callee.kind == "unknown" and owner is not None and not self.view.package_of(owner):
            receiver = self.keep(self.expression(owner))
            return Target(lambda machine: _or_method(value(machine), receiver(machine)), arguments)
        return Target(value, arguments)

    def _argument(self, node: Node) -> Expression:
        if node.type == "variadic_argument" and node.named_children:
            return self.keep(self.expression(node.named_children[0]))
        return self.keep(self.expression(node))

    def _declared(self, node: Node, callee: Callee, arguments: list[Expression]) -> Target:
        receiver = self._receiver(node, callee)
        everything = [*receiver, *arguments]
        function, facts = callee.function, callee.facts
        known = piece(callee.qualified)
        if known is not None:
            return Target(constant(Func(known)), everything)
        if function is not None and facts is not None and function.node.child_by_field_name("body") is not None:
            if self.extraction.enters(facts):
                return Target(constant(Func(self.extraction.code_of(function, facts))), everything)
            return Target(constant(_starter(callee, len(receiver), len(everything))), everything)
        if receiver and self._is_interface(callee):
            return Target(lambda machine: method_of(machine, receiver[0](machine), callee.name, self), arguments)
        return Target(constant(None), everything, callee.package in QUIET)

    def _is_interface(self, callee: Callee) -> bool:
        return self.view.underlying(callee.receiver).kind == "interface"

    def _receiver(self, node: Node, callee: Callee) -> list[Expression]:
        """The receiver of a method call: the operand, or the embedded field that has the method."""
        function = node.child_by_field_name("function")
        if callee.kind != "method" or function is None:
            return []
        function = bare(function)
        if function.type == "index_expression":
            inner = function.child_by_field_name("operand")
            function = bare(inner) if inner is not None else function
        return [self.keep(self._reach(function, callee.name))]

    def _reach(self, selector: Node, name: str) -> Expression:
        operand = selector.child_by_field_name("operand")
        if operand is None:
            return constant(None)
        type_ = self.view.type_of(operand)
        base, path = self._operand(operand), self.shapes.path(type_, name)
        if not path:
            return base
        final = type_
        for step in path:
            final = self.shapes.field(final, step)
        place = self.walk(base, type_, path[:-1], path[-1], final)

        def run(machine: Machine) -> Value:
            return machine.world.load(solid_place(place(machine)))

        return run

    def _operand(self, operand: Node) -> Expression:
        """A receiver: a variable that is no struct is taken by its address where methods may need it."""
        type_ = self.view.type_of(operand)
        if type_.kind == "named" and type_.package == "sync/atomic":
            return self.address(operand)
        return self.expression(operand)

    def method_value(self, node: Node) -> Expression | None:
        """`x.Method` as a function value."""
        operand, name = node.child_by_field_name("operand"), text(node.child_by_field_name("field"))
        if operand is None:
            return None
        found = self.shapes.member(self.view.type_of(operand), name)
        if found is None or found.kind != "method":
            return None
        receiver = self._reach(node, name)
        if found.function is not None and found.facts is not None:
            body = found.function.node.child_by_field_name("body")
            code = self.extraction.code_of(found.function, found.facts) if body is not None else None
        else:
            code = None
        if code is None:
            code = piece(f"{found.owner.qualified}.{name}")
        if code is not None:
            return lambda machine: Func(code, bound=(receiver(machine),))
        return lambda machine: method_of(machine, receiver(machine), name, self)

    # Conversions and built-in functions.

    def _conversion(self, node: Node, type_: Type) -> Expression:
        arguments = call_arguments(node)
        operand = arguments[0] if arguments else node.child_by_field_name("operand")
        if operand is None:
            return self.unknown(node)
        value = self.expression(operand)
        if type_.kind == "named" and self.shapes.kind(type_) not in ("struct", "number", "string", "bool"):
            home = self.view.facts.seen(type_.package)
            if home is not None and not home.is_library and home.declarations.methods_of.get(type_.name):
                return lambda machine: _tag(type_, value(machine))
        return value

    _type_conversion_expression = _call_expression

    def _builtin_len(self, node: Node) -> Expression:
        value = self.expression(call_arguments(node)[0])
        return lambda machine: length_of(machine, value(machine))

    def _builtin_cap(self, node: Node) -> Expression:
        value = self.expression(call_arguments(node)[0])
        return lambda machine: capacity_of(machine, value(machine))

    def _builtin_new(self, node: Node) -> Expression:
        type_, spot = self.view.type_of(node).pointee, self.spot(node)
        kind = self.shapes.kind(type_)

        def make(machine: Machine) -> Value:
            place = machine.space.root(("zero", spot.path, spot.node.start_byte), type_)
            content = OBJECT if kind == "struct" else machine.world.zero(kind, place)
            return machine.allocate(spot, type_, content)

        return self.keep(make)

    def _builtin_make(self, node: Node) -> Expression:
        type_, spot, sizes = self.view.type_of(node), self.spot(node), call_arguments(node)[1:]
        below = self.view.underlying(type_)
        size = self.keep(self.expression(sizes[0])) if sizes else constant(0)
        element = below.element or UNKNOWN

        def make(machine: Machine) -> Value:
            if below.kind == "chan":
                return self._channel(machine, type_, size(machine), node)
            if below.kind == "map":
                return machine.allocate(spot, type_, (), "map")
            if below.kind == "slice":
                return make_slice(machine, plain(size(machine)), spot, element)
            return machine.fresh("made", spot)

        return self.keep(make)

    def _channel(self, machine: Machine, type_: Type, size: Value, node: Node) -> Value:
        spot, size = self.spot(node), plain(size)
        capacity = counted(machine, size, 0 if isinstance(size, Symbol) and size.op == "len" else 1)
        return machine.allocate(spot, type_, Chan(size if isinstance(size, int) else capacity or 0), "chan")

    def _builtin_append(self, node: Node) -> Expression:
        arguments, spot = call_arguments(node), self.spot(node)
        base = self.keep(self.expression(arguments[0]))
        values = [self._argument(one) for one in arguments[1:]]
        spread = bool(arguments) and arguments[-1].type == "variadic_argument"
        element = self.shapes.element(self.view.type_of(arguments[0]))

        def run(machine: Machine) -> Value:
            return append(machine, base(machine), [value(machine) for value in values], spread, spot, element)

        return self.keep(run)

    def _builtin_delete(self, node: Node) -> Expression:
        base, key = (self.keep(self.expression(one)) for one in call_arguments(node)[:2])
        self.emit(lambda machine: delete(machine, base(machine), key(machine)))
        return constant(None)

    def _builtin_copy(self, node: Node) -> Expression:
        for argument in call_arguments(node):
            self.expression(argument)
        return self.unknown(node)

    def _builtin_print(self, node: Node) -> Expression:
        for argument in call_arguments(node):
            self.expression(argument)
        return constant(None)

    _builtin_println = _builtin_clear = _builtin_print

    def _builtin_recover(self, node: Node) -> Expression:
        spot = self.spot(node)
        return self.keep(lambda machine: machine.recover(spot))

    def _builtin_min(self, node: Node) -> Expression:
        values = [self.expression(one) for one in call_arguments(node)]
        name, spot = text(node.child_by_field_name("function")), self.spot(node)

        def run(machine: Machine) -> Value:
            known = [plain(value(machine)) for value in values]
            if all(isinstance(one, int) for one in known):
                return min(known) if name == "min" else max(known)
            return machine.fresh(name, spot)

        return self.keep(run)

    _builtin_max = _builtin_min

    # Statements that take a call.

    def start(self, node: Node) -> None:
        """`go f(x)`."""
        target, spot = self._deferrable(node), self.spot(node)

        def run(machine: Machine) -> None:
            function = plain(target.function(machine))
            machine.happens("starts a goroutine", spot)
            machine.spawn(function, [argument(machine) for argument in target.arguments], spot)

        self.emit(run)

    def defer(self, node: Node) -> None:
        """`defer f(x)`."""
        target, spot = self._deferrable(node), self.spot(node)

        def run(machine: Machine) -> None:
            function = plain(target.function(machine))
            arguments = tuple(argument(machine) for argument in target.arguments)
            if target.quiet and not isinstance(function, Func):
                arguments = tuple(one for one in arguments if machine.is_live(one))
            machine.deferred.append((function, arguments, spot))

        self.emit(run)

    def _deferrable(self, call: Node) -> Target:
        call = bare(call)
        if call.type != "call_expression":
            return Target(constant(None), [])
        callee = self.view.callee(call)
        if callee.kind == "builtin" and callee.name not in ("close",):
            return Target(constant(None), [self._argument(one) for one in call_arguments(call)], True)
        return self.target(call, callee)


def _starter(callee: Callee, receivers: int, given: int) -> Func | None:
    """What a function of another package does, if it starts what it is handed, or says by an error that it did not."""
    at, results = started_at(callee), callee.type.results
    if at is None or (results and results[-1].name != "error"):
        return None
    return Func(starter(at + receivers, given, len(results) - 1))


def method_of(machine: Machine, value: Value, name: str, calls: Calls) -> Value:
    """The method that a value has, with the value bound; what is not known keeps the value."""
    unknown = Native("method", value)
    type_ = value.type if isinstance(value, (Tagged, Loc)) else UNKNOWN
    found = calls.shapes.member(type_, name) if type_.known else None
    if found is None or found.kind != "method":
        return unknown
    code = piece(f"{found.owner.qualified}.{name}")
    if found.function is not None and found.facts is not None:
        body = found.function.node.child_by_field_name("body")
        if body is not None and calls.extraction.enters(found.facts):
            code = calls.extraction.code_of(found.function, found.facts)
    for step in calls.shapes.path(type_, name):
        type_ = calls.shapes.field(type_, step)
        place = machine.world.field(value, step, type_)
        value = machine.world.load(place) if place is not None else None
    return Func(code, bound=(value,)) if code is not None else unknown


def _or_method(value: Value, receiver: Value) -> Value:
    """A function that a field holds; else a method that is not known, which gets its receiver."""
    return value if isinstance(plain(value), Func) else Native("method", receiver)


def _tag(type_: Type, value: Value) -> Value:
    return value if value is None or isinstance(value, Symbol) else Tagged(type_, plain(value))


def _fail(machine: Machine) -> None:
    machine.world.failed = True
