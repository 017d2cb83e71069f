"""Constructors that start a goroutine, and then fail without stopping it: nobody gets the object that could."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.cfg import Block, build
from golint_mem.semantics.concurrency.channels import is_within
from golint_mem.semantics.concurrency.workers import Worker
from golint_mem.semantics.inference import bare
from golint_mem.semantics.ownership.comparisons import spaceless
from golint_mem.semantics.view import FileView
from golint_mem.syntax.around import LITERAL, around
from golint_mem.syntax.go import Function, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_CALLS = "(call_expression function: (_) @function) @call"
_DEFERS = "(defer_statement) @found"
_SIGN = {True: "!=", False: "=="}
_STOPS = re.compile(r"(?i)(?:close|stop|shut|cancel|clean|kill|quit|abort|teardown|release|terminat|destroy|rollback)")


@dataclass(frozen=True, slots=True)
class LostWorker:
    """What `at` starts in a constructor, and the failing return behind which nobody can stop it.

    `kept` says that the object is returned all the same, with the error.
    """

    view: FileView
    function: Function
    worker: Worker
    at: Node
    leave: Node
    kept: bool


def lost_workers(facts: PackageFacts) -> Iterator[LostWorker]:
    """What the constructors of a package start and lose."""
    if not facts.mentions((b"go ", b".Go(")):
        return
    workers = facts.workers
    made = {function.name: worker for function, worker in workers.made}
    methods = {(one.owner, one.starter.name): one for one in workers.all if one.starter.receiver}
    for function in facts.declarations.functions.values():
        body = function.node.child_by_field_name("body")
        if body is None or len(function.result_types) < 2 or function.result_types[-1] != "error":
            continue
        view = facts.view_of(function)
        for worker, at in _started(function, view, made, methods, workers.all):
            found = _failing(function, body, at, worker)
            if found is not None:
                yield LostWorker(view, function, worker, at, found[0], found[1])
                break


def _started(
    function: Function,
    view: FileView,
    made: dict[str, Worker],
    methods: dict[tuple[str, str], Worker],
    workers: tuple[Worker, ...],
) -> Iterator[tuple[Worker, Node]]:
    """What starts a goroutine in a constructor: a go statement, a method that does, the making of an inner worker."""
    owner = function.result_types[0].removeprefix("*").partition("[")[0]
    for worker in workers:
        if worker.starter == function and worker.owner == owner:
            yield worker, worker.start.statement
    names = {*made, *(name for _, name in methods)}
    for call in matches(function.node, _CALLS, "call"):
        name = text(call.child_by_field_name("function")).rpartition(".")[2]
        if name not in names or around(call, LITERAL, function.node) is not None:
            continue
        callee = view.callee(call).function
        method = methods.get((owner, name))
        if method is not None and callee == method.starter:
            yield method, call
        elif name not in made or callee is None or callee.receiver or not _is_kept(call, function, owner):
            continue
        elif not view.facts.workers.ends_with_caller(call, view):
            yield made[name], call


def _is_kept(call: Node, function: Function, owner: str) -> bool:
    """Whether a value is put into a field of a local variable, or into a literal of the object that is made."""
    above = call.parent
    if above is not None and above.type == "expression_list":
        statement = above.parent
        left = statement.child_by_field_name("left") if statement is not None else None
        first = left.named_children[0] if left is not None else None
        operand = first.child_by_field_name("operand") if first is not None else None
        if first is None or operand is None or first.type != "selector_expression":
            return False
        return operand.type == "identifier" and text(operand) not in function.parameters
    if above is not None and above.type == "literal_element":
        literal = around(above, frozenset({"composite_literal"}))
        return literal is not None and text(literal.child_by_field_name("type")) == owner
    return False


def _failing(function: Function, body: Node, at: Node, worker: Worker) -> tuple[Node, bool] | None:
    """The return of an error that comes behind a statement without anything being stopped in between.

    The error of what starts the goroutine says that it did not, if it never fails later on.
    """
    if any(_STOPS.search(text(one)) for one in matches(body, _DEFERS, "found")):
        return None
    for block, items, failed in _behind(build(body), at, _own_error(at, worker)):
        if block.ends == "return" and items and items[-1].type == "return_statement" and not failed:
            kept = _fails(items[-1])
            if kept is not None:
                return items[-1], kept
    return None


def _behind(blocks: list[Block], at: Node, failed: str) -> Iterator[tuple[Block, list[Node], bool]]:
    """The blocks behind a statement, up to where something is stopped, and what they hold of it.

    The last one says whether the statement has failed there, by the variable that holds its error.
    """
    start = next(((block, item) for block in blocks for item in block.items if is_within(at, item)), None)
    if start is None:
        return
    block, item = start
    pending = [(block, block.items[block.items.index(item) :], failed, False)]
    seen = {(block.index, failed, False)}
    while pending:
        block, items, failed, is_so = pending.pop(0)
        if any(_stops(one) for one in items if one != item):
            continue
        if any(one != item and failed and re.match(rf"[^=]*\b{failed}\b[^=]*=[^=]", text(one)) for one in items):
            failed, is_so = "", False
        yield block, items, is_so
        for edge in block.edges:
            asked = spaceless(edge.condition) if failed and edge.condition is not None else ""
            so = is_so or (bool(asked) and asked == f"{failed}{_SIGN[edge.truth]}nil")
            if (edge.target.index, failed, so) not in seen:
                seen.add((edge.target.index, failed, so))
                pending.append((edge.target, edge.target.items, failed, so))


def _own_error(at: Node, worker: Worker) -> str:
    """The variable that holds the error of a call which starts the goroutine last; empty where there is none."""
    starter, above = worker.starter, at.parent
    body = starter.node.child_by_field_name("body")
    statement = above.parent if above is not None and above.type == "expression_list" else None
    left = statement.child_by_field_name("left") if statement is not None else None
    if left is None or body is None or starter.result_types[-1:] != ("error",) or worker.start.function != starter:
        return ""
    behind = [*_behind(build(body), worker.start.statement, "")]
    returns = [items[-1] for block, items, _ in behind if block.ends == "return" and items]
    later = any(one.type == "return_statement" and not text(one).endswith("nil") for one in returns)
    return text(left.named_children[-1]) if not later else ""


def _stops(item: Node) -> bool:
    """Whether a statement calls something by whose name it may stop what was started."""
    return any(_STOPS.search(text(name)) for name in matches(item, _CALLS, "function"))


def _fails(leave: Node) -> bool | None:
    """Whether a failing return hands out the object all the same; None where it does not, or may not, fail."""
    values = leave.named_children[0].named_children if leave.named_children else []
    if len(values) < 2 or text(values[-1]) == "nil":
        return None
    first, last = bare(values[0]), bare(values[-1])
    if text(first) == "nil" or first.type == "composite_literal":
        return False
    if last.type == "call_expression":
        return True
    return True if _is_tested(leave, text(last)) else None


def _is_tested(leave: Node, name: str) -> bool:
    """Whether a return stands where an error is known not to be nil."""
    above = around(leave, frozenset({"if_statement"}))
    condition = "".join(text(above.child_by_field_name("condition")).split()) if above is not None else ""
    then = above.child_by_field_name("consequence") if above is not None else None
    return f"{name}!=nil" in condition and then is not None and is_within(leave, then)
