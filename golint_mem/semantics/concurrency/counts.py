"""Whether what a counter counts and what a loop goes over have to do with each other."""

from __future__ import annotations

import re

from tree_sitter import Node

from golint_mem.semantics.inference import call_arguments
from golint_mem.syntax.around import function_around
from golint_mem.syntax.go import matches, text

_LOOPS = "(for_statement) @loop"
_NAMES = re.compile(r"[A-Za-z_]\w*\b(?![.(\w])")


def is_untied(add: Node) -> bool:
    """Whether `group.Add(n)` counts something that no loop of the function mentions.

    Only the logic of the program says then that `n` is how often a loop goes round, and exploring one number against
    the other shows nothing.
    """
    function, arguments = function_around(add), call_arguments(add) if add.type == "call_expression" else []
    if function is None or not arguments:
        return False
    counted = set(_NAMES.findall(text(arguments[0])))
    if not counted:
        return False
    for name in tuple(counted):
        for value in re.findall(rf"\b{name}\s*:?=\s*(.*)", text(function)):
            counted |= set(_NAMES.findall(value))
    return all(counted.isdisjoint(_NAMES.findall(_headline(loop))) for loop in matches(function, _LOOPS, "loop"))


def _headline(loop: Node) -> str:
    body, whole = loop.child_by_field_name("body"), loop.text or b""
    return (whole[: body.start_byte - loop.start_byte] if body is not None else whole).decode("utf-8", "replace")
