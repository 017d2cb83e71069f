"""Whether a method that releases an object also takes its finalizer away, or leaves a mark that the finalizer heeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.cfg import Block, Edge, build
from golint_mem.semantics.finalizers.handles import COUNTS, Handles, Use, keeps_count, resets
from golint_mem.semantics.finalizers.paths import Path, parameters, path_of
from golint_mem.semantics.finalizers.registrations import Registration, Way
from golint_mem.semantics.inference import arguments, bare
from golint_mem.semantics.types import Type
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import Function, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_CALLS = "(call_expression) @call"
_WRITES = """[
  (assignment_statement left: (expression_list (_) @target)) (inc_statement (_) @target) (dec_statement (_) @target)
]"""
_CONDITIONS = "(if_statement condition: (_) @found)"
_FIELDS = "(selector_expression) @found"
_ATOMIC = frozenset({"CompareAndSwap", "Swap", "Store", "Add", "And", "Or"})
_MOST_CALLS = 3


@dataclass(frozen=True, slots=True)
class Armed:
    """A method that gives back a handle and may return with the finalizer still set to do the same."""

    function: Function
    view: FileView
    kind: Type
    use: Use
    returns: Node | None
    registrations: tuple[Registration, ...]


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A method that marks the object as done and returns without giving back the handle, for good."""

    function: Function
    view: FileView
    kind: Type
    use: Use
    mark: Node
    returns: Node


class Closing:
    """One method of a type with a finalizer: where it releases the handle, and where it disarms the finalizer."""

    def __init__(
        self,
        function: Function,
        view: FileView,
        variable: str,
        guards: frozenset[str],
        released: frozenset[tuple[Path, str]],
    ) -> None:
        self.function = function
        self.view = view
        self.variable = variable
        self.guards = guards
        self.released = released
        body = function.node.child_by_field_name("body")
        self.blocks = build(body) if body is not None else []

    def uses(self) -> Iterator[Use]:
        """The calls that give back what the finalizer gives back."""
        fields = {path[:1] for path, _ in self.released}
        callees = {by for _, by in self.released}
        for use in Handles(self.function.node, self.view).uses():
            if use.path[0] != self.variable or use.path[1:2] not in fields or _by_address(use.call):
                continue
            if use.by in callees and (use.raw or self._is_internal(use.call)):
                yield use

    def _is_internal(self, call: Node) -> bool:
        """Whether a method call on the object is one of the package's own helpers, which is not looked at by itself."""
        callee = self.view.callee(call)
        if callee.function is None or callee.facts is None or callee.name[:1].isupper():
            return False
        view = callee.facts.view_of(callee.function)
        return not any(True for _ in clears(callee.function, view, 0, self.guards))

    def armed(self, use: Use) -> tuple[bool, Node | None]:
        """Whether some path through a release disarms the finalizer neither before nor behind it, and where it ends."""
        clearing = {node.id for node in self._clearing()}
        for block in self.blocks:
            for index, part in enumerate(_parts(block)):
                if _within(use.call, part):
                    before = _parts(block)[:index]
                    after = _parts(block)[index + 1 :]
                    if part.id in clearing or any(one.id in clearing for one in before):
                        return False, None
                    if not self._enters(block, clearing):
                        return False, None
                    if any(one.id in clearing for one in after):
                        return False, None
                    end = self._leaves(block, clearing, part)
                    return end is not None, end
        return False, None

    def given_up(self) -> tuple[Node, Node] | None:
        """Where the method marks the object as done and then, on some path, returns without having released it."""
        releasing = {part.id for use in self.uses() for part in self._all_parts() if _within(use.call, part)}
        for mark in matches(self.function.node, _WRITES, "target"):
            path = path_of(mark, self.view)
            if path is None or path[0] != self.variable or path[1:2] not in {(one,) for one in self._stops()}:
                continue
            for block in self.blocks:
                for index, part in enumerate(_parts(block)):
                    if not _within(mark, part) or any(one.id in releasing for one in _parts(block)[index:]):
                        continue
                    end = self._escapes(block, releasing, part)
                    if end is not None:
                        return mark, end
        return None

    def _all_parts(self) -> list[Node]:
        return [part for block in self.blocks for part in _parts(block)]

    def _stops(self) -> frozenset[str]:
        """The fields that end the method at once where they are set: `if s.closed { return }`."""
        found: set[str] = set()
        body = self.function.node.child_by_field_name("body")
        for statement in matches(body, "(if_statement) @found", "found") if body is not None else ():
            condition, then = (statement.child_by_field_name(name) for name in ("condition", "consequence"))
            path = path_of(condition, self.view) if condition is not None else None
            returns = then is not None and bool(matches(then, "(return_statement) @found", "found"))
            if path is not None and path[0] == self.variable and len(path) == 2 and returns:
                found.add(path[1])
        return frozenset(found)

    def _escapes(self, start: Block, releasing: set[int], last: Node) -> Node | None:
        """The statement with which some path leaves the function that neither releases nor hands on the object."""
        return _way_out(
            start,
            last,
            lambda part: part.id in releasing or self._hands_on(part),
            lambda edge: not self._is_empty(edge),
        )

    def _hands_on(self, part: Node) -> bool:
        """Whether a statement gives the object itself to somebody."""
        given = [one for call in matches(part, _CALLS, "call") for one in arguments(call)]
        return any(path_of(one, self.view) == (self.variable,) for one in given)

    def _is_empty(self, edge: Edge) -> bool:
        """Whether an edge is taken only where there is no handle to release."""
        condition = edge.condition
        if condition is None or condition.type != "binary_expression" or "nil" not in text(condition):
            return False
        left, operator = condition.child_by_field_name("left"), text(condition.child_by_field_name("operator"))
        tested = Handles(self.function.node, self.view).origins(left) if left is not None else frozenset()
        handles = {path[:1] for path, _ in self.released}
        return edge.truth == (operator == "==") and any(path[1:2] in handles for path in tested)

    def _clearing(self) -> list[Node]:
        """The statements and conditions that disarm the finalizer."""
        nodes = list(clears(self.function, self.view, 0, self.guards, self.variable))
        return [part for block in self.blocks for part in _parts(block) if any(_within(one, part) for one in nodes)]

    def _enters(self, target: Block, clearing: set[int]) -> bool:
        """Whether some path from the entry comes to a block without disarming."""
        seen: set[int] = set()
        pending = self.blocks[:1]
        while pending:
            block = pending.pop()
            if block is target:
                return True
            if block.index in seen or any(part.id in clearing for part in _parts(block)):
                continue
            seen.add(block.index)
            pending += [edge.target for edge in block.edges]
        return False

    def _leaves(self, start: Block, clearing: set[int], last: Node) -> Node | None:
        """The statement with which some path from a block leaves the function without disarming."""
        return _way_out(start, last, lambda part: part.id in clearing)


