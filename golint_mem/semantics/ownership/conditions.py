"""Branches: which conditions exclude each other, and what a condition says of resources."""

from __future__ import annotations

import re
from functools import cached_property

from tree_sitter import Node

from golint_mem.semantics.c.effects import REALLOC
from golint_mem.semantics.c.library import NEVER_NIL, asks_if_valid, counts, is_code, speaks_of_failure
from golint_mem.semantics.inference import call_arguments
from golint_mem.semantics.ownership.comparisons import Comparison, Vocabulary, excluded, normal, spaceless
from golint_mem.semantics.ownership.state import (
    ABSENT,
    ANSWER,
    FREED,
    NIL,
    NOTHING,
    OWNED,
    RENEWS,
    State,
    Token,
    Value,
    is_older,
    is_resource,
)
from golint_mem.semantics.ownership.values import ELEMENTS, Values
from golint_mem.syntax.around import around
from golint_mem.syntax.go import text

_EMPTY = frozenset({("==", "0", True), (">", "0", False), ("==", "nil", True)})
_SUCCESS = re.compile(
    r"(?i:(?:^|[_.])(?:OK|SUCCESS|NO_?ERROR|NO_?ERR|ERR_NONE|SUCCEEDED|S_OK))$|^\(?0\)?$"
    r"|(?<=[a-z0-9])(?:O[kK]|Success|Succeeded|No_?Err(?:or)?)$|(?:^|[_.])[A-Z]{2,3}OK$"
)
_FAILURE = re.compile(r"err|fail|invalid|null|none|bad|eof|^-", re.I)
_CONSTANT = re.compile(r"\w+\.[A-Za-z]\w*")
_SENTINEL = re.compile(r"err[A-Z]\w*|(?:\w+\.)?Err[A-Z]\w*|io\.EOF")
_TRUE = frozenset({"true", "C.TRUE", "C.true", "C.SDL_TRUE", "1", "C.gboolean(1)"})
_FALSE = frozenset({"false", "C.FALSE", "C.false", "C.SDL_FALSE"})


