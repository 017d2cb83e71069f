"""Which functions a call through an interface or a function value may come to, and whether these are all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.inference import bare, call_arguments
from golint_mem.semantics.scopes import Variable
from golint_mem.semantics.types import Type
from golint_mem.semantics.view import Callee, FileView
from golint_mem.syntax.go import Function, literal, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_MOST = 20


@dataclass(frozen=True, slots=True)
class Targets:
    """The functions of the view's package that a dynamic call may call; `all` says that there are no others."""

    functions: tuple[Function, ...] = ()
    all: bool = False


def targets(view: FileView, call: Node, callee: Callee) -> Targets:
    """What a dynamic call may call, as far as its package shows.

    A method has all its implementations in its package if its name is not exported, or a type that it takes or gives
    is not, or is one of package main: nobody else can declare it. So has a function value that an unexported function
    gets as a parameter from nobody but the package's own calls.
    """
    found, everything = [], False
    if callee.kind == "method" and callee.function is None and callee.package == view.facts.package.import_path:
        if view.underlying(callee.receiver).kind == "interface":
            methods = view.facts.declarations.methods.items()
            count = len(callee.type.parameters)
            found = [one for (_, name), one in methods if name == callee.name and len(one.parameters) == count + 1]
            everything = callee.name[:1].islower() or _is_own(view, callee.type)
    elif callee.kind == "value":
        found, everything = _handed_in(view, call)
    if len(found) > _MOST or any(one.node.child_by_field_name("body") is None for one in found):
        return Targets()
    return Targets(tuple(found), everything)


def _is_own(view: FileView, one: Type) -> bool:
    """Whether a type mentions one that no other package can name."""
    package = view.facts.package
    if one.kind == "named" and one.package == package.import_path:
        return package.name == "main" or (one.name[:1].islower() and not _has_alias(view, one.name))
    inner = [*one.parameters, *one.results, *one.arguments, one.element, one.key]
    return any(_is_own(view, part) for part in inner if part is not None)


def _has_alias(view: FileView, name: str) -> bool:
    alias = re.compile(rb"\b[A-Z]\w*[ \t]*=[ \t]*%s[ \t\r]*(?:/[/*]|$)" % name.encode(), re.M)
    return any(alias.search(file.source) for file in view.facts.package.files)


def _handed_in(view: FileView, call: Node) -> tuple[list[Function], bool]:
    """What the package's callers hand a function as the parameter that is called here; whether there are no others."""
    function, scopes, name = view.enclosing(call), view.scopes(call), call.child_by_field_name("function")
    if function is None or scopes is None or name is None or function.receiver:
        return [], False
    variable = scopes.by_id.get(scopes.resolve(name) or "")
    index = _index(function, variable) if variable is not None else None
    callers = _callers(view.facts, function.name) if index is not None else None
    found: list[Function] = []
    for home, caller in callers or ():
        given = call_arguments(caller)
        value = _function(home, given[index]) if index is not None and index < len(given) else None
        if value is None:
            return [], False
        found.append(value)
    return found, function.name[:1].islower() or view.facts.package.name == "main"


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