def _way_out(
    start: Block, last: Node, ends: Callable[[Node], bool], takes: Callable[[Edge], bool] = lambda _: True
) -> Node | None:
    """The statement at which some path from a block returns; `ends` stops a path at a part, `takes` chooses edges."""
    seen: set[int] = set()
    pending: list[tuple[Block, Node]] = [(start, last)]
    while pending:
        block, at = pending.pop(0)
        if block.index in seen:
            continue
        seen.add(block.index)
        parts = _parts(block)
        if block is not start and any(map(ends, parts)):
            continue
        at = parts[-1] if parts else at
        if block.ends == "return":
            return at
        pending += [(edge.target, at) for edge in block.edges if takes(edge)]
    return None


def clears(
    function: Function, view: FileView, depth: int, guards: frozenset[str] | None, variable: str = ""
) -> Iterator[Node]:
    """Where a function disarms the finalizer of its object: clears it, overwrites the handle, sets a mark.

    `guards` are the fields whose change the finalizer heeds; with None only its removal counts.
    """
    body = function.node.child_by_field_name("body")
    variable = variable or next((name for name, index in parameters(function, view).items() if index == 0), "")
    if body is None or not variable:
        return
    for target in matches(body, _WRITES, "target") if guards is not None else ():
        path = path_of(target, view)
        if path is None or path[0] != variable:
            continue
        if path[1] in (guards or ()) if len(path) > 1 else target.type == "unary_expression":
            yield target
    for call in matches(body, _CALLS, "call"):
        if _disarms(call, view, variable, guards, depth):
            yield call


def _disarms(call: Node, view: FileView, variable: str, guards: frozenset[str] | None, depth: int) -> bool:
    callee, given = view.callee(call), arguments(call)
    if callee.qualified == "runtime.SetFinalizer":
        return len(given) == 2 and text(given[1]) == "nil" and (path_of(given[0], view) or ("",))[0] == variable
    function = bare(call.child_by_field_name("function") or call)
    operand = function.child_by_field_name("operand") if function.type == "selector_expression" else None
    path = path_of(operand, view) if operand is not None else None
    if path is not None and path[0] == variable and len(path) > 1:
        if callee.qualified == "runtime.Cleanup.Stop" or (
            callee.kind == "unknown"
            and callee.name in ("", "Stop")
            and text(function.child_by_field_name("field")) == "Stop"
        ):
            return True
        if guards is not None and (callee.qualified == "sync.Once.Do" or callee.name in _ATOMIC):
            return True
    if callee.package == "sync/atomic" and given and guards is not None:
        pointed = path_of(given[0], view)
        return pointed is not None and pointed[0] == variable
    if callee.function is None or callee.facts is None or callee.facts.is_library or depth >= _MOST_CALLS:
        return False
    operands = [operand, *given] if callee.kind == "method" else list(given)
    indices = [index for index, one in enumerate(operands) if one is not None and is_itself(one, view, variable)]
    names = parameters(callee.function, callee.facts.view_of(callee.function))
    inner = [name for name, index in names.items() if index in indices]
    seen = callee.facts.view_of(callee.function)
    return any(True for name in inner for _ in clears(callee.function, seen, depth + 1, guards, name))


