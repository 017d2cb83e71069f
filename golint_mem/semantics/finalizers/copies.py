"""Struct copies of objects that have a finalizer: the copy keeps the handle, and nothing keeps the original."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.finalizers.disarming import clears
from golint_mem.semantics.finalizers.holders import Holders
from golint_mem.semantics.finalizers.paths import GLOBAL, Path, path_of
from golint_mem.semantics.inference import bare, expressions
from golint_mem.semantics.types import Type
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import Function, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_COPIES = '(unary_expression operator: "*") @copy'
_RETURNED = "(return_statement (expression_list) @found)"
_IDENTIFIERS = "(identifier) @name"
ELSEWHERE = frozenset(
    {
        "os.Process",
        "github.com/gotk3/gotk3/glib.Value",
        "github.com/go-gst/go-glib/glib.Value",
        "github.com/tinyzimmer/go-glib/glib.Value",
    }
)
"""Types of other modules whose constructors set a finalizer. Sources: src/os/exec.go, glib/gvalue.go of each module."""


@dataclass(frozen=True, slots=True)
class Copied:
    """One copy that outlives its original: `copy` is the expression `*v`, `leaves` is where the copy gets out."""

    function: Function
    view: FileView
    copy: Node
    original: str
    kind: Type
    leaves: Node


def copied(facts: PackageFacts) -> Iterator[Copied]:
    """The copies of objects with finalizers that outlive what they are copied from."""
    for tree in facts.trees:
        if tree.path.endswith("_test.go"):
            continue
        view = facts.view(tree)
        for copy in matches(tree.root, _COPIES, "copy"):
            kind = _finalized(copy, view, facts)
            function = view.enclosing(copy)
            leaves = _leaves(copy, function, view) if kind is not None and function is not None else None
            if kind is not None and function is not None and leaves is not None:
                operand = copy.child_by_field_name("operand")
                yield Copied(function, view, copy, text(operand), kind, leaves)


def _finalized(copy: Node, view: FileView, facts: PackageFacts) -> Type | None:
    """The type of the object that is copied, if objects of that type have a releasing finalizer."""
    operand = copy.child_by_field_name("operand")
    parent = copy.parent
    if operand is None or parent is None or view.as_type(copy).known:
        return None
    kind = view.type_of(copy)
    if not kind.known:
        kind = _converted(copy, view)
    if kind.kind != "named":
        return None
    if kind.qualified in ELSEWHERE:
        return kind
    watched = facts.finalizers.watching(kind)
    return kind if any(facts.finalizers.released(one) for one in watched) else None


def _converted(copy: Node, view: FileView) -> Type:
    """The declared base of the type to which a value of unknown type is converted: `type List glib.Value`."""
    listed = copy.parent
    call = listed.parent if listed is not None and listed.type == "argument_list" else None
    callee = view.callee(call) if call is not None else None
    if callee is None or callee.kind != "conversion":
        return Type("unknown")
    home = view.facts.seen(callee.type.package)
    declared = home.declarations.types.get(callee.type.name) if home is not None else None
    return home.view(declared.tree).declared(declared.node) if home is not None and declared else Type("unknown")


def _leaves(copy: Node, function: Function, view: FileView) -> Node | None:
    """Where a copy leaves the function whose original does not; None where it does not, or the original is kept."""
    operand = copy.child_by_field_name("operand")
    original = path_of(operand, view) if operand is not None else None
    if original is None or original[0] == GLOBAL or not _is_own(original, function, view):
        return None
    fields = frozenset(name for name, _ in view.underlying(view.type_of(copy)).members)
    if any(True for _ in clears(function, view, 0, fields, original[0])):
        return None
    statement = _statement(copy)
    if statement is None:
        return None
    if statement.type == "return_statement":
        return statement if not _returns(original, view, statement, copy) else None
    targets = [path_of(one, view) for one in expressions(statement.child_by_field_name("left"))]
    variable = targets[0] if len(targets) == 1 else None
    if variable is None or len(variable) != 1:
        return None
    held = Holders(function.node, view)
    if any(leads_to == original for leads_to in held.reached(variable[0])) or held.is_published(original):
        return None
    for listed in matches(function.node, _RETURNED, "found"):
        names = [path_of(bare(one), view) for one in expressions(listed)]
        if variable in names and original not in names:
            return listed.parent
    return None


def _is_own(path: Path, function: Function, view: FileView) -> bool:
    """Whether the original is a variable that the function itself gets from a call, so that nobody else has it."""
    scopes = view.scopes(function.node)
    variable = scopes.by_id.get(path[0]) if scopes is not None else None
    if variable is None or len(path) != 1 or variable.statement.type != "short_var_declaration":
        return False
    values = expressions(variable.statement.child_by_field_name("right"))
    return len(values) == 1 and (values[0].type == "call_expression" or text(values[0]).startswith("&"))


def _statement(copy: Node) -> Node | None:
    """The statement whose value a copy is, perhaps converted to another type; None where it is only looked at."""
    node, parent = copy, copy.parent
    while parent is not None and parent.type in ("parenthesized_expression", "argument_list", "call_expression"):
        if parent.type == "call_expression" and parent.named_child_count != 2:
            return None
        node, parent = parent, parent.parent
    if parent is None or parent.type != "expression_list" or (node.id == copy.id and parent.parent is None):
        return None
    outer = parent.parent
    left = outer.child_by_field_name("left") if outer is not None else None
    return outer if left is None or left.id != parent.id else None


def _returns(path: Path, view: FileView, statement: Node, copy: Node) -> bool:
    """Whether a statement returns the original beside the copy."""
    values = [one for listed in statement.named_children for one in expressions(listed)]
    others = [one for one in values if not one.start_byte <= copy.start_byte < one.end_byte]
    return any(path_of(one, view) == path for one in others)
