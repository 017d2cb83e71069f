"""What a package habitually releases: if one function frees what `C.f` gives it, others that do not are suspect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from tree_sitter import Node

from golint_mem.semantics.c.library import NUMBERS, gets, iterates, looks_up, speaks_of_failure, tells
from golint_mem.semantics.scopes import Scopes
from golint_mem.syntax.go import Function, matches, text

_CALLS = "(call_expression) @found"
_SHARE = 4
RESULT = -1
"""The index that stands for a call's result instead of one of its parameters."""


def habits(functions: Iterable[Function], releases: Callable[[str], bool]) -> dict[tuple[str, int], str]:
    """Of each C function and each of its parameters (or its result): which C function is seen to release it.

    A habit counts where at least a quarter of the local variables that are filled this way are released; half of them
    where the function's name says that it only gets something.
    """
    seen: Counter[tuple[str, int]] = Counter()
    freed: Counter[tuple[str, int]] = Counter()
    by: dict[tuple[str, int], str] = {}
    for function in functions:
        scopes = Scopes(function.node)
        calls = [(text(call.child_by_field_name("function")), call) for call in matches(function.node, _CALLS, "found")]
        calls = [(name[2:], call) for name, call in calls if name.startswith("C.")]
        released = {
            variable: (name, call)
            for name, call in calls
            if releases(name)
            for variable in _first_argument(call, scopes)
        }
        for name, call in calls:
            if releases(name):
                continue
            for index, variable in _filled(call, scopes):
                seen[name, index] += 1
                by_name, release = released.get(variable, ("", call))
                if by_name and not ((iterates(name) or looks_up(name)) and comes_too_late(release, call)):
                    freed[name, index] += 1
                    by.setdefault((name, index), by_name)
    return {key: by[key] for key, count in freed.items() if count * (2 if gets(key[0]) else _SHARE) >= seen[key]}


def comes_too_late(release: Node, argument: Node) -> bool:
    """Whether a deferred release stands before the call that fills its argument, so that it only ever gets nil."""
    deferred = release.parent is not None and release.parent.type == "defer_statement"
    return deferred and release.start_byte < argument.start_byte


def numbers(functions: Iterable[Function]) -> frozenset[str]:
    """The C functions whose result is dropped or looked at as an error code somewhere."""
    return frozenset(
        text(call.child_by_field_name("function"))[2:]
        for function in functions
        for call in matches(function.node, _CALLS, "found")
        if text(call.child_by_field_name("function")).startswith("C.") and _is_number(call)
    )


def _is_number(call: Node) -> bool:
    """Whether the syntax around a call speaks for an error code, a truth or nothing as its result."""
    outer = call.parent
    if outer is None or outer.type in ("expression_statement", "defer_statement", "go_statement"):
        return True
    if outer.type in ("if_statement", "for_statement", "for_clause"):
        return True
    if outer.type == "unary_expression":
        return text(outer).startswith("!")
    if outer.type == "binary_expression":
        return "nil" not in (text(outer.child_by_field_name(side)) for side in ("left", "right"))
    if outer.type == "argument_list" and outer.parent is not None:
        return text(outer.parent.child_by_field_name("function")).removeprefix("C.") in NUMBERS
    statement = outer.parent if outer.type == "expression_list" else None
    left = statement.child_by_field_name("left") if statement is not None else None
    name = text(left.named_child(0)) if left is not None else ""
    return speaks_of_failure(name) or tells(name)


def _first_argument(call: Node, scopes: Scopes) -> list[str]:
    """The variable that a call is about, conversions and `&` aside."""
    node: Node | None = call
    while node is not None and node.type in ("call_expression", "parenthesized_expression", "unary_expression"):
        arguments = node.child_by_field_name("arguments")
        node = next(iter((arguments or node).named_children), None)
    variable = scopes.resolve(node) if node is not None and node.type == "identifier" else None
    return [variable] if variable is not None else []


def _unconverted(argument: Node) -> Node:
    """An argument without the conversions of pointers around it."""
    while argument.type == "call_expression":
        callee, arguments = argument.child_by_field_name("function"), argument.child_by_field_name("arguments")
        converts = callee is not None and (
            callee.type == "parenthesized_expression" or text(callee) == "unsafe.Pointer"
        )
        if not converts or arguments is None or arguments.named_child_count != 1:
            break
        argument = arguments.named_children[0]
    return argument


def _filled(call: Node, scopes: Scopes) -> list[tuple[int, str]]:
    """The local variables that a call writes to: by assignment of its result, or by their address."""
    found = []
    arguments = call.child_by_field_name("arguments")
    nodes = [child for child in arguments.named_children if child.type != "comment"] if arguments is not None else []
    for index, node in enumerate(nodes):
        node = _unconverted(node)
        if node.type == "unary_expression" and text(node).startswith("&"):
            operand = node.child_by_field_name("operand")
            variable = scopes.resolve(operand) if operand is not None and operand.type == "identifier" else None
            if variable is not None:
                found.append((index, variable))
    parent = call.parent
    statement = parent.parent if parent is not None and parent.type == "expression_list" else None
    if statement is not None and statement.type in ("short_var_declaration", "assignment_statement"):
        left = statement.child_by_field_name("left")
        name = (
            left.named_child(0) if left is not None and parent is not None and parent.named_child_count == 1 else None
        )
        variable = scopes.resolve(name) if name is not None and name.type == "identifier" else None
        if variable is not None:
            found.append((RESULT, variable))
    return found
