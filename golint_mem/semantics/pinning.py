"""Small parts of big buffers: which expressions share memory with a whole file or body, and where they are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from golint_mem.semantics.inference import arguments, bare, expressions
from golint_mem.semantics.lasting import given, outlives
from golint_mem.semantics.removals import plain
from golint_mem.semantics.types import BYTE, STRING
from golint_mem.semantics.view import FileView
from golint_mem.syntax.around import function_around, loop_around
from golint_mem.syntax.go import matches, text

WHOLE = frozenset({"os.ReadFile", "io.ReadAll", "io/ioutil.ReadAll", "io/ioutil.ReadFile", "bytes.Buffer.Bytes"})
"""Calls whose result is as big as a file, a body or all that was written."""

_PIECES = re.compile(
    r"(?:strings|bytes)\.(?:Fields|FieldsFunc|Split|SplitN|SplitAfter|SplitAfterN)"
    r"|regexp\.Regexp\.Find(?:String)?Submatch"
)
_PIECE = re.compile(r"regexp\.Regexp\.Find(?:String)?")
_STORES = "(assignment_statement) @found"
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Pinned:
    """A part of a whole that a statement puts where it outlives the function."""

    view: FileView
    statement: Node
    target: Node
    part: Node
    whole: Node

    @property
    def is_text(self) -> bool:
        """Whether the part is a string, and not bytes."""
        return self.view.underlying(self.view.type_of(self.part)) == STRING


def pinned(view: FileView) -> Iterator[Pinned]:
    """The parts of whole files and bodies that a file's functions keep, in source order."""
    for statement in matches(view.tree.root, _STORES, "found"):
        if text(statement.child_by_field_name("operator")) != "=" or loop_around(statement) is not None:
            continue
        targets, values = (expressions(statement.child_by_field_name(side)) for side in ("left", "right"))
        for target, value in zip(targets, values, strict=False):
            if len(targets) == len(values):
                part = _added(value) or bare(value)
                whole = _whole_of(view, part)
                kept = whole is not None and _shares(view, part) and outlives(view, target)
                if kept and whole is not None and not _is_kept_as_a_whole(whole):
                    yield Pinned(view, statement, target, part, whole)


def _added(value: Node) -> Node | None:
    """What `append` adds to a list."""
    given_to = arguments(value) if plain(value.child_by_field_name("function")) == "append" else []
    return bare(given_to[1]) if len(given_to) == 2 and given_to[1].type != "variadic_argument" else None


def _is_kept_as_a_whole(whole: Node) -> bool:
    """Whether the function stores or returns all that was read, so that a part of it costs nothing more."""
    listed, function = whole.parent, function_around(whole)
    statement = listed.parent if listed is not None else None
    names = expressions(statement.child_by_field_name("left")) if statement is not None else []
    if not names or function is None:
        return False
    for name in matches(function, "(identifier) @name", "name"):
        parent = name.parent
        if text(name) != text(names[0]) or parent is None or name == names[0]:
            continue
        if parent.type in ("literal_element", "return_statement") or _is_value(parent):
            return True
    return False


def _is_value(listed: Node) -> bool:
    """Whether a name stands alone on the right of `=`, or is returned."""
    statement = listed.parent if listed.type == "expression_list" else None
    if statement is None or statement.type not in ("assignment_statement", "return_statement"):
        return False
    return statement.type == "return_statement" or statement.child_by_field_name("right") == listed


def _shares(view: FileView, part: Node) -> bool:
    below = view.underlying(view.type_of(part))
    return below == STRING or (below.kind == "slice" and below.element is not None and below.element == BYTE)


def _whole_of(view: FileView, part: Node, depth: int = _DEEPEST) -> Node | None:
    """The call that has read the whole of which an expression is a small part; None where it is none."""
    part = bare(part)
    if depth == 0:
        return None
    if part.type == "slice_expression" and part.child_by_field_name("end") is not None:
        return _read(view, part.child_by_field_name("operand"))
    if part.type == "index_expression":
        pieces = _value(view, part.child_by_field_name("operand"))
        return _argument_read(view, pieces, _PIECES) if pieces is not None else None
    if part.type == "call_expression":
        return _argument_read(view, part, _PIECE)
    value = _value(view, part) if part.type == "identifier" else None
    return _whole_of(view, value, depth - 1) if value is not None and value != part else None


def _value(view: FileView, node: Node | None) -> Node | None:
    """An expression, or what a local variable was declared with."""
    node = bare(node) if node is not None else None
    if node is None or node.type != "identifier":
        return node
    scopes = view.scopes(node)
    variable = scopes.by_id.get(scopes.resolve(node) or "") if scopes is not None else None
    if variable is None or variable.statement.type != "short_var_declaration":
        return None
    value = given(variable)
    return bare(value) if value is not None else None


def _argument_read(view: FileView, call: Node, wanted: re.Pattern[str]) -> Node | None:
    """The whole that a call takes a piece of."""
    if call.type != "call_expression" or not wanted.fullmatch(view.callee(call).qualified):
        return None
    handed = arguments(call)
    return _read(view, handed[0]) if handed else None


def _read(view: FileView, node: Node | None, depth: int = _DEEPEST) -> Node | None:
    """The call that has read what an expression is, conversions aside."""
    value = _value(view, node)
    if value is None or depth == 0 or value.type not in ("call_expression", "type_conversion_expression"):
        return None
    callee = view.callee(value)
    if callee.kind == "conversion":
        handed = arguments(value)
        return _read(view, handed[0], depth - 1) if handed else None
    return value if callee.qualified in WHOLE else None
