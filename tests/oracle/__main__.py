"""`python -m tests.oracle --count 1000 --seed 1`: look for disagreements between the analysis and reality."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from .compare import Disagreement
from .generate import generate
from .grammar import FEATURES
from .program import text_of
from .run import missing_tool
from .shrink import check, shape, shrink

_BATCH = 250


def main(arguments: list[str] | None = None) -> int:
    """Run the oracle; 0 if all is agreed on, 1 if not, 2 where it cannot run."""
    options = _options(arguments)
    reason = missing_tool()
    if reason:
        print(reason, file=sys.stderr)
        return 2
    tally: Counter[str] = Counter()
    found: list[Disagreement] = []
    with tempfile.TemporaryDirectory() as folder:
        for start in range(options.seed, options.seed + options.count, _BATCH):
            stop = min(start + _BATCH, options.seed + options.count)
            routines = [generate(seed, options.features) for seed in range(start, stop)]
            found += check(routines, Path(folder) / str(start), tally)
        kept = _different(found, options, Path(folder) / "shrink")
    _show(tally, kept, options)
    return 1 if found else 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="how many routines (1000)")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first; the others follow (1)")
    parser.add_argument(
        "--features",
        type=_features,
        default=frozenset(FEATURES),
        help="`all`, or names with commas, or names to leave out with a minus before each: " + " ".join(FEATURES),
    )
    parser.add_argument("--shrink", type=int, default=40, help="how many disagreements are made small (40)")
    parser.add_argument("--output", type=Path, help="a folder for the sources of the disagreements")
    return parser.parse_args(arguments)


def _features(text: str) -> frozenset[str]:
    names = [one for one in text.split(",") if one and one != "all"]
    removed = {one[1:] for one in names if one.startswith("-")}
    added = {one for one in names if not one.startswith("-")}
    if (added | removed) - set(FEATURES):
        raise argparse.ArgumentTypeError(f"no such feature: {' '.join(sorted((added | removed) - set(FEATURES)))}")
    return frozenset((added or set(FEATURES)) - removed)


def _different(found: list[Disagreement], options: argparse.Namespace, folder: Path) -> list[Disagreement]:
    """The disagreements that are worth reading: shrunk, one of each shape, shortest first."""
    first = sorted(found, key=lambda one: len(text_of(one.routine)))[: options.shrink]
    small = shrink(first, folder)
    once = {shape(one): one for one in small}
    return sorted(once.values(), key=lambda one: len(text_of(one.routine)))


def _show(tally: Counter[str], kept: list[Disagreement], options: argparse.Namespace) -> None:
    for one in kept:
        print(f"// seed {one.routine.seed}: {one.title}\n{text_of(one.routine)}")
        if options.output is not None:
            options.output.mkdir(parents=True, exist_ok=True)
            path = options.output / f"seed{one.routine.seed}_{one.kind}_{one.line}.go.txt"
            path.write_text(f"// {one.title}\n{text_of(one.routine)}", encoding="utf-8")
    for name in sorted(tally):
        print(f"{tally[name]:9} {name}")


if __name__ == "__main__":
    sys.exit(main())