def is_itself(node: Node, view: FileView, variable: str) -> bool:
    """Whether an expression is a variable, or a struct that is embedded in it."""
    path = path_of(node, view)
    if path is None or path[0] != variable:
        return False
    operand = bare(node).child_by_field_name("operand")
    if len(path) == 1 or operand is None:
        return len(path) == 1
    below = view.underlying(view.type_of(operand).pointee)
    return path[-1] in below.embedded and is_itself(operand, view, variable)


def _parts(block: Block) -> list[Node]:
    conditions = {edge.condition.id: edge.condition for edge in block.edges if edge.condition is not None}
    return [*block.items, *conditions.values()]


def _within(node: Node, whole: Node) -> bool:
    return whole.start_byte <= node.start_byte and node.end_byte <= whole.end_byte


def _by_address(call: Node) -> bool:
    """Whether a C function gets the address of a C struct, which it may reset: `C.git_buf_dispose(&b.buf)`."""
    return any(one.type == "unary_expression" and text(one).startswith("&") for one in arguments(call))


def tested(function: Function, view: FileView, variable: str, depth: int = 0) -> frozenset[str]:
    """The fields of its object that a function's conditions ask for, those of methods that it calls among them."""
    found: set[str] = set()
    for condition in matches(function.node, _CONDITIONS, "found"):
        for selector in matches(condition, _FIELDS, "found"):
            path = path_of(selector, view)
            if path is not None and path[0] == variable and len(path) > 1:
                found.add(path[1])
    for call in matches(function.node, _CALLS, "call") if depth < _MOST_CALLS else ():
        callee = view.callee(call)
        called = bare(call.child_by_field_name("function") or call)
        operand = called.child_by_field_name("operand") if callee.kind == "method" else None
        if operand is None or callee.function is None or callee.facts is None or callee.facts.is_library:
            continue
        if path_of(operand, view) == (variable,):
            seen = callee.facts.view_of(callee.function)
            names = parameters(callee.function, seen)
            inner = next((name for name, index in names.items() if index == 0), "")
            found |= tested(callee.function, seen, inner, depth + 1) if inner else set()
    return frozenset(found)


def methods(kind: Type, view: FileView, depth: int = 0) -> Iterator[tuple[Function, FileView]]:
    """The exported methods of a type, those that it gets by embedding among them."""
    home = view.facts.seen(kind.package)
    if home is None or home.is_library or depth > _MOST_CALLS:
        return
    for function in home.declarations.methods_of.get(kind.name, ()):
        if function.name[:1].isupper() and function.node.child_by_field_name("body") is not None:
            yield function, home.view_of(function)
    below = view.underlying(kind)
    for name, inner in below.members if below.kind == "struct" else ():
        if name in below.embedded:
            yield from methods(inner.pointee, view, depth + 1)


def armed(facts: PackageFacts) -> Iterator[Armed | GivenUp]:
    """The methods that release what a finalizer of this package will release again."""
    done: set[tuple[str, int]] = set()
    for kind, watched in facts.finalizers.by_type():
        view = watched[0].view
        released = frozenset(each for one in watched for each in facts.finalizers.released(one))
        released = frozenset((path, by) for path, by in released if path and not resets(by))
        if not released or _counted(kind, view, released):
            continue
        cleanup = any(one.way is Way.CLEANUP for one in watched)
        guards = frozenset(path[0] for path, _ in released) | _guards(watched)
        for function, seen in methods(kind, view):
            key = function.path, function.node.start_byte
            variable = next((name for name, index in parameters(function, seen).items() if index == 0), "")
            if key in done or not variable:
                continue
            done.add(key)
            heeded = frozenset() if cleanup else guards | tested(function, seen, variable)
            closing = Closing(function, seen, variable, heeded, released)
            dropped = closing.given_up()
            use = next(closing.uses(), None)
            if dropped is not None and use is not None:
                yield GivenUp(function, seen, kind, use, *dropped)
            for use in closing.uses():
                leaves, end = closing.armed(use)
                if leaves:
                    yield Armed(function, seen, kind, use, end, watched)
                    break


def _guards(watched: tuple[Registration, ...]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for one in watched:
        if one.action is not None and one.way is Way.FINALIZER and one.action.parameter:
            found |= tested(one.action.function, one.action.view, one.action.parameter)
    return found


def _counted(kind: Type, view: FileView, released: frozenset[tuple[Path, str]]) -> bool:
    """Whether the type counts references, so that one more release belongs to one more acquisition."""
    counts = any("unref" in by.lower() or "decref" in by.lower() for _, by in released)
    if counts and any(view.method(kind, name) is not None for name in COUNTS):
        return True
    fields = (view.member(kind, path[0]) for path, _ in released)
    return any(keeps_count(one.type.pointee, view) for one in fields if one is not None)
