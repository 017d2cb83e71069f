"""The obvious repair of something that nobody ends: end it with a `defer` right behind the line that makes it.

The functions answer None wherever that is not plainly right.
"""

from __future__ import annotations

from tree_sitter import Node

from golint_mem.findings import Fix
from golint_mem.semantics.repair.safety import repeats, stands_alone
from golint_mem.semantics.repair.text import edit, line_end, line_start, newline
from golint_mem.syntax.around import function_around
from golint_mem.syntax.go import matches, text

_IDENTIFIERS = "(identifier) @name"
_STATEMENTS = frozenset({"short_var_declaration", "assignment_statement", "var_declaration"})
_LEAVES = frozenset({"return_statement", "go_statement", "func_literal", "composite_literal", "send_statement"})
_ENDS = frozenset({"return_statement", "continue_statement", "break_statement", "goto_statement"})


def statement_of(call: Node) -> Node | None:
    """The statement that assigns the results of a call."""
    around = call.parent
    while around is not None and around.type in ("expression_list", "var_spec"):
        around = around.parent
    return around if around is not None and around.type in _STATEMENTS else None


def defer_behind(source: bytes, statement: Node, release: str, what: str, path: str, checked: str = "") -> Fix | None:
    """The fix that defers a release on the line behind a statement, or behind the test of the error `checked`."""
    function = function_around(statement)
    if function is None or repeats(statement, function) or not stands_alone(source, statement):
        return None
    last = _test_of(statement, checked) if checked else statement
    if last is None:
        return None
    end = line_end(source, last.end_byte)
    if source[last.end_byte : end].strip() and not source[last.end_byte : end].strip().startswith(b"//"):
        return None
    indent = source[line_start(source, statement.start_byte) : statement.start_byte].decode()
    inserted = f"{newline(source, end)}{indent}defer {release}"
    return Fix(f"{what} when the function returns.", (edit(source, path, end, end, inserted),))


def _test_of(statement: Node, error: str) -> Node | None:
    """The `if err != nil` right behind a statement, where its body leaves the block."""
    following = statement.next_named_sibling
    if (
        following is None
        or following.type != "if_statement"
        or following.child_by_field_name("alternative") is not None
    ):
        return None
    condition, body = following.child_by_field_name("condition"), following.child_by_field_name("consequence")
    inner = body.named_children[-1] if body is not None and body.named_children else None
    last = inner.named_children[-1] if inner is not None and inner.type == "statement_list" else inner
    if text(condition).split() != [error, "!=", "nil"] or last is None or last.type not in _ENDS:
        return None
    return following


def stays_here(variable: Node, statement: Node) -> bool:
    """Whether a variable is used in its function only: not returned, stored, sent, or seen by another function."""
    function = function_around(statement)
    for name in matches(function, _IDENTIFIERS, "name") if function is not None else ():
        if text(name) != text(variable) or name.start_byte <= statement.end_byte:
            continue
        around = name.parent
        while around is not None and around != function:
            if around.type in _LEAVES or (around.type in _STATEMENTS and _is_right_alone(name, around)):
                return False
            around = around.parent
    return True


def _is_right_alone(name: Node, assignment: Node) -> bool:
    """Whether a name itself, and not something made with it, is what is assigned."""
    right = assignment.child_by_field_name("right") or assignment
    return any(one.start_byte == name.start_byte and one.end_byte == name.end_byte for one in right.named_children)
