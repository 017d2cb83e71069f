"""What a finalizer or cleanup should not do: wait, take a lock of others, or make its object reachable again.

All finalizers of a program run one after another in one goroutine, cleanups in a few: one that waits holds up the rest.
Source: the documentation of `runtime.SetFinalizer`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.finalizers.holders import captured
from golint_mem.semantics.finalizers.paths import GLOBAL, Path, parameters, path_of
from golint_mem.semantics.finalizers.registrations import Registration, Way
from golint_mem.semantics.inference import arguments, bare, expressions
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_ACTS = """[
  (send_statement) @act (unary_expression operator: "<-") @act (select_statement) @act (call_expression) @act
  (assignment_statement) @act (for_statement (range_clause)) @act
]"""
_DEFAULT = "(default_case) @found"
_MOST_CALLS = 3
_WAITS = {
    "time.Sleep": "sleeps",
    "sync.WaitGroup.Wait": "waits for a WaitGroup",
    "sync.Cond.Wait": "waits for a condition",
    "os/exec.Cmd.Wait": "waits for a process",
    "os/exec.Cmd.Run": "waits for a process",
    "os/exec.Cmd.Output": "waits for a process",
    "os/exec.Cmd.CombinedOutput": "waits for a process",
    "os.Process.Wait": "waits for a process",
    "net/http.Get": "makes a request",
    "net/http.Post": "makes a request",
    "net/http.Client.Do": "makes a request",
    "net/http.Client.Get": "makes a request",
    "net/http.Client.Post": "makes a request",
    "net.Dial": "makes a connection",
    "net.DialTimeout": "makes a connection",
}
_LOCKS = frozenset({"sync.Mutex.Lock", "sync.RWMutex.Lock", "sync.RWMutex.RLock", "sync.Locker.Lock"})
_STORES = frozenset({"sync.Pool.Put", "sync.Map.Store", "sync.Map.LoadOrStore", "sync.Map.Swap"})


class Deed(Enum):
    """What the finalizer does."""

    WAITS = "waits"
    LOCKS = "takes a lock that others hold"
    RESURRECTS = "makes the object reachable again"


@dataclass(frozen=True, slots=True)
class Misconduct:
    """One finalizer that does what it should not: where, in which file, and in what words.

    `sure` is False where somebody may always be ready: a send to a loop that receives, or a wait deep in callees.
    """

    registration: Registration
    deed: Deed
    what: str
    place: Node
    path: str
    sure: bool


def misconduct(facts: PackageFacts) -> Iterator[Misconduct]:
    """What the finalizers of a package do that holds up others or brings back their object, the first of each."""
    for one in facts.finalizers.registrations:
        if one.way is Way.CLEARED or one.action is None:
            continue
        seen: set[Deed] = set()
        own = one.action.parameter if one.way is Way.FINALIZER else ""
        found = sorted(_deeds(one.action.function.node, one.action.view, own, 0), key=lambda each: not _is_sure(each))
        for deed, what, node, path, depth in found:
            if deed not in seen:
                seen.add(deed)
                yield Misconduct(one, deed, what, node, path, _is_sure((deed, what, node, path, depth)))


_Found = tuple[Deed, str, Node, str, int]
_SENDS, _SELECTS = "sends on a channel", "waits in a select"


def _is_sure(found: _Found) -> bool:
    deed, what, _, _, depth = found
    near = depth == 0 or (depth == 1 and what != _SELECTS)  # a callee's select may use a channel as a lock
    return deed is Deed.RESURRECTS or (deed is Deed.WAITS and what != _SENDS and near)


def _deeds(function: Node, view: FileView, own: str, depth: int) -> Iterator[_Found]:
    """What a function does, in its own goroutine; `own` is the variable that is the object."""
    for act in matches(function, _ACTS, "act"):
        if _is_elsewhere(act, function):
            continue
        if act.type == "call_expression":
            yield from _of_call(act, view, own, depth)
        elif act.type == "assignment_statement":
            yield from _stored(act, view, own)
        else:
            waits = _waits(act, view)
            if waits:
                yield Deed.WAITS, waits, act, view.tree.path, depth
            if act.type == "send_statement" and _is_own(act.child_by_field_name("value"), view, own):
                yield Deed.RESURRECTS, "sends its object", act, view.tree.path, depth


def _is_elsewhere(node: Node, function: Node) -> bool:
    """Whether a node runs in another goroutine, or in a literal that is only handed on."""
    current = node.parent
    while current is not None and current.id != function.id:
        if current.type == "go_statement":
            return True
        if current.type == "func_literal":
            call = current.parent
            runs = call is not None and call.type == "call_expression"  # called where it stands
            if not runs:
                return True
        current = current.parent
    return False


def _waits(act: Node, view: FileView) -> str:
    """In what words an operation on a channel waits; empty where it does not, or not by itself."""
    select = act if act.type == "select_statement" else _select_around(act)
    if select is not None:
        ready = any(one.parent is not None and one.parent.id == select.id for one in matches(select, _DEFAULT, "found"))
        return "" if ready or act.id != select.id else _SELECTS
    channel = act.child_by_field_name("channel") or act.child_by_field_name("operand")
    if act.type == "send_statement":
        return "" if channel is not None and _is_buffered(channel, view) else _SENDS
    if act.type == "for_statement":
        clause = next((one for one in act.named_children if one.type == "range_clause"), None)
        ranged = clause.child_by_field_name("right") if clause is not None else None
        kind = view.underlying(view.type_of(ranged)) if ranged is not None else None
        return "receives until a channel is closed" if kind is not None and kind.kind == "chan" else ""
    return "receives from a channel"


def _select_around(act: Node) -> Node | None:
    """The select statement of which an operation is a case."""
    current, parent = act, act.parent
    while parent is not None and parent.type in ("expression_list", "receive_statement", "communication_case"):
        current, parent = parent, parent.parent
    return parent if parent is not None and parent.type == "select_statement" and current.id != act.id else None


def _is_buffered(channel: Node, view: FileView) -> bool:
    """Whether a channel is a package-level variable that is made with a buffer."""
    known = view.object(channel)
    declared = view.facts.declarations.values.get(known.name) if known is not None and known.kind == "package" else None
    value = declared.spec.child_by_field_name("value") if declared is not None else None
    return value is not None and text(value).startswith("make(") and "," in text(value)


def _of_call(call: Node, view: FileView, own: str, depth: int) -> Iterator[_Found]:
    callee = view.callee(call)
    if callee.qualified in _WAITS:
        yield Deed.WAITS, _WAITS[callee.qualified], call, view.tree.path, depth
    function = bare(call.child_by_field_name("function") or call)
    operand = function.child_by_field_name("operand") if function.type == "selector_expression" else None
    if callee.qualified in _LOCKS and operand is not None:
        path = path_of(operand, view)
        if path is not None and path[0] == GLOBAL:
            yield Deed.LOCKS, f"takes the lock `{text(operand)}`", call, view.tree.path, depth
    if callee.qualified in _STORES and any(_is_own(one, view, own) for one in arguments(call)):
        yield Deed.RESURRECTS, f"gives its object to {text(function)}", call, view.tree.path, depth
    if callee.function is None or callee.facts is None or callee.facts.is_library or depth >= _MOST_CALLS:
        return
    if callee.function.node.child_by_field_name("body") is None:
        return
    seen = callee.facts.view_of(callee.function)
    operands = [*([operand] if callee.kind == "method" else []), *arguments(call)]
    index = next((at for at, one in enumerate(operands) if _is_own(one, view, own)), -1)
    inner = next((name for name, at in parameters(callee.function, seen).items() if at == index), "")
    for deed, what, _, _, at in _deeds(callee.function.node, seen, inner, depth + 1):
        yield deed, what, call, view.tree.path, at


def _is_own(node: Node | None, view: FileView, own: str) -> bool:
    """Whether an expression is the object itself."""
    path: Path | None = path_of(node, view) if node is not None else None
    return bool(own) and path == (own,)


def _stored(statement: Node, view: FileView, own: str) -> Iterator[_Found]:
    """Assignments that put the object where it can be reached again."""
    targets, values = (expressions(statement.child_by_field_name(side)) for side in ("left", "right"))
    for target, value in zip(targets, values, strict=False):
        path = path_of(target, view)
        appended = arguments(value)[1:] if value.type == "call_expression" and text(value).startswith("append(") else []
        literal = value.type == "func_literal" and own in captured(value, view)
        if path is None or path[0] != GLOBAL:
            continue
        if _is_own(value, view, own) or literal or any(_is_own(one, view, own) for one in appended):
            yield Deed.RESURRECTS, f"stores its object in `{text(target)}`", statement, view.tree.path, 0
