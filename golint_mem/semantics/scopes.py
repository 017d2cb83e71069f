"""Which variable a name means inside one function. Source: the Go specification, "Declarations and scope"."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from golint_mem.syntax.go import matches, text

_DECLARED = """[
  (short_var_declaration left: (expression_list (identifier) @name))
  (range_clause left: (expression_list (identifier) @name))
  (receive_statement left: (expression_list (identifier) @name))
  (var_spec name: (identifier) @name)
  (const_spec name: (identifier) @name)
  (parameter_declaration name: (identifier) @name)
  (variadic_parameter_declaration name: (identifier) @name)
  (type_switch_statement alias: (expression_list (identifier) @name))
]"""
_IDENTIFIERS = "(identifier) @name"
_SCOPES = frozenset(
    "block func_literal function_declaration method_declaration if_statement for_statement expression_case type_case"
    " expression_switch_statement type_switch_statement select_statement default_case communication_case".split()
)
_FUNCTIONS = frozenset({"function_declaration", "method_declaration", "func_literal"})
_AFTER = frozenset({"short_var_declaration", "var_spec", "const_spec", "range_clause", "receive_statement"})


@dataclass(frozen=True, slots=True)
class Variable:
    """A declared name: `id` is unique in the function, `start` and `end` bound its scope, `statement` declares it."""

    id: str
    start: int
    end: int
    visible: int
    name: Node
    statement: Node


class Scopes:
    """The variables of one function (or function literal), those of the literals inside it among them."""

    def __init__(self, function: Node) -> None:
        self.function = function
        self.by_id: dict[str, Variable] = {}
        self._by_name: dict[str, list[Variable]] = {}
        self._resolved: dict[int, str | None] = {}
        self._mentioned: dict[tuple[int, int], frozenset[str]] = {}
        self._names: dict[str, list[Node]] | None = None
        for name in matches(function, _DECLARED, "name"):
            self._declare(name)

    def _declare(self, name: Node) -> None:
        statement = name.parent
        if statement is not None and statement.type == "expression_list":
            statement = statement.parent
        scope = statement
        while scope is not None and scope.type not in _SCOPES and scope.id != self.function.id:
            scope = scope.parent
        if scope is not None and scope.parent is not None and scope.parent.type in _FUNCTIONS:
            scope = scope.parent  # parameters, results and the body's own variables share one scope
        if statement is None or scope is None or _assigns(statement):
            return
        known = self._by_name.setdefault(text(name), [])
        if any((one.start, one.end) == (scope.start_byte, scope.end_byte) for one in known):
            return
        visible = statement.end_byte if statement.type in _AFTER else scope.start_byte
        unique = f"{text(name)}@{name.start_byte}" if known else text(name)
        variable = Variable(unique, scope.start_byte, scope.end_byte, visible, name, statement)
        known.append(variable)
        self.by_id[unique] = variable

    def resolve(self, name: Node) -> str | None:
        """The id of the variable that an identifier means; None for what is declared outside the function."""
        key = name.start_byte
        if key not in self._resolved:
            self._resolved[key] = self._find(name)
        return self._resolved[key]

    def _find(self, name: Node) -> str | None:
        at = name.start_byte
        best: Variable | None = None
        for one in self._by_name.get(text(name), ()):
            declares = one.statement.start_byte <= at < one.statement.end_byte and self._is_left(name, one.statement)
            if (
                one.start <= at < one.end
                and (one.visible <= at or declares)
                and (best is None or best.start <= one.start)
            ):
                best = one
        return best.id if best is not None else None

    @staticmethod
    def _is_left(name: Node, statement: Node) -> bool:
        left = statement.child_by_field_name("left")
        sides = [left] if left is not None else statement.children_by_field_name("name")
        return any(side.start_byte <= name.start_byte < side.end_byte for side in sides)

    def declares(self, name: Node) -> bool:
        """Whether an identifier on the left side of `:=` is a new variable, and not one that is there already."""
        variable = self.by_id.get(self.resolve(name) or "")
        return variable is not None and variable.name.start_byte == name.start_byte

    def names_of(self, variable: str) -> list[Node]:
        """The identifiers that mean a variable, in source order, its declaration among them."""
        if self._names is None:
            self._names = {}
            for name in matches(self.function, _IDENTIFIERS, "name"):
                self._names.setdefault(self.resolve(name) or "", []).append(name)
        return self._names.get(variable, [])

    def mentioned(self, node: Node) -> frozenset[str]:
        """The variables that a piece of syntax mentions."""
        key = node.start_byte, node.end_byte
        if key not in self._mentioned:
            found = (self.resolve(name) for name in matches(node, _IDENTIFIERS, "name"))
            self._mentioned[key] = frozenset(name for name in found if name is not None)
        return self._mentioned[key]

    def type_text(self, variable: str) -> str:
        """The type that a variable is declared with, as written; for `x := T{...}` and `x := &T{...}` that type."""
        known = self.by_id.get(variable)
        if known is None:
            return ""
        kind = known.statement.child_by_field_name("type")
        if kind is not None:
            return text(kind)
        return _type_of_literal(known)


def _assigns(statement: Node) -> bool:
    """Whether `x = <-c` or `for x = range c` stands there, which declares nothing."""
    may = statement.type in ("receive_statement", "range_clause")
    return may and all(child.type != ":=" for child in statement.children)


def _type_of_literal(variable: Variable) -> str:
    left, right = (variable.statement.child_by_field_name(side) for side in ("left", "right"))
    if left is None or right is None or left.named_child_count != right.named_child_count:
        return ""
    for name, value in zip(left.named_children, right.named_children, strict=True):
        if name.start_byte == variable.name.start_byte:
            pointer = value.type == "unary_expression"
            inner = value.child_by_field_name("operand") if pointer else value
            if inner is not None and inner.type == "composite_literal":
                return ("*" if pointer else "") + text(inner.child_by_field_name("type"))
    return ""
