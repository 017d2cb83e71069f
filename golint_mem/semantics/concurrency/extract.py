"""From functions to code: one place that makes each function's code once, when it is first entered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.concurrency.captures import Captures, name_of
from golint_mem.semantics.concurrency.code import Code, Expression, Spot
from golint_mem.semantics.concurrency.constants import Constants
from golint_mem.semantics.concurrency.emitter import constant
from golint_mem.semantics.concurrency.machine import Machine
from golint_mem.semantics.concurrency.pieces import piece
from golint_mem.semantics.concurrency.relevance import Relevance
from golint_mem.semantics.concurrency.shapes import Shapes
from golint_mem.semantics.concurrency.statements import Statements
from golint_mem.semantics.concurrency.values import Func, Value
from golint_mem.semantics.scopes import Scopes
from golint_mem.semantics.types import UNKNOWN, Type
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import Function, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts


class Lowering(Statements):
    """The code of one function or literal."""

    outer = ""

    def literal(self, node: Node) -> Expression:
        """A function literal, with the variables that it captures."""
        captured = [one for one in self.captures.of_literal.get(node.id, ()) if one in self.slots]
        slots = [self.slot_of(one) for one in captured]
        code = self.extraction.literal_code(self.view, self.captures, node, captured, self.code.name)
        return lambda machine: Func(code, tuple(machine.registers[slot] for slot in slots))

    def function(self, node: Node, captured: list[str]) -> None:
        """Make the code."""
        code = self.code
        names = parameters_of(node)
        code.parameters = len(names)
        scopes = self.view.scopes(node) or Scopes(node)
        for name in names:
            self._bind_register(scopes, name)
        for variable in captured:
            self.slots[variable] = self.register()
        for name in names:
            self._box(scopes, name)
        self._results(node, scopes)
        body = node.child_by_field_name("body")
        if body is not None:
            self.statements(body)
        code.leaves, code.unwinds = len(code.instructions), len(code.instructions) + 1
        self.top = len(names) + len(captured) + len(code.results)
        self.emit(lambda machine: machine.leave())
        self.emit(lambda machine: machine.unwind(machine.mode))
        self.liveness.end(code.results)

    def _bind_register(self, scopes: Scopes, name: Node | None) -> None:
        slot = self.register()
        variable = scopes.resolve(name) if name is not None and text(name) != "_" else None
        if variable is not None:
            self.slots[variable] = slot

    def _box(self, scopes: Scopes, name: Node | None) -> None:
        variable = scopes.resolve(name) if name is not None and text(name) != "_" else None
        if variable is None or name is None or not self.is_boxed(variable, self.view.type_of(name)):
            return
        slot, spot, type_ = self.slot_of(variable), self.spot(name), self.view.type_of(name)

        def run(machine: Machine) -> None:
            machine.registers[slot] = machine.allocate(spot, type_, machine.registers[slot], "box")

        self.emit(run)

    def _results(self, node: Node, scopes: Scopes) -> None:
        slots: list[int] = []
        boxed: list[bool] = []
        result = node.child_by_field_name("result")
        named = result is not None and result.type == "parameter_list"
        for name, kind in _results_of(result) if named and result is not None else [(None, result)] if result else []:
            type_ = self.view.declared(kind) if kind is not None else UNKNOWN
            variable = scopes.resolve(name) if name is not None and text(name) != "_" else None
            if variable is not None and name is not None:
                self.declare(variable, name, type_, None)
                slots.append(self.slots[variable])
                boxed.append(self.is_boxed(variable, type_))
            else:
                slots.append(self.register())
                boxed.append(False)
        self.code.results, self.code.boxed = tuple(slots), tuple(boxed)


class Extraction:
    """The code of the functions that one package's scopes run."""

    def __init__(self, facts: PackageFacts) -> None:
        self.facts = facts
        self.constants = Constants()
        self._codes: dict[tuple[str, int], Code] = {}
        self._shapes: dict[str, Shapes] = {}
        self._relevance: dict[str, Relevance] = {}
        self._captures: dict[tuple[str, int], Captures] = {}

    def shapes_of(self, facts: PackageFacts) -> Shapes:
        """The shapes of types as a package sees them."""
        key = facts.package.import_path + facts.package.name
        if key not in self._shapes:
            self._shapes[key] = Shapes(facts)
        return self._shapes[key]

    def relevance_of(self, facts: PackageFacts) -> Relevance:
        """What a package's functions have to do with waiting."""
        key = facts.package.import_path + facts.package.name
        if key not in self._relevance:
            self._relevance[key] = Relevance(facts)
        return self._relevance[key]

    def enters(self, facts: PackageFacts) -> bool:
        """Whether calls into a package are followed: only into the scope's own, whose invariants are in sight."""
        return facts is self.facts

    def code_of(self, function: Function, facts: PackageFacts) -> Code:
        """The code of a declared function."""
        key = (function.path, function.node.start_byte)
        found = self._codes.get(key)
        if found is None:
            found = self._codes[key] = self._new(facts, function)
        return found

    def _new(self, facts: PackageFacts, function: Function) -> Code:
        view = facts.view_of(function)
        node = function.node
        code = Code(function.qualified, Spot(view.tree.path, node), variadic=_is_variadic(node))
        code.parameters = len(parameters_of(node))
        code.quiet = self.relevance_of(facts).is_quiet(view, node)

        def build() -> None:
            code.build = None
            Lowering(self, view, self.captures_of(view, node), code).function(node, [])

        code.build = build
        return code

    def captures_of(self, view: FileView, node: Node) -> Captures:
        """The captured variables of an outermost function."""
        key = (view.tree.path, node.start_byte)
        if key not in self._captures:
            self._captures[key] = Captures(view.scopes(node) or Scopes(node))
        return self._captures[key]

    def literal_code(self, view: FileView, captures: Captures, node: Node, captured: list[str], outer: str) -> Code:
        """The code of a function literal."""
        key = (view.tree.path, node.start_byte)
        if key not in self._codes:
            code = Code(name_of(node, outer), Spot(view.tree.path, node), variadic=_is_variadic(node))
            code.parameters = len(parameters_of(node))

            def build() -> None:
                code.build = None
                Lowering(self, view, captures, code).function(node, captured)

            code.build = build
            self._codes[key] = code
        return self._codes[key]

    def library_value(self, view: FileView, node: Node) -> Value:
        """A function of another package as a value; None where it is not known."""
        operand, name = node.child_by_field_name("operand"), text(node.child_by_field_name("field"))
        path = view.package_of(operand) if operand is not None else ""
        known = piece(f"{path}.{name}")
        if known is not None:
            return Func(known)
        home = view.facts.seen(path) if path else None
        function = home.declarations.functions.get(name) if home is not None else None
        if home is not None and function is not None and self.enters(home):
            return Func(self.code_of(function, home))
        return None


def parameters_of(node: Node) -> list[Node | None]:
    """The names of the receiver and the parameters; None for those without a name."""
    found: list[Node | None] = []
    for field in ("receiver", "parameters"):
        listed = node.child_by_field_name(field)
        for one in listed.named_children if listed is not None else ():
            if one.type.endswith("parameter_declaration"):
                found += one.children_by_field_name("name") or [None]
    return found


def _results_of(listed: Node) -> list[tuple[Node | None, Node | None]]:
    found: list[tuple[Node | None, Node | None]] = []
    for one in listed.named_children:
        kind = one.child_by_field_name("type")
        names: list[Node | None] = [*one.children_by_field_name("name")] or [None]
        found += [(name, kind) for name in names]
    return found


def _is_variadic(node: Node) -> bool:
    listed = node.child_by_field_name("parameters")
    return listed is not None and any(one.type == "variadic_parameter_declaration" for one in listed.named_children)


__all__ = ["Extraction", "Type", "constant"]
