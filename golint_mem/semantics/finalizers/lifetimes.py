"""Handles that are used when nothing keeps their Go object alive any more, so that its finalizer may run meanwhile.

Source: the documentation of `runtime.SetFinalizer` and `runtime.KeepAlive`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Notification
from golint_mem.semantics.finalizers.disarming import clears
from golint_mem.semantics.finalizers.handles import Handles, Use, is_release, keeps_count, type_along
from golint_mem.semantics.finalizers.holders import Holders, captured, leads
from golint_mem.semantics.finalizers.paths import GLOBAL, Path, parameters
from golint_mem.semantics.finalizers.registrations import Registration, Way
from golint_mem.semantics.inference import arguments
from golint_mem.semantics.liveness import Liveness
from golint_mem.semantics.ownership.pairs import Pairs
from golint_mem.semantics.scopes import Scopes
from golint_mem.semantics.types import Type
from golint_mem.semantics.view import FileView
from golint_mem.syntax.around import function_around
from golint_mem.syntax.go import Function, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_DEFERS = "(defer_statement) @found"
_CALLS = "(call_expression) @call"
_MOST_USES = 500


@dataclass(frozen=True, slots=True)
class Exposed:
    """A use of a handle after the last use of its object.

    `object` is the object as the source writes it, `kind` its type; `copied` says that the function has a copy of the
    object, which keeps nothing alive. `later` holds further uses in the function, also of what the first one returned.
    """

    function: Function
    view: FileView
    use: Use
    object: str
    kind: Type
    copied: bool
    registration: Registration
    variable: str
    later: tuple[Node, ...] = ()


class Lifetimes:
    """The objects with finalizers in one declared function: what holds them, and until when."""

    def __init__(self, function: Function, view: FileView, scopes: Scopes) -> None:
        self.function = function
        self.view = view
        self.scopes = scopes
        self.handles = Handles(function.node, view)
        self._liveness: dict[int, Liveness] = {}

    @cached_property
    def held(self) -> Holders:
        """Who holds whom in the function."""
        return Holders(self.function.node, self.view)

    def exposed(self) -> Iterator[Exposed]:
        """The uses of handles that nothing protects, one for each object."""
        first: dict[Path, Exposed] = {}
        later: dict[Path, list[Node]] = {}
        for number, use in enumerate(self.handles.uses()):
            if number == _MOST_USES:
                self._note_bound()
                break
            one = self._exposed(use) if use.raw and use.path[0] != GLOBAL else None
            if one is None:
                continue
            key = tuple(one.object.split("."))
            if key not in first:
                first[key] = one
            elif use.call.id != first[key].use.call.id:
                later.setdefault(key, []).append(use.call)
        for key, one in first.items():
            nodes = [*later.get(key, ()), *self._uses_of_result(one.use.call)]
            yield replace(one, later=tuple({node.id: node for node in nodes}.values()))

    def _note_bound(self) -> None:
        line = self.function.node.start_point[0] + 1
        message = f"{self.function.qualified} uses too many handles; not all were followed"
        self.view.facts.notifications.append(Notification("bound-hit", message, "note", self.function.path, line))

    def _uses_of_result(self, call: Node) -> Iterator[Node]:
        """The later C calls that get the variable in which a C function's result, if it is not fresh, is kept."""
        statement = call.parent.parent if call.parent is not None else None
        left = statement.child_by_field_name("left") if statement is not None else None
        names = [one for one in left.named_children if one.type == "identifier"] if left is not None else []
        callee = self.view.callee(call)
        if not names or callee.package != "C" or self.view.facts.ownership.c.effect(callee.name).fresh:
            return
        kept = {self.scopes.resolve(names[0])}
        for later in matches(self.function.node, _CALLS, "call"):
            given = later.child_by_field_name("arguments")
            follows = later.start_byte > call.end_byte and self.view.callee(later).package == "C"
            if follows and given is not None and kept & self.scopes.mentioned(given):
                yield later

    def _exposed(self, use: Use) -> Exposed | None:
        owner = self.owner(use.path)
        if owner is None:
            return None
        path, kind, watched = owner
        released = {by for one in watched for _, by in self.view.facts.finalizers.released(one)}
        if (
            any(Pairs.same_object(use.by, by) and is_release(use.by, self.view.facts) for by in released)
            or use.by in released
        ):
            return None
        variable = self.scopes.by_id[path[0]]
        copied = len(path) == 1 and self._is_value(variable.name) and variable.statement.type == "parameter_declaration"
        if not copied and (self._is_value(variable.name) and len(path) == 1):
            return None
        if not copied and (self.is_kept(use.call, path) or self._is_cleared(use.call, path)):
            return None
        if not copied and (self._callers_keep(path) or any(map(self.view.facts.finalizers.is_lasting, watched))):
            return None
        name = ".".join([text(variable.name), *path[1:]]).replace(".[]", "[]")
        return Exposed(self.function, self.view, use, name, kind, copied, watched[0], text(variable.name))

    def owner(self, path: Path) -> tuple[Path, Type, tuple[Registration, ...]] | None:
        """The innermost object with a releasing finalizer on the way to a handle."""
        variable = self.scopes.by_id.get(path[0])
        if variable is None:
            return None
        facts, found = self.view.facts, None
        for one, kind in type_along(path, self.view.type_of(variable.name), self.view):
            watched = tuple(each for each in facts.finalizers.watching(kind) if facts.finalizers.released(each))
            if watched:
                found = one, kind.pointee, watched
            elif found is not None and keeps_count(kind.pointee, self.view):
                return None  # who uses the handle counts as one of its users until it says otherwise
        if found is None or len(found[0]) == len(path):
            return None
        return found if self._is_handle(path, found) else None

    def _is_handle(self, path: Path, found: tuple[Path, Type, tuple[Registration, ...]]) -> bool:
        """Whether the path leads to what the finalizer gives back, or to another field with the same pointer."""
        owner, kind, watched = found
        fields = {name for each in watched for one, _ in self.view.facts.finalizers.released(each) for name in one[:1]}
        return path[len(owner)] in fields | self.view.facts.finalizers.aliases(kind, fields)

    def _is_value(self, name: Node) -> bool:
        return (
            self.view.type_of(name).kind == "named" and self.view.underlying(self.view.type_of(name)).kind == "struct"
        )

    # What keeps an object alive.

    def is_kept(self, call: Node, path: Path) -> bool:
        """Whether something that is used after a call, or passed to it, leads to the object at a path."""
        body = function_around(call)
        if body is None or not self._declared_in(path[0], body) or self.held.is_published(path):
            return True
        live = self._liveness_of(body)
        if not live.reaches(call):
            return True
        if any(self.held.keeps(variable, path) for variable in live.after(call)):
            return True
        holding = [one for node in arguments(call) for one in self.held.carried(node)]
        holding += [one for defer in self._defers(call, body) for one in self._held_by(defer)]
        holding += [one for ranged in _ranged_over(call, body) for one in self.held.carried(ranged)]
        return any(self._leads(one, path) for one in holding)

    def _leads(self, holder: Path, path: Path) -> bool:
        if len(holder) == 1:
            return self.held.keeps(holder[0], path)
        return any(leads(holder, name) for name in self.held.names(path))

    def _declared_in(self, variable: str, body: Node) -> bool:
        declared = self.scopes.by_id[variable].name
        found = function_around(declared)
        return found is not None and found.id == body.id

    def _liveness_of(self, body: Node) -> Liveness:
        if body.id not in self._liveness:
            self._liveness[body.id] = Liveness(body, self.scopes)
        return self._liveness[body.id]

    def _defers(self, call: Node, body: Node) -> Iterator[Node]:
        for defer in matches(body, _DEFERS, "found"):
            inside = function_around(defer)
            if defer.start_byte < call.start_byte and inside is not None and inside.id == body.id:
                yield defer

    def _held_by(self, defer: Node) -> Iterator[Path]:
        """What a deferred call holds until the function ends: receiver, arguments, and what a literal captures."""
        call = defer.named_children[0] if defer.named_children else None
        function = call.child_by_field_name("function") if call is not None else None
        if call is None or function is None:
            return
        if function.type == "func_literal":
            yield from ((name,) for name in captured(function, self.view))
        elif function.type == "selector_expression":
            yield from self.held.receiver(function)
        for one in arguments(call):
            yield from self.held.carried(one)

    def _is_cleared(self, call: Node, path: Path) -> bool:
        """Whether the object's finalizer is taken away before a call is made."""
        if len(path) > 1:
            return False
        clearing = clears(self.function, self.view, 0, None, path[0])
        return any(one.start_byte < call.end_byte for one in clearing)

    # Callers.

    def _callers_keep(self, path: Path) -> bool:
        """Whether the object is a parameter of an internal function that all its callers keep alive meanwhile."""
        index = parameters(self.function, self.view).get(path[0])
        name = self.function.name
        if index is None or name[:1].isupper() or not name:
            return False
        found = [self._caller_keeps(call, view, index) for call, view in callers(self.function, self.view.facts)]
        return bool(found) and all(found)

    @staticmethod
    def _caller_keeps(call: Node, view: FileView, index: int) -> bool:
        caller, scopes = view.enclosing(call), view.scopes(call)
        if caller is None or scopes is None:
            return True
        lives = Lifetimes(caller, view, scopes)
        function = call.child_by_field_name("function")
        method = function is not None and view.callee(call).kind == "method"
        operands = [*([function.child_by_field_name("operand")] if method and function else []), *arguments(call)]
        operand = operands[index] if index < len(operands) else None
        carried = lives.held.carried(operand) if operand is not None else frozenset()
        if method and index == 0 and function is not None:
            carried = lives.held.receiver(function)
        return all(path[0] == GLOBAL or lives.is_kept(call, path) for path in carried)


