"""Handles: the C pointers and descriptors by which C code and the system call an object, and where they come from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.c.library import words
from golint_mem.semantics.finalizers.paths import GLOBAL, Path, is_reference, parameters, path_of
from golint_mem.semantics.inference import arguments, bare, expressions
from golint_mem.semantics.types import UNKNOWN, Type
from golint_mem.semantics.view import Callee, FileView
from golint_mem.syntax.go import Function, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

CALLS = "(call_expression) @call"
_CONVERSIONS = "[(call_expression) (type_conversion_expression)] @call"
_ASSIGNMENTS = "[(short_var_declaration) (assignment_statement) (var_spec)] @found"
_RETURNED = "(return_statement (expression_list) @found)"
_LITERALS = "(func_literal) @found"
_MOST_CALLS = 12
_SYSTEM = ("syscall", "golang.org/x/sys/unix", "golang.org/x/sys/windows", "internal/syscall/unix")
_CAST = re.compile(r"_?to(?:_|[A-Z])\w*|[A-Z0-9_]+|\w+_t")
_COUNT = re.compile(r"refs?|ref(?:erence)?_?[cC](?:ou)?nts?")
COUNTS = frozenset({"Ref", "AddRef", "Retain", "IncRef", "Acquire"})
"""Names of methods that add a user."""
_CLOSERS = frozenset(
    "Close Munmap CloseHandle Closesocket FreeLibrary UnmapViewOfFile RegCloseKey FindClose LocalFree"
    " VirtualFree".split()
)


@dataclass(frozen=True, slots=True)
class Use:
    """A handle that a function hands to C code, to the system, or to a function that does so.

    `path` is the handle as a path from one of the function's variables, `by` the callee (`C.free`, `syscall.Close`),
    `call` the call in this very function; `raw` says that this call passes the handle itself, not the Go object.
    """

    path: Path
    by: str
    call: Node
    raw: bool = True


@dataclass(slots=True)
class Handles:
    """The handles in one function or function literal."""

    function: Node
    view: FileView
    _origins: dict[str, frozenset[Path]] = field(default_factory=dict)
    _values: dict[str, list[tuple[Node, bool]]] | None = None

    def origins(self, node: Node) -> frozenset[Path]:
        """The paths from which the handle that an expression gives may come; empty for what is no handle."""
        node = bare(node)
        if node.type == "literal_element" and node.named_children:
            return self.origins(node.named_children[0])
        if node.type == "call_expression" or node.type == "type_conversion_expression":
            return self._of_call(node)
        if node.type in ("unary_expression", "index_expression", "slice_expression"):
            operand = node.child_by_field_name("operand")
            return self.origins(operand) if operand is not None else frozenset()
        if node.type == "selector_expression":
            return self._of_selector(node)
        return self._of_variable(node) if node.type == "identifier" else frozenset()

    def _of_selector(self, node: Node) -> frozenset[Path]:
        path = path_of(node, self.view)
        if path is None or path[0] == GLOBAL:
            return frozenset()
        operand = node.child_by_field_name("operand")
        if operand is not None and len(path) > 1 and not is_reference(self.view.type_of(operand), self.view):
            return frozenset((*one, path[-1]) for one in self.origins(operand))
        return frozenset({path}) if self._may_be_handle(node) else frozenset()

    def _may_be_handle(self, node: Node) -> bool:
        """Whether an expression's type is that of a C value, a pointer to one, or a descriptor."""
        kind = self.view.type_of(node)
        below = self.view.underlying(kind) if kind.package != "C" else kind
        number = below.kind == "basic" and "int" in below.name
        return not kind.known or number or (below.kind != "basic" and not is_reference(kind, self.view))

    def _of_variable(self, node: Node) -> frozenset[Path]:
        path = path_of(node, self.view)
        if path is None or path[0] == GLOBAL:
            return frozenset()
        if path[0] not in self._origins:
            self._origins[path[0]] = frozenset()
            self._origins[path[0]] = self._assigned(path[0], node)
        return self._origins[path[0]]

    def _assigned(self, variable: str, node: Node) -> frozenset[Path]:
        scopes = self.view.scopes(node)
        declared = scopes.by_id.get(variable) if scopes is not None else None
        if scopes is None or declared is None:
            return frozenset()
        if declared.statement.type == "parameter_declaration":
            return frozenset({(variable,)}) if self._may_be_handle(node) else frozenset()
        found: frozenset[Path] = frozenset()
        for value, single in self._assigned_values(scopes.function).get(variable, ()):
            given = self.origins(value) if single else frozenset()
            if not given and text(value) != "nil":
                return frozenset()  # the variable has another handle as well, and it is not known when
            found |= given
        return found

    def _assigned_values(self, function: Node) -> dict[str, list[tuple[Node, bool]]]:
        """The values that each variable gets in a function, and whether a value is the variable's alone."""
        if self._values is None:
            self._values = {}
            for statement in matches(function, _ASSIGNMENTS, "found"):
                targets = statement.children_by_field_name("name") or expressions(statement.child_by_field_name("left"))
                values = expressions(statement.child_by_field_name("value") or statement.child_by_field_name("right"))
                for index, target in enumerate(targets):
                    path = path_of(target, self.view)
                    if path is not None and len(path) == 1 and values:
                        value = values[min(index, len(values) - 1)]
                        self._values.setdefault(path[0], []).append((value, len(values) == len(targets)))
        return self._values

    def _of_call(self, node: Node) -> frozenset[Path]:
        callee, given = self.view.callee(node), arguments(node)
        function = bare(node.child_by_field_name("function") or node)
        if callee.kind == "conversion" or callee.package == "C" or (not callee.type.known and len(given) == 1):
            if callee.package == "C" and callee.kind != "conversion" and not self._is_cast(callee.name):
                return frozenset()
            return frozenset(path for one in given for path in self.origins(one))
        if callee.function is None or callee.facts is None:
            return frozenset()
        operands: list[Node | None] = list(given)
        if callee.kind == "method":
            operands.insert(0, function.child_by_field_name("operand"))
        found: set[Path] = set()
        for index, rest in callee.facts.finalizers.getter(callee.function):
            operand = operands[index] if index < len(operands) else None
            path = path_of(operand, self.view) if operand is not None else None
            if path is not None and path[0] != GLOBAL:
                found.add((*path, *rest))
            elif operand is not None and not rest:
                found |= self.origins(operand)
        return frozenset(found)

    def _is_cast(self, name: str) -> bool:
        """Whether a C function only gives its argument another type: `toGtkButton`, `GTK_WIDGET`."""
        known = self.view.facts.ownership.c
        effect = known.effect(name)
        returns = effect.known and bool(effect.returns) and not effect.frees and not effect.fresh
        return returns or known.is_conversion(name) or _CAST.fullmatch(name) is not None

    def uses(self, depth: int = 0) -> Iterator[Use]:
        """What the function hands to C code or the system, by itself or through functions that it calls."""
        body = self.function.child_by_field_name("body")
        for call in matches(body, CALLS, "call") if body is not None else ():
            callee = self.view.callee(call)
            if callee.kind in ("conversion", "builtin"):
                continue
            yield from self._use(call, callee, depth)

    def _use(self, call: Node, callee: Callee, depth: int) -> Iterator[Use]:
        given = arguments(call)
        if callee.package == "C" or (callee.package in _SYSTEM and callee.kind == "function"):
            if callee.package == "C" and self._is_cast(callee.name):
                return
            by = f"{callee.package}.{callee.name}"
            for one in given:
                yield from (Use(path, by, call) for path in sorted(self.origins(one)))
            return
        if depth >= _MOST_CALLS:
            return
        function = bare(call.child_by_field_name("function") or call)
        receiver = function.child_by_field_name("operand") if callee.kind == "method" else None
        yield from self._through(call, callee, [*([receiver] if receiver is not None else []), *given], depth)
        for one in given:  # a method value that is handed on is taken to be called: `later(v.destroy)`
            yield from self._bound(call, one, depth)
        if callee.kind == "method" and callee.facts is not None and callee.facts.is_library and callee.name == "Close":
            path = path_of(receiver, self.view) if receiver is not None else None
            if path is not None:
                yield Use(path, callee.qualified, call, raw=False)

    def _through(self, call: Node, callee: Callee, operands: list[Node], depth: int) -> Iterator[Use]:
        if callee.function is None or callee.facts is None:
            return
        for index, rest, by in sorted(callee.facts.finalizers.uses(callee.function, depth + 1)):
            operand = operands[index] if index < len(operands) else None
            if operand is None:
                continue
            path = path_of(operand, self.view)
            handles = self.origins(operand) if not rest else frozenset()
            yield from (Use(one, by, call) for one in sorted(handles))
            if not handles and path is not None and path[0] != GLOBAL:
                yield Use((*path, *rest), by, call, raw=False)

    def _bound(self, call: Node, node: Node, depth: int) -> Iterator[Use]:
        operand = node.child_by_field_name("operand") if node.type == "selector_expression" else None
        path = path_of(operand, self.view) if operand is not None else None
        if operand is None or path is None:
            return
        found = self.view.member(self.view.type_of(operand), text(node.child_by_field_name("field")))
        if found is None or found.kind != "method" or found.function is None or found.facts is None:
            return
        for index, rest, by in sorted(found.facts.finalizers.uses(found.function, depth + 1)):
            if index == 0:
                yield Use((*path, *rest), by, call, raw=False)


