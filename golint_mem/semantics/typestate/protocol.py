"""What a rule says of the values it watches: what makes one, what gives it back, and what others may do with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

RECEIVER = -1
"""The index that stands for the receiver of a method call."""
CALLED = "()"
"""The release of a value that is a function and is given back by calling it."""


class Unknown(Enum):
    """What a callee does with a value it is handed when nothing is known of the callee."""

    BORROWS = "looks at it and leaves it with the caller"
    TAKES = "becomes the owner"


@dataclass(frozen=True, eq=False)
class Protocol:
    """The life of one sort of value.

    Callees are named as `Callee.qualified` does (`sync.Pool.Get`), with `*` for any run of characters. `makes` maps a
    maker to the index of the result that is the value, `releases` a release to the index of the argument that it gives
    back (`RECEIVER`, or 0 and up); `called` says that calling the value gives it back, `through` names fields whose
    release gives back the whole (`Body` of a response), `exhausted` methods that have given back their receiver when
    they return false (`Next` of rows). `borrows` and `takes` name callees that go against `unknown`. `fallible` says
    that a maker whose last result is an error made nothing when that error is set. `settles` is searched in names of
    unknown callees: what they are handed counts as given back. `words` are byte strings of which one occurs wherever a
    function makes or releases a value by itself; `made` and `released` are the words that paths use. `doubtful` says
    that a callee of the module that is too complex to follow may keep what it is handed. Where there are `subjects`,
    one of these byte strings occurs in each package that has to do with such values by itself. `owners` are names of
    methods by which a type of the module gives back what it holds: its objects are values themselves.
    """

    name: str
    makes: Mapping[str, int]
    releases: Mapping[str, int]
    words: tuple[bytes, ...]
    called: bool = False
    doubtful: bool = False
    through: frozenset[str] = frozenset()
    borrows: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
    unknown: Unknown = Unknown.BORROWS
    fallible: bool = True
    exhausted: frozenset[str] = frozenset()
    settles: re.Pattern[str] | None = None
    made: str = "is made here"
    released: str = "is given back here"
    lost: str = "the function ends without giving it back"
    subjects: tuple[bytes, ...] = ()
    owners: frozenset[str] = frozenset()
    _known: dict[tuple[str, str], int | None] = field(default_factory=dict, repr=False)
    _named: dict[str, bool] = field(default_factory=dict, repr=False)

    def makes_at(self, qualified: str) -> int | None:
        """Which result of a callee is a new value; None for a callee that makes none."""
        return self._look_up("makes", qualified)

    def releases_at(self, qualified: str) -> int | None:
        """Which argument a callee gives back; None for a callee that gives nothing back."""
        return self._look_up("releases", qualified)

    def takes_over(self, qualified: str) -> bool:
        """Whether a callee that has no body to look at becomes the owner of what it is handed."""
        if self._look_up("takes", qualified) is not None:
            return True
        return self.unknown is Unknown.TAKES and self._look_up("borrows", qualified) is None

    def is_exhausted(self, qualified: str) -> bool:
        """Whether a callee that returns false has given back its receiver."""
        return bool(self.exhausted) and self._look_up("exhausted", qualified) is not None

    @cached_property
    def makers(self) -> tuple[bytes, ...]:
        """How calls of makers look in source: `Open(`."""
        return tuple(sorted({_last(name) for name in self.makes}))

    @cached_property
    def key(self) -> tuple[str, frozenset[str]]:
        """What tells protocols apart that are made anew in each package."""
        return self.name, frozenset(self.makes)

    @cached_property
    def names(self) -> frozenset[str]:
        """The last parts of the names of makers and releases, `*` and what follows aside; see `is_named`."""
        return frozenset(name.rpartition(".")[2].partition("*")[0] for name in (*self.makes, *self.releases))

    def is_named(self, name: str) -> bool:
        """Whether a maker or release may have this last part."""
        if name not in self._named:
            self._named[name] = name in self.names or any(one and name.startswith(one) for one in self.names)
        return self._named[name]

    def _look_up(self, table: str, qualified: str) -> int | None:
        key = table, qualified
        if key not in self._known:
            exact, patterns = self._tables[table]
            found = exact.get(qualified)
            if found is None:
                found = next((index for pattern, index in patterns if pattern.fullmatch(qualified)), None)
            self._known[key] = found
        return self._known[key]

    @cached_property
    def _tables(self) -> dict[str, tuple[dict[str, int], list[tuple[re.Pattern[str], int]]]]:
        return {
            "makes": _split(self.makes),
            "releases": _split(self.releases),
            "takes": _split(dict.fromkeys(self.takes, 0)),
            "borrows": _split(dict.fromkeys(self.borrows, 0)),
            "exhausted": _split(dict.fromkeys(self.exhausted, 0)),
        }


def _last(maker: str) -> bytes:
    name = maker.rpartition(".")[2]
    return (name.partition("*")[0] if "*" in name else f"{name}(").encode()


def _split(table: Mapping[str, int]) -> tuple[dict[str, int], list[tuple[re.Pattern[str], int]]]:
    """A table as exact names and patterns."""
    patterns = [
        (re.compile(".*".join(map(re.escape, name.split("*")))), index) for name, index in table.items() if "*" in name
    ]
    return dict(table), patterns
