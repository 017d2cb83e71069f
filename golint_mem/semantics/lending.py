"""What callees do with pointers, slices and strings that they are handed: look at them, lend them on, or keep them.

Lent is what goes where the compiler cannot follow it and must think that it is kept, although it is not: to a method of
an interface whose contract forbids to keep it, such as `Read` and `Write` of package io; to an interface or function
value of which the package shows all that it may come to; or into an error that is made on the way out. Where other
packages may add to what an interface or function value stands for, it is lent as far as is seen. Whatever else is not
known counts as kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from tree_sitter import Node

from golint_mem.semantics.inference import arguments
from golint_mem.semantics.scopes import Scopes
from golint_mem.semantics.targets import Targets, targets
from golint_mem.semantics.types import BYTE, ERROR, INT, STRING, Type, sequence
from golint_mem.semantics.view import Callee, FileView
from golint_mem.syntax.around import DECLARED, around, function_around
from golint_mem.syntax.go import Function, text

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_DEEPEST = 4
_BYTES = sequence(BYTE)
_IO = re.compile(r"(?:Read|Write)(?:At)?")
_LENDS = {
    "io.ReadFull": 1,
    "io.ReadAtLeast": 1,
    "hash.Hash.Sum": 0,
    "crypto/cipher.Stream.XORKeyStream": None,
    "crypto/cipher.BlockMode.CryptBlocks": None,
    "crypto/cipher.Block.Encrypt": None,
    "crypto/cipher.Block.Decrypt": None,
    "net.PacketConn.ReadFrom": 0,
}
"""Which argument of a function, or method of an interface, is only lent; None stands for all of them."""
_LOOKS = re.compile(
    r"encoding/binary\.(?:Big|Little|Native)Endian\.(?:Put)?Uint\d+|bytes\.(?:Equal|Compare|Index\w*|HasPrefix|Contains\w*)"
    r"|unicode/utf8\.\w+|strings\.(?:Index\w*|HasPrefix|HasSuffix|Contains\w*|EqualFold|Count|ToLower)|strconv\.(?:Atoi|Parse\w+|Quote)"
    r"|builtin\.(?:len|cap|copy|clear|min|max|print|println)|hash/crc32\.Checksum\w*|encoding/binary\.PutU?[Vv]arint"
)
_MAKES_ERROR = re.compile(r"fmt\.Errorf|builtin\.panic|log\.(?:Fatal|Panic)\w*")
_LITERALS = frozenset({"composite_literal"})
_LEFT = frozenset({"return_statement"})
_BRANCH = frozenset({"if_statement", "expression_case", "default_case", "type_case"})
_ALIASES = frozenset({"slice_expression", "parenthesized_expression", "argument_list", "expression_list"})
_VALUES = frozenset(
    {"binary_expression", "if_statement", "for_statement", "expression_switch_statement", "expression_case"}
    | {"expression_statement", "range_clause", "inc_statement", "dec_statement", "for_clause"}
)


class Fate(Enum):
    """What becomes of a value."""

    LOOKED_AT = "looked at"
    LENT = "lent"
    LENT_AS_SEEN = "lent, as far as is seen"
    IN_ERROR = "in an error"
    KEPT = "kept"


_ORDER = (Fate.LOOKED_AT, Fate.IN_ERROR, Fate.LENT, Fate.LENT_AS_SEEN, Fate.KEPT)


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a value: what becomes of it, the call that it goes to, and the parameter of the package it becomes."""

    fate: Fate
    node: Node
    callee: Callee | None = None
    parameter: Parameter | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function whose body is known, by its index (a receiver counts)."""

    function: Function
    facts: PackageFacts
    index: int

    @property
    def key(self) -> tuple[str, int, int]:
        """What two equal parameters have in common."""
        return self.function.path, self.function.node.start_byte, self.index

    @property
    def name(self) -> str:
        """The parameter's name."""
        return self.function.parameters[self.index] if self.index < len(self.function.parameters) else "_"

    def fate(self, depth: int = 0) -> Fate:
        """What becomes of the parameter in the worst case; it is found out once for each depth."""
        known = self.facts.fates
        if (*self.key, depth) not in known:
            known[(*self.key, depth)] = Fate.KEPT  # what a recursive function does is not known
            known[(*self.key, depth)] = fate(self._uses(depth))
        return known[(*self.key, depth)]

    def _uses(self, depth: int) -> Iterator[Use]:
        view, node = self.facts.view_of(self.function), self.function.node
        scopes = view.scopes(node) if node.type in DECLARED else None
        scopes = scopes or Scopes(node)
        variable = next(
            (one for one in scopes.by_id.values() if text(one.name) == self.name and "parameter" in one.statement.type),
            None,
        )
        if variable is not None and variable.statement.type == "parameter_declaration":
            yield from uses(view, scopes, variable.id, depth)
        elif self.name != "_":
            yield Use(Fate.KEPT, node)


