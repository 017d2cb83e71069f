"""Costs as people read them."""

from __future__ import annotations

from golint_mem.findings import Cost

_STEP = 1024
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
_NANOSECONDS = {"s": 1_000_000_000, "ms": 1_000_000, "µs": 1_000}


def spent(cost: Cost) -> str:
    """One cost as a phrase: `alloc_space 12.5 MiB (flat 8.0 MiB) in heap.pb.gz`."""
    own = f" (flat {amount(cost.flat, cost.unit)})" if cost.flat != cost.total else ""
    return f"{cost.measure} {amount(cost.total, cost.unit)}{own} in {cost.profile}"


def amount(value: int, unit: str) -> str:
    """A value with a unit that suits its size."""
    if unit == "bytes":
        return _bytes(value)
    if unit == "nanoseconds":
        for name, size in _NANOSECONDS.items():
            if abs(value) >= size:
                return f"{value / size:.2f} {name}"
        return f"{value} ns"
    return f"{value:,}"


def _bytes(value: int) -> str:
    size, units = float(value), list(_UNITS)
    while abs(size) >= _STEP and len(units) > 1:
        size, units = size / _STEP, units[1:]
    return f"{size:.0f} {units[0]}" if units[0] == "B" else f"{size:.1f} {units[0]}"
