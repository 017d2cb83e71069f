"""Branches: which a state excludes, and what taking one says of values."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

from tree_sitter import Node

from golint_mem.semantics.callees import qualified
from golint_mem.semantics.ownership.comparisons import Comparison, normal
from golint_mem.semantics.typestate.state import (
    ABSENT,
    FALSE,
    FLAGS,
    LIVE,
    NIL,
    NOTHING,
    SOME,
    TRUE,
    State,
    Token,
    Value,
    followed,
    parent,
    part,
    whole,
)
from golint_mem.semantics.typestate.values import Values
from golint_mem.syntax.go import matches, text

_CONDITIONS = """[
  (if_statement condition: (_) @found)
  (for_statement (for_clause condition: (_) @found))
  (expression_case value: (expression_list (_) @found))
]"""
_OF_ERRORS = re.compile(
    r"(?:errors\.(?:Is|As)|(?:os\.)?Is(?:NotExist|Exist|Permission|Timeout)|\w*[eE]rrors?\.Is[A-Z]\w*|(?:\w+\.)?[iI]s\w*Err(?:or)?\w*)\((\w+)\b"
)
_ERROR = re.compile(r"(?:\w+\.)?(?:Err|err|EOF)[A-Z]?")
_OF_PACKAGE = re.compile(r"[a-z]\w*\.[A-Z]\w*")
_MOST_ASSUMED = 3
FLAG, IS_NIL = "=", "=nil"
_EQUAL = {True: (TRUE, FALSE), False: (FALSE, TRUE)}


class Conditions(Values):
    """What a branch tells about the state."""

    def callee_value(self, call: Node, state: State) -> Value:
        """The receiver of a method call; `Calls` knows."""
        raise NotImplementedError

    @cached_property
    def repeated(self) -> frozenset[str]:
        """The normal forms of conditions that occur more than once in the function: the ones worth remembering."""
        counts: Counter[str] = Counter()
        for node in matches(self.function.node, _CONDITIONS, "found"):
            counts.update(leaves(node))
        return frozenset(key for key, count in counts.items() if count > 1)

    def forget(self, left: Node, state: State) -> None:
        """What is assigned to is not what earlier conditions spoke of."""
        if not state.facts:
            return
        word = re.compile(rf"(?<![\w.]){re.escape(text(left))}(?!\w)")
        for key in [key for key in state.facts if word.search(key)]:
            del state.facts[key]

    def refine(self, node: Node, truth: bool, state: State) -> bool:
        """Take a branch; False where the state excludes it."""
        condition = normal(node)
        positive = truth == condition.positive
        if state.facts.get(condition.key, positive) != positive or not self._agrees(condition, positive, state):
            return False
        if condition.key in self.repeated:
            state.facts[condition.key] = positive
        if LIVE in state.status.values() or state.released:
            shown = " ".join(text(node).split())
            state.note(node, f"`{shown[:80]}` is {'true' if truth else 'false'}")
        return True

    def _agrees(self, condition: Comparison, positive: bool, state: State) -> bool:
        if condition.right == "nil":
            return self._is_nil(condition.left, positive, state)
        if condition.operator == "" or condition.right in ("true", "false"):
            wanted = positive if condition.operator == "" else positive == (condition.right == "true")
            return self._is_true(condition.left, wanted, state)
        if condition.operator == "==" and positive and condition.left.type == "identifier":
            return self._equals(condition, state)
        return True

    def _equals(self, condition: Comparison, state: State) -> bool:
        """`err == io.EOF`: an error that is nil is no other error."""
        value = self.eval(condition.left, state)
        return NIL not in value or not (
            _ERROR.match(condition.right) or (value == {NIL} and self._is_named_error(condition))
        )

    def _is_named_error(self, condition: Comparison) -> bool:
        """`err == context.Canceled`: whether an error is compared with what another package declares."""
        declared = self.view.type_of(condition.left).qualified == "builtin.error"
        return declared and _OF_PACKAGE.fullmatch(condition.right) is not None

    def _is_nil(self, left: Node, is_nil: bool, state: State) -> bool:
        """Branch on `left == nil`; False where that cannot be."""
        value = self.eval(left, state)
        if not is_nil:
            if value == {NIL}:
                return False
            self._narrow(left, (value - {NIL}) or frozenset({SOME}), state)
            return True
        sure = any(token == SOME or token[0] in ("f", "a", "o") for token in value)
        if NIL not in value and (sure or any(self._exists(token, state) for token in value)):
            return False
        for token in value:
            owner = parent(token) if token[0] == "s" and token[2] in self.protocol.through else token
            if state.status.get(owner) == LIVE:
                state.status[owner] = ABSENT
        self.assume_nil(value, state)
        self._narrow(left, frozenset({NIL}), state)
        return True

    def _exists(self, token: tuple[object, ...], state: State) -> bool:
        """Whether a value is known to be there: it was given back, and nobody gives nil back."""
        return token in state.released

    def _is_true(self, left: Node, wanted: bool, state: State) -> bool:
        """Branch on a boolean; False where that cannot be."""
        if left.type in ("true", "false"):
            return (left.type == "true") == wanted
        found = _OF_ERRORS.match(text(left)) if left.type == "call_expression" else None
        if found is not None and wanted:
            arguments = left.child_by_field_name("arguments")
            first = arguments.named_children[0] if arguments is not None and arguments.named_children else left
            return self.eval(first, state) != {NIL}
        if left.type == "call_expression" and not wanted and self.protocol.is_exhausted(qualified(self.view, left)):
            self.release(self.callee_value(left, state), left, state)
        if left.type not in ("identifier", "selector_expression"):
            return True
        flag = self._flag(left, state)
        value = self.eval(left, state) if flag is None else state.env.get(flag, NOTHING)
        same, other = _EQUAL[wanted]
        if value == {other}:
            return False
        if flag is not None:
            self._assume(flag, same, state)
        self._narrow(left, frozenset({same}), state)
        return True

    def _flag(self, left: Node, state: State) -> tuple[Token, str] | None:
        """The field of a parameter that a condition is; a boolean parameter is the value of itself."""
        if left.type == "identifier":
            token = next(iter(self.eval(left, state)), NIL)
            return (token, FLAG) if token[0] == "p" else None
        base = self.base_of(left.child_by_field_name("operand"), state)
        if len(base) != 1:
            return None
        token = next(iter(base))
        return (token, text(left.child_by_field_name("field"))) if whole(token)[0] in ("p", "o") else None

    @staticmethod
    def _assume(flag: tuple[Token, str], value: Token, state: State) -> None:
        """Callers that know a flag to be otherwise cannot come this way."""
        token, name = flag
        if flag not in state.env and whole(token)[0] == "p" and len(state.assumed) < _MOST_ASSUMED:
            state.assumed |= {(token if name == FLAG else part(token, name), value == TRUE)}
            state.env[flag] = frozenset({value})

    @staticmethod
    def assume_nil(value: Value, state: State) -> None:
        """Callers that hand something over cannot come where this part of it is found to be nil."""
        token = next(iter(value)) if len(value) == 1 else NIL
        if whole(token)[0] == "p" and len(state.assumed) < _MOST_ASSUMED:
            state.assumed |= {(("s", token, IS_NIL), True)}

    def _narrow(self, left: Node, value: Value, state: State) -> None:
        """A variable is known to hold this."""
        variable = self.scopes.resolve(left) if left.type == "identifier" else None
        if variable is not None and (variable in state.env or value <= FLAGS):
            if any(followed(token) for token in state.env.get(variable, ())) and value == {SOME}:
                return
            state.env[variable] = value


def leaves(node: Node) -> list[str]:
    """The normal forms of the comparisons that a condition is made of."""
    while node.type == "parenthesized_expression" and node.named_children:
        node = node.named_children[0]
    operator = text(node.child_by_field_name("operator"))
    sides = [node.child_by_field_name(side) for side in ("left", "right")]
    if node.type == "binary_expression" and operator in ("&&", "||"):
        return [key for side in sides if side is not None for key in leaves(side)]
    operand = node.child_by_field_name("operand")
    if node.type == "unary_expression" and operator == "!" and operand is not None:
        return leaves(operand)
    return [normal(node).key]
