"""What the users of a pool do with its values: whether these can grow with the input, and whether somebody resets them.

The users are the functions that call `Get` or `Put` on the pool and, where these only wrap that call, their callers in
the package. In each of them the values are known by the names that hold them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.findings import Confidence
from golint_mem.semantics.inference import expressions
from golint_mem.semantics.pools import PoolCall
from golint_mem.semantics.poolvalues import base, body_around
from golint_mem.syntax.go import Function, matches, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_ASSIGNMENTS = "[(short_var_declaration) (assignment_statement)] @found"
_CALLS = "(call_expression) @found"
_RETURNS = "(return_statement (expression_list (call_expression) @found))"
_CONDITIONS = "(if_statement condition: (_) @found)"
_BOUNDED = re.compile(
    r"strconv\.Append\w+|utf8\.AppendRune|utf16\.AppendRune|binary\.\w+\.(?:Append|Put)\w+|\w+\.AppendFormat|len|cap|copy|clear"
    r"|string|min|max|delete|bytes\.Equal|runtime\.KeepAlive|unsafe\.\w+"
)
_READS_ALL = "ReadFrom"
_BUFFER_GROWS = frozenset({"Write", "WriteString", "Grow"})
_LIMITED = re.compile(r"(?i)limit(?:ed)?_?reader|CopyN\(")
_CONSTANT = re.compile(r'^(?:"[^"]*"|`[^`]*`|[\d_]+|\'[^\']*\'|\[\]byte\("[^"]*"\))$')
_RESETS = re.compile(r"\.(?:Reset|Truncate)\(")
_CAPACITY = re.compile(r"\bcap\(|\.Cap\(\)")
_ASKED = re.compile(r"\b(?!make\b|append\b|min\b|max\b|len\b)\w+\((?:[^()]|\([^()]*\))*?(?:\bcap\(|\.Cap\(\))")
"""A capacity that is handed to somebody, who may decide by it."""
_LONGEST_WRAPPER = 30


@dataclass(frozen=True, slots=True)
class User:
    """A function that uses a pool's values.

    `names` hold them there, `buffers` says whether they are of bytes.Buffer, `takes` matches the calls that take them
    from the pool or put them back.
    """

    body: Node
    names: frozenset[str]
    buffers: bool
    takes: re.Pattern[str]


def users(package: PackageFacts, put: PoolCall) -> Iterator[User]:
    """The functions of a package that use the values of the pool that `put` puts something back into."""
    direct: dict[int, Node] = {}
    kinds: dict[str, set[str]] = {}
    spelled = set()
    for call in (*package.pools.gets, *package.pools.puts):
        if call.key == put.key:
            spelled.add(text(call.node.child_by_field_name("function")))
            direct[body_around(call).id] = body_around(call)
            if call.function is not None and _is_short(call.function):
                kinds.setdefault(call.function.name, set()).add("put" if call.argument is not None else "get")
    wrappers = [name for name, found in kinds.items() if len(found) == 1]
    spellings = [*map(re.escape, sorted(spelled)), *(rf"\b{name}" for name in sorted(wrappers))]
    calls = re.compile(f"(?:{'|'.join(spellings)})\\(")
    bodies = dict(direct)
    if wrappers:
        for tree in package.trees:
            bodies |= {one.node.id: one.node for one in tree.functions() if calls.search(text(one.node))}
    buffers = put.argument is not None and put.view.type_of(put.argument).qualified == "bytes.Buffer"
    for body in bodies.values():
        yield User(body, _names(body, calls), buffers, calls)


def _is_short(function: Function) -> bool:
    node = function.node
    return node.end_point[0] - node.start_point[0] <= _LONGEST_WRAPPER


def _names(body: Node, calls: re.Pattern[str]) -> frozenset[str]:
    """The names that hold values of a pool: assigned from `Get`, handed to `Put`, and what is derived from those."""
    found: set[str] = set()
    for call in matches(body, _CALLS, "found"):
        if calls.match(text(call.child_by_field_name("function")) + "("):
            arguments = call.child_by_field_name("arguments")
            given = arguments.named_children if arguments is not None else []
            found |= {text(base(one)) for one in given if base(one).type == "identifier"}
    for _ in range(2):
        for statement in matches(body, _ASSIGNMENTS, "found"):
            left, right = (expressions(statement.child_by_field_name(side)) for side in ("left", "right"))
            if not left or len(right) != 1:
                continue
            derived = text(base(right[0])) in found
            if derived or calls.search(text(right[0])):
                found.add(text(base(left[0])))
    return frozenset(found - {"_", "nil"})


def grows(package: PackageFacts, put: PoolCall) -> Confidence | None:
    """How sure it is that the package lets a pool's values grow with the input; None where nothing does."""
    found = list(users(package, put))
    if any(_CAPACITY.search(text(one)) for user in found for one in matches(user.body, _CONDITIONS, "found")):
        return None
    if _ASKED.search(text(body_around(put))):
        return None
    grown = [(user, call) for user in found for call in matches(user.body, _CALLS, "found") if _call_grows(call, user)]
    if any(_is_unbounded(call, user) for user, call in grown) or any(map(_hands_out_sizes, found)):
        return Confidence.LIKELY
    if _is_handed_out(package, put):
        return Confidence.LIKELY
    changed = any(_is_assigned_back(call, user) for user in found for call in matches(user.body, _CALLS, "found"))
    return Confidence.POSSIBLE if changed or grown else None


