"""Where goroutines start, and what says that whoever starts them has an end before the program has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Step
from golint_mem.semantics.cfg import build
from golint_mem.semantics.concurrency.endless import Trap, comes_again
from golint_mem.semantics.concurrency.library import STOPPERS
from golint_mem.semantics.concurrency.wrappers import started_argument, wrapper_names
from golint_mem.semantics.types import Type
from golint_mem.syntax.around import FUNCTIONS, LOOP, around
from golint_mem.syntax.go import Function, GoTree, matches, place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts
    from golint_mem.semantics.view import Callee, FileView

_BEGINNING = re.compile(rb"(?:^|[{;:/])[ \t]*go[ \t]|\.(?:Try)?Go\(|AfterFunc\(", re.M)
"""What stands in every file that starts a goroutine itself, where a statement begins or something is called."""
_GO = "(go_statement) @go"
_GIVING = """(call_expression
  function: [
    (identifier) @name
    (selector_expression field: (field_identifier) @name)
  ]
  arguments: (argument_list (_)))"""
_LIBRARY = frozenset({b"Go", b"TryGo", b"AfterFunc"})
_ONCE = """(call_expression
  function: (selector_expression operand: (_) @once field: (field_identifier) @name) (#eq? @name "Do"))"""
_CALL_OF = """(call_expression
  function: [(identifier) @name (selector_expression field: (field_identifier) @name)]
  arguments: (argument_list) @arguments (#eq? @name "NAME"))"""
_METHOD_CALLS = """(call_expression
  function: (selector_expression operand: (_) @operand field: (field_identifier) @name) (#eq? @name "NAME"))"""
_NAMES = "(identifier) @name"
_CALL = frozenset({"call_expression"})
_ENDS = re.compile(r"(?i:done|stop|quit|exit|clos|shutdown|cancel|kill|end|finish|term)")
_SIGNAL = Type("struct")


@dataclass(frozen=True, slots=True)
class Start:
    """A statement or call that starts a goroutine, and the function that the goroutine runs, as it stands there."""

    view: FileView
    statement: Node
    runs: Node

    @property
    def function(self) -> Function | None:
        """The declared function that holds the statement."""
        return self.view.enclosing(self.statement)

    @property
    def literal(self) -> Node | None:
        """The function literal that the goroutine runs."""
        return self.runs if self.runs.type == "func_literal" else None

    @property
    def callee(self) -> Callee:
        """What is known of the function that the goroutine runs."""
        return self.view.meant(self.runs)

    @property
    def trap(self) -> Trap | None:
        """Where the goroutine stays for ever."""
        endless, body = self.view.facts.endless, self.runs.child_by_field_name("body")
        if self.literal is not None:
            return endless.trap(body, self.view) if body is not None else None
        return endless.of_callee(self.callee)


def all_starts(facts: PackageFacts) -> Iterator[Start]:
    """The places of a package where a goroutine starts."""
    names = wrapper_names(facts) | _LIBRARY
    for file in facts.files:
        called = facts.outline(file).calls & names
        if called or _BEGINNING.search(file.source):
            view = facts.view(facts.tree(file))
            yield from statements(view)
            yield from _calls(view, called) if called else ()


def statements(view: FileView) -> Iterator[Start]:
    """The `go` statements of a file."""
    for statement in matches(view.tree.root, _GO, "go"):
        call = statement.named_children[0] if statement.named_children else None
        function = call.child_by_field_name("function") if call is not None and call.type == "call_expression" else None
        if function is not None:
            yield Start(view, statement, function)


def _calls(view: FileView, names: Set[bytes]) -> Iterator[Start]:
    """The calls of a file that start what they are handed, among those of functions with these names."""
    for name in matches(view.tree.root, _GIVING, "name"):
        call = around(name, _CALL) if name.text in names else None
        given = started_argument(view, call) if call is not None else None
        if call is not None and given is not None:
            yield Start(view, call, given)


def end_of_starter(start: Start) -> Step | None:
    """What says that the one who starts a goroutine ends, or starts many: a place, and a sentence about it."""
    return _repeated(start) or _stopped_by_owner(start) or ended_by_parameter(start.view, start.statement)


def is_once_per_process(start: Start) -> bool:
    """Whether the goroutine belongs to the process: `init`, `main`, a package-level variable or Once starts it."""
    function, view = start.function, start.view
    if function is None or (not function.receiver and function.name in ("init", "main")):
        return True
    return _works_for_one(function, view.facts) or any(
        _runs(call, start, function)
        for tree in view.facts.trees_with(b"sync.Once")
        for call in _once_calls(tree, view.facts)
    )


def _works_for_one(function: Function, facts: PackageFacts) -> bool:
    """Whether a method is called for variables of the package alone: one for as long as the process lives."""
    if not function.receiver or (function.name[:1].isupper() and function.receiver[:1].isupper()):
        return False
    found = False
    word = b"." + function.name.encode() + b"("
    for tree in facts.trees_with(word):
        view = facts.view(tree)
        for operand in matches(tree.root, _METHOD_CALLS.replace("NAME", function.name), "operand"):
            call = around(operand, _CALL)
            if call is not None and view.callee(call).function == function and not tree.path.endswith("_test.go"):
                known = view.object(operand)
                if known is None or known.kind != "package":
                    return False
                found = True
    return found


def _once_calls(tree: GoTree, facts: PackageFacts) -> Iterator[Node]:
    """The calls of `Do` on a `sync.Once` that is a variable of the package."""
    view = facts.view(tree)
    for once in matches(tree.root, _ONCE, "once"):
        known, call = view.object(once), around(once, _CALL)
        if known is None or known.kind != "package" or view.type_of(once).qualified != "sync.Once":
            continue
        if call is not None:
            yield call


def _runs(once: Node, start: Start, function: Function) -> bool:
    """Whether what a Once does is to start this goroutine."""
    arguments = once.child_by_field_name("arguments")
    if arguments is None:
        return False
    inside = once.start_byte <= start.statement.start_byte < once.end_byte
    return inside or any(text(name) == function.name for name in matches(arguments, _NAMES, "name"))


def _repeated(start: Start) -> Step | None:
    """The loop that starts the goroutine again and again, without a number of rounds that is known beforehand."""
    loop, function = around(start.statement, LOOP), around(start.statement, FUNCTIONS)
    body = function.child_by_field_name("body") if function is not None else None
    if loop is None or body is None or loop.start_byte < body.start_byte or _counts(loop, start.view):
        return None
    if not comes_again(build(body), start.statement):
        return None
    return Step(place(start.view.tree.path, loop), "each round of this loop starts one more")


def _counts(loop: Node, view: FileView) -> bool:
    """Whether a loop goes over something finite; one over a channel, or without a condition, does not."""
    clause = next((child for child in loop.named_children if child.type.endswith("_clause")), None)
    if clause is not None and clause.type == "range_clause":
        ranged = clause.child_by_field_name("right")
        return ranged is None or view.underlying(view.type_of(ranged)).kind != "chan"
    if clause is not None:
        return clause.child_by_field_name("condition") is not None
    return loop.named_child_count > 1


def _stopped_by_owner(start: Start) -> Step | None:
    """The method that ends the object which the goroutine works for."""
    function, facts = start.function, start.view.facts
    owners = [function.receiver, *_names_of(function.result_types)] if function is not None else []
    for owner in filter(None, owners):
        methods = facts.declarations.methods_of.get(owner, ())
        stopper = next((one for one in methods if one.name in STOPPERS and _does_something(one)), None)
        if stopper is not None and _works_for(start, owner):
            name = stopper.node.child_by_field_name("name") or stopper.node
            return Step(place(stopper.path, name), f"`{stopper.name}` ends the {owner}, and does not end the goroutine")
    return None


def _names_of(types: tuple[str, ...]) -> list[str]:
    return [one.removeprefix("*").partition("[")[0] for one in types]


def _does_something(method: Function) -> bool:
    body = method.node.child_by_field_name("body")
    inner = body.named_children if body is not None else []
    statements = [one for part in inner for one in (part.named_children if part.type == "statement_list" else [part])]
    return any(one.type not in ("return_statement", "comment") for one in statements)


def _works_for(start: Start, owner: str) -> bool:
    """Whether the goroutine mentions a value of a type of the package."""
    wanted = f"{start.view.facts.package.import_path}.{owner}"
    return any(start.view.type_of(name).qualified == wanted for name in matches(start.statement, _NAMES, "name"))


def ended_by_parameter(view: FileView, node: Node) -> Step | None:
    """The parameter of a function around a node that says when to end: a context, a request, a channel of signals."""
    function = around(node, FUNCTIONS)
    while function is not None:
        for index, (name, kind) in enumerate(_parameters(function, view)):
            said = _what_ends(name, kind)
            if said and not _is_never_cancelled(function, index, view):
                return Step(place(view.tree.path, function.child_by_field_name("parameters") or function), said)
        function = around(function, FUNCTIONS)
    return None


def _parameters(function: Node, view: FileView) -> Iterator[tuple[str, Type]]:
    listed = function.child_by_field_name("parameters")
    for declaration in listed.named_children if listed is not None else ():
        kind = declaration.child_by_field_name("type")
        if declaration.type == "parameter_declaration" and kind is not None:
            for name in declaration.children_by_field_name("name"):
                yield text(name), view.declared(kind)


def _is_never_cancelled(function: Node, index: int, view: FileView) -> bool:
    """Whether all calls of a function of the package hand over a context that nobody can cancel."""
    name = text(function.child_by_field_name("name"))
    if not name or name[0].isupper():
        return False
    wanted = name.encode() + b"("
    given = [
        one.named_children[index]
        for tree in view.facts.trees_with(wanted)
        for one in matches(tree.root, _CALL_OF.replace("NAME", name), "arguments")
        if one.named_child_count > index
    ]
    return bool(given) and all(text(one) in ("context.Background()", "context.TODO()") for one in given)


def _what_ends(name: str, kind: Type) -> str:
    if name in ("_", ""):
        return ""
    if kind.qualified == "context.Context":
        return f"`{name}` says when to end, and the loop does not look at it"
    if kind.qualified == "net/http.Request":
        return "each request starts one more"
    if kind.kind == "chan" and kind.direction != "send" and kind.element == _SIGNAL and _ENDS.search(name):
        return f"`{name}` says when to end, and the loop does not look at it"
    return ""
