"""Objects that own what they hold: who has one has to close it, and what it holds is lost with it otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from golint_mem.semantics.types import Type
from golint_mem.semantics.typestate.state import Token
from golint_mem.semantics.typestate.summary import Outcome

if TYPE_CHECKING:
    from golint_mem.semantics.members import Member
    from golint_mem.semantics.typestate.protocol import Protocol
    from golint_mem.semantics.view import FileView


def owners_of(token: Token, outcome: Outcome) -> Iterator[tuple[Token, str, int]]:
    """The objects among a callee's results that hold what it has made: the object, the field, the result's index."""
    for owner, name, held in outcome.parts:
        if token in held and owner[0] == "o":
            yield from ((owner, name, index) for index, value in enumerate(outcome.results) if owner in value)


def gives_back(view: FileView, kind: Type, field: str, protocol: Protocol) -> bool:
    """Whether a type has a method that ends it, and gives back what is in a field."""
    found = (view.member(kind, name) for name in sorted(protocol.owners))
    return any(one is not None and one.kind == "method" and _ends(view, kind, field, protocol, one) for one in found)


def _ends(view: FileView, kind: Type, field: str, protocol: Protocol, method: Member) -> bool:
    if method.owner.kind == "named" and method.owner.name == field:
        return True  # the method is that of the embedded field
    function, facts = method.function, method.facts
    if function is None or facts is None or function.node.child_by_field_name("body") is None:
        return view.underlying(kind).kind == "interface"
    summary = facts.typestate(protocol).summary_of(function) or ()
    ended = frozenset[Token]().union(*(one.released | one.settled for one in summary))
    return any(one[0] == "s" and one[1] == ("p", 0) and one[2] == field for one in ended)
