"""What a package declares at its top level: types, functions, methods, variables and constants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from tree_sitter import Node

from golint_mem.project.package import GoFile
from golint_mem.semantics.builds import belongs, build_of_file, usual_first
from golint_mem.syntax.go import Function, GoTree, matches, text
from golint_mem.syntax.outline import Outline

_TYPES = "(type_declaration [(type_spec) (type_alias)] @found)"
_VARIABLES = """[
  (var_declaration (var_spec) @found)
  (var_declaration (var_spec_list (var_spec) @found))
]"""
_CONSTANTS = "(const_declaration (const_spec) @found)"
_PARAMETERS = "(type_parameter_declaration) @found"


K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class TypeDeclaration:
    """`type Name[parameters] node` in a file; `alias` for `type Name = node`."""

    name: str
    node: Node
    tree: GoTree
    parameters: tuple[str, ...] = ()
    alias: bool = False


@dataclass(frozen=True, slots=True)
class ValueDeclaration:
    """A package-level variable or constant; `index` is its place among the names of its specification."""

    name: str
    spec: Node
    tree: GoTree
    index: int
    constant: bool = False


class Declarations:
    """The top-level declarations of one package, by name; of several, that of the usual build comes first.

    A file is parsed when a name may be declared in it.
    """

    def __init__(
        self, files: Iterable[GoFile], outline: Callable[[GoFile], Outline], tree: Callable[[GoFile], GoTree]
    ) -> None:
        self._parts = tuple(_Part(file, outline(file), tree) for file in usual_first(tuple(files)))

    def function(self, name: str, asker: GoTree) -> Function | None:
        """The function that a file means by a name: the one of the same build, where several files declare it."""
        return self._functions.meant(name, asker)

    def method(self, owner: str, name: str, asker: GoTree | None) -> Function | None:
        """The method of a type that a file means by a name."""
        return self._methods.meant((owner, name), asker)

    @cached_property
    def types(self) -> Mapping[str, TypeDeclaration]:
        """The declared types."""
        return _Table(self._parts, lambda part: part.outline.others, lambda part: part.types)

    @cached_property
    def values(self) -> Mapping[str, ValueDeclaration]:
        """The package-level variables and constants."""
        return _Table(self._parts, lambda part: part.outline.others, lambda part: part.values)

    @property
    def functions(self) -> Mapping[str, Function]:
        """The functions, methods aside; those without a body are here as well."""
        return self._functions

    @property
    def methods(self) -> Mapping[tuple[str, str], Function]:
        """The methods, by the name of the receiver's type and their own."""
        return self._methods

    @cached_property
    def _functions(self) -> _Table[str, Function]:
        return _Table(self._parts, lambda part: part.outline.functions, lambda part: part.functions)

    @cached_property
    def _methods(self) -> _Table[tuple[str, str], Function]:
        return _Table(self._parts, lambda part: part.outline.methods, lambda part: part.methods)

    @cached_property
    def methods_of(self) -> Mapping[str, tuple[Function, ...]]:
        """The methods of each type, in source order."""
        return _Methods(self._parts)

    def named(self, name: str) -> Iterator[Function]:
        """The function and the methods of a name."""
        for part in self._parts:
            if name in part.outline.callable:
                yield from (one for one in part.declared if one.name == name)


