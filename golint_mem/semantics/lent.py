"""What loops allocate in every round only to lend it to a call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Claim
from golint_mem.semantics.escape import ESCAPES, MOVED, claim
from golint_mem.semantics.inference import arguments
from golint_mem.semantics.lending import Fate, Use, decisive, given, uses
from golint_mem.semantics.loops import Site, declared_in
from golint_mem.semantics.scopes import Variable
from golint_mem.syntax.around import around
from golint_mem.syntax.go import matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_HANDED = """(call_expression arguments: (argument_list [
  (unary_expression operator: "&" operand: [(identifier) (composite_literal)])
  (slice_expression operand: (identifier))
  (identifier)
  (call_expression function: (identifier) @string (#eq? @string "string"))
  (type_conversion_expression)
] @site))"""
_MADE = '(call_expression function: (identifier) @make (#eq? @make "make")) @made'
_CONVERSIONS = frozenset({"call_expression", "type_conversion_expression"})
_LITERALS = frozenset({"composite_literal"})
_CALL = frozenset({"call_expression"})
_VALUES = frozenset({"array", "struct"})
_NOT_KEPT = frozenset({Fate.LENT, Fate.LENT_AS_SEEN, Fate.IN_ERROR})


@dataclass(frozen=True, slots=True)
class Argument:
    """What is allocated in every round of a loop: where, what the compiler says of it, and the use that it is for."""

    site: Site
    node: Node
    name: str
    says: Claim
    use: Use


def lent_in_loops(package: PackageFacts) -> Iterator[Argument]:
    """The arguments, each once, that a loop of the package allocates for a callee that does not keep them."""
    seen: set[tuple[int, int]] = set()
    for site in package.loops.sites(_HANDED):
        inner = _inner(site.node)
        variable = site.variable(inner)
        key = site.function.node.id, (variable.name if variable is not None else inner).start_byte
        found = _argument(site, inner, variable) if key not in seen else None
        if found is not None:
            seen.add(key)
            yield found


def _inner(node: Node) -> Node:
    """What an address is taken of, or what is sliced or converted; for a plain name that name."""
    return node.named_children[0] if node.named_children else node


def _argument(site: Site, inner: Node, variable: Variable | None) -> Argument | None:
    """The argument at a site, if the loop allocates it for a callee that does not keep it."""
    if site.node.type in _CONVERSIONS or inner.type in _LITERALS:
        call = around(site.node, _CALL)
        use = given(site.view, call, site.node) if call is not None else None
        node, says = site.node, claim(_converted(site.node), ESCAPES, says=r".+\(.*\)|&.+\{.*\}")
    else:
        made = _made(site, variable) if variable is not None else None
        if variable is None or made is None:
            return None
        use = decisive(uses(site.view, site.scopes, variable.id))
        node = variable.name
        says = claim(node, MOVED, says=text(node)) if made == node else claim(made, ESCAPES, says=r"make\(.*")
    if use is None or use.fate not in _NOT_KEPT:
        return None
    return Argument(site, node, text(node), replace(says, hot=use.fate is Fate.LENT_AS_SEEN), use)


def _converted(node: Node) -> Node:
    """What a conversion converts, by whose position the compiler names it; another expression itself."""
    return arguments(node)[0] if node.type in _CONVERSIONS and arguments(node) else node


def _made(site: Site, variable: Variable) -> Node | None:
    """Where a variable of the loop's round is allocated: at its name, or where `make` makes its slice."""
    statement = variable.statement
    if statement.type not in ("var_spec", "short_var_declaration") or not declared_in(variable.name, site.body):
        return None
    if b"make(" in (statement.text or b""):
        made = matches(statement, _MADE, "made")
        return made[0] if len(made) == 1 and text(statement).endswith(text(made[0])) else None
    if site.node.type == "identifier":
        return None
    return variable.name if site.view.underlying(site.view.type_of(variable.name)).kind in _VALUES else None