def _is_handed_out(package: PackageFacts, put: PoolCall) -> bool:
    """Whether other packages get the pool's buffers and put them back through functions of this one."""
    if put.argument is None or put.view.type_of(put.argument).pointee.qualified != "bytes.Buffer":
        return False
    within = [one.function for one in package.pools.gets if one.key == put.key]
    ends = [put.function, *within]
    return bool(within) and all(one is not None and one.name[:1].isupper() and _is_short(one) for one in ends)


def _hands_out_sizes(user: User) -> bool:
    """Whether a function that takes from the pool makes a value of any size where the pool has none."""
    return any(_is_sized_make(one) for one in matches(user.body, _RETURNS, "found"))


def _call_grows(call: Node, user: User) -> bool:
    """Whether a call makes one of the values larger by what is not known here."""
    callee = text(call.child_by_field_name("function"))
    arguments = call.child_by_field_name("arguments")
    given = arguments.named_children if arguments is not None else []
    owner, _, method = callee.rpartition(".")
    if _LIMITED.search(text(call)):
        return False
    if owner.strip("(*&)") in user.names:
        grows_by = method in _BUFFER_GROWS and any(not _CONSTANT.match(text(one)) for one in given)
        return method == _READS_ALL or grows_by
    if callee == "append":
        return bool(given) and text(base(given[0])) in user.names and not all(map(_is_constant, given[1:]))
    ends = method.lower().startswith(("put", "free", "release"))
    return not ends and not _BOUNDED.fullmatch(callee) and _is_buffer_argument(given, user)


def _is_constant(node: Node) -> bool:
    return _CONSTANT.match(text(node)) is not None


def _is_unbounded(call: Node, user: User) -> bool:
    """Whether a growing call reads all there is, lets somebody else write, or is repeated in a loop."""
    name = text(call.child_by_field_name("function"))
    if name != "append" and not name.startswith("fmt.Fprint") and name.rpartition(".")[2] not in _BUFFER_GROWS:
        return True
    around = call.parent
    while around is not None and around.id != user.body.id:
        if around.type == "for_statement" and not user.takes.search(text(around)):
            return True
        around = around.parent
    return False


def _is_assigned_back(call: Node, user: User) -> bool:
    """Whether a callee that nobody knows gives back another value: `b = f(x, b)`."""
    arguments = call.child_by_field_name("arguments")
    given = arguments.named_children if arguments is not None else []
    callee = text(call.child_by_field_name("function"))
    if callee == "append" or _BOUNDED.fullmatch(callee) or not any(text(base(one)) in user.names for one in given):
        return False
    listed = call.parent
    statement = listed.parent if listed is not None and listed.type == "expression_list" else None
    left = expressions(statement.child_by_field_name("left")) if statement is not None else []
    return bool(left) and text(base(left[0])) in user.names


def _is_buffer_argument(given: list[Node], user: User) -> bool:
    """Whether a buffer is handed over as a writer; slices are handed over to be read or filled."""
    return user.buffers and any(one.type == "identifier" and text(one) in user.names for one in given)


def _is_sized_make(call: Node) -> bool:
    """`make([]T, 0, n)` for an n that is a variable."""
    arguments = call.child_by_field_name("arguments")
    sizes = arguments.named_children[1:] if arguments is not None else []
    makes = text(call.child_by_field_name("function")) == "make"
    return makes and any(one.type == "identifier" and text(one)[:1].islower() for one in sizes)


def resets_buffers(package: PackageFacts, put: PoolCall) -> bool:
    """Whether some user of a pool resets its buffers, or may do so outside the package."""
    gets = [one for one in package.pools.gets if one.key == put.key]
    within = [one.function for one in gets if one.function is not None]
    if not gets or any(one.name[:1].isupper() and _is_short(one) for one in within):
        return True
    return any(_RESETS.search(text(one.body)) for one in users(package, put))


def cut_off(put: PoolCall, name: str) -> Node | None:
    """The statement `b = b[n:]` in the function that puts `b` back; None where there is none."""
    for statement in matches(body_around(put), _ASSIGNMENTS, "found"):
        left, right = (expressions(statement.child_by_field_name(side)) for side in ("left", "right"))
        if len(left) != 1 or len(right) != 1 or right[0].type != "slice_expression" or text(left[0]) != name:
            continue
        start = right[0].child_by_field_name("start")
        if text(right[0].child_by_field_name("operand")) == name and start is not None and text(start) != "0":
            return statement
    return None
