"""The finalizers of one package, and the questions about functions that the rules of the family ask; computed once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from golint_mem.semantics.finalizers.handles import CALLS, Handles, getter, is_release, parameter_uses, resets
from golint_mem.semantics.finalizers.holders import Holders, Passing, summary
from golint_mem.semantics.finalizers.paths import Path, path_of
from golint_mem.semantics.finalizers.registrations import Registration, Way, registrations
from golint_mem.semantics.types import Type, named
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import Function, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_LITERALS = "(composite_literal) @literal"
_KEYED = "(keyed_element key: (literal_element (identifier))) @element"
_IDENTIFIERS = "(identifier) @name"
_Key = tuple[str, int]


class Finalizers:
    """What is known of the finalizers of one package."""

    def __init__(self, facts: PackageFacts) -> None:
        self._facts = facts
        self._passing: dict[_Key, Passing | None] = {}
        self._aliases: dict[tuple[str, frozenset[str]], frozenset[str]] = {}
        self._released: dict[_Key, frozenset[tuple[Path, str]]] = {}
        self._lasting: dict[_Key, bool] = {}
        self._getters: dict[_Key, frozenset[tuple[int, Path]]] = {}
        self._uses: dict[_Key, frozenset[tuple[int, Path, str]]] = {}

    @cached_property
    def registrations(self) -> tuple[Registration, ...]:
        """The calls of SetFinalizer and AddCleanup outside tests."""
        found = self._facts.trees_with(b"SetFinalizer", b"AddCleanup")
        trees = tuple(tree for tree in found if not tree.path.endswith("_test.go"))
        return tuple(registrations(self._facts, trees))

    @cached_property
    def _watched(self) -> dict[str, tuple[Registration, ...]]:
        found: dict[str, tuple[Registration, ...]] = {}
        for one in self.registrations:
            if one.way is not Way.CLEARED and one.watched.qualified:
                key = one.watched.qualified
                found[key] = (*found.get(key, ()), one)
        return found

    def watching(self, kind: Type) -> tuple[Registration, ...]:
        """The registrations for objects of a type, in the package that declares it or in this one."""
        kind = kind.pointee
        if not kind.qualified:
            return ()
        home = self._facts.seen(kind.package) if kind.package not in ("C", self._facts.package.import_path) else None
        others = home.finalizers._watched.get(kind.qualified, ()) if home is not None else ()
        return (*self._watched.get(kind.qualified, ()), *others)

    def by_type(self) -> Iterator[tuple[Type, tuple[Registration, ...]]]:
        """The types of the objects that this package watches, and the registrations of each."""
        found: dict[str, tuple[Type, list[Registration]]] = {}
        for one in self.registrations:
            if one.way is not Way.CLEARED:
                for kind in self._concrete(one):
                    found.setdefault(kind.qualified, (kind, []))[1].append(one)
        return ((kind, tuple(watched)) for kind, watched in found.values())

    def _concrete(self, one: Registration) -> list[Type]:
        """The types that the watched object may have: for an interface those of the package that implement it."""
        kind = one.watched
        below = one.view.underlying(kind)
        if below.kind != "interface":
            return [kind] if kind.qualified else []
        wanted = {(name, each) for name, each in below.members if name not in below.embedded}
        embedded = [one.view.underlying(each) for name, each in below.members if name in below.embedded]
        wanted |= {member for each in embedded for member in each.members}
        own = self._facts.package.import_path
        declared = [named(own, name) for name in self._facts.declarations.types if wanted]
        return [each for each in declared if self._implements(each, wanted, one.view)]

    @staticmethod
    def _implements(kind: Type, wanted: set[tuple[str, Type]], view: FileView) -> bool:
        found = [(view.member(kind, name), signature) for name, signature in wanted]
        return view.underlying(kind).kind == "struct" and all(
            one is not None and one.kind == "method" and one.type == signature for one, signature in found
        )

    def aliases(self, kind: Type, fields: set[str]) -> frozenset[str]:
        """The fields that a literal of a type fills from the same variables as one of these fields."""
        key = kind.qualified, frozenset(fields)
        if key not in self._aliases:
            home = self._facts.seen(kind.package)
            self._aliases[key] = frozenset(same_values(home, kind, fields)) if home is not None else frozenset()
        return self._aliases[key]

    # Functions.

    def passing(self, function: Function, depth: int) -> Passing | None:
        """What a function of this package does with its parameters; None while that is being found out."""
        key = function.path, function.node.start_byte
        if key not in self._passing:
            self._passing[key] = None
            self._passing[key] = summary(function, self._facts.view_of(function), depth)
        return self._passing[key]

    def getter(self, function: Function) -> frozenset[tuple[int, Path]]:
        """The handles of its parameters that a function of this package returns."""
        key = function.path, function.node.start_byte
        if key not in self._getters:
            self._getters[key] = frozenset()
            self._getters[key] = getter(function, self._facts.view_of(function))
        return self._getters[key]

    def uses(self, function: Function, depth: int = 0) -> frozenset[tuple[int, Path, str]]:
        """What a function of this package does with handles of its parameters."""
        key = function.path, function.node.start_byte
        if key not in self._uses:
            self._uses[key] = frozenset()
            self._uses[key] = parameter_uses(function, self._facts.view_of(function), depth)
        return self._uses[key]

    # Finalizers.

    def released(self, one: Registration) -> frozenset[tuple[Path, str]]:
        """The handles of the object that what runs gives back: the fields that lead there, and the callee."""
        key = one.path, one.call.start_byte
        if key not in self._released:
            self._released[key] = frozenset(self._find_released(one))
        return self._released[key]

    def is_lasting(self, one: Registration) -> bool:
        """Whether the function that watches an object also puts it into a package-level variable, which keeps it."""
        key = one.path, one.call.start_byte
        if key not in self._lasting:
            path = path_of(one.object, one.view)
            held = Holders(one.function.node, one.view) if one.function is not None else None
            self._lasting[key] = held is not None and path is not None and bool(held.lasting & held.names(path))
        return self._lasting[key]

    def _find_released(self, one: Registration) -> set[tuple[Path, str]]:
        if one.action is None or one.action.bound is not None:
            return set()
        facts = one.action.view.facts
        starts = [()] if one.way is Way.FINALIZER else list(argument_fields(one))
        given = [each for each in parameter_uses(one.action.function, one.action.view, 0) if each[0] == 0]
        used = {((*start, *path), by) for _, path, by in given for start in starts}
        used |= {each for method in self._called(one) for each in method}
        known = {each for each in used if is_release(each[1], facts)} or used
        return {each for each in known if not resets(each[1])} or known

    def _called(self, one: Registration) -> Iterator[set[tuple[Path, str]]]:
        """What the methods release that a finalizer calls on an object which it knows by an interface."""
        if one.action is None or one.view.underlying(one.watched).kind != "interface":
            return
        view = one.action.view
        for call in matches(one.action.function.node, CALLS, "call"):
            function = call.child_by_field_name("function")
            operand = function.child_by_field_name("operand") if function is not None else None
            if operand is None or path_of(operand, view) != (one.action.parameter,):
                continue
            for kind in self._concrete(one):
                found = view.member(kind, view.callee(call).name)
                if found is not None and found.function is not None and found.facts is not None:
                    uses = found.facts.finalizers.uses(found.function)
                    yield {(path, by) for index, path, by in uses if index == 0}


def argument_fields(one: Registration) -> Iterator[Path]:
    """The fields of the watched object that hold what a cleanup gets as its argument."""
    watched, given = path_of(one.object, one.view), None
    if one.argument is not None:
        given = path_of(one.argument, one.view)
        given = given or next(iter(Handles(one.call, one.view).origins(one.argument)), None)
    scopes = one.view.scopes(one.call)
    if watched is None or given is None or one.function is None or scopes is None:
        return
    if given[: len(watched)] == watched:
        yield given[len(watched) :]
        return
    for element in matches(one.function.node, _KEYED, "element"):
        literal = element.parent.parent if element.parent is not None else None
        value = element.child_by_field_name("value")
        if literal is None or value is None or one.view.type_of(literal).qualified != one.watched.qualified:
            continue
        if given[0] in scopes.mentioned(value):
            yield (text(element.child_by_field_name("key")),)


def same_values(facts: PackageFacts, kind: Type, fields: set[str]) -> Iterator[str]:
    """The fields that literals of a type fill with variables which they put into one of `fields` as well."""
    for tree in facts.trees:
        if kind.name.encode() not in tree.source:
            continue
        view = facts.view(tree)
        for literal in matches(tree.root, _LITERALS, "literal"):
            if view.type_of(literal).qualified != kind.qualified:
                continue
            filled = {
                text(one.child_by_field_name("key")): {text(name) for name in matches(one, _IDENTIFIERS, "name")[1:]}
                for one in matches(literal, _KEYED, "element")
            }
            owned = {name for key, names in filled.items() if key in fields for name in names}
            yield from (key for key, names in filled.items() if names & owned and key not in fields)
