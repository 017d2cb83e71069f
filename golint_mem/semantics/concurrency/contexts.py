"""Contexts that nobody cancels, and loops that do not look at theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Fix, Step
from golint_mem.semantics.concurrency.endless import Trap
from golint_mem.semantics.concurrency.library import MAKERS, Running
from golint_mem.semantics.concurrency.running import CANCELS as CANCEL_FUNCTIONS
from golint_mem.semantics.concurrency.running import leaks, result_of, variable_of
from golint_mem.semantics.concurrency.starts import all_starts, ended_by_parameter
from golint_mem.semantics.repair.ending import defer_behind, statement_of, stays_here
from golint_mem.semantics.types import named
from golint_mem.semantics.typestate.lapse import Lapse
from golint_mem.syntax.around import around
from golint_mem.syntax.go import Function, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts
    from golint_mem.semantics.view import FileView

CANCELS = frozenset(CANCEL_FUNCTIONS.makes)
_ASSIGNED = """[
  (short_var_declaration left: (expression_list) @left right: (expression_list . (call_expression) @call .))
  (assignment_statement left: (expression_list) @left right: (expression_list . (call_expression) @call .))
]"""

_DECLARED = "(short_var_declaration left: (expression_list (identifier) @left))"
_CALLS = "(call_expression) @call"
_ASSIGNS = frozenset({"short_var_declaration", "assignment_statement"})
_CASE = frozenset({"communication_case"})
_CONTEXT = named("context", "Context")
_CANCEL_TYPES = frozenset({"context.CancelFunc", "context.CancelCauseFunc"})
_MOST_STEPS = 4
"""How many calls and variables may stand between a context and the one that it comes from."""


@dataclass(frozen=True, slots=True)
class Discarded:
    """A call whose cancel function is assigned to `_`; `rooted` says that its parent can never be cancelled."""

    view: FileView
    call: Node
    running: Running
    rooted: bool


def discarded(view: FileView) -> Iterator[Discarded]:
    """The cancel functions of a file that nobody can call, and whose contexts do not end with another one."""
    for call in matches(view.tree.root, _ASSIGNED, "call"):
        names, running, parent = _names(call), MAKERS.get(view.callee(call).qualified), parent_of(call)
        if running is None or running.maker not in CANCELS or len(names) != 2 or text(names[1]) != "_":
            continue
        if not ends_with_parent(call, view):
            yield Discarded(view, call, running, is_rooted(parent, view))


def is_rooted(parent: Node | None, view: FileView) -> bool:
    """Whether a context is one that nobody ever cancels: it keeps no list of its children."""
    for _ in range(_MOST_STEPS):
        parent = _value_of(parent, view) if parent is not None and parent.type == "identifier" else parent
        if parent is None or parent.type != "call_expression":
            return False
        callee, arguments = view.callee(parent), parent.child_by_field_name("arguments")
        if callee.qualified in ("context.Background", "context.TODO", "context.WithoutCancel"):
            return True
        first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
        adds = callee.qualified == "context.WithValue" or callee.type.results == (_CONTEXT,)
        parent = first if adds else None
    return False


def _value_of(name: Node, view: FileView) -> Node | None:
    """What a local variable is declared with, where it is assigned nothing else."""
    known, function = view.object(name), view.root(name)
    if known is None or known.kind != "local" or function is None:
        return None
    given = [one for one in matches(function, _DECLARED, "left") if view.object(one) == known]
    statement = around(name, _ASSIGNS) or name
    before = (function.text or b"")[: statement.start_byte - function.start_byte]
    written = re.findall(rb"(?<![.\w])%s\s*(?:,[^=\n]*)?:?=[^=]" % re.escape(name.text or b""), before)
    given = [one for one in given if one.start_byte < statement.start_byte]
    right = given[0].parent.parent if len(given) == len(written) == 1 and given[0].parent is not None else None
    values = right.child_by_field_name("right") if right is not None else None
    return values.named_children[0] if values is not None and values.named_child_count == 1 else None


def _is_made_rooted(call: Node, view: FileView, depth: int = 3) -> bool:
    """Whether a helper of the module makes its contexts from one that nobody cancels."""
    callee = view.callee(call)
    function, facts = callee.function, callee.facts
    if function is None or facts is None or facts.is_library or depth == 0:
        return False
    home, found = facts.view_of(function), False
    for inner in matches(function.node, _CALLS, "call"):
        made = home.callee(inner)
        if made.qualified in CANCELS:
            found = is_rooted(parent_of(inner), home)
        elif any(one.qualified in _CANCEL_TYPES for one in made.type.results):
            found = _is_made_rooted(inner, home, depth - 1)
        else:
            continue
        if not found:
            return False
    return found


def is_requests(parent: Node | None, view: FileView) -> bool:
    """Whether a context is that of a request or stream, which ends when the one who serves it is done."""
    function = parent.child_by_field_name("function") if parent is not None else None
    if parent is None or function is None or function.type != "selector_expression":
        return False
    return text(function.child_by_field_name("field")) == "Context" and view.callee(parent).kind in (
        "method",
        "unknown",
    )


def ends_with_parent(call: Node, view: FileView) -> bool:
    """Whether the parent of a new context was made in the same function, where somebody has its cancel function."""
    parent, function = parent_of(call), view.root(call)
    known = view.object(parent) if parent is not None and parent.type == "identifier" else None
    if known is None or function is None:
        return False
    for other in matches(function, _ASSIGNED, "call"):
        names = _names(other)
        if other.start_byte >= call.start_byte or len(names) != 2 or text(names[1]) == "_":
            continue
        if view.callee(other).qualified in CANCELS and view.object(names[0]) == known:
            return True
    return False


def _names(call: Node) -> list[Node]:
    """The variables that the results of a call are assigned to."""
    statement = call.parent.parent if call.parent is not None else None
    left = statement.child_by_field_name("left") if statement is not None else None
    return left.named_children if left is not None else []


def parent_of(call: Node) -> Node | None:
    """The context that a new one is made from."""
    arguments = call.child_by_field_name("arguments")
    return arguments.named_children[0] if arguments is not None and arguments.named_children else None


@dataclass(frozen=True, slots=True)
class Uncalled:
    """A cancel function that some path loses. `shortly` says that the context ends soon, or keeps nobody waiting."""

    lapse: Lapse
    call: Node
    name: str
    shortly: bool
    fixes: tuple[Fix, ...]


def uncalled(facts: PackageFacts) -> Iterator[Uncalled]:
    """The cancel functions that are not called on some path, and whose contexts do not end with another one."""
    for lapse in leaks(facts, CANCEL_FUNCTIONS):
        view, call = facts.view_of(lapse.function), lapse.call
        result = result_of(lapse, facts, CANCEL_FUNCTIONS)
        if call is None or result is None or ends_with_parent(call, view):
            continue
        names = _names(call)
        if "_" in map(text, names[1:]) or _leaves_with(parent_of(call), lapse, view):
            continue
        parent, timed = parent_of(call), view.callee(call).name.startswith(("WithTimeout", "WithDeadline"))
        rooted = is_rooted(parent, view) or _is_made_rooted(call, view)
        shortly = (rooted and not timed) or is_requests(parent, view)
        name = text(names[result]) if len(names) > result else lapse.subject
        behind = view.tree.source[call.end_byte : lapse.function.node.end_byte]
        if f"_ = {name}\n".encode() in behind:
            continue  # thrown away knowingly, so that the compiler says nothing
        if timed and names and f"{text(names[0])}.Deadline()".encode() in behind:
            continue  # asked whether it has a deadline, it says yes
        yield Uncalled(lapse, call, name, shortly, tuple(_fix(lapse, call, variable_of(call, result), view)))


def _leaves_with(parent: Node | None, lapse: Lapse, view: FileView) -> bool:
    """Whether a function leaves where the parent of a context has ended: `case <-ctx.Done():`."""
    at = lapse.steps[-1].place.start if lapse.steps else lapse.node.start_byte
    case = around(view.tree.root.descendant_for_byte_range(at, at + 1) or lapse.node, _CASE)
    said = text(case.child_by_field_name("communication")) if case is not None else ""
    return parent is not None and said == f"<-{text(parent)}.Done()"


def _fix(lapse: Lapse, call: Node, variable: Node | None, view: FileView) -> Iterator[Fix]:
    """`defer cancel()`, where the context goes nowhere else."""
    statement, context = statement_of(call), variable_of(call, 0)
    if lapse.handed or variable is None or statement is None or context is None or not stays_here(context, statement):
        return
    if not stays_here(variable, statement):
        return
    release = f"{text(variable)}()" if "Cause" not in view.callee(call).name else f"{text(variable)}(nil)"
    fix = defer_behind(view.tree.source, statement, release, f"Call `{text(variable)}`", lapse.path)
    if fix is not None:
        yield fix


@dataclass(frozen=True, slots=True)
class Deaf:
    """An endless loop in a function that is told when to end, and does not listen; `told` says by what."""

    function: Function
    trap: Trap
    told: Step


def deaf_loops(facts: PackageFacts) -> Iterator[Deaf]:
    """The endless loops of functions with a context, those aside that goroutines of the package run."""
    deaf = [*_perhaps_deaf(facts)]
    if not deaf:
        return
    begun = [*all_starts(facts)]
    traps = [one.trap for one in begun]
    run = {(step.path, step.node.start_byte) for trap in traps if trap is not None for step in trap.chain()}
    yield from (one for one in deaf if (one.trap.path, one.trap.node.start_byte) not in run)


def _perhaps_deaf(facts: PackageFacts) -> Iterator[Deaf]:
    """The endless loops of functions with a context, in the files that are asked about."""
    for tree in facts.trees_with(b"context.Context"):
        if tree.path not in facts.asked:
            continue
        for function in tree.functions():
            body = function.node.child_by_field_name("body")
            view = facts.view(tree)
            trap = facts.endless.trap(body, view) if body is not None else None
            if trap is None or trap.inner is not None:
                continue
            told = ended_by_parameter(view, trap.node)
            if told is not None:
                yield Deaf(function, trap, told)
