"""The obvious repair of a leak: give the memory back with a `defer` right behind the line that makes it.

Both functions answer None wherever that is not plainly right. What callees do with the pointer is not looked at here:
the caller knows it, and asks only where the function that makes the memory is the one that has to free it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tree_sitter import Node

from golint_mem.findings import Edit, Fix
from golint_mem.semantics.repair.imports import import_unsafe, include_stdlib, unsafe_name
from golint_mem.semantics.repair.safety import (
    IDENTIFIERS,
    converted,
    is_consumed,
    may_go_first,
    repeats,
    stands_alone,
    statement_around,
    superfluous,
)
from golint_mem.semantics.repair.text import edit, line_end, line_start, newline, whole_line
from golint_mem.syntax.around import function_around
from golint_mem.syntax.go import matches, text

_UNTYPED = frozenset({"C.malloc", "C.calloc", "C.realloc", "C.CBytes"})
_NUMBERS = frozenset({"uintptr", "C.uintptr_t", "C.size_t"})
_NOT_POINTERS = re.compile(r"string|len|cap|append|C\.Go(?:String|StringN|Bytes)|.*unsafe\.(?:Slice|String)")
_NAMES = {"CString": "cs", "CBytes": "buf", "malloc": "mem", "calloc": "mem", "strdup": "dup", "strndup": "dup"}


def free_after(
    source: bytes, root: Node, statement: Node, variable: str, release: str, path: str, untyped: bool = False
) -> Fix | None:
    """Release `variable` with a defer on the line behind `statement`, which makes what it holds.

    `release` is the C function, with or without `C.`; `untyped` says that it takes a `void *` (`free` always does). An
    explicit release on a path that returns goes away. None too where the variable is copied, stored or returned later.
    """
    value = _value_of(statement, variable)
    function = function_around(statement)
    if value is None or function is None or not stands_alone(source, statement) or repeats(statement, function):
        return None
    removed = superfluous(source, function, statement, variable, f"C.{_plain(release)}")
    argument = _argument(root, variable, value, release, untyped)
    if removed is None or argument is None:
        return None
    end = line_end(source, statement.end_byte)
    indent = source[line_start(source, statement.start_byte) : statement.start_byte].decode()
    inserted = edit(source, path, end, end, f"{newline(source, end)}{indent}defer C.{_plain(release)}({argument})")
    gone = [edit(source, path, *whole_line(source, one), "") for one in removed]
    title = f"Free `{variable}` when the function returns."
    return _fix(source, root, path, release, argument, title, [inserted, *gone])


def free_inline(source: bytes, root: Node, call: Node, release: str, path: str, untyped: bool = False) -> Fix | None:
    """Give the result of `call`, which stands in the argument of another call, a name and release that with a defer."""
    statement, function = statement_around(call), function_around(call)
    if statement is None or function is None or not stands_alone(source, statement, behind=False):
        return None
    if repeats(statement, function) or not is_consumed(call) or not may_go_first(call, statement):
        return None
    name = _fresh_name(call, function)
    argument = _argument(root, name, call, release, untyped)
    if argument is None:
        return None
    start = statement.start_byte
    between = newline(source, start) + source[line_start(source, start) : start].decode()
    made = f"{name} := {text(call)}{between}defer C.{_plain(release)}({argument}){between}"
    hoisted = edit(source, path, start, start, made)
    replaced = edit(source, path, call.start_byte, call.end_byte, name)
    title = f"Keep the result of `{_maker(call)}` and free it when the function returns."
    return _fix(source, root, path, release, argument, title, [hoisted, replaced])


def _fix(
    source: bytes, root: Node, path: str, release: str, argument: str, title: str, edits: list[Edit]
) -> Fix | None:
    """The fix with what it needs at the top of the file."""
    top: list[Edit] = []
    if "Pointer(" in argument and unsafe_name(root) is None:
        imported = import_unsafe(source, root, path)
        if imported is None:
            return None
        top.append(imported)
    if _plain(release) == "free" and not _calls_free(root):
        included = include_stdlib(source, root, path)
        if included is None:
            return None
        top += included
    return Fix(title, (*top, *edits))


def _plain(release: str) -> str:
    return release.removeprefix("C.")


def _maker(call: Node) -> str:
    return text(call.child_by_field_name("function"))


@lru_cache(maxsize=8)
def _calls_free(root: Node) -> bool:
    """Whether the file calls C.free already, so that its preamble declares it one way or another."""
    return any(text(one) == "C.free" for one in matches(root, "(selector_expression) @one", "one"))


def _argument(root: Node, variable: str, value: Node, release: str, untyped: bool) -> str | None:
    """What to hand to the release; None where that would need a guess."""
    call, is_converted = _innermost(value)
    maker = _maker(call)
    if not re.fullmatch(r"(?:C\.)?[A-Za-z_]\w*", release) or not maker or _NOT_POINTERS.fullmatch(maker):
        return None
    if _maker(value) in _NUMBERS:
        return None
    if _plain(release) != "free" and not untyped:
        return None if is_converted else variable
    if maker in _UNTYPED and not is_converted:
        return variable
    name = unsafe_name(root)
    if name is None and _is_taken(root, "unsafe"):
        return None
    return f"{'unsafe.' if name is None else name}Pointer({variable})"


@lru_cache(maxsize=8)
def _is_taken(root: Node, name: str) -> bool:
    """Whether the file gives a name a meaning of its own."""
    found = (one for one in matches(root, IDENTIFIERS, "name") if text(one) == name)
    return any(one.parent is None or one.parent.type != "selector_expression" for one in found)


def _innermost(value: Node) -> tuple[Node, bool]:
    """The call below conversions and parentheses, and whether there was a conversion."""
    is_converted = False
    while (inner := converted(value)) is not None:
        is_converted = is_converted or value.type != "parenthesized_expression"
        value = inner
    return value, is_converted


def _value_of(statement: Node, variable: str) -> Node | None:
    """The expression that a statement gives to a plain variable; None where it does not."""
    if statement.type not in ("short_var_declaration", "assignment_statement", "var_declaration") or variable == "_":
        return None
    specs = statement.named_children if statement.type == "var_declaration" else [statement]
    if len(specs) != 1 or text(statement.child_by_field_name("operator")) not in ("", "="):
        return None
    spec = specs[0]
    names = spec.children_by_field_name("name") if spec.type == "var_spec" else _listed(spec, "left")
    values = _listed(spec, "value" if spec.type == "var_spec" else "right")
    at = [index for index, name in enumerate(names) if name.type == "identifier" and text(name) == variable]
    if len(at) != 1 or not values:
        return None
    return values[at[0]] if len(values) == len(names) else values[0] if at[0] == 0 else None


def _listed(node: Node, field: str) -> list[Node]:
    found = node.child_by_field_name(field)
    if found is None:
        return []
    return found.named_children if found.type == "expression_list" else [found]


def _fresh_name(call: Node, function: Node) -> str:
    """A name that the function does not use; each inline call has its own, so that fixes can be joined."""
    while (outer := function_around(function)) is not None:
        function = outer
    taken = {text(name) for name in matches(function, IDENTIFIERS, "name")}
    base = _base_name(call)
    calls = [one for one in matches(function, "(call_expression) @call", "call") if _base_name(one) == base]
    ordinal = [one.id for one in calls if is_consumed(one)].index(call.id)
    names = (base if number == 1 else f"{base}{number}" for number in range(1, len(taken) + len(calls) + 2))
    return [name for name in names if name not in taken][ordinal]


def _base_name(call: Node) -> str:
    return _NAMES.get(_maker(call).removeprefix("C."), "ptr")
