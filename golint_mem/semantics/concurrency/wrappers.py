"""Functions that start what they are handed as a goroutine: `group.Go(f)`, and those of the module that do likewise.

A function of the module does so where its body starts the parameter (`go f()`, or `go func() { ... f() ... }()`),
hands it to another such function, or sends it on a channel, as pools do; where it never calls it itself, and does not
wait for what it has started.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.concurrency.library import STARTS
from golint_mem.semantics.inference import call_arguments
from golint_mem.semantics.typestate.leads import Leads
from golint_mem.semantics.view import Callee, FileView
from golint_mem.syntax.around import LITERAL, around
from golint_mem.syntax.go import Function, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

STARTING = (b"go ", b"go\t", b".Go(", b".TryGo(", b"AfterFunc(")
"""What stands in every function that starts a goroutine, and in comments."""
_HANDING = (*STARTING, b"<- ")
_NAMES = '((identifier) @name (#eq? @name "NAME"))'
_WAITS = """[
  (unary_expression operator: "<-") @found
  (range_clause right: (_) @found)
  ((call_expression function: (selector_expression field: (field_identifier) @name)) @found (#eq? @name "Wait"))
]"""
_CALLS = "(call_expression) @found"
_SELECT = frozenset({"select_statement"})
_GO = frozenset({"go_statement"})
_HOLDERS = frozenset({"literal_element", "keyed_element", "literal_value", "composite_literal", "unary_expression"})
_MOST_CALLS = 2
"""How many functions of the module may stand between a call and the start."""


def wrapper_names(facts: PackageFacts) -> frozenset[bytes]:
    """The names of such functions of the module that a package calls."""
    return frozenset(
        name
        for home in (facts, *facts.near)
        for name in Leads(home, _HANDING, (), giving=False, judge=None).names(_MOST_CALLS - 1) & facts.called
        if _is_wrapper(home, name)
    )


def _is_wrapper(home: PackageFacts, name: bytes) -> bool:
    """Whether a package has a function of this name that starts what it is handed."""
    kept, key = home.program.wrapping, (home.package.import_path, home.package.name, name)
    if key not in kept:
        named = home.declarations.named(name.decode("utf-8", "replace"))
        kept[key] = any(_started_by(one, home, _MOST_CALLS) is not None for one in named)
    return kept[key]


def started_argument(view: FileView, call: Node, depth: int = _MOST_CALLS) -> Node | None:
    """The argument that a call starts as a goroutine; None where it starts none."""
    given = call_arguments(call)
    at = started_at(view.callee(call), depth) if given else None
    return given[at] if at is not None and at < len(given) else None


def started_at(callee: Callee, depth: int = _MOST_CALLS) -> int | None:
    """Which argument a callee starts as a goroutine."""
    known = STARTS.get(callee.qualified)
    function, facts = callee.function, callee.facts
    if known is not None or function is None or facts is None or facts.is_library or depth == 0:
        return known
    return _started_by(function, facts, depth)


def _started_by(function: Function, facts: PackageFacts, depth: int) -> int | None:
    kept, key = facts.program.wrappers, (function.path, function.node.start_byte)
    if key not in kept:
        kept[key] = None  # a recursive one starts nothing
        kept[key] = _find(function, facts.view_of(function), depth)
    return kept[key]


def _find(function: Function, view: FileView, depth: int) -> int | None:
    body, listed = function.node.child_by_field_name("body"), function.node.child_by_field_name("parameters")
    names: list[Node] = []
    for declaration in listed.named_children if listed is not None else ():
        if declaration.type == "parameter_declaration":
            names += declaration.children_by_field_name("name")
    functions = [one for one in names if view.underlying(view.type_of(one)).kind == "func"] if body is not None else []
    if body is None or not functions:
        return None
    found = next((names.index(one) for one in functions if _starts(one, body, view, depth)), None)
    return found if found is not None and not _waits(body, view, depth) else None


def _waits(body: Node, view: FileView, depth: int) -> bool:
    """Whether a function waits for others, by itself or by what it calls: then it may well be for what it started."""
    for found in matches(body, _WAITS, "found"):
        is_ranged = found.parent is not None and found.parent.type == "range_clause"
        if is_ranged and view.underlying(view.type_of(found)).kind != "chan":
            continue
        select = around(found, _SELECT, body)
        asks = select is not None and any(matches(select, "(send_statement) @found", "found"))
        if not asks and not _is_aside(found, body, view, depth):
            return True
    for call in matches(body, _CALLS, "found"):
        callee = view.callee(call)
        function, facts = callee.function, callee.facts
        inner = function.node.child_by_field_name("body") if function is not None else None
        if inner is None or function is None or facts is None or facts.is_library or inner == body or depth == 0:
            continue
        if not _is_aside(call, body, view, depth) and _waits(inner, facts.view_of(function), depth - 1):
            return True
    return False


def _is_aside(node: Node, body: Node, view: FileView, depth: int) -> bool:
    """Whether something stands in a goroutine that a function starts."""
    literal = around(node, LITERAL, body)
    return around(node, _GO, body) is not None or (literal is not None and is_started(literal, view, depth - 1))


def _starts(parameter: Node, body: Node, view: FileView, depth: int) -> bool:
    """Whether a function starts its parameter, and never calls it itself."""
    known, found = view.object(parameter), False
    for name in matches(body, _NAMES.replace("NAME", text(parameter)), "name"):
        if view.object(name) != known:
            continue
        use = _use(name, body, view, depth)
        if use == "runs":
            return False
        found = found or use == "starts"
    return found


def _use(name: Node, body: Node, view: FileView, depth: int) -> str:
    """What becomes of a function value where its name stands: it `runs`, `starts`, or neither."""
    above, literal = name.parent, around(name, LITERAL, body)
    if literal is not None:
        is_called = above is not None and above.type == "call_expression"
        return ("starts" if is_started(literal, view, depth) else "runs") if is_called else ""
    if above is not None and above.type == "call_expression":
        return "starts" if above.parent is not None and above.parent.type == "go_statement" else "runs"
    call = above.parent if above is not None and above.type == "argument_list" else None
    if call is not None:
        is_handed = call.parent is not None and call.parent.type == "go_statement"
        return "starts" if is_handed or started_argument(view, call, depth - 1) == name else ""
    while above is not None and above.type in _HOLDERS:
        above = above.parent
    return "starts" if above is not None and above.type == "send_statement" else ""


def is_started(literal: Node, view: FileView, depth: int = _MOST_CALLS) -> bool:
    """Whether a function literal is started as a goroutine, perhaps."""
    above = literal.parent
    if above is None or above.parent is None:
        return False
    if above.type == "call_expression":
        return above.parent.type == "go_statement"
    return above.type == "argument_list" and started_argument(view, above.parent, depth) == literal


def start_of(literal: Node, view: FileView) -> Node | None:
    """The statement or call that surely starts a goroutine which runs a function literal."""
    above = literal.parent
    call = above.parent if above is not None else None
    if above is None or call is None or not is_started(literal, view):
        return None
    return call if above.type == "call_expression" or not may_refuse(view.callee(call)) else None


def may_refuse(callee: Callee) -> bool:
    """Whether a function that starts what it is handed can tell its caller that it did not."""
    known = STARTS.get(callee.qualified)
    return bool(callee.type.results) if known is None else callee.name == "TryGo"
