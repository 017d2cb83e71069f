"""Constructors and destructors that a C API's own names show: `thing_new` and `thing_free`, `XOpenDisplay` and
`XCloseDisplay`, the type `git_buf` and `git_buf_dispose`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from golint_mem.semantics.c.library import words

_MAKE = tuple("new create alloc allocate open dup copy clone init construct make parse compile".split())
_MAKE_ANYWHERE = frozenset({"new", "create", "alloc", "allocate"})
_GIVE_BACK = (
    "free",
    "destroy",
    "delete",
    "dealloc",
    "release",
    "unref",
    "close",
    "dispose",
    "cleanup",
    "deinit",
    "fini",
)
_GIVE_BACK_MORE = ("finalize", "uninit", "destruct", "clear", "term", "deallocate")
_OUT_VERBS = frozenset((*_MAKE, "lookup", "load", "read", "from", "acquire", "build", "decode", "bypath"))
_PARTNERS = {
    "open": ("close", "free", "destroy", "release", "cleanup"),
    "init": ("cleanup", "deinit", "fini", "free", "destroy", "uninit", "close", "dispose", "clear", "term", "release"),
}
_SUFFIX = re.compile(r"(?<=[a-z0-9])_(?:from|with|for|by|full|sized|ex|v\d)(?:_\w+)?$|\d+$")


class Pairs:
    """Which function of an API gives back what another one makes, or what a type stands for."""

    def __init__(self, names: Iterable[str]) -> None:
        self._releases: dict[str, list[tuple[str, str]]] = {}
        for name in sorted(names):
            parts = words(name)
            for verb in (*_GIVE_BACK, *_GIVE_BACK_MORE):
                if verb in parts and parts[-1] != "func":
                    key = "".join(part for part in parts if part != verb)
                    self._releases.setdefault(key, []).append((verb, name))

    def release_of_maker(self, name: str) -> str:
        """The destructor that belongs to a constructor; the empty string where the names show none."""
        name = _SUFFIX.sub("", name)
        parts = words(name)
        for verb in _MAKE:
            if verb in (*parts[:1], *parts[-1:], *words(name.rpartition("_")[2])[:1]):
                key = "".join(part for part in parts if part != verb)
                wanted = _PARTNERS.get(verb, _GIVE_BACK)
                return self._best(key, wanted)
        return ""

    @staticmethod
    def makes(name: str) -> bool:
        """Whether a function's name says that it makes something."""
        parts = words(_SUFFIX.sub("", name))
        ends = {*parts[:1], *parts[-1:], *words(name.rpartition("_")[2])[:1]}
        return bool(ends & set(_MAKE) or {*parts} & _MAKE_ANYWHERE)

    @staticmethod
    def sets_up(name: str, maker: str) -> bool:
        """Whether a function's name says that it readies what a maker has made: `x_new` makes it, `x_open` opens it."""
        parts = [one for one in words(name) if one not in _MAKE]
        return bool(parts) and name != maker and parts == [one for one in words(maker) if one not in _MAKE]

    @staticmethod
    def belongs_to(kind: str, maker: str) -> bool:
        """Whether a function's name says that it makes a value of a C type: `git_tree_lookup` makes a `git_tree`."""
        stem = re.sub(r"^(?:struct|union)_", "", kind).removesuffix("_t")
        return maker.startswith(stem + "_") and bool(set(words(maker[len(stem) :])) & _OUT_VERBS)

    @staticmethod
    def same_object(release: str, other: str) -> bool:
        """Whether two release functions are named after the same object: `x_free` and `x_close`."""
        verbs = {*_GIVE_BACK, *_GIVE_BACK_MORE}
        return [one for one in words(release) if one not in verbs] == [one for one in words(other) if one not in verbs]

    def release_of_type(self, kind: str) -> str:
        """The destructor of a C type (`git_buf`, `struct_thing`); the empty string where the names show none."""
        name = re.sub(r"^(?:struct|union)_", "", kind).removesuffix("_t").removesuffix("_T")
        return self._best("".join(words(name)), (*_GIVE_BACK, *_GIVE_BACK_MORE)) if name else ""

    def _best(self, key: str, verbs: tuple[str, ...]) -> str:
        found = dict(reversed(self._releases.get(key, [])))
        return next((found[verb] for verb in verbs if verb in found), "") if key else ""
