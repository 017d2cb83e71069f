"""What calls do to values: builtins, makers, releases, callees with a body, and callees nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.callees import qualified
from golint_mem.semantics.inference import call_arguments
from golint_mem.semantics.typestate.conditions import IS_NIL, Conditions
from golint_mem.semantics.typestate.lending import lends
from golint_mem.semantics.typestate.machine import span
from golint_mem.semantics.typestate.owning import gives_back, owners_of
from golint_mem.semantics.typestate.protocol import RECEIVER, Unknown
from golint_mem.semantics.typestate.state import (
    ABSENT,
    ELEMENTS,
    FALSE,
    FLAGS,
    GONE,
    LIVE,
    NIL,
    NOTHING,
    POINTEE,
    RELEASED,
    SOME,
    TRUE,
    VIEW,
    Event,
    Hold,
    State,
    Token,
    Value,
    followed,
    is_loose,
    loosened,
    parent,
    part,
    whole,
)
from golint_mem.semantics.typestate.summary import Outcome, Summary
from golint_mem.syntax.around import function_around
from golint_mem.syntax.go import text

if TYPE_CHECKING:
    from golint_mem.semantics.view import Callee


_FINALIZERS = frozenset({"runtime.SetFinalizer", "runtime.AddCleanup"})


class Calls(Conditions):
    """Calls."""

    def call(self, node: Node, state: State) -> Value:
        """Evaluate what a call needs, and apply it."""
        return self.apply(node, self.callee_value(node, state), self.arguments_of(node, state), state)

    def callee_value(self, call: Node, state: State) -> Value:
        """The receiver of a method call, or the function value that is called."""
        function = call.child_by_field_name("function")
        while function is not None and function.type == "parenthesized_expression" and function.named_children:
            function = function.named_children[0]
        if function is None:
            return NOTHING
        if function.type == "selector_expression":
            operand = function.child_by_field_name("operand")
            if operand is None or self.view.package_of(operand):
                return NOTHING
            if self._callee(call).kind == "value":
                return self.eval(function, state)
            return self.base_of(operand, state)
        return (
            self.eval(function, state)
            if function.type in ("identifier", "func_literal", "call_expression")
            else NOTHING
        )

    def arguments_of(self, call: Node, state: State) -> list[Value]:
        """The values of a call's arguments."""
        nodes = call_arguments(call)
        if len(nodes) == 1 and nodes[0].type == "call_expression":
            self.results.pop(span(nodes[0]), None)
            first = self.eval(nodes[0], state)
            return self.results.get(span(nodes[0])) or [first]
        return [self.eval(one, state) for one in nodes]

    def _callee(self, call: Node) -> Callee:
        key = call.start_byte, call.end_byte
        if key not in self._callees:
            self._callees[key] = self.view.callee(call)
        return self._callees[key]

    def _name_of(self, call: Node) -> str:
        """The callee's name, also for methods of types whose declaration nobody has seen."""
        return qualified(self.view, call, self._callee(call))

    def apply(self, call: Node, receiver: Value, arguments: list[Value], state: State) -> Value:
        """What a call does, and what it gives."""
        callee = self._callee(call)
        if callee.kind == "conversion":
            return self._convert(call, arguments)
        if callee.kind == "builtin":
            return self._builtin(call, callee.name, arguments, state)
        literals = [token for token in receiver if token[0] == "f"]
        if literals and callee.kind in ("value", "literal", "unknown"):
            return self.run_literal(call, literals[0], arguments, state)
        name = self._name_of(call)
        index = self.protocol.releases_at(name)
        if index is not None and not (index == RECEIVER and callee.kind == "function"):
            return self._release(call, index, receiver, arguments, state)
        if self.protocol.called and any(map(followed, receiver)) and self._is_value(call, callee):
            self.release(receiver, call, state)
            self._taken_over(name, arguments, state)
            return NOTHING
        given = [receiver, *arguments] if callee.kind == "method" else arguments
        summary = self._summary_of(callee, given, state)
        released = {token for outcome in summary or () for token in outcome.released}
        for index, value in enumerate(given):
            if ("p", index) not in released:
                self.use(self._direct(value, state), call, state)
        made = self.protocol.makes_at(name)
        if made is not None:
            return self._make(call, name, made, state)
        if summary is not None:
            return self._choose(call, callee, summary, given, state)
        if self.protocol.doubtful and callee.facts is not None and not callee.facts.is_library:
            self._leave_to(given, state)
        return self._unknown(call, callee, name, receiver, arguments, state)

    @staticmethod
    def _leave_to(given: list[Value], state: State) -> None:
        """A callee of the module that could not be followed: what it is handed may be its own on this path."""
        for token in state.inside(NOTHING.union(*given)):
            if state.status.get(token) == LIVE:
                state.status[token] = GONE
            elif whole(token)[0] == "p":
                state.settled |= {token}

    @staticmethod
    def _is_value(call: Node, callee: Callee) -> bool:
        """Whether what is called is a value, and not a method of one."""
        function = call.child_by_field_name("function")
        named = function is not None and function.type == "identifier"
        return callee.kind == "value" or (callee.kind == "unknown" and named)

    def _direct(self, value: Value, state: State) -> Value:
        """What an argument is; for the address of a variable, what the variable holds."""
        addresses = [token for token in value if token[0] == "a"]
        return value if not addresses else value.union(*(state.env.get(str(one[1]), NOTHING) for one in addresses))

    def _convert(self, call: Node, arguments: list[Value]) -> Value:
        """A conversion: strings are copies, all else is the same value."""
        kind = self.view.underlying(self.view.type_of(call)).kind
        return NOTHING if kind == "basic" or not arguments else arguments[0]

    def _builtin(self, call: Node, name: str, arguments: list[Value], state: State) -> Value:
        for value in arguments if name not in ("len", "cap") else ():
            self.use(value, call, state)
        if name == "append" and arguments:
            return self._append(call, arguments, state)
        if name == "recover":
            return frozenset({SOME if self.panics else NIL})
        if name in ("new", "make"):
            return frozenset({("o", call.start_byte)})
        return NOTHING

    def _append(self, call: Node, arguments: list[Value], state: State) -> Value:
        """`append` gives its first argument, which may have more elements now."""
        spread = text(call.child_by_field_name("arguments")).rstrip("), \n\t").endswith("...")
        value = arguments[0] - FLAGS
        elements = NOTHING.union(*arguments[1:]) - FLAGS if not spread else NOTHING
        if not elements:
            return value
        self.hand_over(elements, state)
        value = value or frozenset({("o", call.start_byte)})
        for token in value:
            state.env[token, ELEMENTS] = state.env.get((token, ELEMENTS), NOTHING) | elements
        return value

    # Makers and releases.

    def _make(self, call: Node, name: str, index: int, state: State) -> Value:
        maker = ".".join(name.rpartition("/")[2].split(".")[-3:])
        count = self._result_count(call)
        if self.protocol.fallible and self._may_fail(call) and self.choose(2):
            state.note(call, f"{maker} fails here")
            values = [frozenset({NIL})] * (count - 1) + [frozenset({SOME})]
            self.results[span(call)] = values
            return values[0]
        token = self.acquire(call, maker, state)
        values = [frozenset({token}) if at == index else NOTHING for at in range(max(count, index + 1))]
        if self.protocol.fallible and self._may_fail(call):
            values[-1] = frozenset({NIL})
        self.results[span(call)] = values
        return values[0]

    def _result_count(self, call: Node) -> int:
        return max(1, len(self._callee(call).type.results) or wanted_of(call))

    def _may_fail(self, call: Node) -> bool:
        results = self._callee(call).type.results
        if not results:  # of an unknown callee: an error is what a second variable is for
            return wanted_of(call) > 1
        return len(results) > 1 and results[-1].qualified == "builtin.error"

    def _release(self, call: Node, index: int, receiver: Value, arguments: list[Value], state: State) -> Value:
        given = receiver if index == RECEIVER else arguments[index] if index < len(arguments) else NOTHING
        for value in arguments:
            if value is not given:
                self.use(value, call, state)
        self._give_back(given - frozenset(token for token in given if token[0] == "f"), call, state)
        return NOTHING

    def _give_back(self, value: Value, call: Node, state: State) -> None:
        """A value is given back; a wrapper closes what it wraps."""
        self.release(value, call, state)
        around = frozenset(token for token in value if token[0] == "o")
        self._settle(frozenset(state.reachable(around)) - around, state, handed=False)

    # Callees with a body.

    def _summary_of(self, callee: Callee, given: list[Value], state: State) -> Summary | None:
        """What a callee with a body may do, if that can matter."""
        if callee.function is None or callee.facts is None:
            return None
        direct = {token for value in given for token in value}
        held = {one for token in direct if token[0] == "o" for _, value in state.parts(token) for one in value}
        origins = {whole(token)[0] for token in direct | held}
        return self.around.summary(callee, made="m" in origins, given="p" in origins)

    def _choose(self, call: Node, callee: Callee, summary: Summary, given: list[Value], state: State) -> Value:
        """Go on with one of the ways in which the callee can end."""
        if not summary:
            return NOTHING
        names = Binding(self, call, given, state, _variadic(callee))
        possible = [one for one in summary if all(names.may_be(flag, value) for flag, value in one.assumed)]
        if not possible:
            return NOTHING
        outcome = possible[self.choose(len(possible))] if len(possible) > 1 else possible[0]
        self._assume_too(outcome, names, state)
        surely = {one for other in possible for one in other.released}
        for token in surely - outcome.released:
            self._settle(names.tokens(token), state, handed=False)
        for token in frozenset[Token]().union(*(other.settled for other in possible)) - surely:
            self._leave_to([names.tokens(token)], state)
        makers = dict(outcome.makers)
        for token, maker in sorted(makers.items(), key=str):
            fresh = self.acquire(call, maker, state, token[1:])
            names.fresh[token] = fresh
        self._follow(call, callee, outcome, names, state)
        if self.protocol.unknown is Unknown.TAKES:  # what is made or held inside an object is the object's own business
            holders = given[0] if callee.kind == "method" else NOTHING
            self.hand_over(frozenset(token for token in holders - self.owners if token[0] in ("o", "a")), state)
            if wanted_of(call) and call.parent and call.parent.parent and call.parent.parent.type == "return_statement":
                wrapped = {token for other in possible for value in other.results for token in value}
                wrapped |= {token for other in possible for _, _, value in other.parts for token in value}
                self.hand_over(NOTHING.union(*(names.tokens(one) for one in wrapped if one[0] == "p")), state)
            inside = names.fresh.keys() - NOTHING.union(*outcome.results)
            inside -= {one for one in inside if self._is_owned(call, callee, one, outcome, names)}
            self.hand_over(frozenset(names.fresh[one] for one in inside), state)
        self.results[span(call)] = self._results_of(call, outcome, possible, names)
        return self.results[span(call)][0]

    def _is_owned(self, call: Node, callee: Callee, token: Token, outcome: Outcome, names: Binding) -> bool:
        """Whether an object that the callee returns has to be closed, and gives back by that what it holds."""
        found = False
        for owner, field, index in owners_of(token, outcome) if self.protocol.owners else ():
            results = callee.type.results
            if index < len(results) and gives_back(self.view, results[index], field, self.protocol):
                self.owners |= names.tokens(owner)
                found = True
        return found

    def _assume_too(self, outcome: Outcome, names: Binding, state: State) -> None:
        """What a callee found to be nil is nil here as well."""
        for flag, _ in outcome.assumed:
            if flag[0] == "s" and flag[2] == IS_NIL:
                self.assume_nil(names.tokens(parent(flag)), state)

    def _results_of(self, call: Node, outcome: Outcome, possible: list[Outcome], names: Binding) -> list[Value]:
        """The results of a callee; by custom there is no error beside what it has made, and nil says that it failed."""
        results = [names.value(value) for value in outcome.results] or [NOTHING]
        made = NOTHING.union(*results[:-1]) & {*names.fresh.values(), *self.owners}
        if made and not results[-1] and self._may_fail(call):
            results[-1] = frozenset({NIL})
        failed = [other.results for other in possible if other is not outcome and len(other.results) == len(results)]
        for index, value in enumerate(results):
            if not value and any(other[index] == {NIL} for other in failed):
                results[index] = frozenset({SOME})
        return results

    def _follow(self, call: Node, callee: Callee, outcome: Outcome, names: Binding, state: State) -> None:
        for token in sorted(outcome.released, key=str):
            if not (token[0] == "s" and token[2] == "*" and parent(token) in outcome.released):
                spot = self.around.released_at(callee, token)
                if spot is not None:
                    message = f"{callee.name}: {self.protocol.released}"
                    state.trail = Event(spot[1], message, previous=state.trail, path=spot[0])
                self._give_back(names.tokens(token), call, state)
        for token in outcome.kept:
            kept = names.tokens(token)
            self.hand_over(kept, state)
            self._leave_given(kept, state)
            for one in kept:
                if followed(one) and callee.kind != "unknown":
                    state.holds = (*state.holds, Hold(one, call, "kept"))
        held = [(token, name, names.value(value)) for token, name, value in sorted(outcome.parts, key=str)]
        for token, name, value in held:  # all values are those from before: parts may have been swapped
            holders = names.tokens(token) - FLAGS
            for one in holders:
                if one[0] != "a":
                    state.env[one, name] = value
                elif name == POINTEE:
                    state.env[str(one[1])] = value
            if not holders:  # kept in something that is not followed here
                self.hand_over(value, state)

    # Callees without.

    def _unknown(
        self, call: Node, callee: Callee, known: str, receiver: Value, arguments: list[Value], state: State
    ) -> Value:
        """A callee that nobody knows."""
        name = callee.name or known.rpartition(".")[2]
        if name == "Wait":
            state.wait()
        elif name == "Reset":
            state.clear(receiver)
        if known in _FINALIZERS and arguments:
            held = sorted((token for token in arguments[0] if followed(token)), key=str)
            state.holds = (*state.holds, *(Hold(token, call, "finalizer") for token in held))
        for value in arguments:
            self.may_run(call, value, state)
        if self.protocol.settles is not None and self.protocol.settles.search(name):
            for value in (receiver, *arguments):
                self._settle(value, state, handed=True)
        self._taken_over(known or name, arguments, state)
        return self._lent(call, known, name, receiver, arguments)

    def _taken_over(self, name: str, arguments: list[Value], state: State) -> None:
        """What a callee that nobody knows is handed may be its own by now."""
        if not self.protocol.takes_over(name):
            return
        for value in arguments:
            self.hand_over(value, state)
            self._leave_given(value, state)

    def _leave_given(self, value: Value, state: State) -> None:
        """Somebody keeps a value, and with it what the caller handed in and it or a function literal refers to."""
        if self.protocol.unknown is Unknown.TAKES:
            reached = state.reachable(self.with_captured(value, state))
            state.settled |= {one for one in reached - self.borrowed if one[0] == "p"}

    def _settle(self, value: Value, state: State, handed: bool) -> None:
        """A call that may give a value back: it is not lost. `handed` says that only the call's name speaks for it."""
        behind = {parent(one) for one in value if one[0] == "s" and one[2] in (POINTEE, *self.protocol.through)}
        for token in value | behind:
            if state.status.get(token) == LIVE:
                state.status[token] = GONE
                self.records.released.add(token)
                if handed:
                    self.records.handed.add(token)
            elif whole(token)[0] == "p":
                state.settled |= {token}

    def _lent(self, call: Node, known: str, name: str, receiver: Value, arguments: list[Value]) -> Value:
        """What a callee's result shares with what it was handed."""
        index = lends(known, name)
        if index is None:
            return NOTHING
        lender = receiver if index == RECEIVER else arguments[index] if index < len(arguments) else NOTHING
        if name.startswith(("Append", "append")):
            return lender - FLAGS
        return frozenset(part(token, VIEW) for token in lender if followed(token))

    def may_run(self, call: Node, value: Value, state: State) -> None:
        """A function literal is handed to somebody: what it gives back is taken care of."""
        for token in value:
            if token[0] == "f":
                for end in self.ends_of(token, [], state, runs=False):
                    for released in end.released - state.released:
                        if state.status.get(released) == LIVE:
                            state.status[released] = GONE
                            self.records.handed.add(released)
                            self.records.released.add(released)
                    for kept in [one for one in end.status if end.status[one] == GONE]:
                        if state.status.get(kept) == LIVE:
                            state.status[kept] = GONE
                            self.records.handed.add(kept)

    def run_literal(self, call: Node, token: Token, arguments: list[Value], state: State) -> Value:
        """Run a function literal here."""
        for value in arguments:
            self.use(value, call, state)
        ends = self.ends_of(token, arguments, state)
        if not ends:
            return NOTHING
        picked = ends[self.choose(len(ends))] if len(ends) > 1 else ends[0]
        state.adopt(picked)
        others = frozenset({one for end in ends for one in end.released} - picked.released)
        self._settle(others, state, handed=False)
        self.results[span(call)] = list(picked.returned) or [NOTHING]
        return self.results[span(call)][0]

    def ends_of(self, token: Token, arguments: list[Value], state: State, runs: bool = True) -> list[State]:
        """The states in which a function literal can return; `Engine` knows."""
        raise NotImplementedError

    def start(self, call: Node, receiver: Value, arguments: list[Value], state: State) -> None:
        """A goroutine starts: what it gives back is its own from now on, all else that it sees it holds."""
        callee = self._callee(call)
        given = [receiver, *arguments] if callee.kind == "method" else arguments
        literals = [token for token in receiver if token[0] == "f"]
        taken: set[Token] = set()
        if literals:
            for end in self.ends_of(literals[0], arguments, state, runs=False):
                taken |= end.released - state.released
        summary = self._summary_of(callee, given, state) if not literals else None
        for outcome in summary or ():
            names = Binding(self, call, given, state, _variadic(callee))
            taken |= {one for token in (*outcome.released, *outcome.kept) for one in names.tokens(token)}
        known = self.protocol.unknown is Unknown.BORROWS and (bool(literals) or summary is not None)
        direct = self.with_captured(frozenset(literals).union(*given), state)
        seen = state.reachable(self.with_captured(frozenset(state.reachable(direct)), state))
        if self.protocol.unknown is Unknown.TAKES:
            state.settled |= {token for token in seen if token[0] == "p"}
        for token in seen:
            if not followed(token) or state.status.get(token) == ABSENT:
                continue
            if token in taken or not known:
                self.hand_over(frozenset({token}), state)
            elif (token[0] == "m" and token in direct) or token in NOTHING.union(*arguments):
                state.holds = (*state.holds, Hold(token, call, "goroutine"))