def uses(view: FileView, scopes: Scopes, variable: str, depth: int = 0) -> Iterator[Use]:
    """What becomes of the value of a variable, or of its address, wherever its function names it."""
    declared = scopes.by_id[variable].name
    function = function_around(declared)
    for name in scopes.names_of(variable):
        if name.start_byte == declared.start_byte:
            continue
        if function_around(name) != function:
            yield Use(Fate.KEPT, name)
        else:
            yield from _use(view, scopes, name, depth)


def fate(found: Iterable[Use]) -> Fate:
    """What becomes of a value in the worst case; nothing more is looked at once it is kept."""
    worst = decisive(found)
    return worst.fate if worst is not None else Fate.LOOKED_AT


def decisive(found: Iterable[Use]) -> Use | None:
    """The first use that is worst for a value; None where it has none."""
    worst = None
    for one in found:
        if one.fate is Fate.KEPT:
            return one
        if worst is None or _ORDER.index(one.fate) > _ORDER.index(worst.fate):
            worst = one
    return worst


def _use(view: FileView, scopes: Scopes, name: Node, depth: int) -> Iterator[Use]:
    """What becomes of one mention, followed outwards as long as it is still the same memory."""
    node, above = name, name.parent
    while above is not None:
        if above.type in ("call_expression", "type_conversion_expression"):
            yield given(view, above, name, depth)
            return
        operator = text(above.child_by_field_name("operator")) if above.type == "unary_expression" else ""
        if above.type == "selector_expression" or (above.type == "index_expression" and _is_operand(node, above)):
            step = _part(view, above, depth)
            if step is not None:
                yield step
                return
        elif above.type == "index_expression" or (operator and operator != "&") or above.type in _VALUES:
            yield Use(Fate.LOOKED_AT, above)
            return
        elif above.type in ("assignment_statement", "short_var_declaration"):
            yield _assigned(scopes, node, name, above)
            return
        elif above.type not in _ALIASES and operator != "&":
            break
        node, above = above, above.parent
    yield Use(Fate.IN_ERROR if _is_in_error(name) else Fate.KEPT, above or name)


def _is_in_error(name: Node) -> bool:
    """Whether a name stands in the literal of an error that is returned: `&PathError{path, err}`."""
    literal = around(name, _LITERALS)
    kind = text(literal.child_by_field_name("type")) if literal is not None else ""
    return literal is not None and kind.endswith("Error") and _on_the_way_out(literal)


def _is_operand(node: Node, index: Node) -> bool:
    return index.child_by_field_name("operand") == node


def _part(view: FileView, part: Node, depth: int) -> Use | None:
    """What becomes of a field, element or method of a value; None where its address is taken and must be followed."""
    above = part.parent
    if above is not None and above.type == "call_expression" and above.child_by_field_name("function") == part:
        callee = view.callee(above)
        if callee.kind != "method" or callee.function is None or callee.facts is None:
            return Use(Fate.LOOKED_AT if callee.kind == "value" else Fate.KEPT, part)
        return _handed(callee, 0, part, depth)
    sliced = above is not None and above.type == "slice_expression" and above.child_by_field_name("operand") == part
    if sliced:
        return None if view.underlying(view.type_of(part)).kind == "array" else Use(Fate.LOOKED_AT, part)
    addressed = above is not None and above.type == "unary_expression" and text(above)[:1] == "&"
    if addressed or (above is not None and above.type in ("selector_expression", "index_expression")):
        return None
    known = view.object(part) if part.type == "selector_expression" else None
    return Use(Fate.KEPT if known is not None and known.kind == "method" else Fate.LOOKED_AT, part)


def _assigned(scopes: Scopes, node: Node, name: Node, statement: Node) -> Use:
    """What an assignment does: to the value itself nothing happens, but another name for it keeps it."""
    left = statement.child_by_field_name("left")
    if left is not None and left.start_byte <= name.start_byte < left.end_byte:
        return Use(Fate.LOOKED_AT, statement)
    targets = left.named_children if left is not None else []
    same = len(targets) == 1 and targets[0].type == "identifier" and scopes.resolve(targets[0]) == scopes.resolve(name)
    return Use(Fate.LOOKED_AT if same else Fate.KEPT, statement)


