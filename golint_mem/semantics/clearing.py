"""Whether a function lets go of what a removal leaves in a slice's memory: sets it to nil, or takes new memory."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from golint_mem.semantics.inference import arguments, bare, expressions
from golint_mem.semantics.lasting import given
from golint_mem.semantics.removals import Removal, meaning, plain
from golint_mem.semantics.view import FileView
from golint_mem.syntax.around import around
from golint_mem.syntax.go import matches, text

_IF = frozenset({"if_statement"})
_ASSIGNMENTS = "(assignment_statement) @found"
_CALLS = "(call_expression) @found"
_CLEARING = re.compile(r"(?:.*slices\.)?(?:clear|Delete|DeleteFunc|Clip|Clone|Grow|Compact|CompactFunc|Replace)")
_FRESH = re.compile(
    r"nil|make\(.*|\[\].*\{.*\}|append\(\[\].*|append\(make.*|.*Clone\(.*|.*\(nil\).*|.*[cC]op(?:y|ies).*\(.*|new\(.*"
)
_ZERO = re.compile(r"(?:\w+\.)?(?:zero|Zero)(?:Value|Of)?(?:\[.*\])?\(\)")
_RETURNS_ZERO = re.compile(r"\{ (?:var (\w+) [^={}]+;? return \1|return \*new\(.*\)) \}")
_COPY_FROM = re.compile(r"copy\((.+)\[(.+):\],")


def lets_go(view: FileView, removal: Removal) -> bool:
    """Whether the removed elements are cleared, or their memory replaced, by the function or a function it calls."""
    names = _aliases(view, removal)
    return (
        any(_is_zeroed(view, removal, target, value, names) for target, value in _assignments(removal.function))
        or any(_is_cleared(call, names) for call in matches(removal.function, _CALLS, "found"))
        or _is_replaced(view, removal.function, removal, names)
        or _is_filled_again(removal)
        or any(_replaces(view, call, removal) for call in matches(removal.function, _CALLS, "found"))
    )


def _aliases(view: FileView, removal: Removal) -> frozenset[str]:
    """The slice's names, and the variables that were declared with one of them."""
    found = set(removal.names)
    for statement in matches(removal.function, "(short_var_declaration) @found", "found"):
        for name in expressions(statement.child_by_field_name("left")):
            if name.type == "identifier" and _base(meaning(view, name)) in removal.names:
                found.add(text(name))
    return frozenset(found)


def _base(expression: str) -> str:
    """The slice of a slice expression that stands as text."""
    return re.sub(r"\[[^\[\]]*:[^\[\]]*\]$", "", expression)


def _assignments(within: Node) -> Iterator[tuple[Node, Node]]:
    for statement in matches(within, _ASSIGNMENTS, "found"):
        targets, values = (expressions(statement.child_by_field_name(side)) for side in ("left", "right"))
        if len(targets) == len(values):
            yield from zip(targets, values, strict=True)


def _is_zeroed(view: FileView, removal: Removal, target: Node, value: Node, names: frozenset[str]) -> bool:
    """Whether an assignment puts a zero value into an element that stays one that the removal leaves behind."""
    target = bare(target)
    if target.type != "index_expression" or not _is_zero(view, value):
        return False
    if _base(plain(target.child_by_field_name("operand"))) not in names:
        return False
    index = plain(target.child_by_field_name("index"))
    if index.startswith("len(") or target.start_byte >= removal.statement.start_byte:
        return True
    if removal.kind == "shift":
        return False
    return not any(_overwrites(call, names, index) for call in matches(removal.function, _CALLS, "found"))


def _overwrites(call: Node, names: frozenset[str], index: str) -> bool:
    """Whether `copy(x[i:], ...)` writes over the element with this index again."""
    found = _COPY_FROM.match(plain(call))
    return found is not None and re.sub(r"^\((.*)\)$", r"\1", found[1]) in names and found[2] == index


