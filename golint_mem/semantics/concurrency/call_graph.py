"""Which functions of a package lead to code of a certain kind, by what their calls mean.

Names alone say too much: in a package with one `Close` that waits, everything that closes a file would seem to wait.
So a call whose name may lead there is resolved, and what it calls is asked in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import TYPE_CHECKING, NamedTuple

from tree_sitter import Node

from golint_mem.semantics.inference import uninstantiated
from golint_mem.syntax.go import Function, matches

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts
    from golint_mem.semantics.view import FileView

_CALL = "(call_expression) @call"
Key = tuple[str, int]


class Called(NamedTuple):
    """What a function calls in its package: declared functions, and the names of other methods."""

    functions: tuple[Function, ...]
    names: frozenset[bytes]


class CallGraph:
    """The calls within one package. `names` are the only ones to look at: `b"function"` and `b".method"`."""

    def __init__(self, facts: PackageFacts, names: Set[bytes]) -> None:
        self._facts, self._names = facts, names
        self._called: dict[Key, Called] = {}

    def called(self, view: FileView, node: Node) -> Called:
        """What a function or function literal calls, literals inside it included."""
        key = (view.tree.path, node.start_byte)
        if key not in self._called:
            self._called[key] = self._search(view, node)
        return self._called[key]

    def _search(self, view: FileView, node: Node) -> Called:
        functions: dict[Key, Function] = {}
        names = set()
        for call in matches(node, _CALL, "call"):
            name = _name_of(call)
            if name not in self._names:
                continue
            callee = view.callee(call)
            if callee.function is not None:
                if callee.facts is self._facts:
                    functions[callee.function.path, callee.function.node.start_byte] = callee.function
            elif name.startswith(b".") and (callee.kind in ("unknown", "value") or self._is_own(callee.package)):
                names.add(name)
        return Called(tuple(functions.values()), frozenset(names))

    def _is_own(self, package: str) -> bool:
        return package == self._facts.package.import_path


class Reaching:
    """Whether functions lead to others that `is_one` of a kind, judged by their source."""

    def __init__(
        self, facts: PackageFacts, graph: CallGraph, is_one: Callable[[bytes], bool], names: Set[bytes]
    ) -> None:
        self._facts, self._graph, self._is_one, self._names = facts, graph, is_one, names
        self._known: dict[Key, bool] = {}

    def __call__(self, view: FileView, node: Node) -> bool:
        """Whether a function is of the kind, or calls one that is, directly or not.

        A method of an unknown type counts where any method of that name leads there.
        """
        start = (view.tree.path, node.start_byte)
        if start not in self._known:
            seen: set[Key] = set()
            if self._walk(view, node, seen):
                self._known[start] = True
            else:
                self._known.update(dict.fromkeys(seen, False))
        return self._known[start]

    def _walk(self, view: FileView, node: Node, seen: set[Key]) -> bool:
        pending = [(view, node)]
        while pending:
            view, node = pending.pop()
            key = (view.tree.path, node.start_byte)
            if key in seen or self._known.get(key) is False:
                continue
            seen.add(key)
            if self._known.get(key) or self._is_one(node.text or b""):
                return True
            called = self._graph.called(view, node)
            if not called.names.isdisjoint(self._names):
                return True
            pending += [(self._facts.view_of(one), one.node) for one in called.functions]
        return False


def _name_of(call: Node) -> bytes:
    """The name that a call gives what it calls, a method's with the dot before it."""
    written = call.child_by_field_name("function")
    if written is None:
        return b""
    function = uninstantiated(written)
    field = function.child_by_field_name("field")
    if field is not None:
        return b"." + (field.text or b"")
    return (function.text or b"") if function.type == "identifier" else b""
