"""What is below a declared type, and which field or method a selector means.

Source: the Go specification, "Underlying types", "Selectors" and "Struct types" (promotion of embedded fields).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from golint_mem.semantics.declarations import receiver_parameters
from golint_mem.semantics.types import ERROR, STRING, UNKNOWN, Type, named, substitute
from golint_mem.syntax.go import Function, GoTree

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_DEEPEST = 6
"""How many types a chain of embeddings or declarations may have."""


@dataclass(frozen=True, slots=True)
class Member:
    """A field (`kind` is `field`) or method (`method`) that a selector reaches.

    `owner` is the type that declares it, which for promoted members is not the operand's type. `function` is a
    method's declaration and `facts` its package, where they are known; `type` is the field's type or the method's
    signature.
    """

    kind: str
    name: str
    type: Type
    owner: Type
    function: Function | None = None
    facts: PackageFacts | None = None


def underlying(one: Type, facts: PackageFacts) -> Type:
    """What a declared type is made of; any other type itself. `facts` is a package from which the type is seen."""
    for _ in range(_DEEPEST):
        if one.kind != "named" or one.package == "C":
            return one
        if one == ERROR:
            return Type("interface", members=(("Error", Type("func", results=(STRING,))),))
        owner = facts.seen(one.package)
        declared = owner.declarations.types.get(one.name) if owner is not None else None
        if owner is None or declared is None:
            return UNKNOWN
        bound = dict(zip(declared.parameters, one.arguments, strict=False))
        one = substitute(owner.view(declared.tree).declared(declared.node), bound)
        facts = owner
    return UNKNOWN


def member(one: Type, name: str, facts: PackageFacts, asker: GoTree | None = None) -> Member | None:
    """The field or method that `x.name` means for an `x` of this type: the shallowest one. `asker` is the file."""
    level = [one.pointee]
    seen: set[str] = set()
    for _ in range(_DEEPEST):
        following: list[Type] = []
        for owner in level:
            found = _own(owner, name, facts, asker)
            if found is not None:
                return found
            if str(owner) not in seen:
                seen.add(str(owner))
                following += [inner.pointee for inner in _embedded(owner, facts)]
        level = following
    return None


def _own(owner: Type, name: str, facts: PackageFacts, asker: GoTree | None) -> Member | None:
    """The member that a type declares itself."""
    if owner.kind == "named":
        home = facts.seen(owner.package)
        function = home.declarations.method(owner.name, name, asker) if home is not None else None
        if home is not None and function is not None:
            signature = home.view_of(function).signature(function.node)
            bound = dict(zip(receiver_parameters(function.node), owner.arguments, strict=False))
            return Member("method", name, substitute(signature, bound), owner, function, home)
    below = underlying(owner, facts)
    for known, kind in below.members:
        if known == name:
            return Member("method" if below.kind == "interface" else "field", name, kind, owner)
    return None


def _embedded(owner: Type, facts: PackageFacts) -> Iterator[Type]:
    below = underlying(owner, facts)
    return (kind for name, kind in below.members if name in below.embedded)


def fields(one: Type, facts: PackageFacts) -> tuple[tuple[str, Type], ...]:
    """The fields that a struct type, or a pointer to one, declares itself; empty for other types."""
    below = underlying(one.pointee, facts)
    return below.members if below.kind == "struct" else ()


def declared_type(name: str, facts: PackageFacts) -> Type:
    """The type of this name that a package declares, an alias resolved; UNKNOWN where it declares none."""
    known = facts.declarations.types.get(name)
    if known is None:
        return UNKNOWN
    if known.alias:
        return facts.view(known.tree).declared(known.node)
    parameters = tuple(Type("parameter", one) for one in known.parameters)
    return replace(named(facts.package.import_path, name), arguments=parameters)
