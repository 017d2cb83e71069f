"""How long the exploration of interleavings takes, scope by scope.

    .venv/bin/python benchmarks/interleavings.py "$(go env GOROOT)/src" [PATTERN ...]

explores every scope of the packages below a folder and prints the number of scopes, the median, the 99th percentile
and the longest time of one, how many states were visited at most, how many scopes used up their budget, and the peak
memory.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time
from pathlib import Path

from golint_mem.project.discover import discover
from golint_mem.semantics.concurrency.hangs import BUDGET, Hangs
from golint_mem.semantics.package import Program
from golint_mem.settings import Settings


def main() -> None:
    """Explore, and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("patterns", nargs="*", default=["./..."])
    parser.add_argument("--slow", type=int, default=0, help="print this many of the slowest scopes")
    given = parser.parse_args()
    settings = Settings(root=given.folder, paths=tuple(given.patterns))
    packages, _ = discover(settings)
    program = Program(packages, settings)
    timed: list[tuple[float, int, str]] = []
    for package in packages:
        facts = program.of(package)
        hangs = Hangs(facts)
        for root in hangs.roots() if facts.trees else ():
            before = len(hangs.states)
            started = time.process_time()
            hangs.of(root)
            spent = time.process_time() - started
            states = hangs.states[-1] if len(hangs.states) > before else 0
            timed.append((spent, states, f"{root.spot.path}: {root.name}"))
    report(timed, given.slow)


def report(timed: list[tuple[float, int, str]], slow: int) -> None:
    """Print the figures."""
    timed.sort(reverse=True)
    times = [one[0] for one in timed]
    print(f"{len(timed)} scopes, {sum(times):.1f} s")
    print(
        f"median {1000 * statistics.median(times):.2f} ms, 99% below {1000 * times[len(times) // 100]:.0f} ms", end=""
    )
    print(f", longest {times[0]:.2f} s")
    print(f"most states {max(one[1] for one in timed)}, budget {BUDGET}", end="")
    print(f", used up by {sum(one[1] >= BUDGET for one in timed)}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")
    for spent, states, name in timed[:slow]:
        print(f"  {spent:7.2f} s  {states:6}  {name}")


if __name__ == "__main__":
    main()
