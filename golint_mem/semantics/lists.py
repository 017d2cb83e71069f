"""Which slices are lists whose elements come and go, and which are stacks, heaps, or positions in somebody's slice."""

from __future__ import annotations

from tree_sitter import Node

from golint_mem.semantics.removals import Removal, plain
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import matches, text

_KEPT = "[(field_declaration type: (_) @type) (source_file (var_declaration (var_spec type: (_) @type)))]"
_APPENDED = """(assignment_statement left: (expression_list . (_) @target .) right: (expression_list .
  (call_expression function: (identifier) @function (#eq? @function "append")) .))"""


def is_list(view: FileView, removal: Removal) -> bool:
    """Whether elements come and go: the package appends to the slice, and for a queue methods of the same type do."""
    wanted = view.object(removal.target)
    if wanted is None or wanted.kind not in ("field", "package"):
        return removal.kind != "head" and _is_kept(view, removal.target)
    receiver = _receiver(view, removal.target)
    for tree in view.facts.trees_with(b"append("):
        if wanted.name.encode() not in tree.source:
            continue
        there = view.facts.view(tree)
        for target in matches(tree.root, _APPENDED, "target"):
            same = text(target).endswith(wanted.name) and there.object(target) == wanted
            by_owner = wanted.kind == "package" or receiver == _receiver(there, target) != ""
            if same and (removal.kind != "head" or by_owner):
                return True
    return False


def _receiver(view: FileView, target: Node) -> str:
    """The receiver's type, where the place is reached through the receiver of the method it stands in."""
    function = view.enclosing(target)
    through = function is not None and function.receiver and plain(target).startswith(f"{function.parameters[0]}.")
    return function.receiver if function is not None and through else ""


def _is_kept(view: FileView, target: Node) -> bool:
    """Whether the package has fields or variables of the slice's own type, as a heap that is kept has."""
    kind = view.type_of(target)
    names = {kind.name, f"*{kind.name}"} if kind.kind == "named" else set()
    kept = (text(one).split("[")[0] for tree in view.facts.trees for one in matches(tree.root, _KEPT, "type"))
    return not names or any(name in names for name in kept)


def is_heap(view: FileView, removal: Removal) -> bool:
    """Whether this is the Pop of a container/heap."""
    function = view.enclosing(removal.statement)
    if function is None or function.name != "Pop" or not function.results:
        return False
    return {"Less", "Swap", "Push"} <= {one.name for one in view.facts.declarations.methods_of[function.receiver]}
