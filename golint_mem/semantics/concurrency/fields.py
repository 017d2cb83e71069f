"""Fields that hold something running, and what the package does with them: a census of an unexported field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Step
from golint_mem.semantics.concurrency.library import CANCEL, MAKERS, STOPPERS, Running
from golint_mem.semantics.view import Object
from golint_mem.syntax.go import Function, matches, place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts
    from golint_mem.semantics.view import FileView

_CALLS = "(call_expression) @call"
_MENTIONS = '((field_identifier) @name (#eq? @name "{}"))'


@dataclass(frozen=True, slots=True)
class Held:
    """A field that is given something running (`call` makes it) and that nobody ends."""

    view: FileView
    call: Node
    running: Running
    object: Object

    @property
    def owner(self) -> str:
        """The name of the type with the field."""
        return self.object.owner.rpartition(".")[2]


def never_ended(facts: PackageFacts, makers: frozenset[str]) -> Iterator[Held]:
    """The unexported fields that hold what one of some makers makes, and that the package neither ends nor hands on."""
    for tree in facts.trees_with(*sorted(map(_word, makers))):
        if tree.path not in facts.asked:
            continue
        view = facts.view(tree)
        for call in matches(tree.root, _CALLS, "call"):
            running = MAKERS.get(view.callee(call).qualified)
            field = _field_of(call, running, view) if running is not None and running.maker in makers else None
            if running is None or field is None or field.name[:1].isupper():
                continue
            if field.package == facts.package.import_path and not _is_ended(field, running, facts):
                yield Held(view, call, running, field)


def _word(maker: str) -> bytes:
    return maker.rpartition(".")[2].encode() + b"("


def _field_of(call: Node, running: Running, view: FileView) -> Object | None:
    """The field that the running result of a call is assigned to."""
    around = call.parent
    if around is not None and around.type == "expression_list":
        around = around.parent
    if around is None:
        return None
    if around.type == "assignment_statement":
        left = around.child_by_field_name("left")
        names = left.named_children if left is not None else []
        right = around.child_by_field_name("right")
        at = running.result if right is not None and right.named_child_count == 1 else -1
        if right is not None and right.named_child_count == len(names):
            at = right.named_children.index(call)
        found = view.object(names[at]) if 0 <= at < len(names) and names[at].type == "selector_expression" else None
        return found if found is not None and found.kind == "field" else None
    return _keyed(call, view) if around.type == "literal_element" and running.result == 0 else None


def _keyed(call: Node, view: FileView) -> Object | None:
    """The field of `T{field: call}`."""
    pair = call.parent.parent if call.parent is not None else None
    key = pair.named_children[0] if pair is not None and pair.type == "keyed_element" else None
    literal = pair.parent.parent if pair is not None and pair.parent is not None else None
    if key is None or literal is None or literal.type != "composite_literal":
        return None
    found = view.member(view.type_of(literal), text(key))
    return Object("field", found.owner.package, found.owner.qualified, text(key)) if found is not None else None


def _is_ended(field: Object, running: Running, facts: PackageFacts) -> bool:
    """Whether some mention of the field ends what it holds, or hands it to somebody who may."""
    word = field.name.encode()
    for tree in facts.trees_with(word):
        view = facts.view(tree)
        for name in matches(tree.root, _MENTIONS.format(field.name), "name"):
            selector = name.parent
            if selector is None or selector.type != "selector_expression":
                continue
            known = view.object(selector)
            if (known is None or known == field) and _ends(selector, running):
                return True
    return False


def _ends(selector: Node, running: Running) -> bool:
    """Whether a mention is more than an assignment to the field, a look at it, or a use of what it holds."""
    above = selector.parent
    if above is None:
        return True
    if above.type == "selector_expression":
        return text(above.child_by_field_name("field")) in running.ends
    if above.type == "call_expression" and above.child_by_field_name("function") == selector:
        return CANCEL in running.ends
    if above.type == "binary_expression":
        return text(above.child_by_field_name("operator")) not in ("==", "!=")
    outer = above.parent if above.type == "expression_list" else above
    if outer is not None and outer.type == "assignment_statement":
        return outer.child_by_field_name("left") not in (above, selector)
    return True


def stopper_of(held: Held) -> tuple[Function, Step] | None:
    """The method by which the type with the field says that it has an end."""
    methods = held.view.facts.declarations.methods_of.get(held.owner, ())
    for method in methods:
        if method.name in STOPPERS:
            name = method.node.child_by_field_name("name") or method.node
            return method, Step(
                place(method.path, name), f"`{method.name}` ends the {held.owner}, and leaves it running"
            )
    return None
