"""What the standard library sorts and orders by interface, and what does so by the elements' own type."""

from __future__ import annotations

from tree_sitter import Node

from golint_mem.semantics.boxing import Avoidable, boxed
from golint_mem.semantics.inference import arguments
from golint_mem.semantics.loops import Site

_SORTING = {
    "sort.Slice": "slices.SortFunc",
    "sort.SliceStable": "slices.SortStableFunc",
    "sort.Sort": "slices.SortFunc",
    "sort.Stable": "slices.SortStableFunc",
}
_HELD = frozenset({"struct", "basic"})


def contained(site: Site, slices: bool) -> Avoidable | None:
    """What a call of sort (if there is a package slices) or container/heap at a site boxes without need."""
    name, given = site.view.callee(site.node).qualified, arguments(site.node)
    if name in _SORTING and given and slices:
        return _sorted(site, given[0], f"{_SORTING[name]} does not")
    if name == "container/heap.Push" and len(given) == 2 and boxed(site, given[1]):
        kind = site.view.underlying(site.view.type_of(given[1])).kind
        return Avoidable(given[1], "a heap of its own type does not") if kind in _HELD else None
    return None


def _sorted(site: Site, value: Node, instead: str) -> Avoidable | None:
    if value.type == "call_expression" and site.view.callee(value).qualified == "sort.Reverse":
        value = arguments(value)[0] if arguments(value) else value
    return Avoidable(value, instead) if site.view.underlying(site.view.type_of(value)).kind == "slice" else None
