"""Who may release an object with a finalizer: its finalizer alone, or callers too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from golint_mem.semantics.finalizers.disarming import methods
from golint_mem.semantics.finalizers.handles import is_foreign
from golint_mem.semantics.finalizers.lifetimes import callers
from golint_mem.semantics.finalizers.paths import Path
from golint_mem.semantics.finalizers.registrations import Registration
from golint_mem.semantics.types import Type
from golint_mem.semantics.view import FileView
from golint_mem.syntax.go import Function

if TYPE_CHECKING:
    from golint_mem.semantics.package import PackageFacts

_ENDS = (
    "close free release destroy dispose delete unref decref shutdown stop term terminate finish cleanup unmap clear"
    " discard drop disconnect finalize done reset end remove kill unset deinit"
).split()


@dataclass(frozen=True, slots=True)
class Unowned:
    """A type whose objects only the finalizer releases; `by` is what it calls."""

    kind: Type
    by: str
    registrations: tuple[Registration, ...]


def unowned(facts: PackageFacts) -> Iterator[Unowned]:
    """The types of which callers cannot give an object back, though it stands for C memory or a descriptor."""
    for kind, watched in facts.finalizers.by_type():
        releasing = tuple(one for one in watched if _foreign(facts.finalizers.released(one)))
        released = frozenset(each for one in releasing for each in _foreign(facts.finalizers.released(one)))
        if released and kind.package != "C" and not _has_release(kind, watched[0].view, released):
            yield Unowned(kind, min(by for _, by in released), releasing)


def _foreign(released: frozenset[tuple[Path, str]]) -> frozenset[tuple[Path, str]]:
    return frozenset((path, by) for path, by in released if is_foreign(by))


def _has_release(kind: Type, view: FileView, released: frozenset[tuple[Path, str]]) -> bool:
    if any(_is_end(function.name) or _releases(function, seen, released) for function, seen in methods(kind, view)):
        return True
    home = view.facts.seen(kind.package)
    if home is None:
        return True
    functions = home.declarations.functions.values()
    with_object = [one for one in functions if any(_is_of(each, kind) for each in one.parameter_types)]
    if any(one.name[:1].isupper() and _releases(one, home.view_of(one), released) for one in with_object):
        return True
    own = home.declarations.methods_of.get(kind.name, ())
    return any(_releases(one, home.view_of(one), released) and _is_called(one, home) for one in (*own, *with_object))


def _is_of(written: str, kind: Type) -> bool:
    return written.lstrip("*").rpartition(".")[2] == kind.name


def _is_end(name: str) -> bool:
    return any(name.lower().startswith(end) or name.lower().endswith(end) for end in _ENDS)


def _releases(function: Function, view: FileView, released: frozenset[tuple[Path, str]]) -> bool:
    if function.node.child_by_field_name("body") is None:
        return False
    callees = {by for _, by in released}
    return any(by in callees for _, _, by in view.facts.finalizers.uses(function))


def _is_called(function: Function, facts: PackageFacts) -> bool:
    """Whether the package itself calls a release, other than from a finalizer."""
    running = [
        (one.path, one.action.function.node.start_byte, one.action.function.node.end_byte)
        for one in facts.finalizers.registrations
        if one.action is not None and one.action.function.path == one.path
    ]
    for call, view in callers(function, facts):
        around = view.enclosing(call)
        path = view.tree.path
        if around is not None and not any(path == of and start <= call.start_byte < end for of, start, end in running):
            return True
    return False
