"""What is put into interfaces: which values need memory of their own there, and what would do without a box."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from golint_mem.semantics.inference import arguments
from golint_mem.semantics.loops import Site
from golint_mem.semantics.types import BOOL, BYTE, Type, basic
from golint_mem.syntax.go import matches, text

_FREE = (BOOL, BYTE, basic("int8"))
_BOXED = frozenset({"basic", "struct", "slice", "array"})
_INDEXED = "(index_expression operand: (identifier) @map index: (_) @key)"


@dataclass(frozen=True, slots=True)
class Avoidable:
    """A value that is put into an interface, and what would do without."""

    value: Node
    instead: str


def boxed(site: Site, value: Node) -> bool:
    """Whether a value that is put into an interface needs memory for it: no constant, pointer, bool or byte."""
    kind = site.view.underlying(site.view.type_of(value))
    return kind.kind in _BOXED and kind not in _FREE and not is_constant(site, value)


def is_constant(site: Site, value: Node) -> bool:
    """Whether a value is a constant, which needs no memory of its own."""
    if value.type.endswith("literal") and value.type != "composite_literal":
        return True
    known = site.view.object(value)
    if known is None or known.kind != "package":
        variable = site.variable(value) if value.type == "identifier" else None
        return variable is not None and variable.statement.type == "const_spec"
    home = site.view.facts.seen(known.package)
    declared = home.declarations.values.get(known.name) if home is not None else None
    return declared is None or declared.constant


def in_any(site: Site) -> Iterator[Node]:
    """The arguments of a call that become values of the empty interface, whatever is called."""
    signature = site.view.callee(site.node).type
    if signature.kind != "func":
        return
    for number, value in enumerate(arguments(site.node)):
        last = signature.variadic and number >= len(signature.parameters) - 1
        kind = signature.parameters[-1].element if last else None
        if not last and number < len(signature.parameters):
            kind = signature.parameters[number]
        if kind is not None and _is_empty(site.view.underlying(kind)) and value.type != "variadic_argument":
            yield value


def _is_empty(kind: Type) -> bool:
    return kind.kind == "interface" and not kind.members and not kind.embedded


def one_key_type(site: Site, name: Node) -> Type | None:
    """The one type of the keys that a local map of interface keys gets, where nothing else is done with it."""
    variable = site.variable(name)
    kind = site.view.underlying(site.view.type_of(name))
    if variable is None or kind.kind != "map" or kind.key is None or not _is_empty(site.view.underlying(kind.key)):
        return None
    if variable.statement.type not in ("var_spec", "short_var_declaration"):
        return None
    keys = {}
    for indexed in matches(site.function.node, _INDEXED, "map"):
        if site.scopes.resolve(indexed) == variable.id and indexed.parent is not None:
            keys[indexed.start_byte] = site.view.type_of(indexed.parent.named_children[-1])
    names = [one for one in site.scopes.names_of(variable.id) if one.start_byte != variable.name.start_byte]
    kinds = set(keys.values())
    others = [one for one in names if one.start_byte not in keys and not _is_harmless(one)]
    return kinds.pop() if len(kinds) == 1 and not others else None


def _is_harmless(name: Node) -> bool:
    """Whether a map is only measured, cleared or gone over."""
    above = name.parent
    if above is None or above.type == "range_clause":
        return above is not None and above.child_by_field_name("right") == name
    call = above.parent
    return call is not None and call.type == "call_expression" and text(call).startswith(("len(", "clear("))
