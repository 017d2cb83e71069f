"""Who holds whom in a function: through which variables an object can be reached, as far as the function's code shows.

The order of statements does not count: a variable holds all that is ever put into it. Callees of the program are looked
into; of others it is assumed that they may keep what they are given, standard library functions aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from golint_mem.semantics.finalizers.paths import GLOBAL, Path, is_reference, parameters, path_of
from golint_mem.semantics.inference import arguments, bare, expressions
from golint_mem.semantics.view import Callee, FileView
from golint_mem.syntax.go import Function, matches, text

_MOVES = """[
  (short_var_declaration) @move (assignment_statement) @move (var_spec) @move (range_clause) @move
  (send_statement) @move (go_statement) @move (call_expression) @move
]"""
_IDENTIFIERS = "(identifier) @name"
_RETURNED = "(return_statement) @found"
_LITERALS = "(func_literal) @found"
_MOST_CALLS = 12
_KEEPERS = frozenset({"append", "new", "make", "min", "max"})


@dataclass(frozen=True, slots=True)
class Passing:
    """What a function does with its parameters (the receiver is the first): what it keeps, and what it returns.

    `kept` holds pairs of a parameter and of where it goes: another parameter, or -1 for a place that outlives the
    call. `returned` holds the paths that the result may lead to, by parameter index and the fields after it.
    """

    kept: frozenset[tuple[int, int]] = frozenset()
    returned: frozenset[tuple[int, Path]] = frozenset()


@dataclass(slots=True)
class Holders:
    """The variables of one declared function, or of the outermost function literal at package level."""

    function: Node
    view: FileView
    depth: int = 0
    holds: dict[str, set[Path]] = field(default_factory=dict)
    same: dict[str, Path | None] = field(default_factory=dict)
    published: set[Path] = field(default_factory=set)
    firm: dict[str, set[Path]] = field(default_factory=dict)
    lasting: set[Path] = field(default_factory=set)
    _names: dict[Path, frozenset[Path]] = field(default_factory=dict)
    _plainly: bool = False

    def __post_init__(self) -> None:
        """Follow every statement that may put one value into another."""
        for node in matches(self.function, _MOVES, "move"):
            handler = getattr(self, "_" + node.type)
            handler(node)

    # Questions.

    def reached(self, variable: str, whole: bool = False) -> frozenset[Path]:
        """The paths that a variable leads to, its own among them; with `whole` only what it leads to for certain."""
        found: set[Path] = {(variable,)}
        pending = [variable]
        while pending:
            for path in self.holds.get(pending.pop(), ()):
                if path not in found:
                    found.add(path)
                    if not whole or len(path) == 1:
                        pending.append(path[0])
        return frozenset(found)

    def plain(self, node: Node) -> frozenset[Path]:
        """The paths to which the value of an expression leads for certain: what calls return is left out."""
        self._plainly = True
        try:
            return self.carried(node)
        finally:
            self._plainly = False

    def certain(self, paths: Iterable[Path]) -> frozenset[Path]:
        """The paths that can be reached from some others for certain, by what is plainly put into variables."""
        found = set(paths)
        pending = [path[0] for path in found if len(path) == 1]
        while pending:
            variable = pending.pop()
            for path in {*self.firm.get(variable, ()), *filter(None, [self.same.get(variable)])} - found:
                found.add(path)
                if len(path) == 1:
                    pending.append(path[0])
        return frozenset(found)

    def names(self, path: Path) -> frozenset[Path]:
        """The paths that mean the same object as far as plain copies show."""
        if path not in self._names:
            self._names[path] = self._find_names(path)
        return self._names[path]

    def _find_names(self, path: Path) -> frozenset[Path]:
        found = {path}
        seen: set[str] = set()
        while (origin := self.same.get(path[0])) is not None and path[0] not in seen:
            seen.add(path[0])
            path = (*origin, *path[1:])
            found.add(path)
        found |= {(name,) for name, other in self.same.items() if other in found}
        return frozenset(found)

    def keeps(self, variable: str, path: Path) -> bool:
        """Whether the object at a path cannot be collected while a variable is live."""
        return any(leads(one, name) for one in self.reached(variable) for name in self.names(path))

    def is_published(self, path: Path) -> bool:
        """Whether the object may be reachable from places that outlive the function's call."""
        everywhere = set(self.published)
        for one in self.published:
            everywhere |= self.reached(one[0]) if len(one) == 1 else set()
        return any(leads(one, name) for one in everywhere for name in self.names(path)) or any(
            name[0] == GLOBAL for name in self.names(path)
        )

    # What a value leads to.

    def carried(self, node: Node) -> frozenset[Path]:
        """The paths that whoever has the value of an expression can reach."""
        node = bare(node)
        handler = getattr(self, "_carried_" + node.type, None)
        return frozenset(handler(node)) if handler is not None else frozenset()

    def _carried_identifier(self, node: Node) -> set[Path]:
        path = path_of(node, self.view)
        return {path} if path is not None and is_reference(self.view.type_of(node), self.view) else set()

    def _carried_selector_expression(self, node: Node) -> set[Path]:
        member = self._member(node)
        if member == "method":
            return set(self.receiver(node))
        kind, path = self.view.type_of(node), path_of(node, self.view)
        return {path} if path is not None and is_reference(kind, self.view) else set()

    def _carried_index_expression(self, node: Node) -> set[Path]:
        return self._carried_identifier(node)

    def _carried_unary_expression(self, node: Node) -> set[Path]:
        operand, operator = node.child_by_field_name("operand"), text(node.child_by_field_name("operator"))
        if operand is None or operator not in ("&", "*"):
            return set()
        if operator == "&":
            path = addressed(operand, self.view)
            return {path} if path is not None else set(self.carried(operand))
        path = path_of(operand, self.view)
        return {(*path, "*")} if path is not None else set()

    def _carried_func_literal(self, node: Node) -> set[Path]:
        return {(name,) for name in captured(node, self.view)}

    def _carried_composite_literal(self, node: Node) -> set[Path]:
        body = node.child_by_field_name("body")
        return self._carried_literal_value(body) if body is not None else set()

    def _carried_literal_value(self, node: Node) -> set[Path]:
        found: set[Path] = set()
        for element in node.named_children:
            parts = element.named_children[-1:] if element.type == "keyed_element" else [element]
            for part in parts:
                found |= self.carried(part.named_children[0] if part.type == "literal_element" else part)
        return found

    def _carried_slice_expression(self, node: Node) -> set[Path]:
        operand = node.child_by_field_name("operand")
        return set(self.carried(operand)) if operand is not None else set()

    _carried_type_assertion_expression = _carried_slice_expression

    def _carried_call_expression(self, node: Node) -> set[Path]:
        callee = self.view.callee(node)
        if callee.package == "C" or (self._plainly and callee.kind not in ("builtin", "conversion")):
            return set()
        kind = self.view.type_of(node)
        kinds = kind.results if kind.kind == "tuple" else (kind,)
        if not any(is_reference(one, self.view) for one in kinds):
            return set()
        operands = self._operands(node, callee)
        passing = passing_of(callee, self.depth + 1)
        if passing is None:
            return {path for one in operands for path in one}
        return {(*path, *rest) for index, rest in passing.returned if index < len(operands) for path in operands[index]}

    _carried_type_conversion_expression = _carried_call_expression

    def receiver(self, selector: Node) -> frozenset[Path]:
        """What the receiver of a method call leads to: `f.lock` is a part of `f` if it is a struct."""
        operand = selector.child_by_field_name("operand")
        if operand is None:
            return frozenset()
        path = container(operand, self.view)
        return frozenset({path}) if path is not None else self.carried(operand)

    def _operands(self, call: Node, callee: Callee) -> list[frozenset[Path]]:
        """What the receiver and the arguments of a call lead to, in the order of the callee's parameters."""
        function = bare(call.child_by_field_name("function") or call)
        first = [self.receiver(function)] if callee.kind == "method" else []
        if callee.kind in ("unknown", "value") and function.type == "selector_expression":
            first = [self.receiver(function)]
        return [*first, *(self.carried(one) for one in arguments(call))]

    def _member(self, node: Node) -> str:
        operand = node.child_by_field_name("operand")
        if operand is None:
            return ""
        found = self.view.member(self.view.type_of(operand), text(node.child_by_field_name("field")))
        return found.kind if found is not None else ""

    # Statements.

    def _short_var_declaration(self, node: Node) -> None:
        left, right = (expressions(node.child_by_field_name(side)) for side in ("left", "right"))
        self._assign(left, right)

    _assignment_statement = _short_var_declaration

    def _var_spec(self, node: Node) -> None:
        self._assign(node.children_by_field_name("name"), expressions(node.child_by_field_name("value")))

    def _assign(self, targets: list[Node], values: list[Node]) -> None:
        for index, target in enumerate(targets):
            if len(values) in (1, len(targets)):
                self._put(target, values[index if len(values) == len(targets) else 0])

    def _put(self, target: Node, value: Node) -> None:
        path = path_of(target, self.view)
        carried = self.carried(value)
        if path is None or path[0] == GLOBAL:
            if text(target) != "_":
                self.published |= carried
                self.lasting |= self.plain(value) if path is not None else frozenset()
            return
        if len(path) > 1 or is_reference(self.view.type_of(target), self.view):
            self.holds.setdefault(path[0], set()).update(carried)
        itself = frozenset() if len(path) > 1 and is_apart(value, self.view) else frozenset((path[:1],))
        self.firm.setdefault(path[0], set()).update(self.plain(value) - itself)
        if len(path) > 1:
            return
        origin = path_of(value, self.view)
        self.same[path[0]] = origin if path[0] not in self.same else None
        if origin is not None and len(origin) > 1:
            self.holds.setdefault(origin[0], set()).add(path)
        elif bare(value).type == "call_expression":
            for one in carried:  # what a call returns may be a part of what it was given
                self.holds.setdefault(one[0], set()).add(path)

    def _range_clause(self, node: Node) -> None:
        right = node.child_by_field_name("right")
        path = path_of(right, self.view) if right is not None else None
        for name in expressions(node.child_by_field_name("left")):
            variable = path_of(name, self.view)
            if path is not None and variable is not None and is_reference(self.view.type_of(name), self.view):
                self.same[variable[0]] = (*path, "[]") if variable[0] not in self.same else None

    def _send_statement(self, node: Node) -> None:
        value = node.child_by_field_name("value")
        self.published |= self.carried(value) if value is not None else frozenset()

    def _go_statement(self, node: Node) -> None:
        call = node.named_children[0] if node.named_children else None
        if call is not None and call.type == "call_expression":
            function = call.child_by_field_name("function")
            operands = self._operands(call, self.view.callee(call))
            self.published.update(path for one in operands for path in one)
            self.published |= self.carried(function) if function is not None else frozenset()

    def _call_expression(self, node: Node) -> None:
        callee = self.view.callee(node)
        if callee.package == "C" or callee.kind in ("builtin", "conversion", "literal"):
            return
        function = node.child_by_field_name("function")
        operands = self._operands(node, callee)
        passing = passing_of(callee, self.depth + 1)
        if passing is None:
            first = 1 if callee.kind == "method" and function is not None else 0
            self.published.update(path for one in operands[first:] for path in one)
            return
        for index, into in passing.kept:
            if index >= len(operands):
                continue
            if into < 0:
                self.published |= operands[index]
            elif into < len(operands):
                for target in operands[into]:
                    self.holds.setdefault(target[0], set()).update(operands[index])


