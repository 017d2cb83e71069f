"""Follow every path through one function, and keep what has become of each value on it.

States are explored breadth first, so that the first path that shows a lapse is a short one. Two paths that reach the
same block with the same state are one from there on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tree_sitter import Node

from golint_mem.semantics import cfg
from golint_mem.semantics.choices import Dead
from golint_mem.semantics.inference import expressions
from golint_mem.semantics.typestate.calls import Calls
from golint_mem.semantics.typestate.ending import conclude, outcome_of
from golint_mem.semantics.typestate.machine import Records, Surroundings, span
from golint_mem.semantics.typestate.state import (
    ELEMENTS,
    FALSE,
    NIL,
    NOTHING,
    SOME,
    TRUE,
    Deferred,
    Hold,
    State,
    Token,
    Value,
    followed,
    loosened,
    owners,
)
from golint_mem.semantics.typestate.summary import Outcome
from golint_mem.syntax.around import loop_around
from golint_mem.syntax.go import Function, matches, text

BUDGET = 2_500
"""How many pairs of block and state are looked at in one function."""
DEEPEST_LITERAL = 3
_NILABLE = frozenset({"pointer", "slice", "map", "chan", "func", "interface"})


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a function: the state, how it leaves (`return`, `panic`), and the syntax it leaves at."""

    state: State
    kind: str
    node: Node


