"""Questions with a channel for the answer: who asks may stop waiting, and who answers does not know.

The asker makes a channel without room, puts it into a field of the question (or sends the channel itself), and waits
for the answer in a `select` that another case leaves. The answer is then sent to nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.cfg import Block, build
from golint_mem.semantics.concurrency.channels import (
    Made,
    Use,
    is_sent_on,
    is_within,
    uses_in,
    uses_of_field,
    uses_of_local,
)
from golint_mem.semantics.view import FileView, Object
from golint_mem.syntax.around import around, function_around
from golint_mem.syntax.go import matches

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_RECEIVES = '(unary_expression operator: "<-" operand: (_) @channel)'
_CLOSES = """(call_expression function: (identifier) @name
  arguments: (argument_list . (_) @channel .) (#eq? @name "close"))"""
_DEFER = frozenset({"defer_statement"})


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A channel for an answer: `send` is where the answer is sent, `select` where the asker may go another way."""

    made: Made
    select: Node
    send: Use


def unanswered(channels: list[Made], facts: PackageFacts) -> Iterator[Unanswered]:
    """The channels for answers whose askers may have left, among those that a package makes."""
    for made in channels:
        function = function_around(made.call) if made.capacity == 0 else None
        if function is not None and b"select {" in (function.text or b""):
            yield from _of(made, function, facts)


def _of(made: Made, function: Node, facts: PackageFacts) -> Iterator[Unanswered]:
    field, waits = _question(made, function)
    if field is None or field.kind != "field" or field.package != facts.package.import_path:
        return
    if not is_sent_on(field.name, facts):
        return
    select = left_by(function, waits)
    if select is None:
        return
    for use in uses_of_field(field, facts):
        answers = use.kind == "send" and use.select is None and use.function != function
        if answers and not _ends_with_answerer(select, waits, use, made.view):
            yield Unanswered(made, select, use)
            return


def _question(made: Made, function: Node) -> tuple[Object | None, list[Use]]:
    """The field that carries the channel, and where the asker waits for the answer."""
    if made.object.kind == "field":
        known = [*uses_in(function, made.object, made.view)]
        drained = any(use.function != function and use.kind in ("receive", "range") for use in known)
        waits = [use for use in known if use.function == function and use.kind == "receive"]
        return (made.object, waits) if not drained else (None, [])
    uses = uses_of_local(made.object, made.view, function)
    held = [use for use in uses if use.kind == "held"]
    if made.object.kind != "local" or len(held) != 1 or any(use.kind in ("range", "returned") for use in uses):
        return None, []
    waits = [use for use in uses if use.kind == "receive" and use.function == function]
    others = [use for use in uses if use.kind == "receive" and use.function != function]
    return (_field_of(held[0].node, made.view), waits) if not others else (None, [])


def _field_of(value: Node, view: FileView) -> Object | None:
    """The field that a value is put into, by `T{field: value}`, `T{value}` or `x.field = value`."""
    above = value.parent
    if above is None:
        return None
    if above.type in ("expression_list", "assignment_statement"):
        statement = above.parent if above.type == "expression_list" else above
        left = statement.child_by_field_name("left") if statement is not None else None
        return view.object(left.named_children[0]) if left is not None and left.named_child_count == 1 else None
    keyed = above if above.type == "keyed_element" else None
    body = above.parent if keyed is not None else above
    literal = body.parent if body is not None else None
    if body is None or literal is None or literal.type != "composite_literal":
        return None
    kind = view.type_of(literal)
    if keyed is not None:
        name = (keyed.named_children[0].text or b"").decode()
    else:
        fields = view.underlying(kind).members
        at = body.named_children.index(value)
        name = fields[at][0] if at < len(fields) else ""
    found = view.member(kind, name) if name else None
    return Object("field", found.owner.package, found.owner.qualified, name) if found is not None else None


def left_by(function: Node | None, waits: list[Use]) -> Node | None:
    """The `select` that waits for the answer, and from another case of which the function leaves without it."""
    body = function.child_by_field_name("body") if function is not None else None
    selects = [use.select for use in waits if use.select is not None]
    if body is None or not selects:
        return None
    blocks = build(body)
    for select in selects:
        for case in other_cases(select, waits):
            if any(leaves_from(block, waits) for block in blocks if case in block.items):
                return select
    return None


def other_cases(select: Node, waits: list[Use]) -> Iterator[Node]:
    """The communications of a select that are not the answer."""
    for case in select.named_children:
        communication = case.child_by_field_name("communication")
        if communication is not None and not any(is_within(use.node, communication) for use in waits):
            yield communication


def leaves_from(start: Block, waits: list[Use], loop: Node | None = None) -> bool:
    """Whether a path leads from a block out of the function, past some places and the head of a loop."""
    pending, seen = [start], {start.index}
    while pending:
        block = pending.pop()
        if any(is_within(use.node, item) for use in waits for item in block.items):
            continue
        if loop is not None and (block.loop == loop or any(one.loop == loop and one.enters for one in block.edges)):
            continue
        if block.ends == "return":
            return True
        for edge in block.edges:
            if edge.target.index not in seen:
                seen.add(edge.target.index)
                pending.append(edge.target)
    return False


def _ends_with_answerer(select: Node, waits: list[Use], send: Use, view: FileView) -> bool:
    """Whether the other cases only come when the answerer has ended: it closes their channels itself, or by `defer`."""
    for case in other_cases(select, waits):
        channels = matches(case, _RECEIVES, "channel")
        known = view.object(channels[0]) if channels else None
        if known is None or known.kind != "field" or not _closed_at_end(known, send, view.facts):
            return False
    return True


def _closed_at_end(known: Object, send: Use, facts: PackageFacts) -> bool:
    closes = [use for use in uses_of_field(known, facts) if use.kind == "close"]
    return any(use.function == send.function or around(use.node, _DEFER) is not None for use in closes)
