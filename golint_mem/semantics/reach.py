"""Which declared functions a function reaches by calls that can be told from the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golint_mem.syntax.go import Function, matches

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

MAX_FUNCTIONS = 2000
_CALLS = "[(call_expression) (type_conversion_expression)] @call"


def reached(function: Function, facts: PackageFacts) -> frozenset[tuple[str, str]]:
    """The functions that a function calls, calls through others, and itself: pairs of file and qualified name.

    Calls of interfaces and function values end nowhere, and at most 2000 functions are followed.
    """
    found: dict[tuple[str, str], None] = {}
    waiting = [(function, facts)]
    while waiting and len(found) < MAX_FUNCTIONS:
        one, home = waiting.pop()
        key = one.path, one.qualified
        if key in found:
            continue
        found[key] = None
        view = home.view_of(one)
        for call in matches(one.node, _CALLS, "call"):
            callee = view.callee(call)
            if callee.function is not None and callee.facts is not None and not callee.facts.is_library:
                waiting.append((callee.function, callee.facts))
    return frozenset(found)
