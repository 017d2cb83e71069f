"""How many rounds a loop makes, as far as that is known before it."""

from __future__ import annotations

import re

from tree_sitter import Node

from golint_mem.semantics.loops import Site, invariant
from golint_mem.syntax.go import matches, text

_RETURNS = "(return_statement) @return"
_LENGTH = re.compile(r"len\([^()]*\)|.*\.(?:Len|Num\w*)\(\)")
_COUNTED = re.compile(r"(\w+)\s*:=\s*0;\s*(\w+)\s*<\s*([\w.]+|len\([\w.]+\));\s*(\w+)\+\+")


def bound(site: Site) -> str:
    """How many rounds a site's loop makes, as an expression that means the same before it; empty where none is seen."""
    header = next((one for one in site.loop.named_children if one.type in ("for_clause", "range_clause")), None)
    if header is None:
        return ""
    if header.type == "for_clause":
        return _counted(header, site)
    over = header.child_by_field_name("right")
    if over is None or over.type not in ("identifier", "selector_expression") or not invariant(over, site):
        return ""
    if _is_variadic(over, site):
        return ""
    kind = site.view.underlying(site.view.type_of(over))
    if kind.kind == "pointer" and kind.element is not None:
        kind = site.view.underlying(kind.element)
    if kind.kind == "basic" and "int" in kind.name:
        return text(over) if _is_trusted(over, site) else ""
    return f"len({text(over)})" if kind.kind in ("slice", "array", "map") else ""


def _is_variadic(over: Node, site: Site) -> bool:
    """Whether these are the arguments of a variadic call, which are mostly written down one by one."""
    variable = site.variable(over) if over.type == "identifier" else None
    return variable is not None and variable.statement.type == "variadic_parameter_declaration"


def _counted(header: Node, site: Site) -> str:
    """The bound of `for i := 0; i < n; i++`, for a name or the length of one."""
    found = _COUNTED.fullmatch(text(header))
    condition = header.child_by_field_name("condition")
    limit = condition.child_by_field_name("right") if condition is not None else None
    if found is None or limit is None or found[1] != found[2] or found[1] != found[4]:
        return ""
    measured = limit.child_by_field_name("arguments") or limit
    if not invariant(measured, site) or (measured == limit and not _is_trusted(limit, site)):
        return ""
    return found[3]


def _is_trusted(number: Node, site: Site) -> bool:
    """Whether a number is a parameter or a length, in a loop that cannot fail: none that was read from somewhere."""
    variable = site.variable(number) if number.type == "identifier" else None
    if variable is None or matches(site.loop, _RETURNS, "return"):
        return False
    if variable.statement.type == "parameter_declaration":
        return True
    given = variable.statement.child_by_field_name("right") or variable.statement.child_by_field_name("value")
    return given is not None and _LENGTH.fullmatch(text(given)) is not None


def is_counted(site: Site) -> bool:
    """Whether a site's loop counts, and does not go over data or on and on."""
    header = next((one for one in site.loop.named_children if one.type in ("for_clause", "range_clause")), None)
    if header is None or header.type == "for_clause":
        return header is not None
    over = header.child_by_field_name("right")
    return over is None or site.view.underlying(site.view.type_of(over)).kind == "basic"
