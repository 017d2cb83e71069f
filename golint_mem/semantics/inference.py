"""The types of expressions, without a type checker: what cannot be told from the source is UNKNOWN.

Source: the Go specification, "Expressions", "Assignment statements", "For statements with range clause".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.types import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    NIL_TYPE,
    RUNE,
    STRING,
    UNKNOWN,
    Type,
    basic,
    pointer,
    sequence,
    substitute,
    together,
    unify,
)
from golint_mem.syntax.go import text

if TYPE_CHECKING:
    from golint_mem.semantics.members import Member
    from golint_mem.semantics.package import PackageFacts
    from golint_mem.semantics.scopes import Scopes, Variable
    from golint_mem.semantics.view import Callee, Object

_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "&&", "||"})


class Inference(ABC):
    """`type_of` for the nodes of one file; `FileView` adds what names mean."""

    facts: PackageFacts

    def __init__(self) -> None:
        self._types: dict[int, Type] = {}
        self._inferring: set[int] = set()

    @abstractmethod
    def scopes(self, node: Node) -> Scopes | None:
        """The variables of the outermost function around a node."""

    @abstractmethod
    def object(self, node: Node) -> Object | None:
        """What an identifier or selector means."""

    @abstractmethod
    def package_of(self, node: Node) -> str:
        """The import path that an identifier stands for."""

    @abstractmethod
    def callee(self, call: Node) -> Callee:
        """What a call expression calls."""

    @abstractmethod
    def underlying(self, one: Type) -> Type:
        """What a declared type is made of."""

    @abstractmethod
    def member(self, one: Type, name: str) -> Member | None:
        """The field or method that a selector means."""

    @abstractmethod
    def declared(self, node: Node) -> Type:
        """The type that a piece of type syntax means."""

    @abstractmethod
    def signature(self, node: Node) -> Type:
        """The type of a function."""

    @abstractmethod
    def as_type(self, node: Node) -> Type:
        """The type that an expression means where it stands for one."""

    def type_of(self, node: Node) -> Type:
        """The type of an expression; of a call with several results a tuple."""
        if node.id not in self._types:
            if node.id in self._inferring:
                return UNKNOWN
            self._inferring.add(node.id)
            try:
                handler = getattr(self, "_type_" + node.type, None)
                self._types[node.id] = handler(node) if handler is not None else UNKNOWN
            except RecursionError:
                return UNKNOWN
            finally:
                self._inferring.discard(node.id)
        return self._types[node.id]

    # Names.

    def _type_identifier(self, node: Node) -> Type:
        name = text(node)
        scopes = self.scopes(node)
        local = scopes.by_id.get(scopes.resolve(node) or "") if scopes is not None else None
        if local is not None:
            return self._variable(local, node)
        if name in ("true", "false"):
            return BOOL
        if name == "nil":
            return NIL_TYPE
        return self.facts.value_type(name)

    def _variable(self, variable: Variable, use: Node) -> Type:
        """The type of a local variable, seen from one of its uses."""
        statement = variable.statement
        kind = statement.child_by_field_name("type")
        if statement.type == "variadic_parameter_declaration" and kind is not None:
            return sequence(self.declared(kind))
        if kind is not None and statement.type != "type_switch_statement":
            return self.declared(kind)
        handler = getattr(self, "_from_" + statement.type, None)
        found: Type = handler(variable, use) if handler is not None else UNKNOWN
        return found

    def _from_short_var_declaration(self, variable: Variable, _: Node) -> Type:
        left, right = (variable.statement.child_by_field_name(side) for side in ("left", "right"))
        return self.assigned(expressions(left), expressions(right), variable.name)

    def _from_var_spec(self, variable: Variable, _: Node) -> Type:
        spec = variable.statement
        return self.assigned(
            spec.children_by_field_name("name"), expressions(spec.child_by_field_name("value")), variable.name
        )

    def _from_const_spec(self, variable: Variable, _: Node) -> Type:
        return self.constant(variable.statement, variable.name)

    def constant(self, spec: Node, name: Node) -> Type:
        """The type of a constant; a specification without type and value repeats the one before."""
        while spec.child_by_field_name("value") is None and spec.child_by_field_name("type") is None:
            before = spec.prev_named_sibling
            while before is not None and before.type != "const_spec":
                before = before.prev_named_sibling
            if before is None:
                return INT
            spec = before
        kind = spec.child_by_field_name("type")
        if kind is not None:
            return self.declared(kind)
        values = expressions(spec.child_by_field_name("value"))
        found = self.type_of(values[0]) if values else UNKNOWN
        return found if found.known else INT

    def _from_range_clause(self, variable: Variable, _: Node) -> Type:
        names = expressions(variable.statement.child_by_field_name("left"))
        right = variable.statement.child_by_field_name("right")
        position = _position(variable.name, names)
        types = self._ranged(self.type_of(right)) if right is not None else ()
        return types[position] if position < len(types) else UNKNOWN

    def _from_receive_statement(self, variable: Variable, _: Node) -> Type:
        names = expressions(variable.statement.child_by_field_name("left"))
        right = variable.statement.child_by_field_name("right")
        if _position(variable.name, names) == 1:
            return BOOL
        return self.type_of(right) if right is not None else UNKNOWN

    def _from_type_switch_statement(self, variable: Variable, use: Node) -> Type:
        """In a case with one type the variable has that type, else that of the expression."""
        case: Node | None = use
        while case is not None and case.id != variable.statement.id:
            if case.type == "type_case" and case.parent is not None and case.parent.id == variable.statement.id:
                kinds = case.children_by_field_name("type")
                if len(kinds) == 1:
                    return self.declared(kinds[0])
            case = case.parent
        value = variable.statement.child_by_field_name("value")
        return self.type_of(value) if value is not None else UNKNOWN

    def assigned(self, names: list[Node], values: list[Node], name: Node) -> Type:
        """The type that one of several names gets from the values assigned to them."""
        position = _position(name, names)
        if len(values) == len(names):
            return self.default(self.type_of(values[position])) if position < len(values) else UNKNOWN
        if len(values) != 1:
            return UNKNOWN
        several = self.results(values[0], len(names))
        return several[position] if position < len(several) else UNKNOWN

    def results(self, node: Node, count: int) -> tuple[Type, ...]:
        """The types of `count` values that one expression gives, the `ok` of a two-valued form among them."""
        found = self.type_of(node)
        if found.kind == "tuple":
            return found.results
        return (found, BOOL) if count == 2 and node.type != "call_expression" else (found,)

    @staticmethod
    def default(one: Type) -> Type:
        """The type that a variable gets from a value of this type."""
        return UNKNOWN if one.kind in ("nil", "tuple") else one

    def _ranged(self, over: Type) -> tuple[Type, ...]:
        """The types of the iteration values of a range over a value of this type."""
        below = self.underlying(over)
        if below.kind == "pointer" and below.element is not None:
            below = self.underlying(below.element)
        if below.kind in ("slice", "array"):
            return INT, below.element or UNKNOWN
        if below.kind == "map":
            return below.key or UNKNOWN, below.element or UNKNOWN
        if below.kind == "chan":
            return (below.element or UNKNOWN,)
        if below == STRING:
            return INT, RUNE
        if below.kind == "func" and below.parameters:
            return self.underlying(below.parameters[0]).parameters
        return (over,) if below.kind == "basic" else ()

    # Expressions.

    def _type_parenthesized_expression(self, node: Node) -> Type:
        return self.type_of(node.named_children[0]) if node.named_children else UNKNOWN

    def _type_literal_element(self, node: Node) -> Type:
        return self.type_of(node.named_children[0]) if node.named_children else UNKNOWN

    def _type_nil(self, _: Node) -> Type:
        return NIL_TYPE

    def _type_true(self, _: Node) -> Type:
        return BOOL

    _type_false = _type_true

    def _type_iota(self, _: Node) -> Type:
        return INT

    _type_int_literal = _type_iota

    def _type_float_literal(self, _: Node) -> Type:
        return FLOAT

    def _type_imaginary_literal(self, _: Node) -> Type:
        return basic("complex128")

    def _type_rune_literal(self, _: Node) -> Type:
        return RUNE

    def _type_interpreted_string_literal(self, _: Node) -> Type:
        return STRING

    _type_raw_string_literal = _type_interpreted_string_literal

    def _type_func_literal(self, node: Node) -> Type:
        return self.signature(node)

    def _type_composite_literal(self, node: Node) -> Type:
        kind = node.child_by_field_name("type")
        return self.declared(kind) if kind is not None else UNKNOWN

    def _type_type_assertion_expression(self, node: Node) -> Type:
        return self._type_composite_literal(node)

    def _type_type_conversion_expression(self, node: Node) -> Type:
        return self._type_call_expression(node)

    def _type_selector_expression(self, node: Node) -> Type:
        operand, name = node.child_by_field_name("operand"), text(node.child_by_field_name("field"))
        if operand is None:
            return UNKNOWN
        imported = self.package_of(operand)
        if imported:
            home = self.facts.seen(imported)
            return home.value_type(name) if home is not None else UNKNOWN
        found = self.member(self.type_of(operand), name)
        return found.type if found is not None else UNKNOWN

    def _type_index_expression(self, node: Node) -> Type:
        operand = node.child_by_field_name("operand")
        below = self.underlying(self.type_of(operand)) if operand is not None else UNKNOWN
        if below.kind == "pointer" and below.element is not None:
            below = self.underlying(below.element)
        if below.kind in ("slice", "array", "map"):
            return below.element or UNKNOWN
        return basic("byte") if below == STRING else below if below.kind == "func" else UNKNOWN

    def _type_slice_expression(self, node: Node) -> Type:
        operand = node.child_by_field_name("operand")
        whole = self.type_of(operand) if operand is not None else UNKNOWN
        below = self.underlying(whole)
        if below.kind == "pointer" and below.element is not None:
            below = self.underlying(below.element)
        return sequence(below.element) if below.kind == "array" and below.element is not None else whole

    def _type_unary_expression(self, node: Node) -> Type:
        operator, operand = text(node.child_by_field_name("operator")), node.child_by_field_name("operand")
        if operand is None:
            return UNKNOWN
        inner = self.type_of(operand)
        if operator == "&":
            return pointer(inner) if inner.known else UNKNOWN
        if operator in ("*", "<-"):
            return self.underlying(inner).element or UNKNOWN
        return BOOL if operator == "!" else inner

    def _type_binary_expression(self, node: Node) -> Type:
        if text(node.child_by_field_name("operator")) in _COMPARISONS:
            return BOOL
        sides = [node.child_by_field_name(side) for side in ("left", "right")]
        for side in sides:
            if side is not None and not side.type.endswith("_literal"):
                found = self.type_of(side)
                if found.known:
                    return found
        return self.type_of(sides[0]) if sides[0] is not None else UNKNOWN

    # Calls.

    def _type_call_expression(self, node: Node) -> Type:
        callee = self.callee(node)
        if callee.kind == "conversion":
            return callee.type
        if callee.kind == "builtin":
            return self._builtin(callee.name, arguments(node))
        signature = self.underlying(callee.type)
        if callee.kind == "value" and not signature.known:
            function = node.child_by_field_name("function")
            signature = self.underlying(self.type_of(function)) if function is not None else UNKNOWN
        if signature.kind != "func":
            return UNKNOWN
        bound: dict[str, Type] = {}
        for wanted, given in zip(signature.parameters, arguments(node), strict=False):
            kind = self.type_of(given)
            below = self.underlying(kind) if wanted.kind != "parameter" and kind.kind == "named" else kind
            unify(wanted, kind if wanted.kind == "named" else below, bound)
        return substitute(together(signature.results), bound)

    def _builtin(self, name: str, given: list[Node]) -> Type:
        if name == "make" and given:
            return self.as_type(given[0])
        if name == "new" and given:
            kind = self.as_type(given[0])
            return pointer(kind if kind.known else self.type_of(given[0]))
        if name in ("append", "min", "max") and given:
            return self.type_of(given[0])
        return {"len": INT, "cap": INT, "copy": INT, "recover": ANY}.get(name, UNKNOWN)


def bare(node: Node) -> Node:
    """An expression without the parentheses around it."""
    while node.type in ("parenthesized_expression", "parenthesized_type") and node.named_children:
        node = node.named_children[0]
    return node


INSTANCES = frozenset({"index_expression", "generic_type", "type_instantiation_expression"})


def uninstantiated(function: Node) -> Node:
    """What is called, without the parentheses and type arguments around it, as far as the source is whole."""
    function = bare(function)
    while function.type in INSTANCES:
        inner = function.child_by_field_name("operand") or function.child_by_field_name("type")
        if inner is None:
            break
        function = bare(inner)
    return function


def expressions(node: Node | None) -> list[Node]:
    """The expressions of an expression list, or the one expression."""
    if node is None:
        return []
    children = node.named_children if node.type == "expression_list" else [node]
    return [child for child in children if child.type != "comment"]


def arguments(call: Node) -> list[Node]:
    """The arguments of a call (types for `make` and `new` among them) or the operand of a conversion."""
    operand = call.child_by_field_name("operand") if call.child_by_field_name("arguments") is None else None
    return [operand] if operand is not None else call_arguments(call)


def call_arguments(call: Node) -> list[Node]:
    """What stands between the parentheses of a call; nothing for other syntax."""
    listed = call.child_by_field_name("arguments")
    return [child for child in listed.named_children if child.type != "comment"] if listed is not None else []


def _position(name: Node, names: list[Node]) -> int:
    return next((index for index, one in enumerate(names) if one.start_byte == name.start_byte), len(names))
