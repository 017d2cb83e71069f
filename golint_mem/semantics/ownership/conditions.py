"""Branches: which conditions exclude each other, and what a condition says of resources."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from tree_sitter import Node

from golint_mem.semantics.c.effects import REALLOC
from golint_mem.semantics.c.library import NEVER_NIL, speaks_of_failure
from golint_mem.semantics.ownership.state import (
    ABSENT,
    FREED,
    NIL,
    NOTHING,
    OWNED,
    State,
    Token,
    Value,
    is_older,
    is_resource,
)
from golint_mem.semantics.ownership.values import ELEMENTS, Values
from golint_mem.syntax.go import matches, text

_SWAPPED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_NEGATED = {"!=": "==", ">=": "<", "<=": ">"}
_EMPTY = frozenset({("==", "0", True), (">", "0", False), ("==", "nil", True)})
_SUCCESS = re.compile(r"(?:^|_)(?:OK|SUCCESS|NO_?ERROR|NO_?ERR|ERR_NONE|SUCCEEDED|S_OK)$|^\(?0\)?$", re.I)
_CONDITIONS = """[
  (if_statement condition: (_) @found)
  (for_statement (for_clause condition: (_) @found))
  (expression_case value: (expression_list (_) @found))
]"""


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison in normal form: `left operator right`, with `positive` telling whether it stands negated."""

    left: Node
    operator: str
    right: str
    positive: bool

    @property
    def key(self) -> str:
        """The same text for conditions that say the same, whichever way they are written."""
        return f"{''.join(text(self.left).split())}{self.operator}{self.right}"


def normal(node: Node) -> Condition:
    """The normal form of a condition that holds no `&&`, `||` or `!`; a case of `switch x` says `x == value`."""
    switched = _switched(node)
    if switched is not None:
        return Condition(switched, "==", "".join(text(node).split()), True)
    while node.type == "parenthesized_expression" and node.named_children:
        node = node.named_children[0]
    operator = text(node.child_by_field_name("operator"))
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if node.type != "binary_expression" or operator not in _SWAPPED or left is None or right is None:
        return Condition(node, "", "", True)
    if left.type in ("nil", "int_literal", "true", "false"):
        left, right, operator = right, left, _SWAPPED[operator]
    other = "".join(text(right).split())
    positive = operator not in _NEGATED
    operator = _NEGATED.get(operator, operator)
    if operator == ">" and other == "0" and text(left).startswith("len("):
        operator, positive = "==", not positive
    return Condition(left, operator, other, positive)


_CONSTANT = re.compile(r"(?:true|false|nil)$|errors\.New\(|fmt\.Errorf\(|&")
_RANGES = "(range_clause right: (_) @found)"
_CONSTANTS = "[(assignment_statement) (short_var_declaration) (var_spec !value)] @found"


