"""Close at the end of the round what a deferred call in a loop closes only at the end of the function."""

from __future__ import annotations

from tree_sitter import Node

from golint_mem.findings import Edit, Fix
from golint_mem.semantics.repair.safety import stands_alone
from golint_mem.semantics.repair.text import edit, line_end, line_start, newline, whole_line
from golint_mem.semantics.rounds import Piled
from golint_mem.syntax.around import function_around
from golint_mem.syntax.go import matches, text

_LEAVES = "[(return_statement) (break_statement) (continue_statement) (goto_statement)] @found"
_NAMES = "(identifier) @name"
_BREAKABLE = frozenset({"for_statement", "expression_switch_statement", "type_switch_statement", "select_statement"})


def close_each_round(piled: Piled) -> Fix | None:
    """Close before each way out of the block that opens; None where that is not plainly right."""
    source, path, defer = piled.view.tree.source, piled.view.tree.path, piled.defer
    block = defer.parent
    if block is None or not stands_alone(source, defer) or defer.named_children[0] != piled.call:
        return None
    if piled.variable is None or not _is_declared_in(piled.variable.name, block):
        return None
    leaves = [one for one in matches(block, _LEAVES, "found") if one.start_byte > defer.end_byte]
    leaves = [one for one in leaves if function_around(one) == function_around(defer) and _leaves(one, block)]
    if not all(_may_close_before(source, one, piled) for one in leaves):
        return None
    closing = text(piled.call)
    edits = [edit(source, path, *whole_line(source, defer), "")]
    edits += [_before(source, path, one, closing) for one in leaves]
    last = [one for one in block.named_children if one.type != "comment"][-1]
    if last not in leaves:
        if last == defer or not stands_alone(source, last):
            return None
        end, start = line_end(source, last.end_byte), line_start(source, defer.start_byte)
        indent = source[start : defer.start_byte].decode()
        edits.append(edit(source, path, end, end, f"{newline(source, end)}{indent}{closing}"))
    return Fix(f"Close `{piled.subject}` at the end of each round.", tuple(edits))


def _is_declared_in(name: Node, block: Node) -> bool:
    """Whether a name is declared by a statement of the block itself."""
    statement = name.parent
    while statement is not None and statement.parent != block:
        statement = statement.parent
    return statement is not None and statement.type in ("short_var_declaration", "var_declaration")


def _leaves(statement: Node, block: Node) -> bool:
    """Whether a statement leads out of the block, and not only out of a loop or switch inside it."""
    if statement.type in ("return_statement", "goto_statement") or statement.named_children:
        return True
    around = statement.parent
    while around is not None and around != block:
        if around.type == "for_statement" or (around.type in _BREAKABLE and statement.type == "break_statement"):
            return False
        around = around.parent
    return True


def _may_close_before(source: bytes, statement: Node, piled: Piled) -> bool:
    """Whether a statement that leaves stands on a line of its own and does not need what is open any more."""
    if not stands_alone(source, statement) or statement.type == "goto_statement" or piled.variable is None:
        return False
    return all(text(name) != text(piled.variable.name) for name in matches(statement, _NAMES, "name"))


def _before(source: bytes, path: str, statement: Node, closing: str) -> Edit:
    start = line_start(source, statement.start_byte)
    indent = source[start : statement.start_byte].decode()
    return edit(source, path, start, start, f"{indent}{closing}{newline(source, statement.start_byte)}")
