"""Follow every path through one function, and keep who owns which C memory on it.

States are explored breadth first, so that the first path that shows a lapse is a short one. Two paths that reach the
same block with the same state are one from there on.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from tree_sitter import Node

from golint_mem.semantics import cfg
from golint_mem.semantics.c.library import asks_for_failure, speaks_of_failure, tells
from golint_mem.semantics.choices import Dead
from golint_mem.semantics.inference import expressions
from golint_mem.semantics.ownership.calls import Calls
from golint_mem.semantics.ownership.comparisons import spaceless
from golint_mem.semantics.ownership.lapse import Kind
from golint_mem.semantics.ownership.machine import Records, Surroundings
from golint_mem.semantics.ownership.state import (
    ABSENT,
    ANSWER,
    FREED,
    MOVED,
    NIL,
    NOTHING,
    OWNED,
    Deferred,
    Path,
    State,
    Token,
    Value,
    as_made,
    captured_by,
    is_given,
    is_resource,
    root_of,
)
from golint_mem.semantics.ownership.summary import Fresh, Summary
from golint_mem.semantics.ownership.values import ELEMENTS
from golint_mem.syntax.go import Function, text

BUDGET = 4_000
"""How many pairs of block and state are looked at in one function."""
FEWEST, MOST = 6, 64
"""How many states are told apart at one block, in functions of many blocks and of few; further ones are joined. Where
no resource has been made yet, it is the fewest."""
DEEPEST_CLOSURE = 4
_GO_MEMORY = re.compile(r"string|\[\](?:byte|rune|bool|u?int\d*|float\d+|complex\d+)")
_PARKED: Path = (("parked",),)
_LOOPS = "(for_statement) @found"
_RECOVERS = '(call_expression function: (identifier) @found (#eq? @found "recover"))'


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a function: the state, how it leaves (`return`, `panic`), and the syntax it leaves at."""

    state: State
    kind: str
    node: Node