def _ranged_over(node: Node, body: Node) -> Iterator[Node]:
    """What the loops around a node range over: the loop holds that until it ends."""
    current: Node | None = node
    while current is not None and current.id != body.id:
        if current.type == "for_statement":
            clauses = [one for one in current.named_children if one.type == "range_clause"]
            yield from filter(None, (clause.child_by_field_name("right") for clause in clauses))
        current = current.parent


def callers(function: Function, facts: PackageFacts) -> Iterator[tuple[Node, FileView]]:
    """The calls of a function in its own package, tests aside."""
    name = function.name.encode()
    for tree in facts.trees_with(name):
        if tree.path.endswith("_test.go"):
            continue
        view = facts.view(tree)
        for call in matches(tree.root, _CALLS, "call"):
            called = call.child_by_field_name("function")
            if called is None or not text(called).endswith(function.name):
                continue
            known = view.callee(call).function
            if known is not None and known.path == function.path and known.node.start_byte == function.node.start_byte:
                yield call, view


def exposed(facts: PackageFacts) -> Iterator[Exposed]:
    """The unprotected uses of handles in the files that are asked about, in source order."""
    if not facts.cgo_files and not facts.finalizers.registrations:
        return
    running = {
        (one.action.function.path, one.action.function.node.start_byte)
        for one in facts.finalizers.registrations
        if one.way is not Way.CLEARED and one.action is not None
    }
    for tree in facts.trees:
        if tree.path.endswith("_test.go") or tree.path not in facts.asked:
            continue
        view = facts.view(tree)
        for function in tree.functions():
            scopes = view.scopes(function.node)
            if scopes is not None and (function.path, function.node.start_byte) not in running:
                yield from Lifetimes(function, view, scopes).exposed()
