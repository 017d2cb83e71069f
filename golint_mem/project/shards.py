"""Shares of a run's packages, so that several machines can report on one tree: the same cut on each of them."""

from __future__ import annotations

from collections.abc import Sequence

from golint_mem.project.package import Package


def share(packages: Sequence[Package], shard: tuple[int, int]) -> tuple[int, ...]:
    """The indexes of the packages in one share, `(2, 3)` for the second of three, in their order.

    The largest package goes first, each to the share that has the fewest bytes of source so far.
    """
    number, count = shard
    sizes = [sum(len(file.source) for file in package.files) for package in packages]
    filled = [0] * count
    mine = []
    for index in sorted(range(len(packages)), key=lambda index: (-sizes[index], index)):
        least = filled.index(min(filled))
        filled[least] += sizes[index]
        if least == number - 1:
            mine.append(index)
    return tuple(sorted(mine))