class Conditions(Values):
    """What a branch tells about the state."""

    _repeated: frozenset[str] | None = None

    def repeated(self) -> frozenset[str]:
        """The normal forms that occur more than once in the function: the only ones worth remembering."""
        if self._repeated is None:
            counts: Counter[str] = Counter()
            for node in matches(self.function.node, _CONDITIONS, "found"):
                counts.update(_leaves(node))
            for node in matches(self.function.node, _RANGES, "found"):
                counts[f"len({''.join(text(node).split())})==0"] += 1
            for node in matches(self.function.node, _CONSTANTS, "found"):
                left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
                names = left.named_children if left is not None else node.children_by_field_name("name")
                if right is None or _CONSTANT.match(text(right)):
                    counts.update(one for name in names for one in (text(name), f"{text(name)}==nil"))
            counts.update(one for name in self.function.results for one in (name, f"{name}==nil"))
            self._repeated = frozenset(key for key, count in counts.items() if count > 1)
        return self._repeated

    def forget(self, left: Node, state: State) -> None:
        """What is assigned to is not what earlier conditions spoke of."""
        name = text(left)
        word = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)")
        for key in [key for key in state.facts if word.search(key)]:
            del state.facts[key]
        variable = self.scopes.resolve(left) if left.type == "identifier" else None
        state.results_of.pop(variable or name, None)

    def learn(self, left: Node, right: Node | None, state: State) -> None:
        """What an assignment says about later conditions."""
        if right is None:
            return
        name = "".join(text(left).split())
        if right.type in ("true", "false"):
            self._fact(name, right.type == "true", state)
        elif right.type == "nil":
            self._fact(f"{name}==nil", True, state)
        elif right.type == "identifier":
            known = state.facts.get(f"{text(right)}==nil")
            if known is not None:
                self._fact(f"{name}==nil", known, state)
        elif text(right).startswith(("errors.New(", "fmt.Errorf(", "&")):
            self._fact(f"{name}==nil", False, state)

    def know_results(self, state: State) -> None:
        """Named results start as the zero values of their types."""
        for name, kind in zip(self.function.results, self.function.result_types, strict=False):
            if kind == "bool":
                self._fact(name, False, state)
            elif kind == "error" or kind.startswith(("*", "func", "unsafe.Pointer")):
                self._fact(f"{name}==nil", True, state)

    def _fact(self, key: str, truth: bool, state: State) -> None:
        if key in self.repeated():
            state.facts[key] = truth

    def refine(self, node: Node, truth: bool, state: State) -> bool:
        """Take a branch; False where the state excludes it."""
        condition = normal(node)
        positive = truth == condition.positive
        if state.facts.get(condition.key, positive) != positive:
            return False
        if not self._check_constant(condition, positive):
            return False
        if condition.right == "nil" and not self._nil(condition.left, positive, state):
            return False
        if self._is_length(condition) and positive and self._has_elements(condition.left, state):
            return False
        failed = self._failed(condition, positive, state)
        if failed is not None:
            self._outcome(self._hang_on(condition.left, state), failed, state)
        self._emptied(condition, positive, state)
        if condition.key in self.repeated():
            state.facts[condition.key] = positive
        if state.owns():
            shown = " ".join(text(node).split())
            state.note(node, f"`{shown[:80]}` is {'true' if truth else 'false'}")
        return True

    @staticmethod
    def _check_constant(condition: Condition, positive: bool) -> bool:
        kind = condition.left.type
        return kind not in ("true", "false") or condition.operator != "" or (kind == "true") == positive

    @staticmethod
    def _is_length(condition: Condition) -> bool:
        return condition.right == "0" and condition.operator == "==" and text(condition.left).startswith("len(")

    def _has_elements(self, call: Node, state: State) -> bool:
        arguments = call.child_by_field_name("arguments")
        if arguments is None or not arguments.named_children:
            return False
        value = self.eval(arguments.named_children[0], state)
        return any(state.env.get((*self._root(token), ELEMENTS)) for token in value if token[0] == "a")

    @staticmethod
    def _root(token: Token) -> tuple[object, ...]:
        path = token[1]
        return path if isinstance(path, tuple) else ()

    def _nil(self, left: Node, is_nil: bool, state: State) -> bool:
        """Branch on `left == nil`; False where that cannot be."""
        value = self.eval(left, state)
        if not value:
            return True
        if not is_nil:
            if value == {NIL}:
                return False
            self._narrow(left, value - {NIL}, state)
            return True
        if NIL not in value and any(self._never_nil(token, state) for token in value):
            return False
        if any(token[0] in ("f", "a") for token in value) and NIL not in value:
            return False
        for token in value:
            if is_resource(token) and state.status.get(token) == OWNED:
                state.status[token] = ABSENT
                if len(token) == 2:
                    self._outcome(frozenset(one for one in state.status if one[:2] == token), True, state)
        self._narrow(left, frozenset({NIL}), state)
        return True

    def _never_nil(self, token: Token, state: State) -> bool:
        made = self.resource(token)
        if state.status.get(token) == ABSENT or made is None:
            return False
        return state.status.get(token) == FREED or made.maker.removeprefix("C.") in NEVER_NIL | REALLOC

    def _narrow(self, left: Node, value: Value, state: State) -> None:
        paths = self.paths(left, state)
        if len(paths) == 1 and ELEMENTS not in paths[0]:
            state.env[paths[0]] = value

    def _hang_on(self, left: Node, state: State) -> Value:
        """The resources that exist only if the call succeeded whose result an expression is."""
        while left.type == "call_expression":
            made = frozenset(
                one for one in state.status if is_resource(one) and one[1] == left.start_byte and not is_older(one)
            )
            if made:
                return made
            arguments = left.child_by_field_name("arguments")
            if arguments is None or arguments.named_child_count != 1:
                return NOTHING
            left = arguments.named_children[0]
        name = self.scopes.resolve(left) if left.type == "identifier" else text(left)
        return state.results_of.get(name or "", NOTHING)

    def _failed(self, condition: Condition, positive: bool, state: State) -> bool | None:
        """Whether a branch is the one on which the call has failed; None where that cannot be said."""
        hanging = self._hang_on(condition.left, state)
        if not hanging:
            return None
        if condition.operator == "":
            return not positive
        if condition.right == "nil":
            return not positive
        if condition.operator == "<":
            return positive if condition.right in ("0", "1") else None
        if condition.operator == ">":
            return None if condition.right != "-1" else not positive
        if condition.right in ("true", "C.TRUE", "C.true", "C.SDL_TRUE", "1", "C.gboolean(1)"):
            return not positive
        if condition.right in ("false", "C.FALSE", "C.false", "C.SDL_FALSE"):
            return positive
        if condition.right == "0" and any(self._boolean(token) for token in hanging):
            return positive
        return not positive if _SUCCESS.search(condition.right) else positive

    def _emptied(self, condition: Condition, positive: bool, state: State) -> None:
        """`object.count == 0`: what other fields of the object might hold is not there."""
        nothing = (condition.operator, condition.right, positive) in _EMPTY
        operand = condition.left.child_by_field_name("operand")
        if not nothing or condition.left.type != "selector_expression" or operand is None:
            return
        for path in self.paths(condition.left, state):
            for _, value in list(state.below(path[:-1])):
                for token in value:
                    if state.status.get(token) == OWNED:
                        state.status[token] = ABSENT

    def _boolean(self, token: Token) -> bool:
        made = self.resource(token)
        return made is not None and self.around.c.effect(made.maker.removeprefix("C.")).boolean

    def _outcome(self, tokens: Value, failed: bool, state: State) -> None:
        for token in tokens:
            made = self.resource(token)
            reports = made is not None and token[2:3] == ("out",) and speaks_of_failure(made.subject)
            if failed == reports:
                continue
            if state.status.get(token) == OWNED and not (made and made.maker.removeprefix("C.") in NEVER_NIL):
                state.status[token] = ABSENT


def _switched(value: Node) -> Node | None:
    """What a switch compares with the value of a case; None for other syntax, and for a switch without a value."""
    case = value.parent.parent if value.parent is not None and value.parent.type == "expression_list" else None
    switch = case.parent if case is not None and case.type == "expression_case" else None
    return switch.child_by_field_name("value") if switch is not None else None


def _leaves(node: Node) -> list[str]:
    """The normal forms of the comparisons that a condition is made of."""
    while node.type == "parenthesized_expression" and node.named_children:
        node = node.named_children[0]
    operator = text(node.child_by_field_name("operator"))
    if node.type == "binary_expression" and operator in ("&&", "||"):
        return [
            key for side in ("left", "right") for key in _leaves(node.child_by_field_name(side) or node.children[0])
        ]
    if node.type == "unary_expression" and operator == "!":
        operand = node.child_by_field_name("operand")
        return _leaves(operand) if operand is not None else []
    return [normal(node).key]
