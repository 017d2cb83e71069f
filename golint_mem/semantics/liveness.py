"""Which variables of a function are still needed after a piece of it has run.

The compiler and the garbage collector see variables this way: one that no path reads any more is dead, though its scope
goes on, and what only it holds may be collected. Source: the documentation of `runtime.KeepAlive`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tree_sitter import Node

from golint_mem.semantics.cfg import Block, build
from golint_mem.semantics.scopes import Scopes
from golint_mem.syntax.go import matches

_IDENTIFIERS = "(identifier) @name"
_DECLARATIONS = frozenset({"short_var_declaration", "assignment_statement", "range_clause", "receive_statement"})
_WRAPPERS = frozenset({"literal_element", "keyed_element", "parenthesized_expression", "unary_expression"})


@dataclass(slots=True)
class _Facts:
    """A block's parts in order, and the variables that are live where it starts and where it ends."""

    block: Block
    parts: list[Node]
    starts: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()


@dataclass(slots=True)
class Liveness:
    """The live variables of one function body (a declared function's or a function literal's)."""

    function: Node
    scopes: Scopes
    _facts: list[_Facts] = field(init=False)
    _named_results: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Build the graph and let what is live flow backwards through it."""
        body = self.function.child_by_field_name("body")
        blocks = build(body) if body is not None else []
        self._facts = [_Facts(block, [*block.items, *_conditions(block)]) for block in blocks]
        result = self.function.child_by_field_name("result")
        names = matches(result, _IDENTIFIERS, "name") if result is not None else []
        self._named_results = frozenset(filter(None, map(self.scopes.resolve, names)))
        self._settle()

    def _settle(self) -> None:
        by_block = {facts.block.index: facts for facts in self._facts}
        changed = True
        while changed:
            changed = False
            for facts in reversed(self._facts):
                ends = self._named_results if facts.block.ends == "return" else frozenset()
                for edge in facts.block.edges:
                    ends |= by_block[edge.target.index].starts
                starts = ends
                for part in reversed(facts.parts):
                    starts = (starts - self._written(part)) | self._read(part)
                changed |= starts != facts.starts or ends != facts.ends
                facts.starts, facts.ends = starts, ends

    def after(self, node: Node) -> frozenset[str]:
        """The variables that may still be read after an expression has been evaluated, by this function's own code.

        Deferred calls are not counted: what they hold depends on more than what they mention.
        """
        for facts in self._facts:
            for index, part in enumerate(facts.parts):
                if _within(node, part):
                    live = facts.ends
                    for later in reversed(facts.parts[index + 1 :]):
                        live = (live - self._written(later)) | self._read(later)
                    return (live - self._written(part)) | self._read_after(part, node)
        return frozenset()

    def reaches(self, node: Node) -> bool:
        """Whether the node is part of this body's graph at all."""
        return any(_within(node, part) for facts in self._facts for part in facts.parts)

    def _read(self, part: Node) -> frozenset[str]:
        written = _targets(part)
        skipped = {name.start_byte for name in written}
        nodes = [part] if part.type != "range_clause" else []
        return self._resolved(
            name
            for node in nodes
            for name in matches(node, _IDENTIFIERS, "name")
            if name.start_byte not in skipped and not _is_key(name)
        )

    def _written(self, part: Node) -> frozenset[str]:
        return self._resolved(_targets(part))

    def _read_after(self, part: Node, node: Node) -> frozenset[str]:
        """What the rest of a part reads once a node in it is done: what stands behind, and what waits to be passed."""
        skipped = {name.start_byte for name in _targets(part)}
        return self._resolved(
            name
            for name in matches(part, _IDENTIFIERS, "name")
            if not _within(name, node)
            and not _is_key(name)
            and name.start_byte not in skipped
            and (name.start_byte >= node.end_byte or _waits(name, node))
        )

    def _resolved(self, names: Iterable[Node]) -> frozenset[str]:
        return frozenset(filter(None, map(self.scopes.resolve, names)))


def _conditions(block: Block) -> list[Node]:
    """The conditions that are evaluated where a block ends, each of them once."""
    return list({edge.condition.id: edge.condition for edge in block.edges if edge.condition is not None}.values())


def _targets(part: Node) -> list[Node]:
    """The variables that a statement overwrites as a whole."""
    if part.type == "var_declaration":
        specs = matches(part, "(var_spec) @spec", "spec")
        return [name for spec in specs for name in spec.children_by_field_name("name")]
    if part.type not in _DECLARATIONS:
        return []
    operator = part.child_by_field_name("operator")
    if operator is not None and (operator.text or b"") != b"=":
        return []
    left = part.child_by_field_name("left")
    return [one for one in left.named_children if one.type == "identifier"] if left is not None else []


def _within(node: Node, whole: Node) -> bool:
    return whole.start_byte <= node.start_byte and node.end_byte <= whole.end_byte


def _is_key(name: Node) -> bool:
    """Whether an identifier is the field's name in a struct literal."""
    element = name.parent
    if element is not None and element.type == "literal_element":
        name, element = element, element.parent
    if element is None or element.type != "keyed_element" or element.named_children[0].start_byte != name.start_byte:
        return False
    literal = element.parent.parent if element.parent is not None else None
    kind = literal.child_by_field_name("type") if literal is not None else None
    return kind is None or kind.type != "map_type"


def _waits(name: Node, node: Node) -> bool:
    """Whether a variable in front of a call is an operand that is kept until the call is done: `f(x, C.g())`."""
    parent = name.parent
    while parent is not None and parent.type in _WRAPPERS and not _within(node, parent):
        parent = parent.parent
    if parent is None or not _within(node, parent) or parent.type in ("selector_expression", "index_expression"):
        return False
    return parent.type in ("argument_list", "literal_value", "expression_list", "binary_expression")