def parameter_uses(function: Function, view: FileView, depth: int) -> frozenset[tuple[int, Path, str]]:
    """What a function does with handles of its parameters: a parameter's index, the fields after it, the callee."""
    names = parameters(function, view)
    found = Handles(function.node, view).uses(depth)
    return frozenset((names[one.path[0]], one.path[1:], one.by) for one in found if one.path[0] in names)


def getter(function: Function, view: FileView) -> frozenset[tuple[int, Path]]:
    """The handles of its parameters that a function returns: the parameter's index and the fields after it."""
    names = parameters(function, view)
    handles = Handles(function.node, view)
    inner = matches(function.node, _LITERALS, "found")
    found: set[tuple[int, Path]] = set()
    for listed in matches(function.node, _RETURNED, "found"):
        if any(one.start_byte <= listed.start_byte < one.end_byte for one in inner):
            continue
        for value in expressions(listed):
            found.update((names[path[0]], path[1:]) for path in handles.origins(value) if path[0] in names)
    return frozenset(found)


def is_release(by: str, facts: PackageFacts) -> bool:
    """Whether a callee that gets a handle gives back what the handle stands for."""
    package, _, name = by.rpartition(".")
    if package == "C":
        return facts.ownership.c.releases(name)
    return name in _CLOSERS


