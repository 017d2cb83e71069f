"""Calls of `runtime.SetFinalizer` and `runtime.AddCleanup`: which object is watched, and what runs when it is gone.

Source: the documentation of package runtime.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.finalizers.paths import parameters
from golint_mem.semantics.inference import arguments, bare, expressions
from golint_mem.semantics.types import Type
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import Function, GoTree, literal, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_CALLS = """(call_expression function: (selector_expression field: (field_identifier) @name
  (#any-of? @name "SetFinalizer" "AddCleanup"))) @call"""


class Way(Enum):
    """How the end of an object is watched, or no longer watched."""

    FINALIZER = "finalizer"
    CLEANUP = "cleanup"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Action:
    """What runs: a function or function literal, and the file it stands in.

    `bound` is the receiver of a method value (`x.free`), which the function holds as long as it is registered.
    """

    function: Function
    view: FileView
    bound: Node | None = None

    @property
    def parameter(self) -> str:
        """The variable by which the function knows the object (or a cleanup its argument); empty where it has none."""
        found = parameters(self.function, self.view)
        return next((name for name, index in found.items() if index == 0), "")


@dataclass(frozen=True, slots=True)
class Registration:
    """One call; `type` is the type of the first argument, `action` None where what runs cannot be told."""

    call: Node
    view: FileView
    way: Way
    object: Node
    type: Type
    run: Node | None
    action: Action | None
    argument: Node | None = None
    function: Function | None = None

    @property
    def watched(self) -> Type:
        """The type of the watched object."""
        return self.type.pointee

    @property
    def path(self) -> str:
        """The file of the call."""
        return self.view.tree.path


def registrations(facts: PackageFacts, trees: tuple[GoTree, ...]) -> Iterator[Registration]:
    """The registrations of a package, in source order of its files."""
    for tree in trees:
        if b"SetFinalizer" in tree.source or b"AddCleanup" in tree.source:
            view = facts.view(tree)
            for call in matches(tree.root, _CALLS, "call"):
                one = _registration(call, view)
                if one is not None:
                    yield one


def _registration(call: Node, view: FileView) -> Registration | None:
    function = call.child_by_field_name("function")
    operand = function.child_by_field_name("operand") if function is not None else None
    given = arguments(call)
    if operand is None or view.package_of(operand) != "runtime" or len(given) < 2:
        return None
    name = text(function.child_by_field_name("field")) if function is not None else ""
    way = Way.FINALIZER if name == "SetFinalizer" else Way.CLEANUP
    if way is Way.FINALIZER and text(given[1]) == "nil":
        way = Way.CLEARED
    return Registration(
        call=call,
        view=view,
        way=way,
        object=given[0],
        type=view.type_of(given[0]),
        run=None if way is Way.CLEARED else given[1],
        action=None if way is Way.CLEARED else action(given[1], view),
        argument=given[2] if len(given) > 2 else None,
        function=view.enclosing(call),
    )


def action(node: Node, view: FileView) -> Action | None:
    """What a function value runs; None where that cannot be told."""
    node = bare(node)
    if node.type == "func_literal":
        enclosing = view.enclosing(node)
        name = enclosing.qualified if enclosing is not None else "init"
        return Action(literal(view.tree.path, node, name), view)
    if node.type == "selector_expression":
        return _selected(node, view)
    if node.type != "identifier":
        return None
    known = view.object(node)
    if known is not None and known.kind == "package":
        declared = view.facts.declarations.functions.get(known.name)
        return Action(declared, view.facts.view_of(declared)) if declared is not None else None
    value = _only_value(node, view)
    return action(value, view) if value is not None and value.type != "identifier" else None


def _selected(node: Node, view: FileView) -> Action | None:
    operand, name = node.child_by_field_name("operand"), text(node.child_by_field_name("field"))
    if operand is None:
        return None
    package = view.package_of(operand)
    if package:
        home = view.facts.seen(package)
        declared = home.declarations.functions.get(name) if home is not None else None
        return Action(declared, home.view_of(declared)) if home is not None and declared is not None else None
    kind = view.as_type(operand)
    bound = None if kind.known else operand
    found = view.member(kind if kind.known else view.type_of(operand), name)
    if found is None or found.function is None or found.facts is None:
        return None
    same = [
        one
        for one in found.facts.declarations.methods_of.get(found.owner.name, ())
        if one.name == name and one.path == view.tree.path  # one of several, each for another system
    ]
    function = same[0] if same else found.function
    return Action(function, found.facts.view_of(function), bound)


def _only_value(name: Node, view: FileView) -> Node | None:
    """The value of a local variable that is declared with one and never assigned again."""
    scopes = view.scopes(name)
    variable = scopes.by_id.get(scopes.resolve(name) or "") if scopes is not None else None
    if scopes is None or variable is None or variable.statement.type not in ("short_var_declaration", "var_spec"):
        return None
    targets = "(assignment_statement left: (expression_list (identifier) @name))"
    if any(scopes.resolve(one) == variable.id for one in matches(scopes.function, targets, "name")):
        return None
    statement = variable.statement
    names = statement.children_by_field_name("name") or expressions(statement.child_by_field_name("left"))
    values = expressions(statement.child_by_field_name("value") or statement.child_by_field_name("right"))
    index = next((i for i, one in enumerate(names) if one.start_byte == variable.name.start_byte), 0)
    return values[index] if len(names) == len(values) else None
