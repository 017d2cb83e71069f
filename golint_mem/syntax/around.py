"""What stands around a piece of Go syntax: its function, its loop, the nearest node of some kind."""

from __future__ import annotations

from collections.abc import Set

from tree_sitter import Node

DECLARED = frozenset({"function_declaration", "method_declaration"})
LITERAL = frozenset({"func_literal"})
LOOP = frozenset({"for_statement"})
FUNCTIONS = DECLARED | LITERAL
_ENDS_SEARCH = FUNCTIONS | LOOP


def around(node: Node, kinds: Set[str], within: Node | None = None) -> Node | None:
    """The nearest node of these kinds around a node; None where there is none, or none inside of `within`."""
    current = node.parent
    while current is not None and current != within:
        if current.type in kinds:
            return current
        current = current.parent
    return None


def function_around(node: Node) -> Node | None:
    """The function or function literal around a node (for a parameter, the one that has it)."""
    return around(node, FUNCTIONS)


def loop_around(node: Node) -> Node | None:
    """The innermost loop around a node, in the function or function literal that it stands in."""
    found = around(node, _ENDS_SEARCH)
    return found if found is not None and found.type in LOOP else None