def _is_zero(view: FileView, value: Node) -> bool:
    """Whether an expression is nil, an empty literal, or a variable that was declared without a value."""
    value = bare(value)
    if value.type == "composite_literal":
        body = value.child_by_field_name("body")
        return body is not None and not body.named_children
    if value.type == "identifier":
        scopes = view.scopes(value)
        variable = scopes.by_id.get(scopes.resolve(value) or "") if scopes is not None else None
        return variable is not None and variable.statement.type == "var_spec" and given(variable) is None
    if value.type == "unary_expression" and text(value).startswith("*"):
        inner = bare(value).child_by_field_name("operand")
        return inner is not None and any(one.startswith("new(") for one in (plain(inner), meaning(view, inner)))
    return value.type == "nil" or _ZERO.fullmatch(plain(value)) is not None or _gives_zero(view, value)


def _gives_zero(view: FileView, value: Node) -> bool:
    """Whether an expression calls a function that declares a variable without a value and returns it."""
    function = view.callee(value).function if value.type == "call_expression" and not arguments(value) else None
    body = function.node.child_by_field_name("body") if function is not None else None
    return body is not None and _RETURNS_ZERO.fullmatch(" ".join(text(body).split())) is not None


def _is_cleared(call: Node, names: frozenset[str]) -> bool:
    """Whether a call clears (a part of) the slice, or takes the elements out and clears what is left."""
    handed = arguments(call)
    callee = plain(call.child_by_field_name("function"))
    return bool(handed) and _CLEARING.fullmatch(callee) is not None and _base(plain(handed[0])) in names


def _is_replaced(view: FileView, within: Node, removal: Removal, names: frozenset[str]) -> bool:
    """Whether the slice gets new memory afterwards, or in the other branch of an `if` that empties it."""
    wanted = view.object(removal.target)
    for target, value in _assignments(within):
        same = plain(target) in names or (
            wanted is not None and wanted.kind == "field" and view.object(target) == wanted
        )
        later = target.start_byte > removal.statement.start_byte
        if same and (later or _are_branches(target, removal.statement)) and _is_fresh(view, value):
            return True
    return False


def _is_fresh(view: FileView, value: Node) -> bool:
    """Whether an expression is nil or newly made memory, directly or by way of a variable."""
    return any(_FRESH.fullmatch(one) for one in (plain(value), meaning(view, value)))


def _are_branches(one: Node, other: Node) -> bool:
    """Whether the innermost `if` around one holds the other as well."""
    current = around(one, _IF)
    return current is not None and current.start_byte <= other.start_byte < current.end_byte


def _is_filled_again(removal: Removal) -> bool:
    """Whether what is appended takes the place that was left: of one at once, or behind a cut in the same function."""
    if removal.kind == "cut":
        later = (one for one in _assignments(removal.function) if one[0].start_byte > removal.statement.end_byte)
        return any(
            plain(target) == plain(removal.target) and plain(value).startswith(f"append({plain(target)},")
            for target, value in later
        )
    after = removal.statement.next_named_sibling
    values = expressions(after.child_by_field_name("right")) if after is not None else []
    handed = arguments(values[0]) if len(values) == 1 and plain(values[0]).startswith("append(") else []
    one = removal.kind == "shift" and plain(removal.start) != "" and plain(removal.end) == f"{plain(removal.start)}+1"
    return one and len(handed) == 2 and plain(handed[0]) in removal.names


def _replaces(view: FileView, call: Node, removal: Removal) -> bool:
    """Whether a called function of the package gives the same field new memory, or clears it."""
    wanted = view.object(removal.target)
    callee = view.callee(call)
    if wanted is None or wanted.kind != "field" or callee.function is None or callee.facts is not view.facts:
        return False
    there = view.facts.view_of(callee.function)
    for target, value in _assignments(callee.function.node):
        if there.object(target) == wanted and _is_fresh(there, value):
            return True
    return False