class Conditions(Values):
    """What a branch tells about the state."""

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What the function's conditions speak of."""
        return Vocabulary(self.function)

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
        name = spaceless(left)
        constant = self.vocabulary.constant(name, spaceless(right))
        if constant:
            state.facts[constant] = True
        if right.type in ("true", "false"):
            self._fact(name, right.type == "true", state)
        elif right.type == "nil":
            self._fact(f"{name}==nil", True, state)
        elif _SENTINEL.fullmatch(text(right)) and (right.type != "identifier" or self.scopes.resolve(right) is None):
            self._fact(f"{name}==nil", False, state)
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
        if self.vocabulary.repeats(key):
            state.facts[key] = truth

    def refine(self, node: Node, truth: bool, state: State) -> bool:
        """Take a branch; False where the state excludes it."""
        condition = normal(node, self.vocabulary.names)
        positive = truth == condition.positive
        if excluded(state.facts, condition, positive):
            return False
        if not self._check_constant(condition, positive):
            return False
        if self._asks_for_nil(condition, state) and not self._nil(condition.left, positive, state):
            return False
        if self._is_length(condition) and positive and self._has_elements(condition.left, state):
            return False
        failed = self._failed(condition, positive, state)
        if failed is not None:
            self._outcome(self._hang_on(condition.left, state), failed, state)
        self._emptied(condition, positive, state)
        self._invalid(condition, positive, state)
        if self.vocabulary.remembers(condition, positive):
            state.facts[condition.key] = positive
        if state.owns():
            shown = " ".join(text(node).split())
            state.note(node, f"`{shown[:80]}` is {'true' if truth else 'false'}")
        return True

    def _asks_for_nil(self, condition: Comparison, state: State) -> bool:
        """Whether a condition compares with nil; an address in a number is compared with 0."""
        if condition.right != "0" or condition.operator != "==" or condition.left.type != "identifier":
            return condition.right == "nil"
        held = self.eval(condition.left, state)
        return bool(held) and all(is_resource(one) and len(one) == 2 for one in held)

    @staticmethod
    def _check_constant(condition: Comparison, positive: bool) -> bool:
        kind = condition.left.type
        return kind not in ("true", "false") or condition.operator != "" or (kind == "true") == positive

    @staticmethod
    def _is_length(condition: Comparison) -> bool:
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
            self.vouch(value, state)
            self._narrow(left, value - {NIL}, state)
            return True
        if NIL not in value and any(self._never_nil(token, state) for token in value):
            return False
        if any(token[0] in ("f", "a", "c") for token in value) and NIL not in value:
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
        operand = left.child_by_field_name("operand")
        if left.type == "selector_expression" and operand is not None and operand.type == "identifier":
            if text(left) in state.results_of or not is_code(text(left.child_by_field_name("field")).lower()):
                return state.results_of.get(text(left), NOTHING)
            left = operand  # `err.Code == OK`
        name = self.scopes.resolve(left) if left.type == "identifier" else text(left)
        return state.results_of.get(name or "", NOTHING)

    def _failed(self, condition: Comparison, positive: bool, state: State) -> bool | None:
        """Whether a branch is the one on which the call has failed; None where that cannot be said."""
        hanging = self._hang_on(condition.left, state)
        if not hanging:
            return None
        operator, right = condition.operator, condition.right
        if operator == "":
            return not positive
        if right == "nil":
            return positive if ANSWER in hanging else not positive
        if counts(condition.subject) and (operator, right) in ((">", "0"), ("==", "0")):
            return positive == (operator == "==")
        if operator == "<":
            return positive if right in ("0", "1") else None
        if operator == ">":
            if right == "0" and self._releases_within(condition, hanging):
                return not positive
            return None if right != "-1" else not positive
        if right in _TRUE:
            return not positive
        if right in _FALSE or (right == "0" and any(self._boolean(token) for token in hanging)):
            return positive
        empty = right in ('""', "``") and speaks_of_failure(condition.subject)
        succeeds = _SUCCESS.search(right) or (not condition.positive and _names_no_failure(right))
        return not positive if empty or succeeds else positive

    def _releases_within(self, condition: Comparison, tokens: Value) -> bool:
        """Whether what a condition guards releases the resources: where it does not hold there are none."""
        branch = around(condition.left, frozenset({"if_statement"}))
        body = text(branch.child_by_field_name("consequence")) if branch is not None else ""
        made = [self.resource(token) for token in tokens]
        return any(one is not None and f"{one.release}(" in body for one in made)

    def _emptied(self, condition: Comparison, positive: bool, state: State) -> None:
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

    def _invalid(self, condition: Comparison, positive: bool, state: State) -> None:
        """`C.is_object(p)` is false: there is nothing in `p` to give back."""
        asked = condition.left
        if condition.operator == "" or condition.right in _FALSE | {"0"}:
            true = positive == (condition.operator == "")
            if (
                asked.type == "call_expression"
                and not true
                and asks_if_valid(text(asked.child_by_field_name("function")))
            ):
                for argument in call_arguments(asked):
                    for token in self.eval(argument, state):
                        if is_resource(token) and state.status.get(token) == OWNED:
                            state.status[token] = ABSENT

    def _boolean(self, token: Token) -> bool:
        made = self.resource(token)
        return made is not None and self.around.c.effect(made.maker.removeprefix("C.")).boolean

    def _outcome(self, tokens: Value, failed: bool, state: State) -> None:
        for token in tokens:
            made = self.resource(token)
            reports = made is not None and token[2:3] == ("out",) and speaks_of_failure(made.subject)
            if failed == reports:
                self.vouch((token,), state)
                continue
            if state.status.get(token) == OWNED and not (made and made.maker.removeprefix("C.") in NEVER_NIL):
                state.status[token] = ABSENT
                for old in state.env.get((token, RENEWS), NOTHING):
                    if state.status.get(old) == FREED:
                        state.status[old] = OWNED


def _names_no_failure(right: str) -> bool:
    """Whether `status != right` asks for failure: what differs from a constant that names none is no success."""
    return _CONSTANT.fullmatch(right) is not None and _FAILURE.search(right) is None
