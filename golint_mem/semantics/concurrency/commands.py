"""Functions with whose end the process ends: `main`, and those that run a command of the command line or a service."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from golint_mem.syntax.around import FUNCTIONS, around
from golint_mem.syntax.go import matches, text

_COMMANDS = re.compile(
    r"\b(?:cobra\.Command|cli\.(?:Context|Command)|ffcli\.Command|subcommands\.\w+|kingpin\.\w+|svc\.ChangeRequest)\b"
)
_TESTS = re.compile(r"\btesting\.(?:TB|[TBFM])\b")
_CALL = frozenset({"call_expression"})
_PACKAGE = "(package_clause (package_identifier) @name)"
_EXIT_STATUS = re.compile(rb"\breturn\s+(?:\w+\.)?[Ee]xit(?:Code|Status)\w*")


def is_whole_program(at: Node) -> bool:
    """Whether the process ends soon after a function around a node: nothing is left behind for long there.

    These are `main` and `init`, functions that a library for command lines hands a command to or that Windows runs as a
    service, functions that return the exit status, those of a program that wait for the signal to end, and what is run
    by tests alone: their helpers, and what stands in a failpoint.
    """
    inner = (at,) if at.type in FUNCTIONS else ()
    return any(
        _is_start(one) or ends_process(one) or _is_for_tests(one) or _awaits_end(one)
        for one in (*inner, *_functions_around(at))
    )


def is_in_tests(at: Node) -> bool:
    """Whether a function around a node is a helper of tests, whichever file it stands in."""
    return any(map(_is_for_tests, _functions_around(at)))


def _functions_around(at: Node) -> Iterator[Node]:
    """The functions and function literals around a node, from the inside out."""
    function = around(at, FUNCTIONS)
    while function is not None:
        yield function
        function = around(function, FUNCTIONS)


def ends_process(function: Node) -> bool:
    """Whether a function runs a command of the command line: the process ends when it returns."""
    return _runs_command(function) or _gives_exit_status(function)


def _is_for_tests(function: Node) -> bool:
    call = around(function, _CALL) if function.type == "func_literal" else None
    in_failpoint = call is not None and text(call.child_by_field_name("function")).startswith("failpoint.")
    return in_failpoint or bool(_TESTS.search(text(function.child_by_field_name("parameters"))))


def _awaits_end(function: Node) -> bool:
    """Whether a function of a program waits for the signal that ends it."""
    if b"signal.Notify(" not in (function.text or b""):
        return False
    top: Node = function
    while top.parent is not None:
        top = top.parent
    return any(text(name) == "main" for name in matches(top, _PACKAGE, "name"))


def _is_start(function: Node) -> bool:
    return function.type == "function_declaration" and text(function.child_by_field_name("name")) in ("main", "init")


def _runs_command(function: Node) -> bool:
    return bool(_COMMANDS.search(text(function.child_by_field_name("parameters"))))


def _gives_exit_status(function: Node) -> bool:
    result = text(function.child_by_field_name("result")).lstrip("(")
    return result.startswith("int") and bool(_EXIT_STATUS.search(function.text or b""))
