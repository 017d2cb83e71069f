"""Statements that take elements out of a slice by making it shorter, and leave their memory where it was.

Source: the Go specification, "Slice expressions" and "Appending to and copying slices"; the wiki's SliceTricks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from golint_mem.semantics.inference import arguments, bare, expressions
from golint_mem.semantics.view import FileView
from golint_mem.syntax.around import function_around, loop_around
from golint_mem.syntax.go import matches, text

_ASSIGNMENTS = """(assignment_statement right: (expression_list [
  (slice_expression)
  (call_expression function: (identifier) @function (#eq? @function "append"))
  (identifier)
])) @found"""
_CALLS = "(call_expression) @found"
_LAST = re.compile(r"len\((.+)\)-1")
_GROWN = re.compile(r"len\(.+\)\+|\bcap\(")


_MAY_REMOVE = re.compile(rb"[^:=!<>]=\s*(?:append\()?[\w.\[\]()* ]+\[[^\]\n]*:[^\]\n]*\]|\[:0\]")


@dataclass(frozen=True, slots=True)
class Removal:
    """`statement` makes the slice `target` shorter.

    `kind` is `shift` (`x = append(x[:i], x[j:]...)`), `pop` (`x = x[:len(x)-1]`), `cut` (`x = x[:n]`), `head`
    (`x = x[n:]`) or `filter` (`kept := x[:0]`, and later `x = kept`). `sliced` is what the slice is called in the
    slice expression, `start` and `end` are its bounds: for a shift, what stays in front and where the rest begins.
    """

    kind: str
    statement: Node
    target: Node
    sliced: Node
    function: Node
    start: Node | None = None
    end: Node | None = None

    @property
    def names(self) -> frozenset[str]:
        """What the slice is called in the function."""
        return frozenset({plain(self.target), plain(self.sliced)})


def plain(node: Node | None) -> str:
    """The text of an expression without blanks and outer parentheses."""
    return re.sub(r"\s+", "", text(bare(node))) if node is not None else ""


def removals(view: FileView) -> Iterator[Removal]:
    """The removals of a file, in source order."""
    if not _MAY_REMOVE.search(view.tree.source):
        return
    for statement in matches(view.tree.root, _ASSIGNMENTS, "found"):
        if b"[" not in (statement.text or b"") and b"[:0]" not in view.tree.source:
            continue
        function = function_around(statement)
        if function is None or text(statement.child_by_field_name("operator")) != "=":
            continue
        targets, values = (expressions(statement.child_by_field_name(side)) for side in ("left", "right"))
        if len(targets) == len(values):
            for target, value in zip(targets, values, strict=True):
                found = _removal(view, statement, function, target, bare(value))
                if found is not None:
                    yield found


def _removal(view: FileView, statement: Node, function: Node, target: Node, value: Node) -> Removal | None:
    if value.type == "call_expression":
        return _shift(statement, function, target, value)
    if value.type == "slice_expression":
        return _shortened(view, statement, function, target, value)
    return _filter(view, statement, function, target, value) if value.type == "identifier" else None


def _shift(statement: Node, function: Node, target: Node, call: Node) -> Removal | None:
    """`x = append(x[:i], x[j:]...)`."""
    given = arguments(call)
    if len(given) != 2 or not text(call.child_by_field_name("arguments")).rstrip(" )\n\t,").endswith("..."):
        return None
    front, rest = (bare(_spread(one)) for one in given)
    if front.type != "slice_expression" or rest.type != "slice_expression" or front.child_by_field_name("capacity"):
        return None
    sliced = front.child_by_field_name("operand")
    same = plain(sliced) == plain(rest.child_by_field_name("operand")) == plain(target)
    start, end = front.child_by_field_name("end"), rest.child_by_field_name("start")
    if not same or sliced is None or end is None or front.child_by_field_name("start") is not None:
        return None
    if plain(start) == plain(end) or plain(start).startswith(f"{plain(end)}+"):  # makes room for an insertion
        return None
    return Removal("shift", statement, target, sliced, function, start, end)


def _spread(node: Node) -> Node:
    """The slice that `slice...` hands over."""
    return node.named_children[0] if node.type == "variadic_argument" and node.named_children else node


def _shortened(view: FileView, statement: Node, function: Node, target: Node, value: Node) -> Removal | None:
    """`x = x[:n]` and `x = x[n:]`, where the slice may go by another name that was given to it before."""
    sliced = value.child_by_field_name("operand")
    start, end = value.child_by_field_name("start"), value.child_by_field_name("end")
    if sliced is None or value.child_by_field_name("capacity") is not None:
        return None
    if plain(target) not in (plain(sliced), meaning(view, sliced)):
        return None
    if end is None:
        return (
            Removal("head", statement, target, sliced, function, start, None) if plain(start) not in ("", "0") else None
        )
    if plain(start) not in ("", "0") or plain(end) == "0" or _GROWN.search(plain(end)):
        return None
    kind = "pop" if _is_last(view, end, {plain(target), plain(sliced)}) else "cut"
    return Removal(kind, statement, target, sliced, function, None, end)


def _is_last(view: FileView, end: Node, names: set[str]) -> bool:
    """Whether a bound is the slice's length less one, directly or through a variable."""
    whole = re.sub(r"[\w.]+", lambda word: _length(view, end, word[0]), plain(end))
    found = _LAST.fullmatch(whole) or _LAST.fullmatch(meaning(view, end))
    return found is not None and re.sub(r"^\((.*)\)$", r"\1", found[1]) in names


def _length(view: FileView, within: Node, word: str) -> str:
    """What a variable of a bound was made from, where that is a call of len."""
    for name in matches(within, "(identifier) @name", "name") + ([within] if within.type == "identifier" else []):
        if text(name) == word:
            made = meaning(view, name)
            return made if made.startswith("len(") else word
    return word


def meaning(view: FileView, name: Node) -> str:
    """The expression that a local variable was declared with, without blanks; empty for everything else."""
    value = declared_value(view, name)
    return plain(value)


def declared_value(view: FileView, name: Node) -> Node | None:
    """The expression that a local variable was declared with by `:=`."""
    name = bare(name)
    scopes = view.scopes(name) if name.type == "identifier" else None
    variable = scopes.by_id.get(scopes.resolve(name) or "") if scopes is not None else None
    if variable is None or variable.statement.type != "short_var_declaration":
        return None
    names, values = (expressions(variable.statement.child_by_field_name(side)) for side in ("left", "right"))
    if len(names) != len(values):
        return None
    return next((value for one, value in zip(names, values, strict=True) if one == variable.name), None)


def _filter(view: FileView, statement: Node, function: Node, target: Node, value: Node) -> Removal | None:
    """`kept := x[:0]`, appended to in a loop, and `x = kept` at the end."""
    made = declared_value(view, value)
    if made is None or made.type != "slice_expression" or plain(made.child_by_field_name("end")) != "0":
        return None
    sliced = made.child_by_field_name("operand")
    if sliced is None or plain(sliced) != plain(target) or made.child_by_field_name("capacity") is not None:
        return None
    if not re.search(rf"\bappend\(\s*{re.escape(text(value))}\s*,", text(function)):  # all of it is taken out
        return None
    return Removal("filter", statement, target, value, function, None, None)


def is_drained(removal: Removal) -> bool:
    """Whether the statement stands in a loop that goes on until the slice is empty."""
    loop = loop_around(removal.statement)
    while loop is not None:
        header = plain(next((one for one in loop.named_children if one.type not in ("block", "comment")), None))
        if header in {f"len({name}){sign}0" for name in removal.names for sign in (">", "!=")}:
            return True
        loop = loop_around(loop)
    return False


def from_the_middle(removal: Removal) -> bool:
    """Whether elements were moved before the cut: `copy(x[i:], x[i+1:])`, `x[i] = x[n]`, `append(y, x[i:]...)`."""
    calls = [one for one in matches(removal.function, _CALLS, "found") if one.start_byte < removal.statement.start_byte]
    moved = (arguments(call)[1:] for call in calls if plain(call.child_by_field_name("function")) in ("copy", "append"))
    if any(_part(bare(_spread(one))) in removal.names for given in moved for one in given):
        return True
    for statement in matches(removal.function, "(assignment_statement) @found", "found"):
        sides = (expressions(statement.child_by_field_name(side)) for side in ("left", "right"))
        for target, value in zip(*sides, strict=False):
            elements = {_element(target), _element(value)}
            if len(elements) == 1 and elements <= removal.names and statement.start_byte < removal.statement.start_byte:
                return True
    return False


def _part(node: Node) -> str:
    """What a slice expression `x[n:]` takes a part of."""
    is_rest = node.type == "slice_expression" and node.child_by_field_name("end") is None
    return plain(node.child_by_field_name("operand")) if is_rest else ""


def _element(node: Node) -> str:
    """What an index expression takes an element of."""
    return plain(node.child_by_field_name("operand")) if bare(node).type == "index_expression" else ""
