"""Which expressions name something that outlives the call of the function they stand in."""

from __future__ import annotations

from tree_sitter import Node

from golint_mem.semantics.inference import bare, expressions
from golint_mem.semantics.scopes import Variable
from golint_mem.semantics.types import Type
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import text

_STEPS = frozenset({"selector_expression", "index_expression", "parenthesized_expression", "slice_expression"})
_REACHING = frozenset({"pointer", "map", "slice", "interface", "chan"})
_PARAMETERS = frozenset({"parameter_declaration", "variadic_parameter_declaration"})


def outlives(view: FileView, place: Node) -> bool:
    """Whether a place (`x.f`, `*p`, `m[k]`, a variable) belongs to something that was there before the call.

    That is what a package-level variable, a parameter or a receiver reaches through a pointer, a map or a slice, and
    what a local variable reaches that was read out of such a place. What the function made itself may end with it.
    """
    place = bare(place)
    through = False
    while place.type in _STEPS or (place.type == "unary_expression" and text(place).startswith("*")):
        inner = place.child_by_field_name("operand") or (place.named_children[0] if place.named_children else None)
        if inner is None:
            return False
        if place.type != "parenthesized_expression":
            through = through or _reaches(view, inner)
        place = inner
    return _rooted(view, place, through)


def _reaches(view: FileView, node: Node) -> bool:
    return view.underlying(view.type_of(node)).kind in _REACHING


def _rooted(view: FileView, root: Node, through: bool) -> bool:
    known = view.object(root) if root.type == "identifier" else None
    if known is None:
        return root.type == "call_expression" and through
    if known.kind == "package":
        return True
    scopes = view.scopes(root)
    variable = scopes.by_id.get(scopes.resolve(root) or "") if scopes is not None else None
    if variable is None or not through:
        return False
    if variable.statement.type in _PARAMETERS:
        return not _owns(view, view.type_of(root))
    value = given(variable)
    return value is not None and _comes_from_elsewhere(view, value)


def _owns(view: FileView, one: Type) -> bool:
    """Whether a parameter is a copy that the function may treat as its own."""
    return view.underlying(one).kind in ("struct", "array", "basic")


def _comes_from_elsewhere(view: FileView, value: Node) -> bool:
    """Whether a value was read out of something that outlives the function, and not made here."""
    value = bare(value)
    if value.type == "type_assertion_expression":
        inner = value.child_by_field_name("operand")
        return inner is not None and _comes_from_elsewhere(view, inner)
    if value.type == "unary_expression" and text(value).startswith("&"):
        inner = value.child_by_field_name("operand")
        return inner is not None and inner.type != "composite_literal" and outlives(view, inner)
    if value.type in ("selector_expression", "index_expression"):
        return outlives(view, value)
    return False


def given(variable: Variable) -> Node | None:
    """The expression that a local variable gets where it is declared, the range operand for a loop variable."""
    statement = variable.statement
    if statement.type == "range_clause":
        return statement.child_by_field_name("right")
    names = expressions(statement.child_by_field_name("left")) or statement.children_by_field_name("name")
    values = expressions(statement.child_by_field_name("right") or statement.child_by_field_name("value"))
    position = next((index for index, name in enumerate(names) if name == variable.name), -1)
    if position < 0 or not values:
        return None
    return values[position] if len(values) == len(names) else values[0]
