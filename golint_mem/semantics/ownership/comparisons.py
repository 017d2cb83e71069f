"""Conditions as text in one normal form, so that those that say the same, or exclude each other, are seen to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from tree_sitter import Node

from golint_mem.semantics.c.library import NUMBERS
from golint_mem.syntax.go import Function, matches, text

_SWAPPED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_NEGATED = {"!=": "==", ">=": "<", "<=": ">"}
_CONVERSION = re.compile(r"(\()?((?:C\.)?\w+)(?(1)\))\((.*)\)", re.S)
_GO_NUMBER = re.compile(r"u?int\d*|byte|rune|uintptr")
_NIL = re.compile(r"\(?\**[\w.]+\)?\(nil\)|C\.NULL")
_LENGTH = re.compile(r"len\([\w.]+\)")
_CONSTANT = re.compile(r"""-?\d+|(["'`]).*\1|(?:\w+\.)?[A-Z]\w*""")
_KNOWN = re.compile(r"(?:true|false|nil)$|errors\.New\(|fmt\.Errorf\(|&")
_CONDITIONS = """[
  (if_statement condition: (_) @found)
  (for_statement (for_clause condition: (_) @found))
  (expression_case value: (expression_list (_) @found))
]"""
_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_RANGES = "(range_clause right: (_) @found)"
_ASSIGNMENTS = "[(assignment_statement) (short_var_declaration) (var_spec)] @found"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right` in normal form, with `positive` telling whether it stands negated.

    `subject` is the left side without blanks and without conversions of numbers.
    """

    left: Node
    subject: str
    operator: str
    right: str
    positive: bool

    @property
    def key(self) -> str:
        """The same text for conditions that say the same, whichever way they are written."""
        return f"{self.subject}{self.operator}{self.right}"

    @property
    def chooses(self) -> bool:
        """Whether it asks for one of several constants, of which only one can be it."""
        return self.operator == "==" and _CONSTANT.fullmatch(self.right) is not None


def normal(node: Node, names: Mapping[str, str] = _NO_NAMES) -> Comparison:
    """The normal form of a condition that holds no `&&`, `||` or `!`; a case of `switch x` says `x == value`.

    `names` tells what some names stand for: `n` for `len(s)` after `n := C.int(len(s))`.
    """
    switched = _switched(node)
    if switched is not None:
        return Comparison(switched, _subject(switched, names), "==", spaceless(node), True)
    while node.type == "parenthesized_expression" and node.named_children:
        node = node.named_children[0]
    operator = text(node.child_by_field_name("operator"))
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if node.type != "binary_expression" or operator not in _SWAPPED or left is None or right is None:
        return Comparison(node, spaceless(node), "", "", True)
    if left.type in ("nil", "int_literal", "true", "false"):
        left, right, operator = right, left, _SWAPPED[operator]
    subject, other = _subject(left, names), plain(spaceless(right))
    other = "nil" if _NIL.fullmatch(other) else other
    positive = operator not in _NEGATED
    operator = _NEGATED.get(operator, operator)
    if operator == ">" and other == "0" and subject.startswith("len("):
        operator, positive = "==", not positive
    return Comparison(left, subject, operator, other, positive)


def excluded(facts: Mapping[str, bool], asked: Comparison, positive: bool) -> bool:
    """Whether what is known already rules out that a comparison comes out this way."""
    if facts.get(asked.key, positive) != positive:
        return True
    if asked.operator == "" or not facts:
        return False
    for key, truth in facts.items():
        subject, equals, known = key.partition("==")
        if truth and equals and subject == asked.subject and known != asked.right:
            answer = _compare(known, asked.operator, asked.right)
            if answer is not None and answer != positive:
                return True
    return False


def _compare(known: str, operator: str, other: str) -> bool | None:
    """What `known operator other` is, for constants; None where that cannot be said."""
    numbers = [int(one) for one in (known, other) if re.fullmatch(r"-?\d{1,18}", one)]
    if len(numbers) == 2:
        left, right = numbers
        return left == right if operator == "==" else left < right if operator == "<" else left > right
    alike = not numbers and _CONSTANT.fullmatch(known) and _CONSTANT.fullmatch(other)
    return False if alike and operator == "==" else None


def spaceless(node: Node | None) -> str:
    """The text of an expression without blanks."""
    return "".join(text(node).split())


def plain(expression: str) -> str:
    """An expression, without blanks, that has lost the conversions of numbers around it."""
    while True:
        match = _CONVERSION.fullmatch(expression)
        if match is None or not _is_closed(match.group(3)):
            return expression
        name = match.group(2)
        number = _GO_NUMBER.fullmatch(name) or (name.startswith("C.") and (name[2:] in NUMBERS or match.group(1)))
        if not number:
            return expression
        expression = match.group(3)


def _is_closed(inside: str) -> bool:
    """Whether no parenthesis closes that the text itself has not opened, and there is one argument only."""
    depth = 0
    for character in inside:
        depth += (character == "(") - (character == ")")
        if depth < 0 or (character == "," and depth == 0):
            return False
    return depth == 0


def _subject(node: Node, names: Mapping[str, str]) -> str:
    subject = plain(spaceless(node))
    return names.get(subject, subject)


def _switched(value: Node) -> Node | None:
    """What a switch compares with the value of a case; None for other syntax, and for a switch without a value."""
    case = value.parent.parent if value.parent is not None and value.parent.type == "expression_list" else None
    switch = case.parent if case is not None and case.type == "expression_case" else None
    return switch.child_by_field_name("value") if switch is not None else None


def leaves(node: Node) -> Iterator[Node]:
    """The comparisons that a condition is made of."""
    while node.type == "parenthesized_expression" and node.named_children:
        node = node.named_children[0]
    operator = text(node.child_by_field_name("operator"))
    if node.type == "binary_expression" and operator in ("&&", "||"):
        for side in ("left", "right"):
            child = node.child_by_field_name(side)
            if child is not None:
                yield from leaves(child)
    elif node.type == "unary_expression" and operator == "!":
        operand = node.child_by_field_name("operand")
        if operand is not None:
            yield from leaves(operand)
    else:
        yield node


class Vocabulary:
    """What the conditions of one function speak of: only what is asked for twice is worth remembering."""

    def __init__(self, function: Function) -> None:
        self._function = function

    @cached_property
    def names(self) -> dict[str, str]:
        """The names that are set once, to the length of something, and that length."""
        lengths: dict[str, str] = {}
        times: Counter[str] = Counter()
        for left, right in self._assigned:
            times[left] += 1
            if _LENGTH.fullmatch(plain(right)):
                lengths[left] = plain(right)
        return {name: length for name, length in lengths.items() if times[name] == 1}

    def remembers(self, asked: Comparison, positive: bool) -> bool:
        """Whether it may matter later how a comparison came out."""
        return asked.key in self._repeated or (positive and asked.chooses and f"{asked.subject}==?" in self._repeated)

    def repeats(self, key: str) -> bool:
        """Whether a condition in normal form occurs more than once."""
        return key in self._repeated

    def constant(self, name: str, value: str) -> str:
        """What `name = value` says to later conditions, in normal form; empty where none asks for it."""
        value = plain(value)
        return f"{name}=={value}" if f"{name}==?" in self._repeated and _CONSTANT.fullmatch(value) else ""

    @cached_property
    def _assigned(self) -> list[tuple[str, str]]:
        """What the function assigns, name by name: the texts of the left and the right side, or an empty one."""
        found = []
        for node in matches(self._function.node, _ASSIGNMENTS, "found"):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            right = right or node.child_by_field_name("value")
            names = left.named_children if left is not None else node.children_by_field_name("name")
            values = right.named_children if right is not None and right.type == "expression_list" else [right]
            for index, name in enumerate(names):
                value = values[index] if len(values) == len(names) else None
                zero = "nil" if right is None else "?"
                found.append((spaceless(name), spaceless(value) if value is not None else zero))
        return found

    @cached_property
    def _repeated(self) -> frozenset[str]:
        counts: Counter[str] = Counter()
        for node in matches(self._function.node, _CONDITIONS, "found"):
            for leaf in leaves(node):
                asked = normal(leaf, self.names)
                counts[asked.key] += 1
                counts[f"{asked.subject}==?"] += asked.chooses
        for node in matches(self._function.node, _RANGES, "found"):
            counts[f"len({spaceless(node)})==0"] += 1
        for name, value in self._assigned:
            if _KNOWN.match(value):
                counts.update((name, f"{name}==nil"))
            if _CONSTANT.fullmatch(plain(value)):
                counts[f"{name}==?"] += 1
        counts.update(one for name in self._function.results for one in (name, f"{name}==nil"))
        return frozenset(key for key, count in counts.items() if count > 1)
