"""What package fmt is asked to print, and what would print it without interfaces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from golint_mem.semantics.boxing import Avoidable, boxed
from golint_mem.semantics.inference import arguments
from golint_mem.semantics.loops import Site, runs_through
from golint_mem.semantics.types import STRING, Type
from golint_mem.syntax.go import text

_FORMATS = {"fmt.Sprintf": 0, "fmt.Fprintf": 1, "fmt.Errorf": 0, "fmt.Printf": 0, "fmt.Appendf": 1}
_PRINTS = {"fmt.Sprint": 0, "fmt.Fprint": 1, "fmt.Sprintln": 0, "fmt.Fprintln": 1, "fmt.Println": 0, "fmt.Append": 1}
_BUFFERS = frozenset({"bufio.Writer", "bytes.Buffer", "strings.Builder"})
_VERB = re.compile(r"%(?:%|[^a-zA-Z%]*[a-zA-Z])")
_INTEGER = re.compile(r"u?int(16|32|64)?")
_PLAIN = ("%d", "%s", "%v")


@dataclass(frozen=True, slots=True)
class _Printed:
    """A call of fmt: its name, the verbs of its format (`v` for each operand without one), and what it prints.

    `alone` says that nothing stands around the one verb of a format.
    """

    name: str
    verbs: tuple[str, ...]
    values: tuple[Node, ...]
    writer: Node | None
    alone: bool = True


def formatted(site: Site) -> Avoidable | None:
    """The first value that a call of fmt at a site boxes, if something would do without."""
    call = _printed(site)
    value = next((one for one in call.values if boxed(site, one)), None) if call is not None else None
    instead = _instead(site, call, value) if call is not None and value is not None else ""
    return Avoidable(value, instead) if value is not None and instead else None


def _printed(site: Site) -> _Printed | None:
    """The call of fmt at a site; None where it is another one, or its format cannot be read."""
    name, given = site.view.callee(site.node).qualified, arguments(site.node)
    if name in _PRINTS:
        values = tuple(given[_PRINTS[name] :])
        return _Printed(name, ("%v",) * len(values), values, _writer(name, given))
    if name not in _FORMATS or len(given) <= _FORMATS[name] + 1:
        return None
    format_, values = given[_FORMATS[name]], tuple(given[_FORMATS[name] + 1 :])
    verbs = tuple(verb for verb in _VERB.findall(text(format_)) if verb != "%%")
    if not format_.type.endswith("literal") or len(verbs) != len(values):
        return None
    return _Printed(name, verbs, values, _writer(name, given), text(format_)[1:-1] == verbs[0])


def _writer(name: str, given: Sequence[Node]) -> Node | None:
    return given[0] if name.startswith("fmt.F") else None


def _instead(site: Site, call: _Printed, value: Node) -> str:
    """What would do without a box; empty where nothing would."""
    kind = site.view.underlying(site.view.type_of(value))
    if call.name == "fmt.Errorf" and call.alone and kind == STRING and not _speaks(site, value):
        return "errors.New takes a string as it is"
    if call.name == "fmt.Errorf":
        lasts = "an error type with a field for it makes the text only where it is asked for"
        return lasts if runs_through(site.loop) else ""
    if len(call.values) > 1 or call.name not in ("fmt.Sprintf", "fmt.Sprint", "fmt.Fprintf", "fmt.Fprint"):
        return _joined(site, call)
    if not call.alone or call.verbs[0] not in _PLAIN or (call.verbs[0] != "%d" and _speaks(site, value)):
        return ""
    if kind == STRING:
        return "io.WriteString writes a string as it is" if call.writer is not None else "a string can be used as it is"
    return "strconv formats numbers without a box" if _is_integer(kind) and call.writer is None else ""


def _joined(site: Site, call: _Printed) -> str:
    """What puts several strings together."""
    if call.name not in ("fmt.Sprintf", "fmt.Fprintf") or not _is_joined(site, call):
        return ""
    if call.writer is None:
        return "`+` puts strings together without a box"
    return "WriteString writes a string as it is" if _is_buffer(site, call.writer) else ""


def _is_joined(site: Site, call: _Printed) -> bool:
    """Whether a call prints at least two strings, integers perhaps, and text: what `+` puts together as well."""
    kinds = [site.view.underlying(site.view.type_of(value)) for value in call.values]
    plain = all(_is_plain(site, *one) for one in zip(call.verbs, call.values, kinds, strict=True))
    strings = [kind == STRING and boxed(site, one) for one, kind in zip(call.values, kinds, strict=True)]
    return plain and sum(strings) > 1


def _is_plain(site: Site, verb: str, value: Node, kind: Type) -> bool:
    if verb == "%d":
        return _is_integer(kind)
    return (
        verb in ("%s", "%v") and (kind == STRING or (verb == "%v" and _is_integer(kind))) and not _speaks(site, value)
    )


def _is_buffer(site: Site, writer: Node) -> bool:
    """Whether what is written to is memory that takes strings as they are."""
    addressed = writer.named_children[0] if text(writer)[:1] == "&" and writer.named_children else writer
    return site.view.type_of(addressed).qualified in _BUFFERS


def _is_integer(kind: Type) -> bool:
    """Whether a type is an integer of more than a byte."""
    return kind.kind == "basic" and _INTEGER.fullmatch(kind.name) is not None


def _speaks(site: Site, value: Node) -> bool:
    """Whether fmt would ask the value for its text."""
    kind = site.view.type_of(value)
    return kind.kind == "named" and any(site.view.member(kind, name) for name in ("String", "Error", "Format"))