def is_apart(value: Node, view: FileView) -> bool:
    """Whether an expression makes an object of its own, which then lies outside of whatever it is put into."""
    value = bare(value)
    if value.type == "composite_literal":
        return view.underlying(view.type_of(value)).kind in ("slice", "map")
    operand = value.child_by_field_name("operand")
    literal = operand is not None and operand.type == "composite_literal"
    return value.type == "func_literal" or (value.type == "unary_expression" and literal)


def captured(literal: Node, view: FileView) -> frozenset[str]:
    """The variables of the functions around a function literal that its body mentions."""
    scopes = view.scopes(literal)
    found = set()
    for name in matches(literal, _IDENTIFIERS, "name") if scopes is not None else ():
        variable = scopes.by_id.get(scopes.resolve(name) or "") if scopes is not None else None
        if variable is not None and not literal.start_byte <= variable.name.start_byte < literal.end_byte:
            found.add(variable.id)
    return frozenset(found)


def addressed(node: Node, view: FileView) -> Path | None:
    """The object into which the address of an operand points: `f` for `&f.size`."""
    node = bare(node)
    operand = node.child_by_field_name("operand")
    if node.type not in ("selector_expression", "index_expression") or operand is None or view.package_of(operand):
        return path_of(node, view)
    return container(operand, view)


