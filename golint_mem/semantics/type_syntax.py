"""Type syntax as types: declared types, signatures, and expressions that stand for a type."""

from __future__ import annotations

import re
from abc import abstractmethod

from tree_sitter import Node

from golint_mem.semantics.declarations import receiver_parameters, type_parameters
from golint_mem.semantics.inference import Inference, bare
from golint_mem.semantics.members import declared_type
from golint_mem.semantics.types import ANY, BASIC, ERROR, UNKNOWN, Type, basic, named, pointer, sequence
from golint_mem.syntax.go import matches, text

_LOCAL_TYPES = "(type_declaration [(type_spec) (type_alias)] @found)"


class TypeSyntax(Inference):
    """The types that the type syntax of one file means; `FileView` adds what names mean."""

    def __init__(self) -> None:
        super().__init__()
        self._declared: dict[int, Type] = {}
        self._local_types: dict[int, dict[str, Node]] = {}
        self._resolving: set[int] = set()

    @abstractmethod
    def root(self, node: Node) -> Node | None:
        """The outermost function or function literal around a node, or the node itself."""

    def declared(self, node: Node) -> Type:
        """The type that a piece of type syntax means."""
        if node.id not in self._declared:
            if node.id in self._resolving:
                return UNKNOWN
            self._resolving.add(node.id)
            handler = getattr(self, "_declared_" + node.type, None)
            self._declared[node.id] = handler(node) if handler is not None else UNKNOWN
            self._resolving.discard(node.id)
        return self._declared[node.id]

    def signature(self, node: Node) -> Type:
        """The type of a function declaration, function literal, method element or function type."""
        parameters, variadic = self._parameters(node.child_by_field_name("parameters"))
        result = node.child_by_field_name("result")
        results: tuple[Type, ...] = ()
        if result is not None:
            results = self._parameters(result)[0] if result.type == "parameter_list" else (self.declared(result),)
        return Type("func", parameters=parameters, results=results, variadic=variadic)

    def _parameters(self, node: Node | None) -> tuple[tuple[Type, ...], bool]:
        found: list[Type] = []
        variadic = False
        for one in node.named_children if node is not None else ():
            kind = one.child_by_field_name("type")
            if kind is None:
                continue
            declared = self.declared(kind)
            if one.type == "variadic_parameter_declaration":
                declared, variadic = sequence(declared), True
            found += [declared] * max(1, len(one.children_by_field_name("name")))
        return tuple(found), variadic

    def _declared_type_identifier(self, node: Node) -> Type:
        name = text(node)
        if name in self._type_parameters(node):
            return Type("parameter", name)
        local = self._local_type(node, name)
        if local is not None:
            return self.declared(local)
        if name in self.facts.declarations.types:
            kind = declared_type(name, self.facts)
            return named(kind.package, kind.name) if kind.kind == "named" and kind.package != "C" else kind
        if name in BASIC or name in ("byte", "rune"):
            return basic(name)
        return ERROR if name == "error" else ANY if name == "any" else UNKNOWN

    _declared_identifier = _declared_type_identifier

    def _type_parameters(self, node: Node) -> frozenset[str]:
        root = self.root(node)
        if root is not None:
            return frozenset((*type_parameters(root), *receiver_parameters(root)))
        current: Node | None = node
        while current is not None and current.type != "type_spec":
            current = current.parent
        return frozenset(type_parameters(current)) if current is not None else frozenset()

    def _local_type(self, node: Node, name: str) -> Node | None:
        root = self.root(node)
        if root is None:
            return None
        if root.id not in self._local_types:
            specs = matches(root, _LOCAL_TYPES, "found")
            kinds = {text(one.child_by_field_name("name")): one.child_by_field_name("type") for one in specs}
            self._local_types[root.id] = {key: kind for key, kind in kinds.items() if kind is not None}
        return self._local_types[root.id].get(name)

    def _declared_qualified_type(self, node: Node) -> Type:
        package, name = node.child_by_field_name("package"), text(node.child_by_field_name("name"))
        return self._imported_type(package, name) if package is not None else UNKNOWN

    def _imported_type(self, package: Node, name: str) -> Type:
        imported = self.package_of(package)
        if not imported:
            return UNKNOWN
        home = self.facts.seen(imported)
        known = home.declarations.types.get(name) if home is not None else None
        return declared_type(name, home) if home is not None and known and known.alias else named(imported, name)

    def _declared_generic_type(self, node: Node) -> Type:
        kind, given = node.child_by_field_name("type"), node.child_by_field_name("type_arguments")
        if kind is None or given is None:
            return UNKNOWN
        base = self.declared(kind)
        arguments = tuple(self.declared(one.named_children[0]) for one in given.named_children if one.named_children)
        return named(base.package, base.name, arguments) if base.kind == "named" else base

    def _declared_pointer_type(self, node: Node) -> Type:
        return pointer(self.declared(node.named_children[0])) if node.named_children else UNKNOWN

    def _declared_parenthesized_type(self, node: Node) -> Type:
        return self.declared(node.named_children[0]) if node.named_children else UNKNOWN

    def _declared_slice_type(self, node: Node) -> Type:
        element = node.child_by_field_name("element")
        return sequence(self.declared(element)) if element is not None else UNKNOWN

    def _declared_array_type(self, node: Node) -> Type:
        element, length = node.child_by_field_name("element"), text(node.child_by_field_name("length")) or "..."
        return Type("array", element=self.declared(element), length=length) if element is not None else UNKNOWN

    _declared_implicit_length_array_type = _declared_array_type

    def _declared_map_type(self, node: Node) -> Type:
        key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        if key is None or value is None:
            return UNKNOWN
        return Type("map", key=self.declared(key), element=self.declared(value))

    def _declared_channel_type(self, node: Node) -> Type:
        value, shown = node.child_by_field_name("value"), text(node)
        direction = "receive" if shown.startswith("<-") else "send" if re.match(r"chan\s*<-", shown) else ""
        return Type("chan", element=self.declared(value), direction=direction) if value is not None else UNKNOWN

    def _declared_function_type(self, node: Node) -> Type:
        return self.signature(node)

    def _declared_struct_type(self, node: Node) -> Type:
        members: list[tuple[str, Type]] = []
        embedded: set[str] = set()
        body = node.named_children[0] if node.named_children else None
        for one in body.named_children if body is not None else ():
            kind = one.child_by_field_name("type")
            if one.type != "field_declaration" or kind is None:
                continue
            declared = self.declared(kind)
            names = [text(name) for name in one.children_by_field_name("name")]
            if not names:
                declared = pointer(declared) if any(child.type == "*" for child in one.children) else declared
                names = [re.split(r"[.\[]", text(kind).partition("[")[0])[-1].strip("*")]
                embedded.update(names)
            members += [(name, declared) for name in names]
        return Type("struct", members=tuple(members), embedded=frozenset(embedded))

    def _declared_interface_type(self, node: Node) -> Type:
        members: list[tuple[str, Type]] = []
        embedded: set[str] = set()
        for one in node.named_children:
            if one.type == "method_elem":
                members.append((text(one.child_by_field_name("name")), self.signature(one)))
            elif one.type == "type_elem" and len(one.named_children) == 1:
                inner = self.declared(one.named_children[0])
                if inner.kind == "named":
                    members.append((inner.name, inner))
                    embedded.add(inner.name)
        return Type("interface", members=tuple(members), embedded=frozenset(embedded))

    def as_type(self, node: Node) -> Type:
        """The type that an expression means where it stands for one: `*T`, `pkg.T`, `[]T`; else UNKNOWN."""
        node = bare(node)
        if node.type == "unary_expression" and text(node).startswith("*"):
            operand = node.child_by_field_name("operand")
            inner = self.as_type(operand) if operand is not None else UNKNOWN
            return pointer(inner) if inner.known else UNKNOWN
        if node.type == "selector_expression":
            operand, name = node.child_by_field_name("operand"), text(node.child_by_field_name("field"))
            imported = self.package_of(operand) if operand is not None else ""
            home = self.facts.seen(imported) if imported else None
            if imported == "C" or (home is not None and name in home.declarations.types):
                return self._imported_type(operand, name) if operand is not None else UNKNOWN
            return UNKNOWN
        if node.type == "identifier":
            known = self.object(node)
            if known is not None and (known.kind != "package" or known.name not in self.facts.declarations.types):
                return UNKNOWN
        return self.declared(node)
