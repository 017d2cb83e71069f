"""Go source as tree-sitter trees, and the small typed views that the rest asks for.

Offsets and columns are bytes, as tree-sitter gives them; `place` turns them into 1-based lines and columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import tree_sitter_go
from tree_sitter import Language, Node, Parser, Query, QueryCursor

from golint_mem.findings import Place
from golint_mem.syntax.around import DECLARED

GO = Language(tree_sitter_go.language())
_IMPORT_C = re.compile(rb'^[ \t]*import[ \t]+(?:\([ \t\r\n]*)?"C"', re.M)

IMPORTS = "(import_spec) @import"
_TOP = """[
  (package_clause) @found
  (import_declaration) @found
  (function_declaration) @found
  (method_declaration) @found
  (source_file [(type_declaration) (var_declaration) (const_declaration)] @found)
  (ERROR [(type_declaration) (var_declaration) (const_declaration)] @found)
]"""
C_TYPES = '(qualified_type package: (package_identifier) @package name: (type_identifier) @name (#eq? @package "C"))'
C_CASTS = """(call_expression function: (parenthesized_expression (selector_expression
  operand: (identifier) @package field: (field_identifier) @name)) (#eq? @package "C"))"""
C_NAMES = '(selector_expression operand: (identifier) @package field: (field_identifier) @name (#eq? @package "C"))'


@cache
def _query(pattern: str) -> Query:
    return Query(GO, pattern)


def matches(node: Node, pattern: str, capture: str) -> list[Node]:
    """The nodes below `node` that a tree-sitter query captures under a name, in source order."""
    found = QueryCursor(_query(pattern)).captures(node).get(capture, [])
    return sorted(found, key=lambda one: one.start_byte)


def text(node: Node | None) -> str:
    """The source text of a node; the empty string for None."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def place(path: str, node: Node) -> Place:
    """Where a node stands."""
    (row, column), (end_row, end_column) = node.start_point, node.end_point
    return Place(path, row + 1, column + 1, end_row + 1, end_column + 1, node.start_byte, node.end_byte)


def preambles(source: bytes) -> list[bytes]:
    """The C text of the comments that stand right before an `import "C"`."""
    return [text for found in _IMPORT_C.finditer(source) if (text := _comment_before(source, found.start()))]


def _comment_before(source: bytes, end: int) -> bytes:
    """The text of the comments, of lines and of blocks, that stand one below the other right before an offset."""
    parts: list[bytes] = []
    while end > 0:
        begin = source.rfind(b"\n", 0, end - 1) + 1
        line = source[begin:end].lstrip(b" \t")
        if line.startswith(b"//"):
            parts.append(line[2:])
            end = begin
            continue
        inside, begin = _block_before(source[:end])
        if not inside:
            break
        parts.append(inside + b"\n")
        end = source.rfind(b"\n", 0, begin) + 1
    return b"".join(reversed(parts))


def _block_before(above: bytes) -> tuple[bytes, int]:
    """The text of the block comment that a text ends with, on its last line, and where the comment starts."""
    above = above.rstrip(b" \t").removesuffix(b"\n").removesuffix(b"\r").rstrip(b" \t")
    if not above.endswith(b"*/"):
        return b"", 0
    start = above.find(b"/*", above.rfind(b"*/", 0, len(above) - 2) + 1)
    return (above[start + 2 : -2], start) if 0 <= start < len(above) - 2 else (b"", 0)


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method declaration. `receiver` is the receiver's type name without `*`, or empty."""

    name: str
    receiver: str
    path: str
    node: Node
    parameters: tuple[str, ...]
    results: tuple[str, ...]
    parameter_types: tuple[str, ...] = ()
    result_types: tuple[str, ...] = ()

    @property
    def qualified(self) -> str:
        """`Type.Method` or `Function`."""
        return f"{self.receiver}.{self.name}" if self.receiver else self.name


@dataclass(frozen=True)
class GoTree:
    """A parsed file."""

    path: str
    source: bytes
    root: Node

    @cached_property
    def top(self) -> tuple[Node, ...]:
        """The declarations at the top level, in source order; in a broken file wherever they ended up."""
        if self.root.has_error:
            return tuple(matches(self.root, _TOP, "found"))
        return tuple(self.root.named_children)

    @cached_property
    def imports(self) -> tuple[Node, ...]:
        """The import specifications, in source order."""
        declared = (one for one in self.top if one.type == "import_declaration")
        return tuple(spec for one in declared for spec in matches(one, IMPORTS, "import"))

    def first_error(self) -> int:
        """The 1-based line of the first syntax error; 0 where there is none."""
        if not self.root.has_error:
            return 0
        errors = matches(self.root, "[(ERROR) (MISSING)] @error", "error")
        return errors[0].start_point[0] + 1 if errors else 1

    def functions(self) -> Iterator[Function]:
        """The declared functions and methods that have a body, in source order."""
        return (one for one in self.declared if one.node.child_by_field_name("body") is not None)

    @cached_property
    def declared(self) -> tuple[Function, ...]:
        """All declared functions and methods, in source order."""
        return tuple(as_function(self.path, node) for node in self.top if node.type in DECLARED)


def parse(path: str, source: bytes) -> GoTree:
    """Parse one file; a broken file gives a tree with error nodes, never an exception."""
    return GoTree(path, source, Parser(GO).parse(source).root_node)


def outermost_literals(node: Node) -> list[Node]:
    """The function literals in a node that stand in no other one, in source order."""
    found: list[Node] = []
    for one in matches(node, "(func_literal) @found", "found"):
        if not found or one.start_byte >= found[-1].end_byte:
            found.append(one)
    return found


def names_of(parameters: Node | None) -> tuple[str, ...]:
    """The parameter names of a parameter list, `_` for unnamed ones."""
    return tuple(name for name, _ in typed_names(parameters))


def typed_names(parameters: Node | None) -> list[tuple[str, str]]:
    """The parameters of a parameter list: name (`_` for unnamed ones) and type as written."""
    found: list[tuple[str, str]] = []
    for declaration in parameters.named_children if parameters is not None else ():
        if declaration.type in ("parameter_declaration", "variadic_parameter_declaration"):
            kind = text(declaration.child_by_field_name("type"))
            names = [text(name) for name in declaration.children_by_field_name("name")] or ["_"]
            found += [(name, kind) for name in names]
    return found


def literal(path: str, node: Node, enclosing: str) -> Function:
    """A function literal as a function of its own, named after the place it stands in."""
    parameters, results = _signature(node)
    return Function(
        name=f"{enclosing}.func{node.start_point[0] + 1}",
        receiver="",
        path=path,
        node=node,
        parameters=tuple(name for name, _ in parameters),
        results=tuple(name for name, _ in results),
        parameter_types=tuple(kind for _, kind in parameters),
        result_types=tuple(kind for _, kind in results),
    )


def as_function(path: str, node: Node) -> Function:
    """A function or method declaration as a value."""
    receiver_node = node.child_by_field_name("receiver")
    kind = re.search(r"[\w]+(?=\s*(?:\[[^\]]*\])?\s*\)?$)", text(receiver_node)[:-1]) if receiver_node else None
    parameters, results = _signature(node)
    parameters = typed_names(receiver_node) + parameters
    return Function(
        name=text(node.child_by_field_name("name")),
        receiver=kind.group(0) if kind else "",
        path=path,
        node=node,
        parameters=tuple(name for name, _ in parameters),
        results=tuple(name for name, _ in results),
        parameter_types=tuple(kind for _, kind in parameters),
        result_types=tuple(kind for _, kind in results),
    )


def _signature(node: Node) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The typed parameters and results of a function."""
    result = node.child_by_field_name("result")
    results: list[tuple[str, str]] = []
    if result is not None:
        results = typed_names(result) if result.type == "parameter_list" else [("_", text(result))]
    return typed_names(node.child_by_field_name("parameters")), results