def is_foreign(by: str) -> bool:
    """Whether a callee is C code or the system."""
    return by.rpartition(".")[0] == "C" or by.rpartition(".")[0] in _SYSTEM


def resets(by: str) -> bool:
    """Whether a C function only empties what it gets, so that a second call does no harm."""
    return bool({"reset", "clear", "unset"} & set(words(by)))


def type_along(path: Path, kind: Type, view: FileView) -> Iterator[tuple[Path, Type]]:
    """The objects along a path, from its first variable (of this type) to the last one but the handle itself."""
    yield path[:1], kind
    for index, name in enumerate(path[1:], 2):
        if name == "[]":
            below = view.underlying(view.underlying(kind).pointee)
            kind = below.element or UNKNOWN
        else:
            found = view.member(kind, name)
            if found is None:
                return
            if found.kind == "field" and found.owner.kind == "named" and found.owner != kind.pointee:
                yield (*path[: index - 1], f"({found.owner.name})"), found.owner
            kind = found.type
        if index < len(path):
            yield path[:index], kind


def keeps_count(kind: Type, view: FileView) -> bool:
    """Whether a type has a field for the number of its users, and a method that adds one."""
    below = view.underlying(kind)
    names = [name for name, _ in below.members] if below.kind == "struct" else []
    if not any(_COUNT.fullmatch(name) for name in names):
        return False
    adders = (one for name in COUNTS for one in (name, name[0].lower() + name[1:]))
    return any(view.method(kind, name) is not None for name in adders)
