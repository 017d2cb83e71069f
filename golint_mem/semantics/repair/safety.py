"""Whether a deferred release is plainly right: it runs once, and nobody keeps the pointer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from golint_mem.semantics.repair.text import line_end, line_start
from golint_mem.syntax.around import FUNCTIONS, LOOP, around, function_around
from golint_mem.syntax.go import matches, text

IDENTIFIERS = "[(identifier) (type_identifier) (package_identifier)] @name"
_CALLS = "(call_expression) @call"
_STATEMENTS = frozenset(
    {"short_var_declaration", "assignment_statement", "var_declaration", "expression_statement", "return_statement"}
    | {"defer_statement"}
)
_BRANCHES = {"if_statement": "condition", "expression_switch_statement": "value"}
_CONVERSIONS = re.compile(r"\(.*\)|(?:\w+\.)?Pointer|uintptr|C\.(?:gpointer|gconstpointer|uintptr_t)", re.S)
_UNSEEN = frozenset({"C.CString", "C.CBytes", "C.malloc"})
_KEEPERS = frozenset({"append", "panic"})
_HARMLESS = frozenset(
    {
        "identifier",
        "field_identifier",
        "selector_expression",
        "call_expression",
        "argument_list",
        "nil",
        "true",
        "false",
    }
    | {"parenthesized_expression", "binary_expression", "type_conversion_expression", "escape_sequence"}
    | {"interpreted_string_literal", "interpreted_string_literal_content", "raw_string_literal"}
    | {"raw_string_literal_content", "int_literal", "float_literal", "rune_literal", "type_identifier", "slice_type"}
)


def statement_around(call: Node) -> Node | None:
    """The statement of a block that a call can be taken out of: with no function, condition or branch between them."""
    node, below = call, call
    while node.parent is not None and node.parent.type != "statement_list":
        node, below = node.parent, node
        if node.type in FUNCTIONS or (node.type in _BRANCHES and not _is_evaluated_first(node, below)):
            return None
        if below.type in _BRANCHES:
            return None
    return node if node.type in _STATEMENTS or node.type in _BRANCHES else None


def _is_evaluated_first(branch: Node, part: Node) -> bool:
    """Whether a part of an `if` or `switch` is what it starts with."""
    first = branch.child_by_field_name("initializer") or branch.child_by_field_name(_BRANCHES[branch.type])
    return first == part


def stands_alone(source: bytes, statement: Node, behind: bool = True) -> bool:
    """Whether a statement of a block begins its line and, where that matters, only a comment follows on its last."""
    if statement.parent is None or statement.parent.type != "statement_list":
        return False
    before = source[line_start(source, statement.start_byte) : statement.start_byte]
    after = source[statement.end_byte : line_end(source, statement.end_byte)].strip()
    ends = not after or after.startswith(b"//") or (after.startswith(b"/*") and after.find(b"*/") == len(after) - 2)
    return not before.strip() and (ends or not behind)


def repeats(statement: Node, function: Node) -> bool:
    """Whether a defer there could run more than once per call: in a loop, or where labels are jumped to."""
    return around(statement, LOOP, function) is not None or bool(matches(function, "(goto_statement) @goto", "goto"))


def superfluous(source: bytes, function: Node, statement: Node, variable: str, release: str) -> list[Node] | None:
    """The explicit releases of a variable that a defer takes the place of; None where a defer would be wrong."""
    found = []
    for mention in _mentions(function, statement, variable):
        if function_around(mention) != function:
            return None
        taker = _taker(mention)
        if taker is not None and text(taker.child_by_field_name("function")) == release:
            found.append(taker.parent)
        elif mention.start_byte > statement.start_byte and not _only_uses(mention, taker):
            return None
    removable = [one for one in found if one is not None and _is_removable(source, one, statement)]
    if len(removable) < len(found) or (removable and not _declares(function, statement, variable)):
        return None
    return removable


def _mentions(function: Node, statement: Node, variable: str) -> Iterator[Node]:
    """The mentions of a variable outside its statement: in the block, where it is declared there, else anywhere."""
    within = statement.parent if _declares(function, statement, variable) else function
    for name in matches(within, IDENTIFIERS, "name") if within is not None else ():
        if text(name) == variable and not statement.start_byte <= name.start_byte < statement.end_byte:
            yield name


def _declares(function: Node, statement: Node, variable: str) -> bool:
    """Whether the variable begins with the statement, as far as its block tells."""
    if statement.type == "assignment_statement" or statement.parent is None:
        return False
    earlier = [one for one in statement.parent.named_children if one.start_byte < statement.start_byte]
    known = [one for one in earlier if one.type in ("short_var_declaration", "var_declaration")]
    if statement.parent.parent == function.child_by_field_name("body"):
        known += [one for field in ("receiver", "parameters", "result") if (one := function.child_by_field_name(field))]
    return not any(text(name) == variable for one in known for name in matches(one, IDENTIFIERS, "name"))


def converted(node: Node) -> Node | None:
    """What a conversion or parenthesis holds; None for everything else."""
    if node.type == "parenthesized_expression":
        return node.named_children[0] if node.named_children else None
    if node.type == "type_conversion_expression":
        return node.child_by_field_name("operand")
    arguments = node.child_by_field_name("arguments")
    if node.type == "call_expression" and arguments is not None and arguments.named_child_count == 1:
        callee = text(node.child_by_field_name("function"))
        return arguments.named_children[0] if _CONVERSIONS.fullmatch(callee) else None
    return None


def _outermost(node: Node) -> Node:
    """The conversions around an expression."""
    while node.parent is not None:
        above = node.parent if node.parent.type != "argument_list" else node.parent.parent
        if above is None or converted(above) != node:
            return node
        node = above
    return node


def _taker(node: Node) -> Node | None:
    """The call that an expression, perhaps converted, is an argument of."""
    arguments = _outermost(node).parent
    taker = arguments.parent if arguments is not None and arguments.type == "argument_list" else None
    return taker if taker is not None and taker.type == "call_expression" else None


def _only_uses(mention: Node, taker: Node | None) -> bool:
    """Whether a mention leaves the pointer where it is: an argument, a comparison, a look through it."""
    if taker is not None:
        started = taker.parent is not None and taker.parent.type == "go_statement"
        return not started and text(taker.child_by_field_name("function")) not in _KEEPERS
    node = _outermost(mention)
    parent = node.parent
    if parent is None:
        return False
    if parent.type in ("binary_expression", "unary_expression"):
        return text(parent.child_by_field_name("operator")) in ("==", "!=", "*")
    looks = parent.type in ("selector_expression", "index_expression") and parent.child_by_field_name("operand") == node
    return looks and parent.parent is not None and parent.parent.type != "call_expression"


def _is_removable(source: bytes, release: Node, statement: Node) -> bool:
    """Whether an explicit release stands on a line of its own, in the same block or right before the function ends."""
    if release.type != "expression_statement" or not stands_alone(source, release):
        return False
    following = release.next_named_sibling
    while following is not None and following.type == "comment":
        following = following.next_named_sibling
    ends = following is not None and following.type == "return_statement"
    return release.start_byte > statement.start_byte and (ends or release.parent == statement.parent)


def is_consumed(call: Node) -> bool:
    """Whether another call takes the result, so that no variable holds the pointer."""
    taker = _taker(call)
    if taker is None or (taker.parent is not None and taker.parent.type == "go_statement"):
        return False
    return text(taker.child_by_field_name("function")) not in _KEEPERS


def may_go_first(call: Node, statement: Node) -> bool:
    """Whether evaluating the call before its statement changes nothing else."""
    arguments = call.child_by_field_name("arguments")
    inner = list(_below(arguments)) if arguments is not None else []
    if any(one.type not in _HARMLESS for one in inner) or _is_conditional(call, statement):
        return False
    if not any(one.type == "call_expression" for one in inner):
        return True
    earlier = [other for other in matches(statement, _CALLS, "call") if other.end_byte <= call.start_byte]
    return all(converted(other) or text(other.child_by_field_name("function")) in _UNSEEN for other in earlier)


def _is_conditional(call: Node, statement: Node) -> bool:
    """Whether the call is on the right of `&&` or `||`."""
    node = call
    while node != statement and node.parent is not None:
        operator = node.parent.child_by_field_name("operator")
        if text(operator) in ("&&", "||") and node.parent.child_by_field_name("right") == node:
            return True
        node = node.parent
    return False


def _below(node: Node) -> Iterator[Node]:
    stack = list(node.named_children)
    while stack:
        one = stack.pop()
        yield one
        stack += one.named_children
