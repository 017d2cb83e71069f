"""Who owns which C memory in a package: functions are explored on demand, and what went wrong becomes lapses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Confidence, Fix, Notification, Place, Step
from golint_mem.semantics.c.knowledge import CKnowledge
from golint_mem.semantics.c.library import speaks_of_failure
from golint_mem.semantics.ownership.habits import habits, numbers
from golint_mem.semantics.ownership.interpreter import Interpreter
from golint_mem.semantics.ownership.lapse import Kind, Lapse
from golint_mem.semantics.ownership.machine import Record, Records
from golint_mem.semantics.ownership.remarks import moves
from golint_mem.semantics.ownership.state import Resource, Token, as_made
from golint_mem.semantics.ownership.summary import Summary, union
from golint_mem.semantics.repair.release import free_after, free_inline
from golint_mem.syntax.around import LITERAL, around, function_around
from golint_mem.syntax.go import IMPORTS, Function, literal, matches, place, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_TYPE_NAMES = "[(type_spec name: (_) @name) (type_alias name: (_) @name)]"
_STRUCT_NAMES = "(type_spec name: (_) @name type: (struct_type))"
_ADDRESSES = """[
  (type_spec name: (_) @name type: (type_identifier) @type (#eq? @type "uintptr"))
  (type_spec name: (_) @name type: (pointer_type))
  (type_spec name: (_) @name type: (qualified_type package: (_) @package (#eq? @package "unsafe")))
]"""
_C_STRUCTS = '(type_spec name: (_) @name type: (qualified_type package: (_) @package (#eq? @package "C")))'
_LITERALS = "(func_literal) @found"
_C_CALL = re.compile(rb"\bC\.(\w+)\(([^\n]*)")
_FIRST_ELEMENT = re.compile(rb"&\w+\[0\]|unsafe\.SliceData\(")
_FIELD = re.compile(rb"\.(\w+)")
_RETURNED = "(return_statement (expression_list) @found)"
_MOST_STEPS = 30
_DEEPEST_CALLS = 20
_STATEMENTS = frozenset({"short_var_declaration", "assignment_statement", "var_declaration"})
_AT_NODE = frozenset({Kind.OVERWRITTEN, Kind.REALLOC_LOST, Kind.USED_AFTER_FREE, Kind.FREED_TWICE, Kind.WRONG_PARTNER})


class Ownership:
    """The ownership facts of one package."""

    def __init__(self, facts: PackageFacts) -> None:
        self._facts = facts
        self._imports: dict[str, dict[str, str]] = {}
        self._done: dict[tuple[str, int], tuple[Records, Summary, frozenset[int]] | None] = {}
        self._depth = 0

    # What a function asks of its package.

    @cached_property
    def c(self) -> CKnowledge:
        """The C side of the package."""
        facts = self._facts
        names = facts.c_names | facts.c_declared
        known = CKnowledge(facts.c_functions, names, facts.c_types, facts.settings.allocators)
        speaking = tuple(filter(self._names_c, self.functions))
        known.habits, known.numbers = habits(speaking, known.releases), numbers(speaking)
        return known

    def imports(self, path: str) -> dict[str, str]:
        """The import paths of a file, by the names that the file gives them."""
        if path not in self._imports:
            found = {}
            tree = self._facts.tree_at(path)
            for spec in matches(tree.root, IMPORTS, "import"):
                target = text(spec.child_by_field_name("path")).strip('"`')
                name = text(spec.child_by_field_name("name")) or re.sub(r"/v\d+$", "", target).rpartition("/")[2]
                found[re.sub(r"^go-|\.v\d+$|-go$", "", name)] = target
            self._imports[path] = found
        return self._imports[path]

    @cached_property
    def _types(self) -> frozenset[str]:
        return frozenset(text(node) for tree in self._facts.trees for node in matches(tree.root, _TYPE_NAMES, "name"))

    def is_type(self, name: str) -> bool:
        """Whether the package declares a type of this name."""
        return name in self._types

    @cached_property
    def _structs(self) -> frozenset[str]:
        trees = self._facts.trees
        found = {text(node) for tree in trees for node in matches(tree.root, _STRUCT_NAMES, "name")}
        return frozenset(found - {text(node) for tree in trees for node in matches(tree.root, _C_STRUCTS, "name")})

    @cached_property
    def _addresses(self) -> frozenset[str]:
        return frozenset(text(node) for tree in self._facts.trees for node in matches(tree.root, _ADDRESSES, "name"))

    def is_method(self, name: str) -> bool:
        """Whether the package declares a method of this name."""
        return any(one.receiver for one in self._by_name.get(name, ()))

    def is_address_type(self, name: str) -> bool:
        """Whether the package declares a type of this name that holds an address as a number or pointer."""
        return name in self._addresses

    def is_go_struct(self, name: str) -> bool:
        """Whether the package declares a struct of this name, and never takes C memory for one."""
        converted = f"(*{name})(".encode()
        return name in self._structs and not any(converted in file.source for file in self._facts.files)

    @cached_property
    def _fields(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for tree in self._facts.cgo_files:
            for field in matches(tree.root, "(field_declaration) @found", "found"):
                for name in field.children_by_field_name("name"):
                    found.setdefault(text(name), set()).add(text(field.child_by_field_name("type")))
        return found

    def is_text_field(self, name: str) -> bool:
        """Whether the fields of this name that the package declares hold C strings, and nothing else."""
        return self._fields.get(name) == {"*C.char"}

    def releases_elements(self) -> bool:
        """Whether the package releases memory by the address of a slice's first element."""
        return self._releases_elements

    @cached_property
    def _releases_elements(self) -> bool:
        for function in self.functions:
            source = function.node.text or b""
            if _FIRST_ELEMENT.search(source):
                names = {name.decode("ascii", "replace") for name, _ in _C_CALL.findall(source)}
                if any(self.c.releases(name) for name in names):
                    return True
        return False

    def releases_value(self, release: str) -> bool:
        """Whether the package hands `&x` of a struct value to this C function."""
        return any(f"C.{release}(&".encode() in file.source for file in self._facts.files)

    def summary(self, name: str, receiver: str | None = None, package: str = "") -> Summary | None:
        """The summary of a function, or of the methods that a call may mean; None where nothing is known."""
        if package:
            other = self._facts.seen(package)
            return other.ownership.summary(name) if other is not None and other is not self._facts else None
        functions = [one for one in self._by_name.get(name, []) if (receiver is None) == (not one.receiver)]
        if receiver:
            exact = [one for one in functions if one.receiver == receiver.lstrip("*&")]
            functions = exact or functions
        summaries = [self._explore(one) for one in functions]
        if not summaries or None in summaries:
            return None
        return union(done[1] for done in summaries if done is not None)

    # Functions.

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """The functions and methods of the package."""
        return tuple(one for tree in self._facts.trees for one in tree.functions())

    @cached_property
    def _by_name(self) -> dict[str, list[Function]]:
        found: dict[str, list[Function]] = {}
        for one in self.functions:
            found.setdefault(one.name, []).append(one)
        return found

    def _explore(self, function: Function) -> tuple[Records, Summary, frozenset[int]] | None:
        """What the exploration of a function has seen; None while it is still under way, or where it failed."""
        key = function.path, function.node.start_byte
        if key in self._done:
            return self._done[key]
        if self._depth >= _DEEPEST_CALLS:
            return None
        self._done[key] = None
        self._depth += 1
        try:
            interpreter = Interpreter(function, self)
            records, summary = interpreter.run()
            self._done[key] = records, summary, interpreter.inlined()
            if records.bounded:
                self._note("bound-hit", f"{function.qualified} has too many paths; not all were followed", function)
        except RecursionError:
            self._note("bound-hit", f"{function.qualified} is nested too deeply and was not analysed", function)
        except Exception as error:  # one function that is not understood must not hide the others
            message = f"{function.qualified} could not be analysed: {type(error).__name__}: {error}"
            self._note("analysis-failed", message, function)
        finally:
            self._depth -= 1
        return self._done[key]

    def _note(self, kind: str, message: str, function: Function) -> None:
        line = function.node.start_point[0] + 1
        self._facts.notifications.append(Notification(kind, message, "note", function.path, line))

    @cached_property
    def _cgo_paths(self) -> frozenset[str]:
        return frozenset(tree.path for tree in self._facts.cgo_files)

    def _names_c(self, function: Function) -> bool:
        return function.path in self._cgo_paths and b"C." in (function.node.text or b"")

    def _candidates(self) -> Iterator[Function]:
        """The functions that deal with C memory: those that name C, and those that call what returns C memory."""
        makers: set[bytes] = set()
        others = []
        for function in self.functions:
            if not self._names_c(function):
                others.append(function)
                continue
            done = self._explore(function)
            if done is not None and done[1].owes():
                makers.add(function.name.encode())
            yield function
        if makers:
            pattern = re.compile(rb"\b(?:" + b"|".join(map(re.escape, sorted(makers))) + rb")\(")
            yield from (one for one in others if pattern.search(one.node.text or b""))

    def _explored(self) -> Iterator[tuple[Function, Records]]:
        """All that was explored: functions, and the function literals that were not run where they stand."""
        pending = list(self._candidates())
        for tree in self._facts.cgo_files:
            for node in matches(tree.root, _LITERALS, "found"):
                if b"C." in (node.text or b"") and function_around(node) is None:
                    pending.append(literal(tree.path, node, "init"))
        while pending:
            function = pending.pop(0)
            done = self._explore(function)
            if done is None:
                continue
            yield function, done[0]
            for node in matches(function.node.child_by_field_name("body") or function.node, _LITERALS, "found"):
                outer = around(node, LITERAL, function.node)
                if outer is None and node.start_byte not in done[2] and b"C." in (node.text or b""):
                    pending.append(literal(function.path, node, function.qualified))

    # Lapses.

    def lapses(self) -> Iterable[Lapse]:
        """What goes wrong with C memory in the package, in source order."""
        if not self._facts.cgo_files:
            return []
        return self._lapses

    @cached_property
    def _lapses(self) -> list[Lapse]:
        explored = list(self._explored())
        found = [lapse for function, records in explored for lapse in self._of_function(function, records)]
        found += [lapse for function, records in explored for lapse in self._of_fields(function, records)]
        once = {(lapse.kind, lapse.place, lapse.subject): lapse for lapse in reversed(found)}
        return sorted(once.values(), key=lambda lapse: (lapse.place, lapse.kind.value))

    def _of_function(self, function: Function, records: Records) -> Iterator[Lapse]:
        for token, record in records.leaks.items():
            yield self._leak(function, records, token, record)
        for record in records.lapses.values():
            made = records.resources.get(as_made(record.token))
            possible = record.kind == Kind.DEFERRED_IN_LOOP and _runs_once(record.node, function.node)
            yield self._lapse(record.kind, function, made, record, record.node, possible)

    def _leak(self, function: Function, records: Records, token: Token, record: Record) -> Lapse:
        made = records.resources[token]
        possible = record.possible or token in records.passed_on
        possible |= self.c.guesses(made.source) and not self._is_released(token, made)
        possible |= token in records.exposed and token not in records.freed
        possible |= moves(made.node, self._facts.tree_at(function.path).source)
        possible |= function.qualified == "init" or _runs_once(made.node, function.node)
        possible |= token[2:3] == ("field",) and speaks_of_failure(made.subject)
        possible |= token[2:3] == ("field",) and any(one[:2] == token[:2] for one in records.freed)
        if token in records.settled:
            possible |= token[2:3] == ("out",) and speaks_of_failure(made.subject)  # `res == 0` may mean either
            possible |= record.doubtful  # what is freed elsewhere may not have been made here
            possible |= record.blurred or _goes_with_success(records, token, record)
            possible |= token[2:3] == ("field",) and "[]" in str(token[3])  # C itself knows which elements it filled
            usual = token not in records.freed and record.node.start_byte in records.handed.get(token, ())
            lapse = self._lapse(Kind.SOMETIMES_FREED, function, made, record, made.node, possible or usual)
            mends = not (possible or usual or token in records.elsewhere)
            return replace(lapse, fix=self._fix(function, made) if mends else None)
        copied = records.copied.get(token)
        if copied is not None and made.source not in ("CString", "CBytes", "malloc", "calloc"):
            return self._lapse(Kind.COPIED_AND_LOST, function, made, record, copied, possible)
        lapse = self._lapse(Kind.NEVER_FREED, function, made, record, made.node, possible)
        return replace(lapse, fix=None if possible else self._fix(function, made))

    def _lapse(
        self, kind: Kind, function: Function, made: Resource | None, record: Record, node: Node, possible: bool = False
    ) -> Lapse:
        steps = record.trail.since(record.token) if record.trail is not None else []
        shown = [Step(place(function.path, step.node), step.message) for step in steps]
        if kind in _AT_NODE:
            shown.append(Step(place(function.path, record.node), kind.value))
        if len(shown) > _MOST_STEPS:
            shown = [shown[0], *shown[1 - _MOST_STEPS :]]
        return Lapse(
            kind=kind,
            maker=made.maker if made else "",
            release=made.release if made else "",
            subject=made.subject if made else _given(function, record.token),
            function=function.qualified,
            origin=place(function.path, made.node if made else node),
            place=place(function.path, node),
            steps=tuple(shown),
            culprit=record.culprit,
            confidence=Confidence.POSSIBLE if possible or record.possible else Confidence.LIKELY,
        )

    def _fix(self, function: Function, made: Resource) -> Fix | None:
        """The obvious repair of a leak: a deferred release behind the making; None where it is not plainly right."""
        release = made.release.removeprefix("C.")
        summary = self.c.summaries.get(release)
        known = release == "free" or (summary is not None and summary.defined)
        if not known or not made.maker.startswith("C."):
            return None
        tree = self._facts.tree_at(function.path)
        untyped = summary is not None and summary.param_types[:1] == ("void *",)
        if not made.subject:
            return free_inline(tree.source, tree.root, made.node, release, function.path, untyped)
        statement = around(made.node, _STATEMENTS)
        if statement is None or not made.subject.isidentifier():
            return None
        return free_after(tree.source, tree.root, statement, made.subject, release, function.path, untyped)

    # Fields.

    @cached_property
    def _released_fields(self) -> frozenset[str]:
        """The names of the fields that anything in the package releases or hands on."""
        found: set[str] = set()
        for done in self._done.values():
            for _, path in (done[1].frees | done[1].keeps) if done is not None else ():
                found.update(str(part) for part in path)
        for file in self._facts.files:
            for call in _C_CALL.finditer(file.source):
                effect = self.c.effect(call.group(1).decode("ascii", "replace"))
                if effect.frees or effect.keeps:
                    found.update(field.decode("utf-8", "replace") for field in _FIELD.findall(call.group(2)))
        for tree in self._facts.trees:
            for expressions in matches(tree.root, _RETURNED, "found"):
                found.update(field for one in expressions.named_children for field in _handed_on(one))
        return frozenset(found)

    def _is_released(self, token: Token, made: Resource) -> bool:
        """Whether the package is seen to release what a C function makes, or other struct values of its type."""
        by_value = token[2:3] == ("out",) and self.releases_value(made.release.removeprefix("C."))
        return by_value or made.source in self._released_makers

    @cached_property
    def _released_makers(self) -> frozenset[str]:
        """The C functions whose result the package is seen to release: where it got it, or from a field."""
        found = {name for name, _ in self.c.habits}
        for done in self._done.values():
            records = done[0] if done is not None else Records()
            found.update(made.source for token, made in records.resources.items() if token in records.freed)
            fields = {token for token, (_, field) in records.stored.items() if field in self._released_fields}
            found.update(made.source for token, made in records.resources.items() if token in fields)
        return frozenset(found)

    def _of_fields(self, function: Function, records: Records) -> Iterator[Lapse]:
        for token, (kind, field) in records.stored.items():
            made = records.resources.get(token)
            if made is None or not field or kind.lstrip("*&") not in self._structs or token in records.leaks:
                continue
            if field in self._released_fields:
                continue
            end: Place = place(function.path, made.node)
            yield Lapse(
                kind=Kind.FIELD_NEVER_FREED,
                maker=made.maker,
                release=made.release,
                subject=f"{kind.lstrip('*')}.{field}",
                function=function.qualified,
                origin=end,
                place=end,
                steps=(Step(end, f"{made.maker} makes it here"), Step(end, f"it is stored in the field {field}")),
                culprit=field,
                confidence=Confidence.POSSIBLE if field[:1].isupper() else Confidence.LIKELY,
            )


def _given(function: Function, token: Token) -> str:
    """What the caller handed in, as the function calls it: `client.api`."""
    if token[0] != "p" or not isinstance(token[1], int):
        return ""
    fields = "".join("[]" if part == "[]" else f".{part}" for part in token[2:])
    return function.parameters[token[1]] + fields


def _goes_with_success(records: Records, token: Token, record: Record) -> bool:
    """Whether C was given a resource that is freed only where the function fails: it seems to have moved elsewhere."""
    return token in records.lent and record.succeeds is True and records.freed_where.get(token) == {False}


def _runs_once(node: Node, function: Node) -> bool:
    """Whether a piece of syntax stands in a function literal that is handed to `sync.Once.Do`."""
    literal = around(node, LITERAL, function) or function
    call = literal.parent.parent if literal.type == "func_literal" and literal.parent is not None else None
    return call is not None and text(call.child_by_field_name("function")).endswith(".Do")


def _handed_on(expression: Node) -> Iterator[str]:
    """The fields whose value an expression passes on to whoever gets it; what C calls and comparisons use is not."""
    if expression.type == "selector_expression":
        yield text(expression.child_by_field_name("field"))
    elif expression.type == "call_expression":
        callee = expression.child_by_field_name("function")
        arguments = expression.child_by_field_name("arguments")
        conversion = re.fullmatch(r"\(.*\)|unsafe\.\w+|C\.\w+_t|uintptr", text(callee))
        if conversion or not text(callee).startswith("C."):
            for argument in arguments.named_children if arguments is not None else ():
                yield from _handed_on(argument)
    elif expression.type not in ("binary_expression", "func_literal"):
        for child in expression.named_children:
            yield from _handed_on(child)