class Binding:
    """What the tokens of a callee's summary are at one call."""

    def __init__(self, calls: Calls, call: Node, given: list[Value], state: State, rest: int | None) -> None:
        self._calls, self._call, self._given, self._state = calls, call, given, state
        spread = text(call.child_by_field_name("arguments")).rstrip("), \n\t").endswith("...")
        self._rest = None if spread else rest
        self.fresh: dict[Token, Token] = {}

    def tokens(self, token: Token) -> Value:
        """What one token of the callee stands for in the caller."""
        if token in FLAGS:
            return frozenset({token})
        if token in self.fresh:
            return frozenset({self.fresh[token]})
        if token[0] == "p":
            index = token[1]
            return self._given[index] if isinstance(index, int) and index < len(self._given) else NOTHING
        if token[0] == "s" and token[2] == ELEMENTS and self._rest is not None and parent(token) == ("p", self._rest):
            return NOTHING.union(*self._given[self._rest :])
        if token[0] == "s":
            base = self.tokens(parent(token))
            if token[2] == "*" and any(one[0] == "a" for one in base):
                return NOTHING.union(*(self._state.env.get(str(one[1]), NOTHING) for one in base))
            found = self._calls.select(base, str(token[2]), self._state)
            return loosened(found, str(token[2])) if is_loose(token) and base else found
        if token[0] == "o":
            return frozenset({("o", self._call.start_byte, *token[1:])})
        return NOTHING

    def may_be(self, flag: Token, value: bool) -> bool:
        """Whether the caller's value of a flag may be this."""
        if flag[0] == "s" and flag[2] == IS_NIL:
            return not self._is_there(self.tokens(parent(flag)))
        return self.tokens(flag) != {FALSE if value else TRUE}

    def _is_there(self, value: Value) -> bool:
        """Whether a value of the caller is surely not nil: it is open, made here, or was looked at before."""
        known = self._state.status
        return bool(value) and all(
            one == SOME or one[0] in ("o", "a", "f") or known.get(one) in (LIVE, RELEASED, GONE) for one in value
        )

    def value(self, value: Value) -> Value:
        """What a value of the callee is in the caller."""
        return NOTHING.union(*map(self.tokens, value)) if value else NOTHING


