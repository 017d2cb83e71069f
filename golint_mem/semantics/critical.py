"""Critical sections, and the work in them that needs no lock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from golint_mem.semantics.inference import arguments, bare, expressions
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import matches, text

_LOCKS = """(expression_statement (call_expression
  function: (selector_expression field: (field_identifier) @name (#match? @name "^R?Lock$")))) @found"""
_FORMATS = re.compile(
    r"fmt\.(?:Sprintf|Sprint|Sprintln|Appendf)|strings\.Repeat"
    r"|encoding/(?:hex|base64)\.(?:EncodeToString|Encoding\.EncodeToString)|strconv\.Quote"
)
_NAMES = "(identifier) @name"
_HARMLESS = frozenset({"defer_statement", "comment"})


@dataclass(frozen=True, slots=True)
class Early:
    """A statement right behind a `Lock` that allocates, and asks for nothing that the lock protects."""

    view: FileView
    lock: Node
    statement: Node
    call: Node


def early(view: FileView) -> Iterator[Early]:
    """The allocations that come right behind a lock and could as well come before it, in source order."""
    for lock in matches(view.tree.root, _LOCKS, "found"):
        following = lock.next_named_sibling
        while following is not None:
            if following.type not in _HARMLESS:
                call = _allocation(view, following)
                if call is None or not _is_independent(view, call, lock):
                    break
                yield Early(view, lock, following, call)
            following = following.next_named_sibling


def _allocation(view: FileView, statement: Node) -> Node | None:
    """The call that a `:=` with one value makes, where it formats or makes something of a size that varies."""
    values = expressions(statement.child_by_field_name("right")) if statement.type == "short_var_declaration" else []
    call = bare(values[0]) if len(values) == 1 else None
    if call is None or call.type != "call_expression":
        return None
    callee = view.callee(call)
    if callee.kind == "builtin" and callee.name == "make":
        given = arguments(call)
        return call if len(given) > 1 and any(_NUMBER.fullmatch(text(one)) is None for one in given[1:]) else None
    return call if _FORMATS.fullmatch(callee.qualified) else None


_NUMBER = re.compile(r"\d\w*")


def _is_independent(view: FileView, call: Node, lock: Node) -> bool:
    """Whether a call's arguments are literals, and variables of the function that only hold a value of their own."""
    listed = call.child_by_field_name("arguments")
    if listed is None or matches(
        listed, "[(selector_expression) (call_expression) (unary_expression)] @found", "found"
    ):
        return False
    for name in matches(listed, _NAMES, "name"):
        known = view.object(name)
        if known is None or known.kind == "builtin" or text(name) in ("true", "false", "nil"):
            continue
        scopes = view.scopes(name)
        variable = scopes.by_id.get(scopes.resolve(name) or "") if scopes is not None else None
        below = view.underlying(view.type_of(name))
        if variable is None or below.kind != "basic" or variable.name.start_byte > lock.start_byte:
            return False
        if _is_assigned(scopes.function if scopes is not None else lock, text(name)):
            return False
    return True


def _is_assigned(function: Node, name: str) -> bool:
    """Whether a variable changes after its declaration, or others may change it through its address."""
    query = """[(assignment_statement left: (expression_list (identifier) @name)) (inc_statement (identifier) @name)
      (unary_expression operator: "&" operand: (identifier) @name)]"""
    return any(text(one) == name for one in matches(function, query, "name"))
