"""The values of integer and boolean constants. Source: the Go specification, "Constant declarations", "Iota"."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.inference import bare, expressions
from golint_mem.syntax.go import text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_DEEPEST = 12
_OPERATORS: dict[str, Callable[[int, int], int | None]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "<<": lambda a, b: a << b if 0 <= b < 64 else None,
    ">>": lambda a, b: a >> b if 0 <= b < 64 else None,
    "|": lambda a, b: a | b,
    "&": lambda a, b: a & b,
    "/": lambda a, b: a // b if b > 0 and a >= 0 else None,
}


class Constants:
    """The package-level constants whose values can be computed."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int | bool | str | None] = {}

    def value(self, facts: PackageFacts, name: str) -> int | bool | str | None:
        """The value of a constant; None where it is not known."""
        key = (facts.package.import_path, name)
        if key not in self._known:
            self._known[key] = None
            declared = facts.declarations.values.get(name)
            if declared is not None and declared.constant:
                self._known[key] = self._declared(facts, declared.spec, declared.index)
        return self._known[key]

    def _declared(self, facts: PackageFacts, spec: Node, index: int) -> int | bool | str | None:
        iota = 0
        before = spec.prev_named_sibling
        while before is not None:
            iota += before.type == "const_spec"
            before = before.prev_named_sibling
        source: Node | None = spec
        while source is not None and source.child_by_field_name("value") is None:
            source = source.prev_named_sibling
        values = expressions(source.child_by_field_name("value")) if source is not None else []
        return self._evaluate(facts, values[index], iota, 0) if index < len(values) else None

    def _evaluate(self, facts: PackageFacts, node: Node, iota: int, depth: int) -> int | bool | str | None:
        node = bare(node)
        if depth > _DEEPEST:
            return None
        if node.type == "int_literal":
            digits = text(node).replace("_", "")
            return int(digits, 0) if (digits.isdigit() and not digits.startswith("0")) or digits in ("0",) else None
        if node.type in ("true", "false"):
            return node.type == "true"
        if node.type == "interpreted_string_literal":
            return text(node)[1:-1]
        if node.type == "iota" or text(node) == "iota":
            return iota
        if node.type == "identifier":
            return self.value(facts, text(node))
        if node.type == "call_expression":
            arguments = expressions(node.child_by_field_name("arguments"))
            return self._evaluate(facts, arguments[0], iota, depth + 1) if len(arguments) == 1 else None
        if node.type == "binary_expression":
            return self._binary(facts, node, iota, depth)
        return None

    def _binary(self, facts: PackageFacts, node: Node, iota: int, depth: int) -> int | None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = _OPERATORS.get(text(node.child_by_field_name("operator")))
        if left is None or right is None or operator is None:
            return None
        first, second = (self._evaluate(facts, side, iota, depth + 1) for side in (left, right))
        if type(first) is not int or type(second) is not int:
            return None
        return operator(first, second)
