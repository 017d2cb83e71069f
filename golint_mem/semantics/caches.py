"""Package-level maps: where entries come in, where they go out, and who can ask for a new one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.declarations import ValueDeclaration
from golint_mem.semantics.inference import arguments, expressions
from golint_mem.semantics.removals import plain
from golint_mem.semantics.types import Type
from golint_mem.semantics.view import FileView, Object
from golint_mem.syntax.go import Function, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

SYNC_MAP = "sync.Map"
_GROWS = frozenset({"Store", "LoadOrStore", "Swap"})
_READS = frozenset({"Load", "Range", "LoadOrStore"})
_COMPARES = frozenset({"<", "<=", ">", ">=", "=="})
_REQUEST = re.compile(r"net/http\.(?:Request|ResponseWriter)|context\.Context|.*\.Context")
_COMMANDS = re.compile(r"(?:cmds?|cli|tools?|bench\w*|\w*bench|e2e|tests?|testutils?)$")
_CALLERS = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement that adds an entry: its key, the function it stands in, and the view on the file."""

    node: Node
    key: Node
    function: Function
    view: FileView


_MAP_TYPE = re.compile(rb"\b(\w+)(?:\[[^\]\n]*\])?[ \t]+(?:=[ \t]*)?(?:map\[|sync\.Map\b)")
_WORD = re.compile(rb"\w+")


@dataclass(slots=True)
class Growth:
    """What a package does with one of its maps. `bounded` says that entries go, are counted, or leave our sight."""

    name: str
    value: ValueDeclaration
    entries: list[Entry] = field(default_factory=list)
    reads: list[tuple[Function, Node]] = field(default_factory=list)
    bounded: bool = False


def growths(package: PackageFacts) -> Iterator[Growth]:
    """The maps that only the package itself can change, with all that it does to them."""
    kinds = {kind for file in package.files for kind in _MAP_TYPE.findall(file.source)}
    for name, value in sorted(package.declarations.values.items()):
        if value.constant or name[:1].isupper() or name == "_" or not _may_be_map(value, kinds):
            continue
        if _is_map(package.value_type(name), package):
            growth = Growth(name, value)
            for view, node in _mentions(package, name):
                _classify(growth, view, node)
            yield growth


def _may_be_map(value: ValueDeclaration, kinds: set[bytes]) -> bool:
    """Whether the text of a declaration names a map, or one of the package's types that are maps."""
    declared = value.spec.text or b""
    return b"map[" in declared or b"sync.Map" in declared or not kinds.isdisjoint(_WORD.findall(declared))


def _is_map(one: Type, package: PackageFacts) -> bool:
    view = package.view(package.trees[0])
    return one.pointee.qualified == SYNC_MAP or (one.kind != "pointer" and view.underlying(one).kind == "map")


def _mentions(package: PackageFacts, name: str) -> Iterator[tuple[FileView, Node]]:
    """Where the package names one of its own variables; what its tests do with it bounds nothing."""
    wanted = Object("package", package.package.import_path, "", name)
    word = re.compile(rb"(?<![\w.])" + re.escape(name.encode()) + rb"(?!\w)")
    for tree in package.trees_with(name.encode()):
        if tree.path.endswith("_test.go"):
            continue
        view = package.view(tree)
        for found in word.finditer(tree.source):
            node = tree.root.descendant_for_byte_range(found.start(), found.end())
            if node is not None and node.type == "identifier" and view.object(node) == wanted:
                yield view, node


def _classify(growth: Growth, view: FileView, node: Node) -> None:
    parent, function = node.parent, view.enclosing(node)
    if parent is None or function is None:
        return
    if parent.type == "index_expression" and parent.child_by_field_name("operand") == node:
        _indexed(growth, view, parent, function)
    elif parent.type == "selector_expression":
        _selected(growth, view, parent, function)
    elif parent.type == "range_clause" or (parent.parent is not None and parent.parent.type == "range_clause"):
        growth.reads.append((function, parent))
    elif parent.type == "argument_list" and parent.parent is not None:
        callee = text(parent.parent.child_by_field_name("function"))
        around = parent.parent.parent
        compared = around is not None and text(around.child_by_field_name("operator")) in _COMPARES
        growth.bounded |= callee != "len" or compared
    else:
        growth.bounded = True


def _indexed(growth: Growth, view: FileView, indexed: Node, function: Function) -> None:
    listed, key = indexed.parent, indexed.child_by_field_name("index")
    statement = listed.parent if listed is not None and listed.type == "expression_list" else None
    assigned = statement is not None and statement.type == "assignment_statement"
    if statement is not None and assigned and statement.child_by_field_name("left") == listed and key is not None:
        growth.entries.append(Entry(statement, key, function, view))
    elif listed is not None and listed.type not in ("inc_statement", "dec_statement", "unary_expression"):
        growth.reads.append((function, indexed))
    else:
        growth.bounded = True


