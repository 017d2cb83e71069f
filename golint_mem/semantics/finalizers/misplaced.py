"""Finalizers on what cannot have one: values, inner pointers, package-level and copied variables, and set twice.

Source: the documentation of `runtime.SetFinalizer`, and src/runtime/mfinal.go, which throws where it can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.cfg import Block, build
from golint_mem.semantics.finalizers.paths import GLOBAL, path_of
from golint_mem.semantics.finalizers.registrations import Registration, Way
from golint_mem.semantics.inference import bare, expressions
from golint_mem.semantics.types import Type
from golint_mem.semantics.view import FileView
from golint_mem.syntax.around import function_around
from golint_mem.syntax.go import Function, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_IDENTIFIERS = "(identifier) @name"
_RETURNED = "(return_statement) @found"
_LITERALS = "(func_literal) @found"
_HEADERS = frozenset({"slice", "map", "chan", "func", "pointer", "interface"})
_EIGHT_BYTES = frozenset({"int64", "uint64", "float64", "complex64"})
_DEEPEST = 5
_VALUES = frozenset({"slice", "map", "chan", "struct", "array", "basic"})


class Fault(Enum):
    """What is wrong with the first argument, or with what is to run."""

    NO_POINTER = "no pointer"
    INNER_POINTER = "a pointer into an object"
    PACKAGE_LEVEL = "a package-level variable"
    COPIED = "a variable whose value is handed out as a copy"
    TWICE = "an object that has a finalizer already"
    WRONG_PARAMETER = "a finalizer for another type"


@dataclass(frozen=True, slots=True)
class Misplaced:
    """One registration with a fault; `other` is the place that shows it, `what` names the variable or the types."""

    registration: Registration
    fault: Fault
    what: str
    other: Node | None = None


def misplaced(facts: PackageFacts) -> Iterator[Misplaced]:
    """The registrations of a package that cannot do what they are for."""
    for one in facts.finalizers.registrations:
        if one.way is Way.CLEARED:
            continue
        found = _of_argument(one) or (_of_parameter(one) if one.way is Way.FINALIZER else None)
        if found is None and one.way is Way.FINALIZER:
            found = _twice(one, facts)
        if found is not None:
            yield found


def _of_argument(one: Registration) -> Misplaced | None:
    node = bare(one.object)
    below = one.view.underlying(one.type) if one.type.package != "C" else one.type
    if below.kind in _VALUES:
        return Misplaced(one, Fault.NO_POINTER, str(one.type))
    if node.type != "unary_expression" or text(node.child_by_field_name("operator")) != "&":
        return None
    operand = node.child_by_field_name("operand")
    operand = bare(operand) if operand is not None else None
    if operand is None:
        return None
    path = path_of(operand, one.view)
    if path is not None and path[0] == GLOBAL and _is_inside(operand, one.view):
        return Misplaced(one, Fault.PACKAGE_LEVEL, text(operand))
    if one.way is Way.FINALIZER and operand.type in ("selector_expression", "index_expression"):
        throws = _is_behind(operand, one.view) and _is_large(one.watched, one.view)
        return Misplaced(one, Fault.INNER_POINTER, text(operand)) if throws else None
    return _copied(one, operand) if operand.type == "identifier" else None


def _is_inside(operand: Node, view: FileView) -> bool:
    """Whether an operand lies in the variable that it starts with, with no pointer between."""
    while operand.type in ("selector_expression", "index_expression"):
        inner = operand.child_by_field_name("operand")
        if inner is None or view.package_of(inner):
            return inner is not None
        if view.underlying(view.type_of(inner)).kind not in ("struct", "array"):
            return False
        operand = bare(inner)
    return operand.type == "identifier"


def _is_behind(operand: Node, view: FileView) -> bool:
    """Whether an operand does not stand at the beginning of its struct or array."""
    inner = operand.child_by_field_name("operand")
    if inner is None:
        return False
    if operand.type == "index_expression":
        index = text(operand.child_by_field_name("index"))
        return index.isdigit() and int(index) > 0
    whole = view.underlying(view.type_of(inner).pointee)
    names = [name for name, _ in whole.members] if whole.kind == "struct" else []
    name = text(operand.child_by_field_name("field"))
    first = view.underlying(whole.members[0][1]) if names else None
    empty = first is not None and (first.kind == "unknown" or (first.kind == "struct" and not first.members))
    return name in names[1:] and not empty


def _is_large(kind: Type, view: FileView, depth: int = 0) -> bool:
    """Whether a type surely holds pointers or has 16 bytes or more; of smaller ones inner pointers are let pass."""
    below = view.underlying(kind)
    if below.kind == "struct" and depth < _DEEPEST:
        wide = sum(1 for _, each in below.members if view.underlying(each).name in _EIGHT_BYTES)
        return wide > 1 or any(_is_large(each, view, depth + 1) for _, each in below.members)
    return below.kind in _HEADERS or below.name == "string"


# Variables whose value leaves as a copy.


def _copied(one: Registration, name: Node) -> Misplaced | None:
    body = function_around(one.call)
    scopes = one.view.scopes(name)
    variable = scopes.resolve(name) if scopes is not None else None
    if body is None or scopes is None or variable is None:
        return None
    below = one.view.underlying(one.view.type_of(name))
    if below.kind not in _HEADERS and below.kind != "struct":
        return None
    uses = [each for each in matches(body, _IDENTIFIERS, "name") if scopes.resolve(each) == variable]
    if any(_address_leaves(each) for each in uses):
        return None
    copies = [each for each in uses if each.start_byte > one.call.end_byte and _leaves(each)]
    result = body.child_by_field_name("result")
    named = result is not None and any(result.start_byte <= each.start_byte < result.end_byte for each in uses)
    if below.kind == "struct" and not copies:
        return None
    if copies or named:
        return Misplaced(one, Fault.COPIED, text(name), copies[0] if copies else result)
    return None


def _leaves(name: Node) -> bool:
    """Whether the value of a variable is returned or stored here."""
    parent = name.parent
    if parent is not None and parent.type == "expression_list":
        outer = parent.parent
        if outer is not None and outer.type == "return_statement":
            return True
        right = outer.child_by_field_name("right") if outer is not None else None
        left = outer.child_by_field_name("left") if outer is not None else None
        stored = left is not None and any(one.type != "identifier" for one in left.named_children)
        return right is not None and right.id == parent.id and stored
    return parent is not None and parent.type in ("literal_element", "send_statement")


def _address_leaves(name: Node) -> bool:
    """Whether the address of a variable is returned, stored or passed on here, other than to be converted."""
    node = name.parent
    if node is None or node.type != "unary_expression" or not text(node).startswith("&"):
        return False
    parent = node.parent
    if parent is None or parent.type != "argument_list":
        return True
    call = parent.parent
    called = text(call.child_by_field_name("function")) if call is not None else ""
    return not (called.startswith(("unsafe.", "(*", "runtime.")) or called == "uintptr")


# What is to run.


def _of_parameter(one: Registration) -> Misplaced | None:
    if one.run is None:
        return None
    kind = one.view.type_of(one.run)
    if one.action is not None and one.action.bound is None:
        kind = one.action.view.signature(one.action.function.node)
        receiver = one.action.function.receiver
        if receiver:
            return None  # a method expression is of the right type, or does not compile
    if kind.kind != "func" or kind.variadic:
        return None
    if len(kind.parameters) != 1:
        return Misplaced(one, Fault.WRONG_PARAMETER, f"{kind} takes {len(kind.parameters)} parameters")
    wanted, given = kind.parameters[0], one.type
    if _may_be_passed(given, wanted, one.view):
        return None
    return Misplaced(one, Fault.WRONG_PARAMETER, f"{kind} cannot take a {given}")


def _may_be_passed(given: Type, wanted: Type, view: FileView) -> bool:
    below = view.underlying(wanted)
    if (
        given == wanted
        or "unknown" in (given.kind, wanted.kind, below.kind)
        or below.kind in ("interface", "parameter")
    ):
        return True
    pointers = given.kind == "pointer" and below.kind == "pointer"
    certain = pointers and given.qualified and below.qualified
    return not certain or below.qualified == given.qualified or given.package == "C"


# Twice.


def _twice(one: Registration, facts: PackageFacts) -> Misplaced | None:
    path = path_of(one.object, one.view)
    if path is None or one.function is None:
        return None
    for other in facts.finalizers.registrations:
        same = other.path == one.path and other.way is Way.FINALIZER and other.call.id != one.call.id
        if same and path_of(other.object, one.view) == path and _follows(other.call, one.call, one, path, facts):
            return Misplaced(one, Fault.TWICE, text(one.object), other.call)
    if len(path) > 1:
        return None
    made = _made_by(one, path[0])
    if made is not None and not any(_follows(made, each.call, one, path, facts) for each in _clearing(one, facts)):
        return Misplaced(one, Fault.TWICE, text(one.object), made)
    return None


def _clearing(one: Registration, facts: PackageFacts) -> Iterator[Registration]:
    return (each for each in facts.finalizers.registrations if each.way is Way.CLEARED and each.path == one.path)


def _follows(first: Node, second: Node, one: Registration, path: tuple[str, ...], facts: PackageFacts) -> bool:
    """Whether one call comes after another on some path, with no clearing and no new value of the variable between."""
    body = function_around(first)
    other = function_around(second)
    inner = body.child_by_field_name("body") if body is not None else None
    if body is None or other is None or body.id != other.id or inner is None:
        return False
    stops = {each.call.id for each in _clearing(one, facts) if path_of(each.object, one.view) == path}
    blocks = build(inner)
    start = next(((block, at) for block in blocks for at, part in enumerate(block.items) if _within(first, part)), None)
    return start is not None and _reaches(start[0], start[1], second, stops, path, one.view)


def _reaches(start: Block, at: int, second: Node, stops: set[int], path: tuple[str, ...], view: FileView) -> bool:
    pending = [(start, at + 1)]
    seen: set[int] = set()
    while pending:
        block, begin = pending.pop()
        for part in block.items[begin:]:
            if _within(second, part):
                return True
            if _is_stop(part, stops, path, view):
                break
        else:
            pending += [(edge.target, 0) for edge in block.edges if edge.target.index not in seen]
            seen.update(edge.target.index for edge in block.edges)
    return False


def _is_stop(part: Node, stops: set[int], path: tuple[str, ...], view: FileView) -> bool:
    calls = {call.id for call in matches(part, "(call_expression) @call", "call")}
    targets = expressions(part.child_by_field_name("left")) if part.type.endswith(("declaration", "statement")) else []
    return bool(calls & stops) or any((path_of(one, view) or ())[:1] == path[:1] for one in targets)


def _within(node: Node, whole: Node) -> bool:
    return whole.start_byte <= node.start_byte and node.end_byte <= whole.end_byte


def _made_by(one: Registration, variable: str) -> Node | None:
    """The only call that gives a variable its value, where that call returns an object with a finalizer."""
    scopes = one.view.scopes(one.call)
    declared = scopes.by_id.get(variable) if scopes is not None else None
    if scopes is None or declared is None or declared.statement.type != "short_var_declaration":
        return None
    body = function_around(one.call)
    targets = matches(body, "(assignment_statement left: (expression_list (identifier) @name))", "name") if body else []
    if any(scopes.resolve(each) == variable for each in targets):
        return None
    values = expressions(declared.statement.child_by_field_name("right"))
    names = expressions(declared.statement.child_by_field_name("left"))
    index = next((at for at, name in enumerate(names) if name.start_byte == declared.name.start_byte), 0)
    call = values[index if len(values) == len(names) else 0] if values else None
    if call is None or call.type != "call_expression":
        return None
    callee = one.view.callee(call)
    if callee.function is None or callee.facts is None or callee.facts.is_library or function_around(call) != body:
        return None
    place = index if len(values) == 1 and len(names) > 1 else 0
    return call if arms_result(callee.function, callee.facts, place) else None


def arms_result(function: Function, facts: PackageFacts, index: int = 0) -> bool:
    """Whether every object that a function returns as this result has got a finalizer in it."""
    view = facts.view_of(function)
    armed = {
        path_of(one.object, view)
        for one in facts.finalizers.registrations
        if one.way is Way.FINALIZER and one.path == function.path and _within(one.call, function.node)
    }
    cleared = any(_within(one.call, function.node) for one in _all_clearing(facts, function.path))
    inner = matches(function.node, _LITERALS, "found")
    found = []
    for statement in matches(function.node, _RETURNED, "found"):
        if any(_within(statement, one) for one in inner):
            continue
        values = [value for listed in statement.named_children for value in expressions(listed)]
        value = values[index] if index < len(values) else None
        if value is not None and text(value) != "nil":
            found.append(path_of(value, view))
    return bool(found) and not cleared and all(one is not None and one in armed for one in found)


def _all_clearing(facts: PackageFacts, path: str) -> Iterator[Registration]:
    return (one for one in facts.finalizers.registrations if one.way is Way.CLEARED and one.path == path)
