"""Let go of the elements that a removal leaves in a slice's memory: `slices.Delete`, or `clear` before the cut."""

from __future__ import annotations

from tree_sitter import Node

from golint_mem.findings import Edit, Fix
from golint_mem.semantics.inference import bare
from golint_mem.semantics.removals import Removal, plain
from golint_mem.semantics.repair.imports import import_package, package_name
from golint_mem.semantics.repair.safety import stands_alone
from golint_mem.semantics.repair.text import edit, line_start, newline
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import matches, text

_READ = frozenset({"index_expression", "slice_expression"})
_ONLY_LOOKED_AT = frozenset({"len", "cap", "append", "copy", "clear", "delete"})


def let_go(view: FileView, removal: Removal) -> Fix | None:
    """The fix of a removal; None where the Go version lacks it, or the elements may still be looked at."""
    source, statement = view.tree.source, removal.statement
    if not stands_alone(source, statement) or not _is_single(statement) or _has_effects(removal):
        return None
    if _is_seen_again(removal) or _is_shared(view, removal) or _version(view) < (1, 21):
        return None
    if removal.kind == "shift":
        return _delete(view, removal)
    start = line_start(source, statement.start_byte)
    indent = source[start : statement.start_byte].decode()
    cleared = f"clear({_left(removal)})"
    inserted = edit(source, view.tree.path, start, start, f"{indent}{cleared}{newline(source, statement.start_byte)}")
    return Fix(f"Clear what is removed from `{text(removal.target)}`.", (inserted,))


def _left(removal: Removal) -> str:
    """The part of the slice that the removal leaves behind."""
    if removal.kind == "filter":
        return f"{text(removal.target)}[len({text(removal.sliced)}):]"
    if removal.kind == "head":
        return f"{text(removal.sliced)}[:{text(removal.start)}]"
    return f"{text(removal.sliced)}[{text(removal.end)}:]"


def _delete(view: FileView, removal: Removal) -> Fix | None:
    """`slices.Delete`, which clears the tail since Go 1.22, in the place of `append`."""
    source, path = view.tree.source, view.tree.path
    known = package_name(view.tree.root, "slices")
    if _version(view) < (1, 22) or (known is None and view.facts.declarations.values.get("slices") is not None):
        return None
    edits: list[Edit] = []
    if known is None:
        imported = import_package(source, view.tree.root, path, "slices")
        if imported is None:
            return None
        edits.append(imported)
    right = removal.statement.child_by_field_name("right")
    assert right is not None
    call = f"{known or 'slices.'}Delete({text(removal.sliced)}, {text(removal.start)}, {text(removal.end)})"
    edits.append(edit(source, path, right.start_byte, right.end_byte, call))
    return Fix(f"Remove from `{text(removal.target)}` with slices.Delete, which clears the tail.", tuple(edits))


def _version(view: FileView) -> tuple[int, ...]:
    parts = view.facts.package.go_version.split(".")[:2]
    return tuple(int(part) for part in parts if part.isdigit())


def _is_single(statement: Node) -> bool:
    left = statement.child_by_field_name("left")
    return left is not None and left.named_child_count == 1


def _has_effects(removal: Removal) -> bool:
    """Whether a bound, or the way to the slice, may not be written twice."""
    parts = [part for part in (removal.target, removal.start, removal.end) if part is not None]
    calls = [call for part in parts for call in matches(part, "[(call_expression) (unary_expression)] @call", "call")]
    return any(not plain(call).startswith(("len(", "*", "-")) for call in calls)


def _is_seen_again(removal: Removal) -> bool:
    """Whether an element's address is taken, or an element is read by the slice's old name after the removal."""
    for node in matches(removal.function, "[(index_expression) (slice_expression)] @read", "read"):
        if plain(node.child_by_field_name("operand")) not in removal.names:
            continue
        parent = node.parent
        if parent is not None and parent.type == "unary_expression" and text(parent).startswith("&"):
            return True
        if removal.kind in ("pop", "cut") and node.start_byte > removal.statement.end_byte:
            return True
    return False


def _is_shared(view: FileView, removal: Removal) -> bool:
    """Whether the package hands the slice itself to somebody who may look at the old elements."""
    wanted = view.object(removal.target)
    if wanted is None or wanted.kind not in ("field", "package"):
        return False
    for tree in view.facts.trees:
        there = view.facts.view(tree)
        for name in matches(tree.root, _NAMES, "name"):
            node = name.parent if name.type == "field_identifier" else name
            if text(name) == wanted.name and node is not None and there.object(node) == wanted and _hands_over(node):
                return True
    return False


_NAMES = "[(selector_expression field: (field_identifier) @name) (identifier) @name]"


def _hands_over(node: Node) -> bool:
    """Whether a mention of the slice is more than a look at it, or at one element."""
    parent = node.parent
    if parent is None or parent.type in _READ:
        return parent is not None and parent.type == "slice_expression" and not _is_looked_at(parent)
    return not _is_looked_at(node)


def _is_looked_at(node: Node) -> bool:
    """Whether an expression is measured, ranged over, compared, assigned to, or an argument of a builtin."""
    if plain(node.child_by_field_name("end")) == "0":
        return True  # to be filled again by this function
    parent = bare(node).parent
    while parent is not None and parent.type in ("variadic_argument", "parenthesized_expression"):
        parent = parent.parent
    if parent is None:
        return True
    if parent.type in ("argument_list",):
        call = parent.parent
        return call is not None and text(call.child_by_field_name("function")) in _ONLY_LOOKED_AT
    if parent.type == "expression_list" and parent.parent is not None:
        statement = parent.parent
        if statement.type == "assignment_statement":
            return statement.child_by_field_name("left") == parent or _assigns_itself(statement, node)
        return statement.type == "range_clause"
    return parent.type in ("range_clause", "binary_expression", "selector_expression", "keyed_element", "var_spec")


def _assigns_itself(statement: Node, node: Node) -> bool:
    """Whether a part of the slice goes back into the slice."""
    left = statement.child_by_field_name("left")
    return left is not None and plain(node).startswith(plain(left))