def given(view: FileView, call: Node, argument: Node, depth: int = 0) -> Use:
    """What a call does with one of its arguments."""
    callee, listed = view.callee(call), arguments(call)
    index = next((n for n, one in enumerate(listed) if one.start_byte <= argument.start_byte < one.end_byte), None)
    if index is None or (call.parent is not None and call.parent.type in ("go_statement", "defer_statement")):
        return Use(Fate.KEPT, call, callee)
    if callee.kind == "conversion":
        copied = callee.type == STRING or (view.underlying(callee.type) == _BYTES and _is_text(view, listed[index]))
        return Use(Fate.LOOKED_AT if copied else Fate.KEPT, call)
    if _LOOKS.fullmatch(callee.qualified or _spelled(view, call)) or (
        callee.qualified == "builtin.append" and _spread(listed, index)
    ):
        return Use(Fate.LOOKED_AT, call, callee)
    if is_lent(view, callee, index):
        # What `Sum` gives is made of what it is given.
        return Use(Fate.LENT if callee.name != "Sum" or index else _summed(call), call, callee)
    if _MAKES_ERROR.fullmatch(callee.qualified):
        return Use(Fate.IN_ERROR if _on_the_way_out(call) else Fate.KEPT, call, callee)
    if (called := targets(view, call, callee)).functions:
        return _dispatched(view, called, callee, index, call, depth)
    receiver = 1 if callee.function is not None and callee.function.receiver else 0
    return _handed(callee, index + receiver, call, depth)


def _handed(callee: Callee, index: int, call: Node, depth: int) -> Use:
    """What a function of the package, or of another one that can be read, does with a parameter."""
    function, facts = callee.function, callee.facts
    if function is None or facts is None or function.node.child_by_field_name("body") is None or depth >= _DEEPEST:
        return Use(Fate.KEPT, call, callee)
    parameter = Parameter(function, facts, index)
    return Use(parameter.fate(depth + 1), call, callee, parameter)


def _dispatched(view: FileView, called: Targets, callee: Callee, index: int, call: Node, depth: int) -> Use:
    """What all the functions together that a call through an interface or function value may come to do."""
    if depth >= _DEEPEST:
        return Use(Fate.KEPT, call, callee)
    parameters = (Parameter(one, view.facts, index + (1 if one.receiver else 0)) for one in called.functions)
    fates = {one.fate(depth + 1) for one in parameters}
    if fates & {Fate.KEPT, Fate.IN_ERROR}:
        return Use(Fate.KEPT, call, callee)
    surely = called.all and Fate.LENT_AS_SEEN not in fates
    return Use(Fate.LENT if surely else Fate.LENT_AS_SEEN, call, callee)


def is_lent(view: FileView, callee: Callee, index: int) -> bool:
    """Whether the contract of a callee that the compiler cannot follow forbids to keep an argument."""
    if callee.qualified in _LENDS:
        return _LENDS[callee.qualified] in (None, index)
    if callee.kind != "method" or index or not _IO.fullmatch(callee.name):
        return False
    signature = callee.type
    fits = signature.parameters[:1] == (_BYTES,) and signature.results == (INT, ERROR)
    return fits and callee.function is None and _is_interface(view, callee.receiver)


def _is_interface(view: FileView, one: Type) -> bool:
    return view.underlying(one).kind == "interface"


def _is_text(view: FileView, node: Node) -> bool:
    return view.underlying(view.type_of(node)) == STRING


def _spread(listed: list[Node], index: int) -> bool:
    """Whether an argument of `append` is copied out of: `append(x, argument...)`."""
    return index > 0 and listed[index].type == "variadic_argument"


def _spelled(view: FileView, call: Node) -> str:
    """`encoding/binary.BigEndian.Uint16` for a method of another package's variable; empty for other calls."""
    function = call.child_by_field_name("function")
    operand = function.child_by_field_name("operand") if function is not None else None
    known = view.object(operand) if operand is not None and operand.type == "selector_expression" else None
    if known is None or known.kind != "package" or function is None:
        return ""
    return f"{known.package}.{known.name}.{text(function.child_by_field_name('field'))}"


def _summed(call: Node) -> Fate:
    """What becomes of the sum that `Sum` appends to its argument: it is lent where nobody asks for the result."""
    return Fate.LENT if call.parent is not None and call.parent.type == "expression_statement" else Fate.KEPT


def _on_the_way_out(call: Node) -> bool:
    """Whether a call stands on a branch that leaves the function: it is returned there, or never comes back."""
    left = around(call, _LEFT)
    statement = left if left is not None else call
    return around(statement, _BRANCH) is not None and (left is not None or text(call).startswith(("panic", "log.")))