class Interpreter(Calls):
    """The exploration of one function."""

    def __init__(self, function: Function, around: Surroundings) -> None:
        super().__init__(function, around)
        self._left = BUDGET
        self._blocks: dict[int, list[cfg.Block]] = {}
        self._stack: list[int] = []
        self._inlined: dict[object, list[Exit]] = {}
        self._ran: set[int] = set()
        self._not_fresh: set[int] = set()

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
            states = [after for before in states for after in self.step(before, partial(self._exec, item))]
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
        outer = {path: state.env.get(path, NOTHING) for path in captured}
        state.env.update(captured)
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

    # Statements.

    def _exec(self, node: Node, state: State) -> None:
        handler: Callable[[Node, State], None] | None = getattr(self, "_exec_" + node.type, None)
        parent = node.parent
        if parent is not None and parent.type == "range_clause":
            self._exec_ranged(parent, node, state)
        elif handler is not None:
            handler(node, state)
        else:
            self.eval(node, state)

    def _exec_short_var_declaration(self, node: Node, state: State) -> None:
        self._assign(node, node.child_by_field_name("left"), node.child_by_field_name("right"), state, True)

    def _exec_assignment_statement(self, node: Node, state: State) -> None:
        if text(node.child_by_field_name("operator")) == "=":
            self._assign(node, node.child_by_field_name("left"), node.child_by_field_name("right"), state, False)
            return
        self.eval(node.child_by_field_name("right"), state)
        for left in expressions(node.child_by_field_name("left")):
            self.forget(left, state)

    def _exec_var_declaration(self, node: Node, state: State) -> None:
        for spec in _specs(node):
            names = spec.children_by_field_name("name")
            value = spec.child_by_field_name("value")
            if value is not None:
                self._assign_all(spec, names, expressions(value), state, True)
                continue
            kind = text(spec.child_by_field_name("type"))
            empty = frozenset({NIL}) if kind.startswith(("*", "unsafe.Pointer", "error", "func")) else NOTHING
            for name in names:
                self.forget(name, state)
                self.store(name, empty, state, spec, True)
                self._fact(f"{text(name)}==nil", True, state)
                if kind == "bool":
                    self._fact(text(name), False, state)

    def _exec_type_declaration(self, node: Node, state: State) -> None:
        pass

    def _exec_const_declaration(self, node: Node, state: State) -> None:
        pass

    def _exec_inc_statement(self, node: Node, state: State) -> None:
        self.forget(node.named_children[0], state)

    _exec_dec_statement = _exec_inc_statement

    def _exec_send_statement(self, node: Node, state: State) -> None:
        self.escape(self.eval(node.child_by_field_name("value"), state), state)

    def _exec_go_statement(self, node: Node, state: State) -> None:
        call = node.named_children[0]
        callee = self.callee_value(call, state)
        for value in (callee, *self.arguments_of(call, state)):
            self.escape(value, state)

    def _exec_defer_statement(self, node: Node, state: State) -> None:
        call = node.named_children[0]
        if call.type != "call_expression":
            return
        deferred = Deferred(node, self.callee_value(call, state), tuple(self.arguments_of(call, state)))
        if any(one.node.start_byte == node.start_byte for one in state.defers):
            self.repeated_defers.add(node.start_byte)
        if deferred not in state.defers:
            state.defers = (*state.defers, deferred)

    def _exec_return_statement(self, node: Node, state: State) -> None:
        returned = expressions(node.named_children[0]) if node.named_children else []
        names = [] if self._stack else self._result_names()
        if len(returned) == 1:
            self.results.pop(returned[0].start_byte, None)
        values = [self.eval(one, state) for one in returned]
        if len(returned) == 1 and returned[0].type == "call_expression":
            values = self.results.get(returned[0].start_byte) or values
        for index, name in enumerate(names):
            if returned and not (index < len(returned) and text(returned[index]) == text(name)):
                value = values[index] if index < len(values) else NOTHING
                self.forget(name, state)
                if value != {("a", (text(name),))}:
                    self.write((text(name),), value, state, node, declares=True)
                if len(returned) == len(names):
                    self.learn(name, returned[index], state)
        if not returned:
            values = [self.read((text(name),), state) for name in names]
        state.returned = tuple(values)

    def _result_names(self) -> list[Node]:
        result = self.function.node.child_by_field_name("result")
        if result is None or result.type != "parameter_list":
            return []
        return [name for one in result.named_children for name in one.children_by_field_name("name")]

    def _exec_ranged(self, clause: Node, right: Node, state: State) -> None:
        """What a loop ranges over is computed once, before its first round."""
        value = self.eval(right, state) or frozenset(("a", path) for path in self.paths(right, state))
        state.env[(("range", clause.start_byte),)] = value

    def _exec_range_clause(self, node: Node, state: State) -> None:
        value = state.env.get((("range", node.start_byte),), NOTHING)
        names = expressions(node.child_by_field_name("left"))
        for index, name in enumerate(names):
            self.forget(name, state)
            read = self.tokens_at(value, (ELEMENTS,), state) if index == 1 else NOTHING
            self.store(name, read, state, node, True)

    def _exec_receive_statement(self, node: Node, state: State) -> None:
        self.eval(node.child_by_field_name("right"), state)
        for name in expressions(node.child_by_field_name("left")):
            self.forget(name, state)
            self.store(name, NOTHING, state, node, True)

    def _assign(self, node: Node, left: Node | None, right: Node | None, state: State, declares: bool) -> None:
        self._assign_all(node, expressions(left), expressions(right), state, declares)

    def _assign_all(self, node: Node, lefts: list[Node], rights: list[Node], state: State, declares: bool) -> None:
        outer, self.acquired = self.acquired, []
        if len(rights) == 1 < len(lefts):
            self.results.pop(rights[0].start_byte, None)
            first = self.eval(rights[0], state)
            values = self.results.get(rights[0].start_byte) or [first]
        else:
            values = [self.eval(right, state) for right in rights]
        before = self._park(lefts, values, state) if len(lefts) > 1 else NOTHING
        for index, left in enumerate(lefts):
            self.forget(left, state)
            value = values[index] if index < len(values) else NOTHING
            self._check_realloc(left, rights[index] if len(rights) == len(lefts) else None, value, state)
            self.store(left, value, state, node, declares and self.scopes.declares(left))
            self.learn(left, rights[index] if len(rights) == len(lefts) else None, state)
        state.env.pop(_PARKED, None)
        for token in self.lost(before, state):
            self.overwritten(token, state, node)
        made = frozenset(token for token in self.acquired if state.status.get(token) == OWNED)
        made = made or self._spoken_of(rights, state)
        for index, left in enumerate(lefts):
            if made and not (values[index] if index < len(values) else NOTHING) & made and left.type == "identifier":
                answer = index == 0 and self._answers(left, rights)
                state.results_of[self.scopes.resolve(left) or text(left)] = made | ({ANSWER} if answer else NOTHING)
        self.acquired = outer

    def _spoken_of(self, rights: list[Node], state: State) -> Value:
        """The resources of whose making a result tells: `err := check(result)`, `status := Status(C.x_status(x))`."""
        if len(rights) != 1:
            return NOTHING
        call, names = rights[0], list[str]()
        while call.type == "call_expression":
            arguments = call.child_by_field_name("arguments")
            inner = arguments.named_children if arguments is not None else []
            names = [self.scopes.resolve(one) or "" for one in inner if one.type == "identifier"]
            if len(inner) != 1 or inner[0].type != "call_expression":
                break
            call = inner[0]
        callee = call.child_by_field_name("function") if call.type == "call_expression" else None
        asked = callee.child_by_field_name("operand") if callee is not None else None
        if not names and asked is not None and asked.type == "identifier" and tells(text(asked)):
            names = [self.scopes.resolve(asked) or ""]  # `status.Err()`
        told = frozenset().union(*(state.results_of.get(name, NOTHING) for name in names)) - {ANSWER}
        if asks_for_failure(text(call.child_by_field_name("function"))):
            told |= {one for name in names for one in self.read((name,), state) if state.status.get(one) == OWNED}
        return told

    @staticmethod
    def _answers(left: Node, rights: list[Node]) -> bool:
        """Whether a variable gets the plain result of a C call, which is nil where it failed."""
        return text(rights[0]).startswith("C.") and not (speaks_of_failure(text(left)) or tells(text(left)))

    def _park(self, lefts: list[Node], values: list[Value], state: State) -> Value:
        """Keep the values of a parallel assignment alive while names are overwritten; what the names held before."""
        held = frozenset().union(*(state.env.get(path, NOTHING) for left in lefts for path in self.paths(left, state)))
        parked = frozenset().union(*values)
        if held & parked:
            state.env[_PARKED] = parked
        return held & parked

    def _check_realloc(self, left: Node, right: Node | None, value: Value, state: State) -> None:
        """`p = C.realloc(p, n)` loses `p` where realloc fails."""
        calls = (
            self.inside(right, "(call_expression) @found")
            if right is not None and b"realloc" in (right.text or b"")
            else []
        )
        if all(state.env.get(path) == frozenset({NIL}) for path in self.paths(left, state)):
            return
        for call in calls:
            arguments = call.child_by_field_name("arguments")
            if (
                text(call.child_by_field_name("function")) == "C.realloc"
                and arguments is not None
                and arguments.named_children
            ):
                inner = arguments.named_children[0]
                while inner.type == "call_expression":
                    more = inner.child_by_field_name("arguments")
                    if more is None or not more.named_children:
                        return
                    inner = more.named_children[0]
                if text(inner) == text(left):
                    self.record(Kind.REALLOC_LOST, ("r", call.start_byte), call, state)

    # The end of the function.

    def _conclude(self, end: Exit) -> None:
        """Look at what is still owned where the function ends."""
        state = end.state
        returned = state.reachable(self.with_captured(frozenset().union(*state.returned), state))
        given = state.reachable(frozenset(token for token in self._given(state)))
        panics = end.kind == "panic"
        if panics and not self._is_panic(end.node):
            return
        succeeds = self._succeeds(state)
        for token, status in list(state.status.items()):
            if is_resource(token) and status == FREED:
                self.records.freed_where.setdefault(as_made(token), set()).add(succeeds)
            if is_resource(token) and (status == MOVED or token in returned or token in given):
                self.records.handed.setdefault(as_made(token), set()).add(end.node.start_byte)
            if not is_resource(token) or status != OWNED:
                continue
            if token in given or (token in returned and not self._is_hidden(token, state)):
                if not any(token in value for value in state.returned):
                    self._note_store(token, state)
                self.settle(token)
                continue
            message = "panics without freeing it" if panics else "the function ends without freeing it"
            self.leak(token, end.node, message, state, panics and not self._recovers(), succeeds)

    def _succeeds(self, state: State) -> bool | None:
        """Whether the function returns no error on this path; None where that cannot be said."""
        if not self.function.result_types or self.function.result_types[-1] != "error":
            return None
        name = self.function.results[-1]
        known = state.facts.get(f"{name}==nil") if name != "_" else None
        return known if known is not None else bool(state.returned) and state.returned[-1] == {NIL}

    def _is_hidden(self, token: Token, state: State) -> bool:
        """Whether a resource leaves as the backing memory of a Go slice or string, which nobody can give back."""
        hidden = False
        for kind, value in zip(self.function.result_types, state.returned, strict=False):
            if token in state.reachable(value):
                if not _GO_MEMORY.fullmatch(kind):
                    return False
                hidden = True
        return hidden and not self.around.releases_elements()

    def _given(self, state: State) -> Iterator[Token]:
        for path in state.env:
            root = path[0]
            if isinstance(root, tuple) and is_given(root):
                yield root

    @staticmethod
    def _is_panic(node: Node) -> bool:
        return text(node).startswith(("panic(", "log.Panic"))

    def _recovers(self) -> bool:
        return bool(self.inside(self.function.node, _RECOVERS))

    def _summary(self, ends: list[Exit]) -> Summary:
        frees: set[tuple[int, Path]] = set()
        keeps: set[tuple[int, Path]] = set()
        results: set[Fresh] = set()
        aliases: set[tuple[int, int]] = set()
        always: set[int] | None = None
        for end in ends:
            always = self._parameters(end.state, frees, keeps, always)
            self._returned(end.state, results, aliases, keeps)
        if self.records.bounded:
            keeps |= {(index, ()) for index in range(len(self.function.parameters))}
            always = None
        successes = [end for end in ends if end.state.returned[-1:] == (frozenset({NIL}),)] or ends
        fills = set.intersection(*(self._filled(end.state) for end in successes)) if successes else set()
        return Summary(
            frees=frozenset(frees),
            always=frozenset(always or ()),
            keeps=frozenset(keeps - frees),
            results=frozenset(results),
            fills=frozenset(fills),
            aliases=frozenset(aliases),
            tracked=frozenset(
                index
                for index, kind in enumerate(self.function.result_types)
                if _is_c_type(kind) and (kind.startswith("C.") or index not in self._not_fresh)
            ),
            variadic=len(self.function.parameters) - 1 if self._is_variadic() else None,
            filled=frozenset(index for index, kind in enumerate(self.function.parameter_types) if _is_c_type(kind)),
        )

    def _is_variadic(self) -> bool:
        parameters = self.function.node.child_by_field_name("parameters")
        last = parameters.named_children[-1] if parameters is not None and parameters.named_children else None
        return last is not None and last.type == "variadic_parameter_declaration"

    def _parameters(
        self, state: State, frees: set[tuple[int, Path]], keeps: set[tuple[int, Path]], always: set[int] | None
    ) -> set[int]:
        """Add what a path does with its parameters; which of them every path so far has freed."""
        freed = set()
        for token, status in state.status.items():
            if not is_given(token) or len(token) < 2 or not isinstance(token[1], int):
                continue
            if status == FREED or token in self.may_free:
                frees.add((token[1], token[2:]))
            elif status != ABSENT:
                keeps.add((token[1], token[2:]))
            if status in (FREED, ABSENT) and len(token) == 2:
                freed.add(token[1])
        nothing = {
            index for index, name in enumerate(self.function.parameters) if state.env.get((name,)) == frozenset({NIL})
        }
        return freed | nothing if always is None else always & (freed | nothing)

    def _returned(
        self, state: State, results: set[Fresh], aliases: set[tuple[int, int]], keeps: set[tuple[int, Path]]
    ) -> None:
        given = state.reachable(frozenset(self._given(state)))
        cleanups = frozenset(token for value in state.returned for token in value if token[0] == "f")
        given |= state.reachable(self.with_captured(cleanups, state))
        for index, value in enumerate(state.returned):
            if value and value != {NIL} and not any(is_resource(token) or is_given(token) for token in value):
                self._not_fresh.add(index)
            for token in value:
                if is_given(token) and len(token) == 2 and isinstance(token[1], int):
                    aliases.add((index, token[1]))
            for token in value - given:
                self._add_fresh(token, index, (), results, state)
                if token[0] == "a":
                    root = root_of(token)
                    for path, held in list(state.below(root)):
                        for one in held - given:
                            self._add_fresh(one, index, path[len(root) :], results, state)
                    held_below = state.reachable(frozenset({token})) - given
                    keeps |= {(one[1], one[2:]) for one in held_below if is_given(one) and isinstance(one[1], int)}

    def _add_fresh(self, token: Token, index: int, path: Path, found: set[Fresh], state: State) -> None:
        made = self.resource(token)
        if made is not None and state.status.get(token) == OWNED:
            found.add(Fresh(index, path, made.maker, made.release, made.origin or made.maker))

    def _filled(self, state: State) -> set[Fresh]:
        """What a path stores below parameters and does not return as well."""
        fills: set[Fresh] = set()
        returned = frozenset().union(*state.returned)
        for path, value in state.env.items():
            root = path[0]
            if isinstance(root, tuple) and is_given(root) and isinstance(root[1], int):
                for token in value - returned:
                    self._add_fresh(token, root[1], (*root[2:], *path[1:]), fills, state)
        return fills


def _specs(declaration: Node) -> Iterator[Node]:
    """The specs of a `var` declaration, without those of function literals in them."""
    for child in declaration.named_children:
        if child.type == "var_spec_list":
            yield from _specs(child)
        elif child.type == "var_spec":
            yield child


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


def _is_c_type(kind: str) -> bool:
    return "C." in kind or "unsafe.Pointer" in kind or "uintptr" in kind
