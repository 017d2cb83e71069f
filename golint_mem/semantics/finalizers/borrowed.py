"""Objects with a releasing finalizer that are made around a pointer which C code only lends to a Go callback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.c.library import words
from golint_mem.semantics.finalizers.disarming import clears, tested
from golint_mem.semantics.finalizers.handles import CALLS, Handles, is_foreign
from golint_mem.semantics.finalizers.paths import Path, parameters, path_of
from golint_mem.semantics.finalizers.registrations import Registration, Way
from golint_mem.semantics.inference import arguments, bare, expressions
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import Function, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_EXPORT = re.compile(rb"^//export[ \t]+(\w+)[ \t]*\r?$", re.M)
_LITERALS = "(composite_literal) @literal"
_ASSIGNMENTS = "[(assignment_statement) (short_var_declaration)] @found"
_ACQUIRES = frozenset({"ref", "dup", "copy", "clone", "retain", "incref", "addref", "acquire"})
_MOST_CALLS = 2


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A call in a callback that wraps one of the callback's pointers; `by` is what the finalizer calls on it."""

    function: Function
    view: FileView
    call: Node
    pointer: str
    by: str
    registration: Registration


def borrowed(facts: PackageFacts) -> Iterator[Borrowed]:
    """The calls in exported callbacks that give a lent pointer to an object whose finalizer releases it."""
    for tree in facts.trees:
        names = {name.decode() for name in _EXPORT.findall(tree.source)}
        for function in tree.functions() if names else ():
            if function.name in names and not function.receiver:
                yield from _in_callback(function, facts)


def _in_callback(function: Function, facts: PackageFacts) -> Iterator[Borrowed]:
    view = facts.view_of(function)
    handles = Handles(function.node, view)
    lent = parameters(function, view)
    for call in matches(function.node, CALLS, "call"):
        callee = view.callee(call)
        if callee.function is None or callee.facts is None or callee.kind != "function":
            continue
        for index, given in enumerate(arguments(call)):
            found = {path[0] for path in handles.origins(given) if path[0] in lent}
            adopted = adopts(callee.function, callee.facts, index) if found else None
            if adopted is None or _is_acquired(function, view, found):
                continue
            if _is_cleared(call, function, view, adopted[1]):
                continue
            yield Borrowed(function, view, call, min(found).partition("@")[0], *adopted)


def adopts(function: Function, facts: PackageFacts, index: int, depth: int = 0) -> tuple[str, Registration] | None:
    """What a constructor's finalizer will call on the pointer that it gets as a parameter; None where it has none."""
    view = facts.view_of(function)
    names = {name for name, at in parameters(function, view).items() if at == index}
    if not names or _is_acquired(function, view, names):
        return None
    handles = Handles(function.node, view)
    for one in facts.finalizers.registrations:
        inside = one.path == function.path and _within(one.call, function.node)
        if one.way is Way.CLEARED or not inside:
            continue
        for path, by in sorted(facts.finalizers.released(one)):
            if is_foreign(by) and path and any(one_of[0] in names for one_of in _stored(one, path, handles, view)):
                return by, one
    return _handed_on(function, facts, names, depth)


def _handed_on(function: Function, facts: PackageFacts, names: set[str], depth: int) -> tuple[str, Registration] | None:
    """What an inner constructor's finalizer does, where the function returns what that one makes."""
    view = facts.view_of(function)
    handles = Handles(function.node, view)
    for call in matches(function.node, "(return_statement (expression_list (call_expression) @call))", "call"):
        callee = view.callee(call)
        if callee.function is None or callee.facts is None or callee.facts.is_library or depth >= _MOST_CALLS:
            continue
        for index, given in enumerate(arguments(call)):
            if any(path[0] in names for path in handles.origins(given)):
                found = adopts(callee.function, callee.facts, index, depth + 1)
                if found is not None:
                    return found
    return None


def _stored(one: Registration, path: Path, handles: Handles, view: FileView) -> Iterator[Path]:
    """From where the released field of the watched object is filled, in the function that watches it."""
    function = handles.function
    for literal in matches(function, _LITERALS, "literal"):
        if view.type_of(literal).qualified != one.watched.qualified:
            continue
        body = literal.child_by_field_name("body")
        fields = [name for name, _ in view.underlying(one.watched).members]
        for index, element in enumerate(body.named_children if body is not None else ()):
            key, value = element.child_by_field_name("key"), element.child_by_field_name("value")
            name = text(key) if key is not None else fields[index] if index < len(fields) else ""
            if name == path[0]:
                yield from handles.origins(value if value is not None else element)
    watched = path_of(one.object, view)
    for statement in matches(function, _ASSIGNMENTS, "found"):
        targets, values = (expressions(statement.child_by_field_name(side)) for side in ("left", "right"))
        for target, value in zip(targets, values, strict=False):
            if watched is not None and path_of(target, view) == (*watched, *path[:1]):
                yield from handles.origins(value)


def _is_acquired(function: Function, view: FileView, names: set[str]) -> bool:
    """Whether a function takes a reference of its own, or a copy, of what one of its parameters points to."""
    handles = Handles(function.node, view)
    for call in matches(function.node, CALLS, "call"):
        callee = view.callee(call)
        if _ACQUIRES & set(words(callee.name)):
            function_node = bare(call.child_by_field_name("function") or call)
            receiver = function_node.child_by_field_name("operand")
            given = [*arguments(call), *([receiver] if receiver is not None else [])]
            if callee.package != "C" or any(path[0] in names for one in given for path in handles.origins(one)):
                return True
    return False


def _is_cleared(call: Node, function: Function, view: FileView, armed: Registration) -> bool:
    """Whether the callback takes away the finalizer of what the call made, or sets a field that it heeds."""
    statement = call.parent.parent if call.parent is not None else None
    targets = expressions(statement.child_by_field_name("left")) if statement is not None else []
    made = path_of(targets[0], view) if targets else None
    action = armed.action
    heeded = tested(action.function, action.view, action.parameter) if action is not None else frozenset()
    return made is not None and any(True for _ in clears(function, view, 0, heeded, made[0]))


def _within(node: Node, whole: Node) -> bool:
    return whole.start_byte <= node.start_byte and node.end_byte <= whole.end_byte
