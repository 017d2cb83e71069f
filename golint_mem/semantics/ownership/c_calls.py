"""Calls of C functions: who makes, frees, keeps and copies C memory."""

from __future__ import annotations

import re
from functools import cached_property

from tree_sitter import Node

from golint_mem.semantics.c import library
from golint_mem.semantics.c.effects import REALLOC
from golint_mem.semantics.c.knowledge import CEffect
from golint_mem.semantics.inference import call_arguments
from golint_mem.semantics.ownership.c_outs import is_address, parts, unconverted
from golint_mem.semantics.ownership.c_releases import Releases
from golint_mem.semantics.ownership.habits import RESULT
from golint_mem.semantics.ownership.lapse import Kind
from golint_mem.semantics.ownership.state import (
    KEPT,
    MOVED,
    NIL,
    NOTHING,
    OWNED,
    State,
    Token,
    Value,
    as_made,
    is_given,
    is_resource,
    root_of,
)
from golint_mem.semantics.ownership.values import ELEMENTS
from golint_mem.syntax.go import text

_NO_POINTERS = frozenset({"expression_statement", "binary_expression", "unary_expression", "go_statement"})
_CALLBACK = re.compile(r"[cC]all_?[bB]ack\w*\)*$|_(?:cb|fn|func)\)?\(C\.\w+\)|\(C\.\w+_(?:cb|fn|func)\)$")
_COMPARISONS = "(binary_expression) @found"
_ASSIGNMENTS = "[(assignment_statement) (short_var_declaration)] @found"


