"""Close a resource with a defer on the line behind the check of the error that opening it may give."""

from __future__ import annotations

import re

from tree_sitter import Node

from golint_mem.findings import Fix
from golint_mem.semantics.repair.safety import repeats, stands_alone
from golint_mem.semantics.repair.text import edit, line_end, line_start, newline
from golint_mem.syntax.around import function_around
from golint_mem.syntax.go import matches, text

_ASSIGNS = frozenset({"short_var_declaration", "assignment_statement"})
_NAMES = "(identifier) @name"


def close_when_done(source: bytes, path: str, call: Node, release: str) -> Fix | None:
    """`defer x.Close()`; None where the resource has no name, is opened in a loop, or the name is used again."""
    statement, function = _statement(call), function_around(call)
    if statement is None or function is None or not stands_alone(source, statement) or repeats(statement, function):
        return None
    left = statement.child_by_field_name("left")
    names = left.named_children if left is not None else []
    if not names or any(one.type != "identifier" for one in names) or text(names[0]) == "_":
        return None
    if _is_assigned_again(function, statement, text(names[0])):
        return None
    behind = statement
    if len(names) > 1:
        check = _error_check(statement, text(names[-1]))
        if check is None:
            return None
        behind = check
    end = line_end(source, behind.end_byte)
    indent = source[line_start(source, statement.start_byte) : statement.start_byte].decode()
    new = f"{newline(source, end)}{indent}defer {text(names[0])}.{release}()"
    return Fix(f"Close `{text(names[0])}` when the function returns.", (edit(source, path, end, end, new),))


def _statement(call: Node) -> Node | None:
    """The statement of a block that gives a call's results to variables, and does nothing else."""
    listed = call.parent
    statement = listed.parent if listed is not None and listed.type == "expression_list" else None
    if statement is None or statement.type not in _ASSIGNS or listed is None or listed.named_child_count != 1:
        return None
    return statement if statement.parent is not None and statement.parent.type == "statement_list" else None


def _error_check(statement: Node, error: str) -> Node | None:
    """The `if err != nil` right behind a statement, when it leaves the function."""
    following = statement.next_named_sibling
    while following is not None and following.type == "comment":
        following = following.next_named_sibling
    if following is None or following.type != "if_statement" or following.child_by_field_name("alternative"):
        return None
    condition, block = (following.child_by_field_name(field) for field in ("condition", "consequence"))
    if block is None or not re.fullmatch(rf"{re.escape(error)}\s*!=\s*nil", text(condition)):
        return None
    statements = [deep for one in block.named_children for deep in (one.named_children or [one])]
    last = [one for one in statements if one.type != "comment"]
    ends = last and (last[-1].type == "return_statement" or re.match(r"panic\(|log\.Fatal|os\.Exit", text(last[-1])))
    return following if ends else None


def _is_assigned_again(function: Node, statement: Node, name: str) -> bool:
    """Whether the variable gets another value later, or another variable has its name."""
    for one in matches(function, "[(assignment_statement) (short_var_declaration) (range_clause)] @found", "found"):
        left = one.child_by_field_name("left")
        if one != statement and left is not None and any(text(each) == name for each in matches(left, _NAMES, "name")):
            return True
    return False