class _Part:
    """What one file declares."""

    def __init__(self, file: GoFile, outline: Outline, tree: Callable[[GoFile], GoTree]) -> None:
        self.file = file
        self.outline = outline
        self._parsed = tree

    @cached_property
    def tree(self) -> GoTree:
        """Its syntax tree."""
        return self._parsed(self.file)

    @cached_property
    def types(self) -> dict[str, TypeDeclaration]:
        """The types, the first one of each name."""
        found: dict[str, TypeDeclaration] = {}
        for spec in self._specs("type_declaration", _TYPES):
            name, node = text(spec.child_by_field_name("name")), spec.child_by_field_name("type")
            if node is not None:
                parameters, alias = type_parameters(spec), spec.type == "type_alias"
                found.setdefault(name, TypeDeclaration(name, node, self.tree, parameters, alias))
        return found

    @cached_property
    def values(self) -> dict[str, ValueDeclaration]:
        """The variables and constants, the first one of each name."""
        found: dict[str, ValueDeclaration] = {}
        for spec in self._specs("var_declaration", _VARIABLES) + self._specs("const_declaration", _CONSTANTS):
            for index, name in enumerate(spec.children_by_field_name("name")):
                one = ValueDeclaration(text(name), spec, self.tree, index, spec.type == "const_spec")
                found.setdefault(one.name, one)
        return found

    def _specs(self, kind: str, query: str) -> list[Node]:
        return [spec for one in self.tree.top if one.type == kind for spec in matches(one, query, "found")]

    @cached_property
    def functions(self) -> dict[str, Function]:
        """The functions, the first one of each name."""
        return {one.name: one for one in reversed(self.declared) if not one.receiver}

    @cached_property
    def methods(self) -> dict[tuple[str, str], Function]:
        """The methods, the first one of each name."""
        return {(one.receiver, one.name): one for one in reversed(self.declared) if one.receiver}

    @property
    def declared(self) -> tuple[Function, ...]:
        """All functions and methods, in source order."""
        return self.tree.declared


class _Table(Mapping[K, V], Generic[K, V]):
    """The declarations of one sort: `may` says which names a file's bytes show, `does` what it really declares."""

    def __init__(
        self, parts: Iterable[_Part], may: Callable[[_Part], Set[K]], does: Callable[[_Part], Mapping[K, V]]
    ) -> None:
        self._parts = tuple(parts)
        self._may = may
        self._does = does
        self._places: dict[K, list[_Part]] = {}

    def _at(self, name: K) -> list[_Part]:
        """The files whose bytes show a name."""
        if name not in self._places:
            self._places[name] = [part for part in self._parts if name in self._may(part)]
        return self._places[name]

    def meant(self, name: K, asker: GoTree | None) -> V | None:
        """What a file means by a name: the declaration of the same build, where several files have one."""
        places = self._at(name)
        if len(places) > 1 and asker is not None:
            build = build_of_file(asker)
            places = sorted(places, key=lambda part: not belongs(part.file, build))
        return next((found for part in places if (found := self._does(part).get(name)) is not None), None)

    def __getitem__(self, name: K) -> V:
        for part in self._at(name):
            known = self._does(part).get(name)
            if known is not None:
                return known
        raise KeyError(name)

    def __iter__(self) -> Iterator[K]:
        found = dict.fromkeys(name for part in self._parts for name in self._does(part))
        return (name for name in found if self._at(name))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Methods(Mapping[str, tuple[Function, ...]]):
    """The methods of each type."""

    def __init__(self, parts: Iterable[_Part]) -> None:
        self._parts = tuple(parts)
        self._known: dict[str, tuple[Function, ...]] = {}

    @cached_property
    def _places(self) -> dict[str, list[_Part]]:
        found: dict[str, list[_Part]] = {}
        for part in self._parts:
            for receiver in {receiver for receiver, _ in part.outline.methods}:
                found.setdefault(receiver, []).append(part)
        return found

    def __getitem__(self, owner: str) -> tuple[Function, ...]:
        if owner not in self._known:
            parts = self._places.get(owner, ())
            self._known[owner] = tuple(one for part in parts for one in part.declared if one.receiver == owner)
        if not self._known[owner]:
            raise KeyError(owner)
        return self._known[owner]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(one.receiver for part in self._parts for one in part.declared if one.receiver))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def type_parameters(node: Node) -> tuple[str, ...]:
    """The names of the type parameters of a type specification or function declaration."""
    found = node.child_by_field_name("type_parameters")
    declared = matches(found, _PARAMETERS, "found") if found is not None else []
    return tuple(text(name) for one in declared for name in one.children_by_field_name("name"))


def receiver_parameters(function: Node) -> tuple[str, ...]:
    """What a method calls the type parameters of its receiver: `K` and `V` in `func (m *Map[K, V]) Get`."""
    receiver = function.child_by_field_name("receiver")
    found = matches(receiver, "(type_arguments) @found", "found") if receiver is not None else []
    return tuple(text(one) for one in found[0].named_children) if found else ()
