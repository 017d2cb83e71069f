"""Follow every path through one function, and keep who owns which C memory on it.

States are explored breadth first, so that the first path that shows a lapse is a short one. Two paths that reach the
same block with the same state are one from there on.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from tree_sitter import Node

from golint_mem.semantics import cfg
from golint_mem.semantics.choices import Dead
from golint_mem.semantics.ownership.comparisons import spaceless
from golint_mem.semantics.ownership.endings import Endings, Exit
from golint_mem.semantics.ownership.machine import Records, Surroundings
from golint_mem.semantics.ownership.state import (
    NOTHING,
    Deferred,
    Path,
    State,
    Token,
    Value,
    captured_by,
    root_of,
)
from golint_mem.semantics.ownership.summary import Summary
from golint_mem.semantics.ownership.values import ELEMENTS
from golint_mem.syntax.go import Function

BUDGET = 4_000
"""How many pairs of block and state are looked at in one function."""
FEWEST, MOST = 6, 64
"""How many states are told apart at one block, in functions of many blocks and of few; further ones are joined. Where
no resource has been made yet, it is the fewest."""
DEEPEST_CLOSURE = 4
_WAITING: Path = (("waiting",),)
"""Where what the deferred calls of the function hold is kept in mind, while a function literal runs."""
_LOOPS = "(for_statement) @found"


class Interpreter(Endings):
    """The exploration of one function."""

    def __init__(self, function: Function, around: Surroundings) -> None:
        super().__init__(function, around)
        self._left = BUDGET
        self._blocks: dict[int, list[cfg.Block]] = {}
        self._inlined: dict[object, list[Exit]] = {}

    def run(self) -> tuple[Records, Summary]:
        """Explore the function; what was seen, and what its callers need to know."""
        body = self.function.node.child_by_field_name("body")
        assert body is not None
        state = State()
        for index, name in enumerate(self.function.parameters):
            if name != "_":
                state.env[(name,)] = frozenset({("p", index)})
        self.know_results(state)
        ends: list[Exit] = []
        for end in self.explore(body, state):
            for after in self._run_defers(end.state):
                if end.kind == "return" and end.state.defers:
                    self.reread_results(after)
                ends.append(Exit(after, end.kind, end.node))
        for end in ends:
            self._conclude(end)
        self.records.bounded = self._left <= 0
        return self.records, self._summary([end for end in ends if end.kind == "return"])

    def inlined(self) -> frozenset[int]:
        """Where the function literals start that were run where they stand."""
        return frozenset(self._ran)

    def explore(self, body: Node, state: State) -> list[Exit]:
        """All ways out of a body, from one state at its start. Defers are left to the caller."""
        blocks = self._blocks.setdefault(
            body.start_byte, cfg.build(body) if body.start_byte not in self._blocks else []
        )
        queue = deque([(blocks[0], state)])
        visited: dict[int, set[object]] = defaultdict(set)
        joined: dict[tuple[int, object], State] = {}
        most = min(MOST, max(FEWEST, BUDGET // (2 * len(blocks))))
        exits: list[Exit] = []
        while queue and self._left > 0:
            block, before = queue.popleft()
            known = visited[block.index]
            if len(known) >= (most if before.holds() else FEWEST) and before.key() not in known:
                before = self._join(block, before, joined)
            key = before.key()
            if key in known:
                continue
            known.add(key)
            self._left -= 1
            for after in self._run_items(block, before):
                if block.ends:
                    exits.append(Exit(after, block.ends, block.items[-1] if block.items else body))
                else:
                    queue += self._leave(block, after)
        return exits

    @staticmethod
    def _join(block: cfg.Block, state: State, joined: dict[tuple[int, object], State]) -> State:
        """A state of a block that has many, joined with those of its kind."""
        kind = block.index, state.kind()
        if kind in joined:
            state = joined[kind].joined(state)
        joined[kind] = state
        return state

    def _run_items(self, block: cfg.Block, state: State) -> list[State]:
        states = [state]
        for item in block.items:
            several = len(states) > 1
            states = [after for before in states for after in self.step(before, partial(self._exec, item))]
            if several and len(states) > FEWEST:
                states = _fewer_states(states)
        return states

    def _leave(self, block: cfg.Block, state: State) -> Iterator[tuple[cfg.Block, State]]:
        for edge in block.edges:
            for after in self._take(edge, state):
                yield edge.target, after

    def _take(self, edge: cfg.Edge, state: State) -> list[State]:
        states = [state.fork()]
        condition = edge.condition
        if condition is not None:
            states = self.step(state, lambda s: self._discard(self.eval(condition, s)))
            states = [after for after in states if self.refine(condition, edge.truth, after)]
        if edge.loop is not None:
            states = [after for after in states if self._passes_loop(edge, after)]
        return states

    @staticmethod
    def _discard(_: Value) -> None:
        return None

    def _passes_loop(self, edge: cfg.Edge, state: State) -> bool:
        """Account for entering or leaving a loop; False where the loop cannot be skipped."""
        loop = edge.loop
        assert loop is not None
        if edge.enters:
            self._know_length(loop, False, state)
            inner = {one.start_byte for one in self.inside(loop, _LOOPS)}
            state.entered = (state.entered - inner) | {loop.start_byte}
            return True
        if loop.start_byte not in state.entered and self._must_enter(loop, state):
            return False
        if loop.start_byte not in state.entered:
            self._know_length(loop, True, state)
        state.entered -= {loop.start_byte}
        for clause in loop.named_children:
            state.env.pop((("range", clause.start_byte),), None)
        return True

    def _know_length(self, loop: Node, empty: bool, state: State) -> None:
        """A loop that ranges over a container was entered, or skipped: whether there is anything in the container."""
        for clause in loop.named_children:
            if clause.type == "range_clause":
                self._fact(f"len({spaceless(clause.child_by_field_name('right'))})==0", empty, state)

    def _must_enter(self, loop: Node, state: State) -> bool:
        """Whether a loop works on a container with owned elements, so that there is something to loop over."""
        if not state.owns():
            return False
        for name in self.scopes.mentioned(loop):
            roots = state.env.get((name,), NOTHING) | {("a", (name,))}
            for token in state.reachable(roots):
                elements = [one for _, value in state.below((*root_of(token), ELEMENTS)) for one in value]
                if any(self.owned(self.with_captured(frozenset({one}), state), state) for one in elements):
                    return True
        return False

    def inline(self, token: Token, values: list[Value], state: State) -> list[Value]:
        """Run the body of a function literal here, with the variables of the function around it."""
        literal = self.literals[int(str(token[1]))]
        body = literal.child_by_field_name("body")
        if body is None or literal.start_byte in self._stack or len(self._stack) >= DEEPEST_CLOSURE:
            for value in values:
                self.escape(value, state)
            return []
        captured: dict[Path, Value] = {(name,): value for name, value in captured_by(token)}
        outer = {path: state.env.get(path, NOTHING) for path in (*captured, _WAITING)}
        waiting = [value for one in state.defers for value in (one.callee, *one.arguments)]
        state.env.update(captured)
        state.env[_WAITING] = outer[_WAITING].union(*waiting)
        self._bind(literal, values, state)
        ends = self._inlined_ends(literal, body, state)
        if not ends:
            raise Dead
        picked = ends[self.choose(len(ends))].state
        state.adopt(picked)
        state.env.update(outer)
        return list(picked.returned)

    def _inlined_ends(self, literal: Node, body: Node, state: State) -> list[Exit]:
        self._ran.add(literal.start_byte)
        key = literal.start_byte, state.key()
        if key not in self._inlined:
            inner = state.fork()
            inner.defers, inner.returned = (), ()
            self._stack.append(literal.start_byte)
            ends = self.explore(body, inner)
            done = [Exit(after, end.kind, end.node) for end in ends for after in self._run_defers(end.state)]
            self._stack.pop()
            unique = {end.state.key(): end for end in reversed(done) if end.kind == "return"}
            self._inlined[key] = _fewer(list(unique.values()))
        return self._inlined[key]

    def _bind(self, literal: Node, values: list[Value], state: State) -> None:
        parameters = literal.child_by_field_name("parameters")
        names = [
            name
            for declaration in (parameters.named_children if parameters is not None else ())
            for name in declaration.children_by_field_name("name")
        ]
        for index, name in enumerate(names):
            variable = self.scopes.resolve(name)
            if variable is not None:
                value = values[index] if index < len(values) else NOTHING
                self.write((variable,), value, state, name, declares=True)

    def _run_defers(self, state: State) -> list[State]:
        """Run the deferred calls, last one first."""
        states = [state]
        for deferred in reversed(state.defers):
            states = [after for before in states for after in self.step(before, partial(self._run_deferred, deferred))]
            states = list({after.key(): after for after in reversed(states)}.values())[::-1]
        return states

    def _run_deferred(self, deferred: Deferred, state: State) -> None:
        outer, self.deferring = self.deferring, deferred.node
        try:
            call = deferred.node.named_children[0]
            self.apply(call, deferred.callee, list(deferred.arguments), state)
        finally:
            self.deferring = outer


def _fewer_states(states: list[State]) -> list[State]:
    """The states behind one statement of several, those that are equal told once, and those of one kind joined."""
    unique = {state.key(): state for state in states}
    if len(unique) <= MOST:
        return list(unique.values())
    joined: dict[object, State] = {}
    for state in unique.values():
        known = joined.get(state.kind())
        joined[state.kind()] = known.joined(state) if known is not None else state
    return list(joined.values())


def _fewer(ends: list[Exit]) -> list[Exit]:
    """The ways out of a function literal, with those of one kind joined where there are many."""
    if len(ends) <= FEWEST:
        return ends
    joined: dict[object, Exit] = {}
    for end in ends:
        kind = end.state.kind(), end.state.returned
        known = joined.get(kind)
        joined[kind] = replace(known, state=known.state.joined(end.state)) if known is not None else end
    return list(joined.values())
