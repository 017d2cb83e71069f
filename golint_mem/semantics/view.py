"""One Go file with its package around it: what its names mean, and which types its expressions have."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics import stdlib
from golint_mem.semantics.inference import INSTANCES, bare, uninstantiated
from golint_mem.semantics.members import Member, declared_type, member, underlying
from golint_mem.semantics.scopes import Scopes
from golint_mem.semantics.type_syntax import TypeSyntax
from golint_mem.semantics.types import UNKNOWN, Type
from golint_mem.syntax.around import DECLARED
from golint_mem.syntax.go import Function, GoTree, as_function, outermost_literals, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

BUILTINS = frozenset(
    "append cap clear close complex copy delete imag len make max min new panic print println real recover".split()
)


@dataclass(frozen=True, slots=True)
class Object:
    """What a name stands for; two names with equal objects mean the same thing.

    `kind` is `local`, `package` (declared at a package's top level), `field`, `method`, `import` or `builtin`.
    `package` is an import path, for locals the file's path; `owner` is the type of a field or method, for locals the
    byte at which the function starts.
    """

    kind: str
    package: str
    owner: str
    name: str


@dataclass(frozen=True, slots=True)
class Callee:
    """What a call calls.

    `kind` is `function`, `method`, `builtin`, `conversion`, `value` (a variable or field that holds a function),
    `literal` (a function literal called where it stands) or `unknown`. `type` is the signature, or the type converted
    to; `receiver` the type that declares a method; `function` the declaration and `facts` its package where they are
    known (a function of the standard library has no body); `object` the variable or field of a `value`.
    """

    kind: str
    name: str
    package: str = ""
    receiver: Type = UNKNOWN
    type: Type = UNKNOWN
    function: Function | None = None
    facts: PackageFacts | None = None
    object: Object | None = None

    @property
    def qualified(self) -> str:
        """`net/http.Get`, `sync.Pool.Put`, `builtin.append`; the empty string for values, literals and the unknown."""
        if self.kind == "method":
            return f"{self.receiver.qualified}.{self.name}" if self.receiver.qualified else ""
        return f"{self.package}.{self.name}" if self.kind in ("function", "builtin") else ""


class FileView(TypeSyntax):
    """The names and types of one file. Nodes handed in must be nodes of its tree."""

    def __init__(self, facts: PackageFacts, tree: GoTree) -> None:
        super().__init__()
        self.facts = facts
        self.tree = tree
        self._scopes: dict[int, Scopes] = {}
        self._literals: dict[int, list[Node]] = {}

    # Where a node stands.

    def enclosing(self, node: Node) -> Function | None:
        """The declared function or method around a node; None at the top level."""
        root = self.root(node)
        return as_function(self.tree.path, root) if root is not None and root.type in DECLARED else None

    def scopes(self, node: Node) -> Scopes | None:
        """The variables of the outermost function around a node; None at the top level."""
        root = self.root(node)
        if root is None:
            return None
        if root.id not in self._scopes:
            self._scopes[root.id] = Scopes(root)
        return self._scopes[root.id]

    def root(self, node: Node) -> Node | None:
        """The outermost function or function literal around a node, or the node itself."""
        top = self._around(self.tree.top, node)
        if top is None or top.type in DECLARED:
            return top
        if top.id not in self._literals:
            self._literals[top.id] = outermost_literals(top)
        return self._around(self._literals[top.id], node)

    def declared_at(self, offset: int) -> Node | None:
        """The declared function around a byte of the file; None at the top level."""
        position = bisect_right(self.tree.top, offset, key=_start) - 1
        found = self.tree.top[position] if position >= 0 else None
        return found if found is not None and offset < found.end_byte and found.type in DECLARED else None

    @staticmethod
    def _around(nodes: Sequence[Node], node: Node) -> Node | None:
        """The one among nodes in source order that holds a node."""
        position = bisect_right(nodes, node.start_byte, key=_start) - 1
        return nodes[position] if position >= 0 and node.end_byte <= nodes[position].end_byte else None

    @cached_property
    def imports(self) -> dict[str, str]:
        """The import paths of the file, by the names that the file may use for them."""
        found: dict[str, str] = {}
        guessed: dict[str, str] = {}
        for spec in self.tree.imports:
            path = text(spec.child_by_field_name("path")).strip('"`')
            name = spec.child_by_field_name("name")
            if name is not None:
                found[text(name)] = path
            else:
                guessed.update(dict.fromkeys(_package_names(path), path))
        return guessed | found

    # Names.

    def object(self, node: Node) -> Object | None:
        """What an identifier or selector means; None where that cannot be said."""
        node = bare(node)
        if node.type == "selector_expression":
            return self._selected(node)
        if node.type not in ("identifier", "type_identifier", "package_identifier"):
            return None
        name = text(node)
        scopes = self.scopes(node)
        local = scopes.resolve(node) if scopes is not None and node.type == "identifier" else None
        if scopes is not None and local is not None:
            return Object("local", self.tree.path, str(scopes.function.start_byte), local)
        declared = self.facts.declarations
        if name in declared.values or name in declared.functions or name in declared.types:
            return Object("package", self.facts.package.import_path, "", name)
        if name in self.imports:
            return Object("import", self.imports[name], "", name)
        return Object("builtin", "builtin", "", name) if name in BUILTINS else None

    def _selected(self, node: Node) -> Object | None:
        operand, name = node.child_by_field_name("operand"), text(node.child_by_field_name("field"))
        if operand is None:
            return None
        imported = self.package_of(operand)
        if imported:
            return Object("package", imported, "", name)
        found = self.member(self.type_of(operand), name)
        return Object(found.kind, found.owner.package, found.owner.qualified, name) if found is not None else None

    def package_of(self, node: Node) -> str:
        """The import path that an identifier stands for; empty where it is no import."""
        if node.type not in ("identifier", "package_identifier"):
            return ""
        known = self.object(node)
        if known is not None:
            return known.package if known.kind == "import" else ""
        if self.facts.is_library:
            return stdlib.path_of(text(node), self.facts.package.import_path)
        return ""

    def callee(self, call: Node) -> Callee:
        """What a call expression (or a conversion) calls."""
        function = call.child_by_field_name("function") or call.child_by_field_name("type")
        return self.meant(function) if function is not None else Callee("unknown", "")

    def meant(self, function: Node) -> Callee:
        """What an expression that stands for a function means."""
        function = uninstantiated(function)
        if function.type in INSTANCES:
            return Callee("unknown", text(function))
        if function.type == "func_literal":
            return Callee("literal", "", type=self.signature(function))
        if function.type in ("identifier", "type_identifier"):
            return self._named(function)
        if function.type in ("selector_expression", "qualified_type"):
            return self._qualified(function)
        kind = self.as_type(function)
        return Callee("conversion", str(kind), type=kind) if kind.known else Callee("value", "", type=UNKNOWN)

    def _named(self, node: Node) -> Callee:
        known, name = self.object(node), text(node)
        if known is None:
            kind = self.declared(node)
            return Callee("conversion", name, type=kind) if kind.known else Callee("unknown", name)
        if known.kind == "builtin":
            return Callee("builtin", name, "builtin")
        if known.kind == "package":
            return self._of_package(self.facts, name, known)
        return Callee("value", name, type=self.type_of(node), object=known)

    def _qualified(self, node: Node) -> Callee:
        operand = node.child_by_field_name("operand") or node.child_by_field_name("package")
        name = text(node.child_by_field_name("field") or node.child_by_field_name("name"))
        if operand is None:
            return Callee("unknown", name)
        imported = self.package_of(operand)
        if imported:
            home = self.facts.seen(imported)
            known = Object("package", imported, "", name)
            return self._of_package(home, name, known) if home is not None else Callee("function", name, imported)
        found = self.member(self.type_of(operand), name)
        if found is None:
            return Callee("unknown", name)
        if found.kind == "field":
            return Callee("value", name, type=found.type, object=self.object(node))
        return Callee("method", name, found.owner.package, found.owner, found.type, found.function, found.facts)

    def _of_package(self, home: PackageFacts, name: str, known: Object) -> Callee:
        function = home.declarations.function(name, self.tree)
        if function is not None:
            signature = home.view_of(function).signature(function.node)
            return Callee("function", name, known.package, type=signature, function=function, facts=home)
        if name in home.declarations.types:
            return Callee("conversion", name, known.package, type=declared_type(name, home))
        if name in home.declarations.values:
            return Callee("value", name, known.package, type=home.value_type(name), object=known)
        return Callee("function", name, known.package)

    # Types.

    def underlying(self, one: Type) -> Type:
        """What a declared type is made of; any other type itself."""
        return underlying(one, self.facts)

    def member(self, one: Type, name: str) -> Member | None:
        """The field or method that `x.name` means for an `x` of this type."""
        return member(one, name, self.facts, self.tree)

    def field(self, one: Type, name: str) -> Type:
        """The type of a field; UNKNOWN where there is none."""
        found = self.member(one, name)
        return found.type if found is not None and found.kind == "field" else UNKNOWN

    def method(self, one: Type, name: str) -> Function | None:
        """The declaration of a method; None where it is not known."""
        found = self.member(one, name)
        return found.function if found is not None else None


def _start(node: Node) -> int:
    return node.start_byte


@cache
def _package_names(path: str) -> frozenset[str]:
    """The names that the package of an import path may have, if it keeps to the usual customs."""
    parts = re.sub(r"/v\d+$", "", path).split("/")
    last = re.sub(r"\.v\d+$", "", parts[-1])
    names = {last, last.removeprefix("go-"), last.removesuffix("-go"), last.removesuffix(".go"), last.replace("-", "")}
    names |= {last.replace("-", "_"), last.rpartition("-")[2], last.rpartition(".")[2]}
    return frozenset(name for name in names if name.isidentifier())