class Engine(Calls):
    """The exploration of one function."""

    def __init__(self, function: Function, around: Surroundings, budget: int = BUDGET, given: bool = True) -> None:
        """`given` says that what becomes of the parameters is followed as well."""
        super().__init__(function, around)
        self._left = budget
        self._given = given
        self._blocks: dict[int, list[cfg.Block]] = {}
        self._stack: list[int] = []
        self._ends: dict[object, list[State]] = {}
        self._ran: set[int] = set()

    def run(self) -> tuple[Records, list[Outcome]]:
        """Explore the function: what was seen, and the ways in which a call of it can end."""
        body = self.function.node.child_by_field_name("body")
        assert body is not None
        state = State()
        self._know_parameters(state)
        ends = [Exit(after, end.kind, end.node) for end in self.explore(body, state) for after in self._left_by(end)]
        for end in ends:
            conclude(self, end.state, end.kind, end.node)
        self.records.bounded = self._left <= 0
        return self.records, [outcome_of(self, end.state) for end in ends if end.kind == "return"]

    def _left_by(self, end: Exit) -> list[State]:
        """The states behind the deferred calls of a way out."""
        self.panics = end.kind == "panic"
        return self._run_defers(end.state)

    def ran(self) -> frozenset[int]:
        """Where the function literals start that were run where they stand."""
        return frozenset(self._ran)

    def _know_parameters(self, state: State) -> None:
        node, index = self.function.node, 0
        for field in ("receiver", "parameters"):
            parameters = node.child_by_field_name(field)
            for declaration in parameters.named_children if parameters is not None else ():
                kind = declaration.child_by_field_name("type")
                names = declaration.children_by_field_name("name")
                for name in names:
                    variable = self.scopes.resolve(name)
                    if variable is not None and kind is not None and self._may_be_followed(kind):
                        state.env[variable] = frozenset({("p", index)})
                        if self._only_lent(kind):
                            self.borrowed |= {("p", index)}
                    index += 1
                index += not names and declaration.type != "comment"
        self._know_results(state)

    def _may_be_followed(self, kind: Node) -> bool:
        declared = self.view.declared(kind)
        below = self.view.underlying(declared)
        if not self._given:
            return below.name == "bool"
        return declared.qualified != "builtin.error" and (below.kind != "basic" or below.name == "bool")

    def _only_lent(self, kind: Node) -> bool:
        """Whether a parameter of a type is something to read from that cannot give anything back: an io.Reader."""
        declared = self.view.declared(kind)
        if self.view.underlying(declared).kind != "interface" or self.view.member(declared, "Read") is None:
            return False
        ends = {name.rpartition(".")[2] for name in self.protocol.releases}
        return not any(self.view.member(declared, one) for one in ends)

    def _know_results(self, state: State) -> None:
        """Named results start as the zero values of their types."""
        for name in self._result_names(self.function.node):
            declaration, variable = name.parent, self.scopes.resolve(name)
            kind = declaration.child_by_field_name("type") if declaration is not None else None
            if variable is not None and kind is not None:
                state.env[variable] = self._zero(kind, name)

    def _zero(self, kind: Node, name: Node) -> Value:
        """The zero value of a type."""
        below = self.view.underlying(self.view.declared(kind))
        if below.kind in _NILABLE:
            return frozenset({NIL})
        if below.kind in ("struct", "array"):
            return frozenset({("o", name.start_byte)})
        return frozenset({FALSE}) if below.name == "bool" else NOTHING

    @staticmethod
    def _result_names(function: Node) -> list[Node]:
        result = function.child_by_field_name("result")
        if result is None or result.type != "parameter_list":
            return []
        return [name for one in result.named_children for name in one.children_by_field_name("name")]

    # The walk through the blocks.

    def explore(self, body: Node, state: State) -> list[Exit]:
        """All ways out of a body, from one state at its start. Defers are left to the caller."""
        if body.start_byte not in self._blocks:
            self._blocks[body.start_byte] = cfg.build(body)
        queue = deque([(self._blocks[body.start_byte][0], state)])
        visited: set[object] = set()
        exits: list[Exit] = []
        while queue and self._left > 0:
            block, before = queue.popleft()
            key = block.index, before.key()
            if key in visited:
                continue
            visited.add(key)
            self._left -= 1
            for after in self._run_items(block, before):
                if block.ends:
                    exits.append(Exit(after, block.ends, block.items[-1] if block.items else body))
                else:
                    queue += ((edge.target, one) for edge in block.edges for one in self._take(edge, after))
        return exits

    def _run_items(self, block: cfg.Block, state: State) -> list[State]:
        states = [state]
        for item in block.items:
            states = [after for before in states for after in self.step(before, partial(self._exec, item))]
            states = distinct(states)
        return states

    def affords(self, found: int) -> bool:
        """Whether an action may be run once more: within the budget, or where nothing is found yet."""
        return self._left > 0 or not found

    def repeats(self) -> None:
        """An action is run once more, which the budget pays."""
        self._left -= 1

    def _take(self, edge: cfg.Edge, state: State) -> list[State]:
        condition = edge.condition
        if condition is None:
            return [state.fork()]
        states = self.step(state, partial(self._answers, condition, edge.truth))
        return [after for after in states if self.refine(condition, edge.truth, after)]

    def _answers(self, condition: Node, truth: bool, state: State) -> None:
        """Evaluate a condition; a call that is known to answer otherwise ends the path."""
        value = self.eval(condition, state)
        if condition.type == "call_expression" and value == {FALSE if truth else TRUE}:
            raise Dead

    # Function literals and defers.

    def ends_of(self, token: Token, arguments: list[Value], state: State, runs: bool = True) -> list[State]:
        """The states in which a function literal can return when it runs here; `runs` says that it surely does."""
        literal = self.literals[int(str(token[1]))]
        body = literal.child_by_field_name("body")
        if body is None or literal.start_byte in self._stack or len(self._stack) >= DEEPEST_LITERAL:
            return []
        if self._left <= 0:
            raise Dead  # nothing is known of what the literal does
        if runs:
            self._ran.add(literal.start_byte)
        inner = state.fork()
        inner.defers, inner.returned = (), ()
        self._bind(literal, arguments, inner)
        key = literal.start_byte, inner.key()
        if key not in self._ends:
            self._stack.append(literal.start_byte)
            ends = [end for end in self.explore(body, inner) if end.kind == "return"]
            done = [after for end in ends for after in self._run_defers(end.state)]
            self._stack.pop()
            if self._left <= 0:
                raise Dead  # not all ends were found
            self._ends[key] = distinct(done)
        return self._ends[key]

    def _bind(self, literal: Node, values: list[Value], state: State) -> None:
        parameters = literal.child_by_field_name("parameters")
        declarations = parameters.named_children if parameters is not None else ()
        names = [name for one in declarations for name in one.children_by_field_name("name")]
        for index, name in enumerate(names):
            variable = self.scopes.resolve(name)
            if variable is not None:
                state.env[variable] = values[index] if index < len(values) else NOTHING

    def _run_defers(self, state: State) -> list[State]:
        """Run the deferred calls, last one first."""
        states = [state]
        for deferred in reversed(state.defers):
            call = deferred.node.named_children[0]
            states = [
                after
                for before in states
                for after in self.step(before, partial(self.apply, call, deferred.callee, list(deferred.arguments)))
            ]
            states = distinct(states)
        return states

    # Statements.

    def _exec(self, node: Node, state: State) -> None:
        handler: Callable[[Node, State], None] | None = getattr(self, "_exec_" + node.type, None)
        around = node.parent
        if around is not None and around.type == "range_clause":
            state.env[("range", node.start_byte), ELEMENTS] = self.eval(node, state)
        elif around is not None and around.type == "type_switch_statement":
            self._exec_type_switch(around, node, state)
        elif handler is not None:
            handler(node, state)
        else:
            self.eval(node, state)

    def _exec_type_switch(self, switch: Node, node: Node, state: State) -> None:
        alias, value = switch.child_by_field_name("alias"), self.eval(node, state)
        for name in expressions(alias):
            variable = self.scopes.resolve(name)
            if variable is not None:
                state.env[variable] = value

    def _exec_short_var_declaration(self, node: Node, state: State) -> None:
        left, right = (expressions(node.child_by_field_name(side)) for side in ("left", "right"))
        self._assign(node, left, right, state)

    def _exec_assignment_statement(self, node: Node, state: State) -> None:
        left, right = (expressions(node.child_by_field_name(side)) for side in ("left", "right"))
        if text(node.child_by_field_name("operator")) == "=":
            self._assign(node, left, right, state)
            return
        for one in (*left, *right):
            self.eval(one, state)
        for one in left:
            self.forget(one, state)

    def _exec_var_declaration(self, node: Node, state: State) -> None:
        for spec in matches(node, "(var_spec) @found", "found"):
            names, kind = spec.children_by_field_name("name"), spec.child_by_field_name("type")
            if spec.child_by_field_name("value") is not None:
                self._assign(spec, names, expressions(spec.child_by_field_name("value")), state)
                continue
            for name in names:
                self.forget(name, state)
                self.store(name, self._zero(kind, name) if kind is not None else NOTHING, spec, state)

    def _exec_type_declaration(self, node: Node, state: State) -> None:
        pass

    def _exec_const_declaration(self, node: Node, state: State) -> None:
        pass

    def _exec_inc_statement(self, node: Node, state: State) -> None:
        self.eval(node.named_children[0], state)
        self.forget(node.named_children[0], state)

    _exec_dec_statement = _exec_inc_statement

    def _exec_expression_statement(self, node: Node, state: State) -> None:
        value = self.eval(node.named_children[0], state) if node.named_children else NOTHING
        self.lose(value, node, "nothing keeps it", state)

    def _exec_send_statement(self, node: Node, state: State) -> None:
        self.eval(node.child_by_field_name("channel"), state)
        value = self.eval(node.child_by_field_name("value"), state)
        self.use(value, node, state)
        reached = [token for token in self.with_captured(value, state) if followed(token)]
        self.hand_over(value, state)
        state.holds = (*state.holds, *(Hold(token, node, "sent") for token in sorted(reached, key=str)))
        if reached:
            state.note(node, "sent away here")

    def _exec_go_statement(self, node: Node, state: State) -> None:
        call = node.named_children[0]
        if call.type == "call_expression":
            self.start(call, self.callee_value(call, state), self.arguments_of(call, state), state)

    def _exec_defer_statement(self, node: Node, state: State) -> None:
        call = node.named_children[0]
        if call.type != "call_expression":
            return
        deferred = Deferred(node, self.callee_value(call, state), tuple(self.arguments_of(call, state)))
        if loop_around(node) is not None:  # the literal of an earlier round has variables of its own
            self.may_run(call, deferred.callee, state)
        if deferred not in state.defers:
            state.defers = (*state.defers, deferred)

    def _exec_return_statement(self, node: Node, state: State) -> None:
        returned = expressions(node.named_children[0]) if node.named_children else []
        names = self._result_names(self.literals[self._stack[-1]] if self._stack else self.function.node)
        values = self._values_of(returned, state)
        for value, one in zip(values, returned, strict=False):
            self.use(value, one, state)
        if returned and not values[-1] and self._fails(returned):
            values[-1] = frozenset({SOME})
        for index, name in enumerate(names):
            variable = self.scopes.resolve(name)
            if returned and variable is not None and index < len(values):
                self.forget(name, state)
                state.env[variable] = values[index]
        if not returned:
            values = [state.env.get(self.scopes.resolve(name) or "", NOTHING) for name in names]
        state.returned = tuple(values)

    @staticmethod
    def _fails(returned: list[Node]) -> bool:
        """Whether a return hands out an error by custom: a new one, or one that stands beside nil."""
        last = returned[-1]
        made = text(last).startswith(("errors.New(", "fmt.Errorf("))
        return made or (last.type == "call_expression" and len(returned) > 1 and returned[0].type == "nil")

    def _values_of(self, nodes: list[Node], state: State) -> list[Value]:
        """The values of a list of expressions, or of all results of the one call that it is."""
        if len(nodes) != 1:
            return [self.eval(one, state) for one in nodes]
        self.results.pop(span(nodes[0]), None)
        first = self.eval(nodes[0], state)
        return self.results.get(span(nodes[0])) or [first]

    def _exec_range_clause(self, node: Node, state: State) -> None:
        """The next round: what it hands out is another element than in the round before."""
        right = node.child_by_field_name("right")
        value = state.env.get((("range", right.start_byte), ELEMENTS), NOTHING) if right is not None else NOTHING
        self._leave_elements(value, state)
        for index, name in enumerate(expressions(node.child_by_field_name("left"))):
            self.forget(name, state)
            handed = self.select(value, ELEMENTS, state) if index == 1 and not self.is_basic(name) else NOTHING
            self.store(name, loosened(handed, ELEMENTS), node, state)

    def _leave_elements(self, value: Value, state: State) -> None:
        """What became of an element, and what is stored in its parts, is not so of the next one."""
        handed = frozenset(one for one in self.select(value, ELEMENTS, state) if ELEMENTS in str(one))

        def is_element(token: Token) -> bool:
            return ELEMENTS in str(token) and any(
                each in handed or (each in value and each != token) for each in owners(token)
            )

        for token in filter(is_element, list(state.status)):
            del state.status[token]
        for key in [key for key in state.env if isinstance(key, tuple) and is_element(key[0])]:
            self.hand_over(state.env.pop(key), state)

    def _exec_receive_statement(self, node: Node, state: State) -> None:
        self.eval(node.child_by_field_name("right"), state)
        for name in expressions(node.child_by_field_name("left")):
            self.forget(name, state)
            self.store(name, NOTHING, node, state)

    def _assign(self, node: Node, lefts: list[Node], rights: list[Node], state: State) -> None:
        values = self._values_of(rights, state)
        key = ("parked", node.start_byte), ELEMENTS
        state.env[key] = NOTHING.union(*values)
        for index, left in enumerate(lefts):
            self.forget(left, state)
            self.store(left, self._made_known(index, values, lefts, rights), node, state)
        del state.env[key]
        for left, value in zip(lefts, values, strict=False):
            if text(left) == "_":
                self.lose(value, node, "nothing keeps it", state)

    def _made_known(self, index: int, values: list[Value], lefts: list[Node], rights: list[Node]) -> Value:
        """What is assigned; a new error is not nil."""
        value = values[index] if index < len(values) else NOTHING
        right = rights[index] if len(rights) == len(lefts) else None
        if not value and right is not None and text(right).startswith(("errors.New(", "fmt.Errorf(")):
            return frozenset({SOME})
        return value


def distinct(states: list[State]) -> list[State]:
    """The states that differ in more than the way that led to them; of equal ones the first."""
    if len(states) < 2:
        return states
    return list({one.key(): one for one in reversed(states)}.values())[::-1]
