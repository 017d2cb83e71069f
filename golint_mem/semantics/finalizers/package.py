"""The finalizers of one package, and the questions about functions that the rules of the family ask; computed once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from golint_mem.semantics.finalizers.handles import getter, is_release, parameter_uses
from golint_mem.semantics.finalizers.holders import Passing, summary
from golint_mem.semantics.finalizers.paths import Path
from golint_mem.semantics.finalizers.registrations import Registration, Way, registrations
from golint_mem.semantics.types import Type
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
        self._getters: dict[_Key, frozenset[tuple[int, Path]]] = {}
        self._uses: dict[_Key, frozenset[tuple[int, Path, str]]] = {}

    @cached_property
    def registrations(self) -> tuple[Registration, ...]:
        """The calls of SetFinalizer and AddCleanup outside tests."""
        trees = tuple(tree for tree in self._facts.trees if not tree.path.endswith("_test.go"))
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
        if one.action is None or one.action.bound is not None:
            return frozenset()
        facts = one.action.view.facts
        used = {(path, by) for index, path, by in parameter_uses(one.action.function, one.action.view, 0) if index == 0}
        return frozenset(each for each in used if is_release(each[1], facts)) or frozenset(used)


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
