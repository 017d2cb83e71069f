"""What is put into a pool: how it is shaped, what it refers to, and whether somebody cleans it or bounds its size."""

from __future__ import annotations

import re

from tree_sitter import Node

from golint_mem.semantics.inference import expressions
from golint_mem.semantics.pools import PoolCall
from golint_mem.semantics.types import Type
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import matches, text

_POINTS = frozenset({"pointer", "slice", "map", "chan", "func", "interface"})
_DEEPEST = 4
_CONDITIONS = """[
  (if_statement condition: (_) @found)
  (expression_case value: (expression_list (_) @found))
]"""
_CALLS = "(call_expression) @found"
_ASSIGNMENTS = "[(short_var_declaration) (assignment_statement)] @found"
_LOOPS = "(for_statement) @found"
_CLEARS = r"(?:^clear|[cC]lear\w*|[rR]eset\w*|[zZ]ero\w*|slices\.Delete)\(\s*\(?[*&]*\(?{0}\b|\b{0}\.[rR]eset\("
_SIZED = r"\bcap\(\s*\(?[*&]*\(?{0}\b|\blen\(\s*\(?[*&]*\(?{0}\b|\b{0}(?:\.\w+)*\.(?:Cap|Len|Available|Size)\(\)"


def refers(view: FileView, one: Type, depth: int = _DEEPEST) -> bool:
    """Whether values of a type hold pointers to other memory; strings do."""
    below = view.underlying(one)
    if below.kind in _POINTS or below.name == "string":
        return True
    if depth == 0:
        return False
    if below.kind == "array" and below.element is not None:
        return refers(view, below.element, depth - 1)
    return below.kind == "struct" and any(refers(view, kind, depth - 1) for _, kind in below.members)


def slice_of(view: FileView, one: Type) -> Type | None:
    """The slice type that a value is, or that it points to; None for all else."""
    below = view.underlying(view.underlying(one).pointee)
    return below if below.kind == "slice" else None


def base(node: Node) -> Node:
    """The expression below slicing, parentheses, `&` and `*`: `b` of `(*b)[:0]`."""
    looks_through = node.type in ("slice_expression", "parenthesized_expression")
    if node.type == "unary_expression" and text(node.child_by_field_name("operator")) in ("&", "*"):
        looks_through = True
    inner = node.child_by_field_name("operand") or (node.named_children[0] if node.named_children else None)
    return base(inner) if looks_through and inner is not None else node


def body_around(put: PoolCall) -> Node:
    """The declared function around a call; the file where there is none."""
    function = put.function
    return function.node if function is not None else put.view.tree.root


def is_sized(put: PoolCall, name: str) -> bool:
    """Whether the function that puts a value back looks at the size of that value in a condition."""
    pattern = re.compile(_SIZED.format(re.escape(name)))
    return any(pattern.search(text(one)) for one in matches(body_around(put), _CONDITIONS, "found"))


def is_cleared(put: PoolCall, name: str) -> bool:
    """Whether the function that puts a slice back sets its elements, or hands it to something that clears."""
    body = body_around(put)
    word = f"(?:{'|'.join(map(re.escape, _aliases(body, name)))})"
    clears = re.compile(_CLEARS.format(word))
    if any(clears.search(text(one)) for one in matches(body, _CALLS, "found")):
        return True
    element = re.compile(rf"^\(?\*?{word}\)?\[[^:\]]+\]")
    if any(element.match(text(one.child_by_field_name("left"))) for one in matches(body, _ASSIGNMENTS, "found")):
        return True
    return any(_empties(loop, word) for loop in matches(body, _LOOPS, "found"))


def _aliases(body: Node, name: str) -> set[str]:
    """The names that a function gives to the same slice."""
    found = {name}
    for _ in range(2):
        for statement in matches(body, _ASSIGNMENTS, "found"):
            left, right = (expressions(statement.child_by_field_name(side)) for side in ("left", "right"))
            for one, other in zip(left, right, strict=False):
                names = {text(base(one)), text(base(other))}
                if names & found and base(one).type == base(other).type == "identifier":
                    found |= names
    return found


def _empties(loop: Node, word: str) -> bool:
    """Whether a loop over a slice sets something of its elements, or resets them."""
    header = text(loop).partition("{")[0]
    variable = re.search(rf",\s*(\w+)\s*:=\s*range \(?\*?{word}\b", header)
    if variable is None:
        return False
    one = variable.group(1)
    return (
        re.search(rf"\*{one} = |\b{one}(?:\.\w+)+ = (?:nil|\"\"|[\w.]*\{{\}})|\b{one}\.\w*[rR]eset", text(loop))
        is not None
    )