class CCalls(Releases):
    """Evaluation of `C.name(...)`."""

    def c_call(self, name: str, node: Node, values: list[Value], state: State) -> Value:
        """Do to the state what a C call does, and answer its result."""
        if name in library.COPIES:
            return self._copy(node, values, state)
        if self.around.c.is_conversion(name) and len(values) == 1:
            return values[0] if name not in library.NUMBERS else NOTHING
        effect = self.around.c.effect(name)
        nodes = call_arguments(node)
        if name in library.INTO_BUFFER and not self._is_nil(values, library.INTO_BUFFER[name]):
            return values[library.INTO_BUFFER[name]] if library.INTO_BUFFER[name] < len(values) else NOTHING
        if name in REALLOC and values:
            return self._realloc(name, node, values, state)
        released = self._released_by(name, effect, values, state)
        moving = (not effect.known or bool(effect.passes)) and any(self._moves(one) for one in nodes)
        keeps = () if name in library.KEEPS and self.function.path.endswith("_windows.go") else effect.keeps
        for index, value in enumerate(values):
            if index in released:
                self._release_argument(name, index, value, node, state)
            elif index in keeps and self._link(index, effect, values, node, state):
                continue
            elif index in keeps or moving:
                self._keep(name, index, values, effect, node, state)
            else:
                self._lend(name, index, value, effect, node, state)
        for index, path in effect.frees:
            if path and index < len(values):
                self._free_fields(self.tokens_at(values[index], parts(path), state), name, node, state)
        for index, path in effect.keeps_fields:
            if index < len(values):
                self.escape(self.tokens_at(values[index], parts(path), state), state)
        outer, self.acquired = self.acquired, []
        filled = self._fill_outs(name, effect, node, nodes, values, state)
        result: Value = frozenset().union(*(values[index] for index in effect.returns if index < len(values)))
        for index, path in effect.returns_fields:
            if index < len(values):
                result |= self.tokens_at(values[index], parts(path), state)
        outs = [kind for value in values for kind in self._types_behind(value)]
        habitual = (name, RESULT) in self.around.c.habits
        answers = not effect.guessed or (self._is_pointer(node, habitual) and not any(outs))
        renewed = self._renewed(node, nodes, values, state) if effect.fresh else NOTHING
        if renewed:
            result |= renewed
        elif effect.fresh and (effect.fills or not filled) and answers:
            result |= {self._make(name, effect.fresh, node, state)}
        for argument, value in zip(nodes, values, strict=False):
            variable = self._telling_variable(argument, value, state) if self.acquired else ""
            if variable:
                state.results_of[variable] = frozenset(self.acquired)
        self.acquired = outer + self.acquired
        return result

    def _link(self, index: int, effect: CEffect, values: list[Value], node: Node, state: State) -> bool:
        """Store an argument in C memory that this function has made: `set_string(array, i, text)`."""
        into = [values[holder] for one, holder in effect.links if one == index and holder < len(values)]
        holders = frozenset().union(*into)
        if not holders or not all(is_resource(one) and state.status.get(one) == OWNED for one in holders):
            return False
        self.use(values[index], node, state)
        self.collected |= {as_made(one) for one in values[index]}
        for one in holders:
            self.add((one, ELEMENTS), values[index], state)
        return True

    def _renewed(self, node: Node, nodes: list[Node], values: list[Value], state: State) -> Value:
        """What `list = C.list_append(list, x)` still holds: the callee answers the new place of what it was given."""
        subject = self.subject_of(node)
        pairs = zip(nodes, values, strict=False) if subject else ()
        same = [value for one, value in pairs if text(unconverted(one)) == subject]
        return frozenset(token for value in same for token in value if state.status.get(token) == OWNED)

    def _telling_variable(self, argument: Node, value: Value, state: State) -> str:
        """The variable that tells afterwards whether there is anything: `&err`, `&count`, or a buffer for a message."""
        operand = argument.child_by_field_name("operand") if is_address(argument) else argument
        if operand == argument and argument.type == "selector_expression":
            holder = argument.child_by_field_name("operand")
            tells = holder is not None and holder.type == "identifier" and library.tells(text(holder))
            return (self.scopes.resolve(holder) or "") if tells and holder is not None else ""
        if operand is not None and operand != argument and operand.type == "selector_expression":
            holder = operand.child_by_field_name("operand")
            return text(operand) if holder is not None and library.speaks_of_failure(text(holder)) else ""
        if operand is None or operand.type != "identifier":
            return ""
        kind = self.scopes.type_text(self.scopes.resolve(operand) or "")
        number = kind.startswith("C.") and self.around.c.is_number(kind[2:])
        if operand != argument and ((number and library.is_code(text(operand))) or library.tells(kind[2:])):
            return self.scopes.resolve(operand) or ""
        buffer = operand == argument and any(self._is_buffer(token, state) for token in value)
        counted = operand != argument and library.counts(text(operand))
        if not buffer and not counted and not library.speaks_of_failure(text(operand)):
            return ""
        return self.scopes.resolve(operand) or ""

    def _is_buffer(self, token: Token, state: State) -> bool:
        made = self.resource(token)
        return made is not None and state.status.get(token) == OWNED and made.source in ("malloc", "calloc")

    @staticmethod
    def _goes_with_callback(index: int, node: Node) -> bool:
        """Whether an untyped argument goes to C along with a callback, which is called with it some time."""
        written = [text(one) for one in call_arguments(node)]
        untyped = re.search(r"[uU]ser_?[dD]ata|[cC]losure|[cC]ontext|unsafe\.Pointer\(|C\.gpointer\(", written[index])
        called = any(_CALLBACK.search(one) for place, one in enumerate(written) if place != index)
        return untyped is not None and called

    def _moves(self, argument: Node) -> bool:
        """Whether an argument tells the callee to free the others: a flag, or a destructor, maybe in a variable."""
        if library.moves(text(argument)):
            return True
        variable = self.scopes.resolve(argument) if argument.type == "identifier" else None
        return variable is not None and variable in self._destructors

    @cached_property
    def _destructors(self) -> frozenset[str]:
        """The variables that the function gives a destructor to hand on."""
        found = set()
        for node in self.inside(self.function.node, _ASSIGNMENTS):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and left.named_child_count == 1 and library.moves(text(right)):
                found.add(self.scopes.resolve(left.named_children[0]))
        return frozenset(name for name in found if name is not None)

    @staticmethod
    def _is_nil(values: list[Value], index: int) -> bool:
        return index < len(values) and values[index] == {NIL}

    def _is_pointer(self, node: Node, habitual: bool) -> bool:
        """Whether the way a call's result is used speaks for a pointer, and not for a number or nothing."""
        if node.parent is None or node.parent.type in _NO_POINTERS:
            return False
        if any(is_address(argument) and "**" in text(argument) for argument in call_arguments(node)):
            return False
        if self._is_counted(node):
            return False
        subject = self.subject_of(node)
        if not subject:
            return True
        for one in self.inside(self.function.node, _COMPARISONS):
            sides = [one.child_by_field_name(side) for side in ("left", "right")]
            texts = [re.sub(r"^\w[\w.]*\((.*)\)$", r"\1", text(side)) for side in sides]
            if subject in texts:
                return "nil" in texts
        return habitual or self._is_held(subject)

    def _is_counted(self, node: Node) -> bool:
        """Whether a call's result is turned into a number, or goes to Go code that looks at it."""
        outer = node.parent.parent if node.parent is not None and node.parent.type == "argument_list" else None
        callee = text(outer.child_by_field_name("function")) if outer is not None else ""
        name = callee.removeprefix("C.")
        if library.checks(callee.rpartition(".")[2]):
            return True
        return name in library.NUMBERS or (callee.isidentifier() and not self.around.is_type(callee))

    def _is_held(self, subject: str) -> bool:
        """Whether what a variable holds is kept, returned, looked into or released like a pointer."""
        name = rf"(?<![\w.]){re.escape(subject)}"
        kept = rf"(?:[:=,]|return\b)\s*(?:\([^()]*\)\(|unsafe\.Pointer\()*{name}\b(?!\()"
        source = text(self.function.node)
        return re.search(rf"{kept}|{name}\.", source) is not None or subject in self.released_here()

    def _copy(self, node: Node, values: list[Value], state: State) -> Value:
        for value in values[:1]:
            self.use(value, node, state)
            for token in value:
                if is_resource(token):
                    self.records.copied.setdefault(as_made(token), node)
        return NOTHING

    def _keep(self, name: str, index: int, values: list[Value], effect: CEffect, node: Node, state: State) -> None:
        """The callee owns the argument from here on, or goes on using it."""
        value = values[index]
        self.use(value, node, state)
        alone = not any(other for position, other in enumerate(values) if position != index)
        copied = text(call_arguments(node)[index]).startswith("*")
        if effect.known and alone and not copied and self._is_go_memory(value, state):
            token = next(iter(value))
            self.record(Kind.GO_POINTER_KEPT, token, node, state, culprit=f"C.{name}")
        for token, keeper in self.keepers.items():
            if keeper == f"C.{name}" and state.status.get(token) == KEPT and token not in value:
                state.status[token] = MOVED
        if effect.known and alone:
            self.keepers.update(dict.fromkeys(value, f"C.{name}"))
        self.escape(value, state, KEPT if effect.known and alone else MOVED)

    def _is_go_memory(self, value: Value, state: State) -> bool:
        for token in value:
            if state.status.get(token) == MOVED:
                return False
            if is_given(token) and len(token) == 2:
                kind = self.function.parameter_types[int(str(token[1]))]
                if not kind.startswith("*") or not self.around.is_go_struct(kind[1:]):
                    return False
                continue
            if token[0] != "a":
                return False
            root = root_of(token)[0]
            if isinstance(root, str) and "C." in self.scopes.type_text(root):
                return False
            if isinstance(root, tuple) and root[0] != "o":
                return False
        return bool(value)

    def _lend(self, name: str, index: int, value: Value, effect: CEffect, node: Node, state: State) -> None:
        """The callee uses the argument while it runs."""
        self.use(value, node, state)
        self.vouch(value, state)
        if (not effect.known or index in effect.passes) and name not in library.LOOKS:
            self.records.lent |= {as_made(token) for token in state.reachable(value) if is_resource(token)}
        places = [root_of(token) for token in value if token[0] == "a"]
        places += [root_of(one) for path in places for one in state.env.get(path, NOTHING) if one[0] == "a"]
        for path, inner in [pair for place in places for pair in state.below(place)]:
            if path[-1] == "@":
                value |= inner
            elif path[-1] != ELEMENTS and len(path) > 1 and library.may_hold(name):
                self.records.exposed |= {as_made(token) for token in inner if is_resource(token)}
        if library.may_hold(name) and len(call_arguments(node)) > 1:
            held = {as_made(token) for token in value if is_resource(token)}
            self.shared |= held
            self.collected |= held if library.collects(name) else set()
        if index in effect.exposes or (not effect.known and self._goes_with_callback(index, node)):
            self.records.exposed |= {as_made(token) for token in value if is_resource(token)}
        for token in value:
            made = self.resource(token)
            if made is None or (effect.known and index not in effect.passes) or made.source in library.STRINGS:
                continue
            if index == 0 and self.around.c.pairs.sets_up(name, made.source):
                continue
            if effect.fresh or effect.fills or self.around.c.pairs.makes(name):
                self.records.passed_on.add(as_made(token))
            elif library.may_hold(name) or (index > 0 and not library.only_reads(name)):
                self.records.exposed.add(as_made(token))
        self.escape(frozenset(token for token in value if token[0] == "f"), state)
