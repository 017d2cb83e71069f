"""Go types as values: what an expression may be, as far as the source tells. Source: the Go specification, "Types"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

BASIC = frozenset(
    "bool string int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 uintptr float32 float64 complex64"
    " complex128".split()
)
_SAME = {"byte": "uint8", "rune": "int32"}


@dataclass(frozen=True, slots=True)
class Type:
    """One type.

    `kind` is `basic`, `named`, `pointer`, `slice`, `array`, `map`, `chan`, `func`, `struct`, `interface`, `tuple`,
    `parameter` (of a generic declaration), `nil` or `unknown`. `name` and `package` (an import path, `C` for C types)
    belong to named types, `arguments` to instantiated ones. `element` is what a pointer, slice, array, map, channel
    or pointer leads to; `direction` is a channel's `send` or `receive`, empty for both. `members` holds a struct's
    fields and an interface's methods; `embedded` the names of those members that are embedded. `length` is an array's
    length as written.
    """

    kind: str
    name: str = ""
    package: str = ""
    element: Type | None = None
    key: Type | None = None
    direction: str = ""
    parameters: tuple[Type, ...] = ()
    results: tuple[Type, ...] = ()
    arguments: tuple[Type, ...] = ()
    members: tuple[tuple[str, Type], ...] = ()
    embedded: frozenset[str] = frozenset()
    length: str = ""
    variadic: bool = False

    @property
    def known(self) -> bool:
        """Whether anything is known of the type."""
        return self.kind != "unknown"

    @property
    def qualified(self) -> str:
        """`package.Name` of a named type, or of what a pointer to one points to; the empty string for others."""
        if self.kind == "pointer" and self.element is not None:
            return self.element.qualified
        return f"{self.package}.{self.name}" if self.kind == "named" else ""

    @property
    def pointee(self) -> Type:
        """What a pointer points to; any other type itself."""
        return self.element if self.kind == "pointer" and self.element is not None else self

    def __str__(self) -> str:
        """The type as Go writes it, with import paths for package names."""
        writer = _WRITERS.get(self.kind)
        return writer(self) if writer is not None else self.name or self.kind


UNKNOWN = Type("unknown")
NIL_TYPE = Type("nil")
ANY = Type("interface")


def basic(name: str) -> Type:
    """A predeclared type that is no interface."""
    return Type("basic", _SAME.get(name, name))


BOOL, INT, STRING, BYTE, RUNE, FLOAT = map(basic, ("bool", "int", "string", "byte", "rune", "float64"))
ERROR = Type("named", "error", "builtin")


def named(package: str, name: str, arguments: tuple[Type, ...] = ()) -> Type:
    """A declared type."""
    return Type("named", name, package, arguments=arguments)


def pointer(to: Type) -> Type:
    """A pointer type."""
    return Type("pointer", element=to)


def sequence(of: Type) -> Type:
    """A slice type."""
    return Type("slice", element=of)


def together(types: tuple[Type, ...]) -> Type:
    """What a call with these results gives: one type as it is, several as a tuple."""
    return types[0] if len(types) == 1 else Type("tuple", results=types)


def substitute(one: Type, bound: Mapping[str, Type]) -> Type:
    """A type with the type parameters of a generic declaration replaced by what they stand for."""
    if not bound:
        return one
    if one.kind == "parameter":
        return bound.get(one.name, one)

    def several(types: tuple[Type, ...]) -> tuple[Type, ...]:
        return tuple(substitute(each, bound) for each in types)

    return replace(
        one,
        element=substitute(one.element, bound) if one.element is not None else None,
        key=substitute(one.key, bound) if one.key is not None else None,
        parameters=several(one.parameters),
        results=several(one.results),
        arguments=several(one.arguments),
        members=tuple((name, substitute(each, bound)) for name, each in one.members),
    )


def unify(wanted: Type, given: Type, bound: dict[str, Type]) -> None:
    """Learn from an argument's type what the type parameters in a parameter's type stand for."""
    if wanted.kind == "parameter":
        if given.known and given.kind != "nil":
            bound.setdefault(wanted.name, given)
        return
    if wanted.kind != given.kind:
        return
    for one, other in ((wanted.element, given.element), (wanted.key, given.key)):
        if one is not None and other is not None:
            unify(one, other, bound)
    for field in ("parameters", "results", "arguments"):
        for each, actual in zip(getattr(wanted, field), getattr(given, field), strict=False):
            unify(each, actual, bound)


def _list(types: tuple[Type, ...]) -> str:
    return ", ".join(map(str, types))


def _write_named(one: Type) -> str:
    name = one.name if one.package == "builtin" else f"{one.package}.{one.name}"
    return f"{name}[{_list(one.arguments)}]" if one.arguments else name


def _write_func(one: Type) -> str:
    results = f" ({_list(one.results)})" if len(one.results) > 1 else f" {_list(one.results)}" if one.results else ""
    return f"func({_list(one.parameters)}){results}"


def _write_chan(one: Type) -> str:
    return {"send": "chan<- ", "receive": "<-chan "}.get(one.direction, "chan ") + str(one.element)


_WRITERS: dict[str, Callable[[Type], str]] = {
    "named": _write_named,
    "func": _write_func,
    "chan": _write_chan,
    "pointer": lambda one: f"*{one.element}",
    "slice": lambda one: f"[]{one.element}",
    "array": lambda one: f"[{one.length}]{one.element}",
    "map": lambda one: f"map[{one.key}]{one.element}",
    "tuple": lambda one: f"({_list(one.results)})",
    "struct": lambda one: "struct{" + "; ".join(f"{name} {kind}" for name, kind in one.members) + "}",
    "interface": lambda one: "interface{" + "; ".join(name for name, _ in one.members) + "}",
}
