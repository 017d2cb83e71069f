"""Locks that a function gives back on one way out and keeps on another one, by the shape of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.cfg import Block, Edge, build
from golint_mem.semantics.ownership.comparisons import Vocabulary, excluded, normal
from golint_mem.semantics.view import FileView
from golint_mem.syntax.around import function_around
from golint_mem.syntax.go import Function, as_function, literal, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

LOCKING = (b".Lock()", b".RLock()")
_LOCKS = """(expression_statement (call_expression
  function: (selector_expression field: (field_identifier) @name)
  (#any-of? @name "Lock" "RLock"))) @statement"""
_CALLS = "(expression_statement (call_expression) @call)"
_ANY_CALLS = "(call_expression) @call"
_LOCK_NAMES = frozenset({"sync.Mutex.Lock", "sync.RWMutex.Lock", "sync.RWMutex.RLock"})
_MEANT = re.compile(r"(?i)lock|acquire|begin|suspend|pause|enter|freeze|hold")
"""Names of functions that may keep a lock on purpose."""
_FLAGS = re.compile(r"\b(\w+) :?= (?:true|false)\b")
"""Variables that may say whether the lock is held."""
_COMMENT = re.compile(r"//.*")
_LEAVES = re.compile(r"(?i)\b\w*(?:fatal|panic|exit|skip|unlock|release)\w*\(")
_MOST_STATES = 400


@dataclass(frozen=True, slots=True)
class Held:
    """A lock that is still held where a function leaves (`leave`), and given back (`release`) on another way."""

    view: FileView
    lock: Node
    leave: Node
    release: Node
    name: str


@dataclass(frozen=True, slots=True)
class _State:
    block: int
    held: bool = False
    facts: frozenset[tuple[str, bool]] = frozenset()


def left_held(facts: PackageFacts) -> Iterator[Held]:
    """The locks of a package that a way out forgets to give back."""
    for tree in facts.trees_with(*LOCKING):
        view = facts.view(tree)
        for statement in matches(tree.root, _LOCKS, "statement") if tree.path in facts.asked else ():
            found = _of(statement, view)
            if found is not None:
                yield found


def _of(statement: Node, view: FileView) -> Held | None:
    call, function = statement.named_children[0], function_around(statement)
    locked, _, method = text(call.child_by_field_name("function")).rpartition(".")
    release = f"{locked}.{'RUnlock' if method == 'RLock' else 'Unlock'}"
    body = function.child_by_field_name("body") if function is not None else None
    if function is None or body is None or not _is_clear(function, release, text(call)):
        return None
    if view.callee(call).qualified not in _LOCK_NAMES:
        return None
    return _Ways(statement, release, function, body, view).held()


def _is_clear(function: Node, release: str, lock: str) -> bool:
    """Whether all that gives the lock back stands in the function itself, as statements that are not deferred."""
    whole = _COMMENT.sub("", text(function))
    calls = whole.count(release + "()")
    if not calls or whole.count(release) != calls or "ocked" in whole or "defer " in whole:
        return False
    if whole.find(release + "()") < whole.find(lock):  # callers hold it, and find it held again
        return False
    if any(re.search(rf"\bif !?{flag} ", whole) for flag in _FLAGS.findall(whole)):
        return False
    if _MEANT.search(text(function.child_by_field_name("name"))):
        return False
    released = [one for one in matches(function, _CALLS, "call") if text(one) == release + "()"]
    return len(released) == calls and all(function_around(one) == function for one in released)


class _Ways:
    """The paths of a function that locks something."""

    def __init__(self, lock: Node, release: str, function: Node, body: Node, view: FileView) -> None:
        self._lock, self._release, self._view = lock, release + "()", view
        self._blocks = build(body)
        path = view.tree.path
        named = literal(path, function, "") if function.type == "func_literal" else as_function(path, function)
        self._words = Vocabulary(named)
        self._function: Function = named
        self._released: list[Node] = []

    def held(self) -> Held | None:
        """A way out on which the lock is kept, where another one gives it back."""
        pending, leaves = [_State(0)], list[Node]()
        seen = set(pending)
        while pending and len(seen) < _MOST_STATES:
            state = pending.pop()
            block = self._blocks[state.block]
            after = self._through(block, state)
            if after is not None and block.ends == "return" and after.held:
                leaves.append(block.items[-1] if block.items else self._function.node)
            for edge in block.edges if after is not None else ():
                following = self._along(edge, after) if after is not None else None
                if following is not None and following not in seen:
                    seen.add(following)
                    pending.append(following)
        if len(leaves) == 0 or len(seen) >= _MOST_STATES or not self._released:
            return None
        leave = min(leaves, key=lambda one: one.start_byte)
        name = self._release.rpartition(".")[0]
        return Held(self._view, self._lock, leave, self._released[0], name) if self._is_return(leave) else None

    @staticmethod
    def _is_return(leave: Node) -> bool:
        return leave.type == "return_statement"

    def _through(self, block: Block, state: _State) -> _State | None:
        for item in block.items:
            said = text(item)
            if item == self._lock:
                state = replace(state, held=True)
            elif said == self._release:
                self._released.append(item)
                state = replace(state, held=False)
            elif state.held and (_LEAVES.search(said) or said.startswith("go ") or self._is_handed_on(item)):
                return None
        return state

    def _is_handed_on(self, item: Node) -> bool:
        """Whether a statement calls a function of the package that gives back a lock of the same name itself."""
        release = "." + ".".join(self._release.split(".")[-2:])
        for call in matches(item, _ANY_CALLS, "call"):
            callee = self._view.callee(call)
            if callee.function is None or callee.facts is not self._view.facts:
                continue
            body = text(callee.function.node)
            if body.count(release) > body.count(release.replace("Unlock()", "Lock()")):
                return True
        return False

    def _along(self, edge: Edge, state: _State) -> _State | None:
        if edge.condition is None or edge.loop is not None:
            return replace(state, block=edge.target.index)
        asked = normal(edge.condition, self._words.names)
        positive = asked.positive == edge.truth
        if excluded(dict(state.facts), asked, positive):
            return None
        facts = state.facts | {(asked.key, positive)} if self._words.repeats(asked.key) else state.facts
        return replace(state, block=edge.target.index, facts=facts)
