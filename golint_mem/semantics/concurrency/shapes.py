"""What the memory of a Go type looks like, and which fields a selector passes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golint_mem.semantics.members import Member
from golint_mem.semantics.types import UNKNOWN, Type

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_DEEPEST = 5
_NUMBERS = ("int", "uint", "float", "complex")
SOLID = frozenset(
    "sync.Mutex sync.RWMutex sync.WaitGroup sync.Once sync.Cond sync.Map sync.Pool"
    " golang.org/x/sync/errgroup.Group".split()
)
"""Library types that are structs whatever is known of their fields."""


class Shapes:
    """The shapes of types as one package sees them."""

    def __init__(self, facts: PackageFacts) -> None:
        self._facts = facts
        self.view = facts.view(facts.trees[0])
        self._kinds: dict[Type, str] = {}
        self._paths: dict[tuple[Type, str], tuple[str, ...]] = {}

    def kind(self, type_: Type) -> str:
        """`struct`, `array`, `number`, `string`, `bool`, `nil` (zero value nil) or `unknown`."""
        found = self._kinds.get(type_)
        if found is None:
            found = self._kinds[type_] = self._kind(type_)
        return found

    def _kind(self, type_: Type) -> str:
        if type_.kind == "named" and (type_.qualified in SOLID or type_.package == "sync/atomic"):
            return "struct"
        below = self.view.underlying(type_)
        if below.kind == "basic":
            return "number" if below.name.startswith(_NUMBERS) else below.name
        if below.kind in ("struct", "array"):
            return below.kind
        return "nil" if below.kind in ("pointer", "slice", "map", "chan", "func", "interface") else "unknown"

    def member(self, type_: Type, name: str) -> Member | None:
        """The field or method that `x.name` means."""
        return self.view.member(type_, name)

    def field(self, type_: Type, name: str) -> Type:
        """The type of a field."""
        return self.view.field(type_, name)

    def path(self, type_: Type, name: str) -> tuple[str, ...]:
        """The embedded fields that lead from a type to the one that declares a field or method itself."""
        key = (type_, name)
        if key not in self._paths:
            self._paths[key] = self._path(type_, name)
        return self._paths[key]

    def _path(self, type_: Type, name: str) -> tuple[str, ...]:
        target = self.view.member(type_, name)
        if target is None:
            return ()
        level: list[tuple[tuple[str, ...], Type]] = [((), type_.pointee)]
        for _ in range(_DEEPEST):
            following = []
            for path, owner in level:
                if owner == target.owner:
                    return path
                below = self.view.underlying(owner)
                if below.kind == "interface" and self.view.member(owner, name) is not None:
                    return path
                following += [
                    ((*path, field), kind.pointee) for field, kind in below.members if field in below.embedded
                ]
            level = following
        return ()

    def element(self, type_: Type) -> Type:
        """What a slice, array, map, channel or pointer leads to."""
        below = self.view.underlying(type_)
        if below.kind == "pointer" and below.element is not None:
            below = self.view.underlying(below.element)
        return below.element or UNKNOWN