def _variadic(callee: Callee) -> int | None:
    """Which parameter of a callee takes all other arguments, the receiver counted; None where there is none."""
    node = callee.function.node if callee.function is not None else None
    listed = node.child_by_field_name("parameters") if node is not None else None
    if node is None or listed is None or not listed.named_children:
        return None
    *before, last = (one for one in listed.named_children if one.type != "comment")
    if last.type != "variadic_parameter_declaration":
        return None
    names = sum(max(1, len(one.children_by_field_name("name"))) for one in before)
    return names + (node.child_by_field_name("receiver") is not None)


def wanted_of(call: Node) -> int:
    """How many variables the results of a call are assigned to, where it stands alone on the right."""
    around = call.parent
    if around is None or around.type != "expression_list" or around.named_child_count != 1 or around.parent is None:
        return 0
    if around.parent.type == "return_statement":
        return _results_around(around)
    left = around.parent.child_by_field_name("left")
    return left.named_child_count if left is not None and left != around else 0


def _results_around(node: Node) -> int:
    """How many results the function or function literal around a node has."""
    function = function_around(node)
    result = function.child_by_field_name("result") if function is not None else None
    if result is None or result.type != "parameter_list":
        return int(result is not None)
    return sum(max(1, len(one.children_by_field_name("name"))) for one in result.named_children)
