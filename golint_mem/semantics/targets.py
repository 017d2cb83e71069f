"""Which functions a call through an interface or a function value may come to, where all of them are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.inference import bare, call_arguments
from golint_mem.semantics.scopes import Variable
from golint_mem.semantics.view import Callee, FileView
from golint_mem.syntax.go import Function, literal, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_MOST = 20


def targets(view: FileView, call: Node, callee: Callee) -> list[Function]:
    """The functions of the view's package that a dynamic call may call; empty where there may be others.

    A method whose name is not exported has all its implementations in its package. So has a function value that an
    unexported function gets as a parameter from nobody but the package's own calls.
    """
    found: list[Function] = []
    if callee.kind == "method" and callee.function is None and callee.package == view.facts.package.import_path:
        if callee.name[:1].islower() and view.underlying(callee.receiver).kind == "interface":
            found = [one for (_, name), one in view.facts.declarations.methods.items() if name == callee.name]
    elif callee.kind == "value":
        found = _handed_in(view, call)
    bodies = all(one.node.child_by_field_name("body") is not None for one in found)
    return found if bodies and len(found) <= _MOST else []


def _handed_in(view: FileView, call: Node) -> list[Function]:
    """What the callers of an unexported function hand it as the parameter that is called here."""
    function, scopes, name = view.enclosing(call), view.scopes(call), call.child_by_field_name("function")
    if function is None or scopes is None or name is None or function.receiver or not function.name[:1].islower():
        return []
    variable = scopes.by_id.get(scopes.resolve(name) or "")
    index = _index(function, variable) if variable is not None else None
    callers = _callers(view.facts, function.name) if index is not None else None
    found: list[Function] = []
    for home, caller in callers or ():
        given = call_arguments(caller)
        value = _function(home, given[index]) if index is not None and index < len(given) else None
        if value is None:
            return []
        found.append(value)
    return found


def _index(function: Function, variable: Variable) -> int | None:
    """Which parameter of a function a variable is, if it is one."""
    if variable.statement.type != "parameter_declaration":
        return None
    listed = function.node.child_by_field_name("parameters")
    name = text(variable.name)
    return function.parameters.index(name) if variable.statement.parent == listed else None


def _callers(facts: PackageFacts, name: str) -> list[tuple[FileView, Node]] | None:
    """The calls of a function; None where something else is done with it."""
    found = []
    for tree, one in facts.function_names.get(name, ()):
        view, above = facts.view(tree), one.parent
        known = view.object(one)
        if above is None or above.type == "function_declaration" or (known is not None and known.kind != "package"):
            continue
        if above.type != "call_expression" or above.child_by_field_name("function") != one:
            return None
        found.append((view, above))
    return found


def _function(view: FileView, value: Node) -> Function | None:
    """The function that an argument is: a literal, or one of the package by its name."""
    value = bare(value)
    if value.type == "func_literal":
        return literal(view.tree.path, value, "")
    known = view.object(value) if value.type == "identifier" else None
    return view.facts.declarations.functions.get(known.name) if known is not None and known.kind == "package" else None
