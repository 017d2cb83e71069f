"""What a package declares at its top level: types, functions, methods, variables and constants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node

from golint_mem.semantics.builds import belongs, build_of_file, usual_first
from golint_mem.syntax.go import Function, GoTree, matches, text

_TYPES = "(source_file (type_declaration [(type_spec) (type_alias)] @found))"
_VALUES = """[
  (source_file (var_declaration (var_spec) @found))
  (source_file (var_declaration (var_spec_list (var_spec) @found)))
  (source_file (const_declaration (const_spec) @found))
]"""
_PARAMETERS = "(type_parameter_declaration) @found"


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
    """The top-level declarations of one package, by name; of several, that of the usual build comes first."""

    def __init__(self, trees: Iterable[GoTree]) -> None:
        self._trees = usual_first(tuple(trees))

    def function(self, name: str, asker: GoTree) -> Function | None:
        """The function that a file means by a name: the one of the same build, where several files declare it."""
        return self._meant(("", name), asker) or self.functions.get(name)

    def method(self, owner: str, name: str, asker: GoTree | None) -> Function | None:
        """The method of a type that a file means by a name."""
        found = self._meant((owner, name), asker) if asker is not None else None
        return found or self.methods.get((owner, name))

    def _meant(self, key: tuple[str, str], asker: GoTree) -> Function | None:
        rivals = self._rivals.get(key)
        if not rivals:
            return None
        build = build_of_file(asker)
        return next((one for one in rivals if belongs(self._tree_at[one.path], build)), None)

    @cached_property
    def _rivals(self) -> dict[tuple[str, str], list[Function]]:
        """The functions and methods that more than one file declares, by receiver and name."""
        found: dict[tuple[str, str], list[Function]] = {}
        for one in self._all:
            found.setdefault((one.receiver, one.name), []).append(one)
        return {key: rivals for key, rivals in found.items() if len(rivals) > 1}

    @cached_property
    def _tree_at(self) -> dict[str, GoTree]:
        return {tree.path: tree for tree in self._trees}

    @cached_property
    def types(self) -> dict[str, TypeDeclaration]:
        """The declared types."""
        found: dict[str, TypeDeclaration] = {}
        for tree in self._trees:
            for spec in matches(tree.root, _TYPES, "found"):
                name, node = text(spec.child_by_field_name("name")), spec.child_by_field_name("type")
                if node is not None:
                    parameters = type_parameters(spec)
                    found.setdefault(name, TypeDeclaration(name, node, tree, parameters, spec.type == "type_alias"))
        return found

    @cached_property
    def values(self) -> dict[str, ValueDeclaration]:
        """The package-level variables and constants."""
        found: dict[str, ValueDeclaration] = {}
        for tree in self._trees:
            for spec in matches(tree.root, _VALUES, "found"):
                for index, name in enumerate(spec.children_by_field_name("name")):
                    one = ValueDeclaration(text(name), spec, tree, index, spec.type == "const_spec")
                    found.setdefault(one.name, one)
        return found

    @cached_property
    def functions(self) -> dict[str, Function]:
        """The functions, methods aside; those without a body are here as well."""
        return {one.name: one for one in reversed(self._all) if not one.receiver}

    @cached_property
    def methods(self) -> dict[tuple[str, str], Function]:
        """The methods, by the name of the receiver's type and their own."""
        return {(one.receiver, one.name): one for one in reversed(self._all) if one.receiver}

    @cached_property
    def methods_of(self) -> dict[str, tuple[Function, ...]]:
        """The methods of each type, in source order."""
        found: dict[str, tuple[Function, ...]] = {}
        for one in self._all:
            if one.receiver:
                found[one.receiver] = (*found.get(one.receiver, ()), one)
        return found

    @cached_property
    def _all(self) -> tuple[Function, ...]:
        return tuple(one for tree in self._trees for one in tree.declared())


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