def container(node: Node, view: FileView) -> Path | None:
    """The object that a pointer to an operand, or the operand itself where it is one, leads to."""
    node = bare(node)
    if node.type not in ("selector_expression", "index_expression"):
        return path_of(node, view)
    kind = view.type_of(node)
    below = view.underlying(kind) if kind.package != "C" else kind
    return (
        addressed(node, view) if below.kind in ("struct", "array", "basic", "unknown", "named") else path_of(node, view)
    )


def leads(holder: Path, path: Path) -> bool:
    """Whether who has the object at one path can reach the one at another: `c` leads to `c.repo`."""
    return path[: len(holder)] == holder


def passing_of(callee: Callee, depth: int) -> Passing | None:
    """What a callee does with what it is given; None where that is not known."""
    if callee.facts is not None and callee.facts.is_library:
        return _of_library(callee)
    if callee.kind == "builtin" and callee.name in _KEEPERS:
        return Passing(returned=frozenset((index, ()) for index in range(16)))
    if callee.kind in ("conversion",):
        return Passing(returned=frozenset({(0, ())}))
    if callee.function is None or callee.facts is None or depth > _MOST_CALLS:
        return None
    return callee.facts.finalizers.passing(callee.function, depth)


def _of_library(callee: Callee) -> Passing:
    """Methods of the standard library may put arguments into the receiver; results may lead to all arguments."""
    returned = frozenset((index, ()) for index in range(8))
    stores = callee.kind == "method"
    return Passing(frozenset((index, 0) for index in range(1, 8)) if stores else frozenset(), returned)


def summary(function: Function, view: FileView, depth: int) -> Passing:
    """What a function of the program does with its parameters."""
    held = Holders(function.node, view, depth)
    kept: set[tuple[int, int]] = set()
    names = parameters(function, view)
    for name, index in names.items():
        if held.is_published((name,)):
            kept.add((index, -1))
        kept.update((index, other) for into, other in names.items() if into != name and (name,) in held.reached(into))
    return Passing(frozenset(kept), frozenset(_returned(function, held, names)))


def _returned(function: Function, held: Holders, names: dict[str, int]) -> Iterator[tuple[int, Path]]:
    inner = matches(function.node, _LITERALS, "found")
    for statement in matches(function.node, _RETURNED, "found"):
        if any(one.start_byte <= statement.start_byte < one.end_byte for one in inner):
            continue
        for listed in statement.named_children:
            for value in expressions(listed):
                for path in held.carried(value):
                    for reached in {path, *(held.reached(path[0]) if len(path) == 1 else ())}:
                        if reached[0] in names:
                            yield names[reached[0]], reached[1:]
    for name in function.results:
        for reached in held.reached(name) if name != "_" else ():
            if reached[0] in names:
                yield names[reached[0]], reached[1:]
