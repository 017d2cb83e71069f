"""Repairs of code that deals with pools. Each answers None wherever the edit is not plainly right."""

from __future__ import annotations

from tree_sitter import Node

from golint_mem.findings import Fix
from golint_mem.semantics.inference import expressions
from golint_mem.semantics.repair.safety import IDENTIFIERS, repeats, stands_alone
from golint_mem.semantics.repair.text import edit, line_end, line_start, newline, whole_line
from golint_mem.semantics.types import BYTE, sequence
from golint_mem.semantics.view import FileView
from golint_mem.syntax.around import function_around
from golint_mem.syntax.go import matches, text

_CALLS = "(call_expression) @found"
_LIMIT = "64<<10"


def swap_defers(view: FileView, used: Node, release: Node | None) -> Fix | None:
    """Two deferred calls in the wrong order, on neighbouring lines: the one that puts back has to be deferred first."""
    if release is None:
        return None
    first, second = _statement(used, "defer_statement"), _statement(release, "defer_statement")
    if first is None or second is None or _following(first) != second:
        return None
    source, path = view.tree.source, view.tree.path
    if not stands_alone(source, first) or not stands_alone(source, second):
        return None
    edits = (
        edit(source, path, first.start_byte, first.end_byte, text(second)),
        edit(source, path, second.start_byte, second.end_byte, text(first)),
    )
    return Fix("Defer the call that puts it back first, so that it runs last.", edits)


def put_later(view: FileView, used: Node, release: Node | None) -> Fix | None:
    """A `Put` before the last use: defer it where it stands."""
    statement = _statement(release, "expression_statement") if release is not None else None
    function = function_around(used)
    if statement is None or function is None or function_around(statement) != function or repeats(statement, function):
        return None
    if statement.parent is None or not statement.parent.start_byte <= used.start_byte < statement.parent.end_byte:
        return None
    if _is_returned(used) and view.underlying(view.type_of(used)).kind != "basic":
        return None
    start = statement.start_byte
    return Fix(
        "Put it back when the function returns.", (edit(view.tree.source, view.tree.path, start, start, "defer "),)
    )


def copy_returned(view: FileView, returned: Node) -> Fix | None:
    """A returned byte slice of a pooled object: return a copy."""
    if returned.type != "return_statement" or not returned.named_children:
        return None
    values = [one for one in expressions(returned.named_children[0]) if view.type_of(one) == sequence(BYTE)]
    if len(values) != 1 or values[0].type not in ("call_expression", "slice_expression", "identifier"):
        return None
    source, path, value = view.tree.source, view.tree.path, values[0]
    copied = f"append([]byte(nil), {text(value)}...)"
    return Fix("Return a copy.", (edit(source, path, value.start_byte, value.end_byte, copied),))


def drop_put(view: FileView, first: Node | None, second: Node) -> Fix | None:
    """An explicit `Put` beside a deferred one: the explicit one goes."""
    explicit = _statement(first, "expression_statement") if first is not None else None
    deferred = _statement(second, "defer_statement")
    source = view.tree.source
    if explicit is None or deferred is None or not stands_alone(source, explicit):
        return None
    gone = edit(source, view.tree.path, *whole_line(source, explicit), "")
    return Fix("Leave it to the deferred call.", (gone,))


def defer_put(view: FileView, get: Node | None) -> Fix | None:
    """`x := pool.Get().(T)` with one plain `pool.Put(x)` at the end of the function: put it back with a defer."""
    statement = _statement(get, "short_var_declaration") if get is not None else None
    function = function_around(get) if get is not None else None
    if statement is None or function is None or get is None or repeats(statement, function):
        return None
    left = expressions(statement.child_by_field_name("left"))
    source, path = view.tree.source, view.tree.path
    if len(left) != 1 or left[0].type != "identifier" or not stands_alone(source, statement):
        return None
    puts = _puts_of(function, left[0])
    if len(puts) != 1 or not stands_alone(source, puts[0]) or _is_set_again(function, left[0]):
        return None
    end = line_end(source, statement.end_byte)
    indent = source[line_start(source, statement.start_byte) : statement.start_byte].decode()
    added = edit(source, path, end, end, f"{newline(source, end)}{indent}defer {text(puts[0])}")
    return Fix("Put it back with a defer.", (added, edit(source, path, *whole_line(source, puts[0]), "")))


def clear_before(view: FileView, put: Node, slice_text: str) -> Fix | None:
    """Clear all elements of a slice, up to its capacity, on the line before the statement that puts it back."""
    statement = _statement(put, "expression_statement")
    source, version = view.tree.source, view.facts.package.go_version.split(".")[:2]
    if statement is None or not stands_alone(source, statement) or [int(one) for one in version if one] < [1, 21]:
        return None
    start, plain = statement.start_byte, slice_text.strip("()")
    indent = source[line_start(source, start) : start].decode()
    added = edit(
        source, view.tree.path, start, start, f"clear({slice_text}[:cap({plain})]){newline(source, start)}{indent}"
    )
    return Fix("Clear the elements first.", (added,))


def guard_size(view: FileView, put: Node, capacity: str) -> Fix | None:
    """Put back only what is not larger than the limit that fmt uses for its own buffers."""
    statement = _statement(put, "expression_statement")
    source = view.tree.source
    if statement is None or not stands_alone(source, statement):
        return None
    start, end = statement.start_byte, statement.end_byte
    indent, line = source[line_start(source, start) : start].decode(), newline(source, start)
    guarded = f"if {capacity} <= {_LIMIT} {{{line}{indent}\t{text(statement)}{line}{indent}}}"
    return Fix(
        "Leave buffers above 64 KiB to the garbage collector.", (edit(source, view.tree.path, start, end, guarded),)
    )


def _is_returned(node: Node) -> bool:
    """Whether an expression is a result of the function."""
    listed = node.parent
    return listed is not None and listed.parent is not None and listed.parent.type == "return_statement"


def _following(node: Node) -> Node | None:
    """The statement behind another one, comments aside."""
    following = node.next_named_sibling
    while following is not None and following.type == "comment":
        following = following.next_named_sibling
    return following


def _statement(node: Node, kind: str) -> Node | None:
    """The statement of this kind whose whole expression is a call, or None."""
    around = node
    while around.parent is not None and around.type not in ("block", "statement_list", "func_literal"):
        if around.type == kind:
            return around
        around = around.parent
    return None


def _puts_of(function: Node, name: Node) -> list[Node]:
    """The statements of a function, not of literals in it, that hand a variable alone to a callee that puts it back."""
    found = []
    for call in matches(function, _CALLS, "found"):
        arguments = call.child_by_field_name("arguments")
        callee = text(call.child_by_field_name("function")).rpartition(".")[2]
        given = arguments.named_children if arguments is not None else []
        if "put" in callee.lower() and len(given) == 1 and text(given[0]) == text(name):
            statement = call.parent
            if statement is None or statement.type != "expression_statement" or function_around(call) != function:
                return []
            found.append(statement)
    return found


def _is_set_again(function: Node, name: Node) -> bool:
    """Whether a variable is assigned to, or its address is taken, anywhere but where it is declared."""
    for one in matches(function, IDENTIFIERS, "name"):
        around = one.parent
        if text(one) != text(name) or one.start_byte == name.start_byte or around is None:
            continue
        listed = around.parent if around.type == "expression_list" else None
        if listed is not None and listed.child_by_field_name("left") == around:
            return True
        if around.type == "unary_expression" and text(around.child_by_field_name("operator")) == "&":
            return True
    return False