def _selected(growth: Growth, view: FileView, selected: Node, function: Function) -> None:
    call, method = selected.parent, text(selected.child_by_field_name("field"))
    if call is None or call.type != "call_expression" or method not in _GROWS | _READS:
        growth.bounded = True
        return
    given = arguments(call)
    if method in _GROWS and given:
        growth.entries.append(Entry(call, given[0], function, view))
    if method in _READS:
        growth.reads.append((function, call))


def is_cache(growth: Growth, entry: Entry) -> bool:
    """Whether the function that adds an entry looks for it first: it keeps what it was asked for."""
    return any(
        function.node == entry.function.node and node != entry.node and not _refuses(entry.view, node)
        for function, node in growth.reads
    )


def _refuses(view: FileView, read: Node) -> bool:
    """Whether a look only asks if there is an entry, and not for what it is: a registry takes nothing twice."""
    statement = read.parent.parent if read.parent is not None else None
    left = statement.child_by_field_name("left") if statement is not None else None
    kind = view.underlying(view.type_of(read))
    is_set = kind.name == "bool" or (kind.kind == "struct" and not kind.members)
    return re.match(r"_\s*,", text(left)) is not None and read.type == "index_expression" and not is_set


def comes_from_caller(entry: Entry) -> bool:
    """Whether the key is made of a parameter of the function, and not of constants and types or their names."""
    known, pending = set(entry.function.parameters), [entry.key]
    scopes = entry.view.scopes(entry.key)
    seen: set[str] = set()
    while pending and scopes is not None:
        node = pending.pop()
        for name in [node] if node.type == "identifier" else matches(node, "(identifier) @name", "name"):
            variable = scopes.by_id.get(scopes.resolve(name) or "")
            if variable is None or variable.id in seen or entry.view.type_of(name).qualified == "reflect.Type":
                continue
            seen.add(variable.id)
            if text(name) in known and variable.statement.type.endswith("parameter_declaration"):
                return True
            pending += expressions(variable.statement.child_by_field_name("right"))
    return False


def is_open(entry: Entry) -> bool:
    """Whether a key can be anything: a string, a pointer, a struct with one inside; no number, type or type's name."""
    one = entry.view.type_of(entry.key)
    below = entry.view.underlying(one)
    if one.qualified.startswith("reflect.") or plain(entry.key).endswith((".Type()", ".Type")):
        return False
    if below.kind == "struct":
        return any(entry.view.underlying(member).name == "string" for _, member in below.members)
    return below.name == "string" or below.kind == "pointer"


def is_fresh(entry: Entry) -> bool:
    """Whether keys are pointers: a new object is a new key each time."""
    return entry.view.underlying(entry.view.type_of(entry.key)).kind == "pointer"


def is_of_command(package: PackageFacts) -> bool:
    """Whether a package belongs to a command of the command line, as far as its path tells: it ends before long."""
    return any(_COMMANDS.match(part) for part in package.package.import_path.split("/"))


def on_request(package: PackageFacts, function: Function, depth: int = _CALLERS) -> bool:
    """Whether the function, or one of the package that calls it, takes a request, a response writer or a context."""
    seen: set[tuple[str, int]] = set()
    level = [function]
    for _ in range(depth + 1):
        if any(_takes_request(package, one) for one in level):
            return True
        seen |= {(one.path, one.node.start_byte) for one in level}
        callers = [caller for one in level for caller in _callers(package, one)]
        level = [one for one in callers if (one.path, one.node.start_byte) not in seen]
    return False


def _takes_request(package: PackageFacts, function: Function) -> bool:
    signature = package.view_of(function).signature(function.node)
    asked = (one.qualified for one in signature.parameters)
    return any(_REQUEST.fullmatch(one) for one in asked if one != "context.Context" or not is_of_command(package))


def _callers(package: PackageFacts, function: Function) -> Iterator[Function]:
    word = re.compile(rb"(?<!\w)" + re.escape(function.name.encode()) + rb"\(")
    for tree in package.trees_with(function.name.encode() + b"("):
        view = package.view(tree)
        for found in word.finditer(tree.source):
            node = tree.root.descendant_for_byte_range(found.start(), found.start() + 1)
            caller = view.enclosing(node) if node is not None else None
            if caller is not None and caller.node != function.node:
                yield caller
