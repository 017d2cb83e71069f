"""References as paths: `c.repo` is the variable `c` and then its field `repo`."""

from __future__ import annotations

from tree_sitter import Node

from golint_mem.semantics.inference import arguments, bare
from golint_mem.semantics.types import ERROR, Type
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import Function, text

Path = tuple[str, ...]
GLOBAL = "package level"
"""The first step of a path that starts at a package-level variable."""


def path_of(node: Node, view: FileView) -> Path | None:
    """The path that an expression is; pointers are the same as what they point to. None for other expressions."""
    node = bare(node)
    if node.type == "literal_element" and node.named_children:
        return path_of(node.named_children[0], view)
    if node.type == "identifier":
        known = view.object(node)
        if known is not None and known.kind == "local":
            return (known.name,)
        return (GLOBAL, text(node)) if known is not None and known.kind == "package" else None
    if node.type == "selector_expression":
        return _selected(node, view)
    operand = node.child_by_field_name("operand")
    if operand is None:
        given = arguments(node) if node.type == "call_expression" else []
        converted = len(given) == 1 and view.callee(node).kind == "conversion"
        return path_of(given[0], view) if converted and is_reference(view.type_of(node), view) else None
    if node.type == "unary_expression":
        return path_of(operand, view) if text(node.child_by_field_name("operator")) in ("&", "*") else None
    inner = path_of(operand, view)
    if inner is None or node.type == "type_assertion_expression":
        return inner
    return (*inner, "[]") if node.type == "index_expression" else None


def _selected(node: Node, view: FileView) -> Path | None:
    operand, name = node.child_by_field_name("operand"), text(node.child_by_field_name("field"))
    if operand is None:
        return None
    package = view.package_of(operand)
    if package:
        return (GLOBAL, f"{package}.{name}") if package != "C" else None
    inner = path_of(operand, view)
    return (*inner, name) if inner is not None else None


def is_reference(kind: Type, view: FileView) -> bool:
    """Whether a value of a type may lead to Go memory of others."""
    below = view.underlying(kind) if kind.package != "C" else kind
    return below.kind not in ("basic", "nil") and kind != ERROR and not is_handle(kind, view) and kind.package != "C"


def is_handle(kind: Type, view: FileView) -> bool:
    """Whether a type is what C code calls an object by: a C pointer, `unsafe.Pointer` or `uintptr`."""
    if kind.qualified == "unsafe.Pointer":
        return True
    below = view.underlying(kind) if kind.package != "C" else kind
    if below.kind == "pointer" and below.element is not None:
        return below.element.package == "C" or is_handle(below.element, view)
    return below.kind == "basic" and below.name == "uintptr"


def parameters(function: Function, view: FileView) -> dict[str, int]:
    """The indices of a function's parameters (the receiver is the first) by the variables that they are."""
    scopes = view.scopes(function.node)
    found: dict[str, int] = {}
    index = -1
    for part in ("receiver", "parameters"):
        listed = function.node.child_by_field_name(part)
        for one in listed.named_children if listed is not None else ():
            names = one.children_by_field_name("name") if "parameter_declaration" in one.type else []
            index += 1 if not names and "parameter_declaration" in one.type else 0
            for name in names:
                index += 1
                variable = scopes.resolve(name) if scopes is not None else None
                if variable is not None and text(name) != "_":
                    found[variable] = index
    return found
