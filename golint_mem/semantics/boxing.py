"""What is put into interfaces: which values need memory of their own there, and what would do without a box."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from golint_mem.semantics.inference import arguments
from golint_mem.semantics.loops import Site
from golint_mem.semantics.types import BOOL, BYTE, STRING, Type, basic
from golint_mem.syntax.go import matches, text

_FORMATS = {"fmt.Sprintf": 0, "fmt.Fprintf": 1, "fmt.Errorf": 0, "fmt.Printf": 0, "fmt.Appendf": 1}
_PRINTS = {"fmt.Sprint": 0, "fmt.Fprint": 1, "fmt.Sprintln": 0, "fmt.Fprintln": 1, "fmt.Println": 0, "fmt.Append": 1}
_BUFFERS = frozenset({"bufio.Writer", "bytes.Buffer", "strings.Builder"})
_VERB = re.compile(r"%(?:%|[^a-zA-Z%]*[a-zA-Z])")
_INTEGER = re.compile(r"u?int(16|32|64)?")
_FREE = (BOOL, BYTE, basic("int8"))
_BOXED = frozenset({"basic", "struct", "slice", "array"})
_INDEXED = "(index_expression operand: (identifier) @map index: (_) @key)"


@dataclass(frozen=True, slots=True)
class Printed:
    """A call of fmt: its name, the verbs of its format (`v` for each operand without one), and what it prints.

    `alone` says that nothing stands around the one verb of a format.
    """

    name: str
    verbs: tuple[str, ...]
    values: tuple[Node, ...]
    writer: Node | None
    alone: bool = True


def printed(site: Site) -> Printed | None:
    """The call of fmt at a site; None where it is another one, or its format cannot be read."""
    name, given = site.view.callee(site.node).qualified, arguments(site.node)
    if name in _PRINTS:
        values = tuple(given[_PRINTS[name] :])
        return Printed(name, ("%v",) * len(values), values, _writer(name, given))
    if name not in _FORMATS or len(given) <= _FORMATS[name] + 1:
        return None
    format_, values = given[_FORMATS[name]], tuple(given[_FORMATS[name] + 1 :])
    verbs = tuple(verb for verb in _VERB.findall(text(format_)) if verb != "%%")
    if not format_.type.endswith("literal") or len(verbs) != len(values):
        return None
    return Printed(name, verbs, values, _writer(name, given), text(format_)[1:-1] == verbs[0])


def _writer(name: str, given: Sequence[Node]) -> Node | None:
    return given[0] if name.startswith("fmt.F") else None


def boxed(site: Site, value: Node) -> bool:
    """Whether a value that is put into an interface needs memory for it: no constant, pointer, bool or byte."""
    kind = site.view.underlying(site.view.type_of(value))
    return kind.kind in _BOXED and kind not in _FREE and not is_constant(site, value)


def is_joined(site: Site, call: Printed) -> bool:
    """Whether a call prints at least two strings, integers perhaps, and text: what `+` puts together as well."""
    kinds = [site.view.underlying(site.view.type_of(value)) for value in call.values]
    plain = all(_is_plain(site, *one) for one in zip(call.verbs, call.values, kinds, strict=True))
    strings = [kind == STRING and boxed(site, one) for one, kind in zip(call.values, kinds, strict=True)]
    return plain and sum(strings) > 1


def _is_plain(site: Site, verb: str, value: Node, kind: Type) -> bool:
    if verb == "%d":
        return is_integer(kind)
    return verb in ("%s", "%v") and (kind == STRING or (verb == "%v" and is_integer(kind))) and not speaks(site, value)


def is_buffer(site: Site, writer: Node) -> bool:
    """Whether what is written to is memory that takes strings as they are."""
    addressed = writer.named_children[0] if text(writer)[:1] == "&" and writer.named_children else writer
    return site.view.type_of(addressed).qualified in _BUFFERS


def is_integer(kind: Type) -> bool:
    """Whether a type is an integer of more than a byte."""
    return kind.kind == "basic" and _INTEGER.fullmatch(kind.name) is not None


def speaks(site: Site, value: Node) -> bool:
    """Whether fmt would ask the value for its text."""
    kind = site.view.type_of(value)
    return kind.kind == "named" and any(site.view.member(kind, name) for name in ("String", "Error", "Format"))


def is_constant(site: Site, value: Node) -> bool:
    """Whether a value is a constant, which needs no memory of its own."""
    if value.type.endswith("literal") and value.type != "composite_literal":
        return True
    known = site.view.object(value)
    if known is None or known.kind != "package":
        variable = site.variable(value) if value.type == "identifier" else None
        return variable is not None and variable.statement.type == "const_spec"
    home = site.view.facts.seen(known.package)
    declared = home.declarations.values.get(known.name) if home is not None else None
    return declared is None or declared.constant


def in_any(site: Site) -> Iterator[Node]:
    """The arguments of a call that become values of the empty interface, whatever is called."""
    signature = site.view.callee(site.node).type
    if signature.kind != "func":
        return
    for number, value in enumerate(arguments(site.node)):
        last = signature.variadic and number >= len(signature.parameters) - 1
        kind = signature.parameters[-1].element if last else None
        if not last and number < len(signature.parameters):
            kind = signature.parameters[number]
        if kind is not None and _is_empty(site.view.underlying(kind)) and value.type != "variadic_argument":
            yield value


def _is_empty(kind: Type) -> bool:
    return kind.kind == "interface" and not kind.members and not kind.embedded


def one_key_type(site: Site, name: Node) -> Type | None:
    """The one type of the keys that a local map of interface keys gets, where nothing else is done with it."""
    variable = site.variable(name)
    kind = site.view.underlying(site.view.type_of(name))
    if variable is None or kind.kind != "map" or kind.key is None or not _is_empty(site.view.underlying(kind.key)):
        return None
    if variable.statement.type not in ("var_spec", "short_var_declaration"):
        return None
    keys = {}
    for indexed in matches(site.function.node, _INDEXED, "map"):
        if site.scopes.resolve(indexed) == variable.id and indexed.parent is not None:
            keys[indexed.start_byte] = site.view.type_of(indexed.parent.named_children[-1])
    names = [one for one in site.scopes.names_of(variable.id) if one.start_byte != variable.name.start_byte]
    kinds = set(keys.values())
    others = [one for one in names if one.start_byte not in keys and not _is_harmless(one)]
    return kinds.pop() if len(kinds) == 1 and not others else None


def _is_harmless(name: Node) -> bool:
    """Whether a map is only measured, cleared or gone over."""
    above = name.parent
    if above is None or above.type == "range_clause":
        return above is not None and above.child_by_field_name("right") == name
    call = above.parent
    return call is not None and call.type == "call_expression" and text(call).startswith(("len(", "clear("))
