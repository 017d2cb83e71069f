"""Deferred releases in loops: which of them pile up, because each round opens something that only the end closes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from golint_mem.semantics import cfg
from golint_mem.semantics.inference import bare, expressions
from golint_mem.semantics.lasting import given
from golint_mem.semantics.loops import declared_in
from golint_mem.semantics.removals import plain
from golint_mem.semantics.scopes import Scopes, Variable
from golint_mem.semantics.short_loops import is_small
from golint_mem.semantics.types import Type
from golint_mem.semantics.view import FileView
from golint_mem.syntax.around import function_around, loop_around
from golint_mem.syntax.go import matches, text

_DEFERS = "(defer_statement (call_expression) @call) @found"
_CALLS = "(call_expression) @found"
_STORES = "[(assignment_statement) (send_statement) (go_statement) (return_statement) (short_var_declaration)] @found"
_NAMES = "(identifier) @name"
_METHODS = frozenset({"Close", "Unlock", "RUnlock"})
_LOCKING = {"Unlock": "Lock", "RUnlock": "RLock"}
_HARMLESS = re.compile(r"compress/\w+\.\w+|bufio\.\w+|io\.NopCloser|net/http/httptest\.\w+|golang.org/x/\w+/zstd\.\w+")
_CONTEXTS = re.compile(r"context\.With(?:Cancel|Timeout|Deadline)(?:Cause)?")
_WRAPS = re.compile(
    r"(?:^|\.)(?:New|new|Wrap|wrap|With|with|Open|Make|Multi|Tee|Limit)|Reader|Writer|Closer|Scanner|Decoder"
)
_KEEPS = re.compile(r"(?:^|\.)(?:Add|Append|Set|Push|Register|Put|Insert|Attach|Enqueue|Store|Reset|Use|Go|Submit)")


@dataclass(frozen=True, slots=True)
class Piled:
    """A deferred release that a loop repeats. `made` opens or locks, `method` releases `subject`."""

    view: FileView
    defer: Node
    call: Node
    loop: Node
    made: Node
    variable: Variable | None
    subject: str
    method: str


def piled_up(view: FileView) -> Iterator[Piled]:
    """The deferred releases of a file that wait while their loop opens more, in source order."""
    for defer in matches(view.tree.root, _DEFERS, "found"):
        loop = loop_around(defer)
        scopes = view.scopes(defer)
        if loop is None or scopes is None or _is_short(loop, scopes) or _is_guarded(defer, loop):
            continue
        found = _lock(view, defer, loop) or _resource(view, defer, loop) or _context(view, defer, loop)
        if found is not None and _comes_round(defer):
            yield found


def _is_short(loop: Node, scopes: Scopes) -> bool:
    """Whether the header shows that the loop makes a few rounds; a variable may have grown since its declaration."""
    ranged = next((one.child_by_field_name("right") for one in loop.named_children if one.type == "range_clause"), None)
    return (ranged is None or ranged.type != "identifier") and is_small(loop, scopes)


def _is_guarded(defer: Node, loop: Node) -> bool:
    """Whether an `if` lets the statement happen once only, because its block changes what the condition asks."""
    node = defer.parent
    while node is not None and node != loop:
        condition = node.child_by_field_name("condition") if node.type == "if_statement" else None
        block = node.child_by_field_name("consequence")
        if condition is not None and block is not None:
            asked = {text(name) for name in _names(condition)}
            set_here = matches(block, "(assignment_statement left: (expression_list (identifier) @name))", "name")
            if any(text(name) in asked and text(name) != "err" for name in set_here):
                return True
        node = node.parent
    return False


def _comes_round(defer: Node) -> bool:
    """Whether a path leads from the statement back to itself."""
    function = function_around(defer)
    body = function.child_by_field_name("body") if function is not None else None
    blocks = cfg.build(body) if body is not None else []
    start = next((block for block in blocks if defer in block.items), None)
    if start is None:
        return False
    seen: set[int] = set()
    pending = [edge.target for edge in start.edges]
    while pending:
        block = pending.pop()
        if block.index == start.index:
            return True
        if block.index not in seen:
            seen.add(block.index)
            pending += [edge.target for edge in block.edges]
    return False


def _released(defer: Node) -> Iterator[tuple[Node, Node, str]]:
    """The calls of a release that a deferred call or literal makes: the call, what it releases, and the method."""
    for call in [defer.named_children[0], *matches(defer, _CALLS, "found")]:
        function = call.child_by_field_name("function")
        if function is not None and function.type == "selector_expression":
            operand, method = function.child_by_field_name("operand"), text(function.child_by_field_name("field"))
            if operand is not None and method in _METHODS:
                yield call, operand, method


def _lock(view: FileView, defer: Node, loop: Node) -> Piled | None:
    """`mu.Lock(); defer mu.Unlock()` on a lock that is the same in every round."""
    for call, operand, method in _released(defer):
        if method not in _LOCKING or any(_is_of_loop(view, name, loop) for name in _names(operand)):
            continue
        wanted = f"{plain(operand)}.{_LOCKING[method]}"
        for locks in matches(loop, _CALLS, "found"):
            before = locks.start_byte < defer.start_byte and function_around(locks) == function_around(defer)
            if before and plain(locks.child_by_field_name("function")) == wanted:
                return Piled(view, defer, call, loop, locks, None, plain(operand), method)
    return None


def _names(node: Node) -> list[Node]:
    return [node] if node.type == "identifier" else matches(node, _NAMES, "name")


def _is_of_loop(view: FileView, name: Node, loop: Node) -> bool:
    variable = _variable(view, name)
    return variable is not None and declared_in(variable.name, loop)


def _variable(view: FileView, name: Node) -> Variable | None:
    scopes = view.scopes(name)
    return scopes.by_id.get(scopes.resolve(name) or "") if scopes is not None else None


def _resource(view: FileView, defer: Node, loop: Node) -> Piled | None:
    """Something that a call in the same round has opened, and that nobody needs after the round."""
    for call, operand, method in _released(defer):
        root = _root(operand)
        variable = _variable(view, root) if root is not None else None
        if root is None or variable is None or method != "Close":
            continue
        made = _opened(view, variable, root, loop, defer)
        if made is None or _is_harmless(view, made) or _is_closed_too(view, loop, defer, variable):
            continue
        if not _is_kept(view, loop, defer, variable):
            return Piled(view, defer, call, loop, made, variable, plain(operand), method)
    return None


def _context(view: FileView, defer: Node, loop: Node) -> Piled | None:
    """`ctx, cancel := context.WithTimeout(...); defer cancel()` on a context that nobody needs after the round."""
    for call in [defer.named_children[0], *matches(defer, _CALLS, "found")]:
        name = call.child_by_field_name("function")
        variable = _variable(view, name) if name is not None and name.type == "identifier" else None
        if name is None or variable is None or variable.statement.type != "short_var_declaration":
            continue
        made = _opened(view, variable, name, loop, defer)
        if made is None or not _CONTEXTS.fullmatch(view.callee(made).qualified) or _is_called(view, loop, defer, name):
            continue
        both = (_variable(view, one) for one in expressions(variable.statement.child_by_field_name("left")))
        if not any(one is not None and _is_kept(view, loop, defer, one) for one in both):
            return Piled(view, defer, call, loop, made, variable, text(name), "cancel")
    return None


def _is_called(view: FileView, loop: Node, defer: Node, name: Node) -> bool:
    """Whether the round calls a function itself that it also defers."""
    wanted = _variable(view, name)
    calls = (one for one in matches(loop, _CALLS, "found") if not defer.start_byte <= one.start_byte < defer.end_byte)
    called = (one.child_by_field_name("function") for one in calls)
    return any(one is not None and one.type == "identifier" and _variable(view, one) == wanted for one in called)


def _root(node: Node) -> Node | None:
    """The variable that a selector chain starts with."""
    node = bare(node)
    while node.type == "selector_expression":
        inner = node.child_by_field_name("operand")
        if inner is None:
            return None
        node = bare(inner)
    return node if node.type == "identifier" else None


def _opened(view: FileView, variable: Variable, name: Node, loop: Node, defer: Node) -> Node | None:
    """The call in the loop that gives the variable its value; None where it has it from elsewhere."""
    body = loop.child_by_field_name("body")
    if body is None:
        return None
    if body.start_byte <= variable.name.start_byte < body.end_byte:
        value = given(variable)
        if value is not None:
            return bare(value) if bare(value).type == "call_expression" else None
    for statement in reversed(matches(body, "(assignment_statement) @found", "found")):
        targets = expressions(statement.child_by_field_name("left"))
        values = expressions(statement.child_by_field_name("right"))
        before = statement.end_byte <= defer.start_byte and targets and values
        if before and text(targets[0]) == text(name) and _variable(view, targets[0]) == variable:
            return bare(values[0]) if bare(values[0]).type == "call_expression" else None
    return None


def _is_harmless(view: FileView, made: Node) -> bool:
    callee = view.callee(made)
    return callee.kind in ("conversion", "builtin") or _HARMLESS.fullmatch(callee.qualified) is not None


def _is_closed_too(view: FileView, loop: Node, defer: Node, variable: Variable) -> bool:
    """Whether the round closes it as well, on the way that comes round."""
    for call in matches(loop, _CALLS, "found"):
        if defer.start_byte <= call.start_byte < defer.end_byte or function_around(call) != function_around(defer):
            continue
        function = call.child_by_field_name("function")
        operand = function.child_by_field_name("operand") if function is not None else None
        root = _root(operand) if operand is not None else None
        if root is not None and _variable(view, root) == variable and plain(function).endswith(".Close"):
            return True
    return False


def _is_kept(view: FileView, loop: Node, defer: Node, variable: Variable) -> bool:
    """Whether the resource, or something that was made with it, goes where it is needed after the round."""
    held = {variable.id}
    for statement in matches(loop, _STORES, "found"):
        if defer.start_byte <= statement.start_byte < defer.end_byte:
            continue
        if statement.type == "short_var_declaration":
            held |= {one.id for one in _declared_with(view, statement, held)}
        elif _stores(view, statement, loop, held):
            return True
    return any(_is_handed_to_keeper(view, call, loop, held) for call in matches(loop, _CALLS, "found"))


def _declared_with(view: FileView, statement: Node, held: set[str]) -> Iterator[Variable]:
    """The variables of `:=` that hold what is held, or wrap it."""
    right = statement.child_by_field_name("right")
    if right is not None and _wraps(view, right, held):
        for name in expressions(statement.child_by_field_name("left")):
            variable = _variable(view, name)
            if variable is not None and _may_hold(view, view.type_of(name)):
                yield variable


def _stores(view: FileView, statement: Node, loop: Node, held: set[str]) -> bool:
    if statement.type == "return_statement":
        return False
    if statement.type == "go_statement":
        return _mentions(view, statement, held)
    if statement.type == "send_statement":
        value = statement.child_by_field_name("value")
        return value is not None and _wraps(view, value, held)
    targets = expressions(statement.child_by_field_name("left"))
    right = statement.child_by_field_name("right")
    outside = [one for one in targets if _is_outside(view, one, loop) and _may_hold(view, view.type_of(one))]
    return bool(outside) and right is not None and _wraps(view, right, held)


def _is_outside(view: FileView, target: Node, loop: Node) -> bool:
    """Whether what is assigned to was there before the loop, or is behind a pointer that may lead there."""
    names = _names(bare(target))
    if not names or text(names[0]) == "_":
        return False
    variable = _variable(view, names[0])
    if variable is None or not declared_in(variable.name, loop):
        return True
    value = given(variable)
    if bare(target).type == "identifier" or value is None:
        return bare(target).type != "identifier" and view.type_of(names[0]).kind == "pointer"
    return bare(value).type in ("selector_expression", "index_expression") and _is_outside(view, value, loop)


def _may_hold(view: FileView, one: Type) -> bool:
    """Whether a variable of a type can hold a resource: no error, number, string, nor bytes."""
    below = view.underlying(one)
    if below.kind == "slice" and below.element is not None:
        return view.underlying(below.element).kind != "basic"
    return one.qualified != "builtin.error" and below.kind != "basic"


def _mentions(view: FileView, node: Node, held: set[str]) -> bool:
    found = (_variable(view, name) for name in matches(node, _NAMES, "name"))
    return any(variable is not None and variable.id in held for variable in found)


def _wraps(view: FileView, node: Node, held: set[str]) -> bool:
    """Whether an expression is what is held, or holds it: a literal, `append`, a constructor with it as argument."""
    node = bare(node)
    if node.type == "expression_list":
        return any(_wraps(view, one, held) for one in node.named_children)
    if node.type == "identifier":
        return _mentions(view, node.parent or node, held) and _variable_in(view, node, held)
    if node.type in ("composite_literal", "func_literal"):
        return _mentions(view, node, held)
    if node.type == "call_expression":
        callee = plain(node.child_by_field_name("function"))
        listed = node.child_by_field_name("arguments")
        if listed is None or not _mentions(view, listed, held):
            return False
        return callee == "append" or _WRAPS.search(callee) is not None
    if node.type in ("unary_expression", "type_assertion_expression", "selector_expression"):
        inner = node.child_by_field_name("operand")
        return inner is not None and _wraps(view, inner, held)
    return False


def _variable_in(view: FileView, name: Node, held: set[str]) -> bool:
    variable = _variable(view, name)
    return variable is not None and variable.id in held


def _is_handed_to_keeper(view: FileView, call: Node, loop: Node, held: set[str]) -> bool:
    """Whether a method that by its name keeps its arguments is called on something from outside the loop."""
    function, listed = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if (
        function is None
        or listed is None
        or function.type != "selector_expression"
        or not _KEEPS.search(plain(function))
    ):
        return False
    operand = function.child_by_field_name("operand")
    outside = operand is not None and _is_outside(view, operand, loop)
    return outside and any(_wraps(view, one, held) for one in listed.named_children)
