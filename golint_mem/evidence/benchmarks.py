"""Memory figures of `go test -bench -benchmem -count N`, and whether they have become worse than noise explains."""

from __future__ import annotations

import json
import math
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from golint_mem.errors import UsageError

FORMAT = 1
ALPHA = 0.05
ENOUGH = 4
MEASURES = ("B/op", "allocs/op")
_PACKAGE = re.compile(r"pkg:\s*(\S+)")
_RESULT = re.compile(r"(Benchmark\S*?)(?:-\d+)?\s+\d+\s+(.*)")
_VALUE = re.compile(r"([\d.]+(?:e[+-]?\d+)?)\s+(\S+)")


@dataclass(frozen=True, slots=True)
class Bench:
    """What was measured of one benchmark, by measure; `name` has sub-benchmarks but no `-8` for processors."""

    package: str
    name: str
    samples: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Earlier figures, and the fingerprints of the escape findings of that time (None: not asked)."""

    benches: tuple[Bench, ...]
    findings: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """How one measure of one benchmark has changed. `sure` says that noise does not explain it."""

    bench: Bench
    measure: str
    before: float
    now: float
    sure: bool
    worse: bool

    @property
    def part(self) -> float:
        """The change as a part of what it was before."""
        return (self.now - self.before) / self.before if self.before else (math.inf if self.now else 0.0)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """By how many percent each measure may grow."""

    percent: Mapping[str, float] = field(default_factory=lambda: {"B/op": 5.0, "allocs/op": 0.0})


def parse(text: str) -> tuple[Bench, ...]:
    """The benchmarks of a test's output that have memory figures, in the order of their first line."""
    found: dict[tuple[str, str], dict[str, list[float]]] = {}
    package = ""
    for line in text.splitlines():
        if header := _PACKAGE.match(line):
            package = header[1]
        elif result := _RESULT.match(line):
            values = {unit: float(value) for value, unit in _VALUE.findall(result[2])}
            for measure in values.keys() & set(MEASURES):
                found.setdefault((package, result[1]), {}).setdefault(measure, []).append(values[measure])
    return tuple(
        Bench(package, name, {measure: tuple(values[measure]) for measure in MEASURES if measure in values})
        for (package, name), values in found.items()
    )


def baseline(text: str) -> Baseline:
    """A baseline from what `bench record` wrote, or from the output of a test."""
    if not text.lstrip().startswith("{"):
        return Baseline(parse(text))
    try:
        kept = json.loads(text)
        if kept["format"] != FORMAT:
            raise UsageError(f"the baseline has format {kept['format']}, not {FORMAT}; record it again")
        benches = [
            Bench(one["package"], one["name"], {name: tuple(map(float, all_)) for name, all_ in one["samples"].items()})
            for one in kept["benchmarks"]
        ]
        findings = kept.get("findings")
        return Baseline(tuple(benches), None if findings is None else frozenset(map(str, findings)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"the baseline is neither a test's output nor what bench record writes: {error}") from error


def recorded(benches: Sequence[Bench], findings: frozenset[str] | None) -> str:
    """What `bench record` writes."""
    content = {
        "format": FORMAT,
        "benchmarks": [{"package": one.package, "name": one.name, "samples": dict(one.samples)} for one in benches],
        "findings": None if findings is None else sorted(findings),
    }
    return json.dumps(content, indent=1) + "\n"


def compare(now: Sequence[Bench], before: Baseline, tolerance: Tolerance) -> Iterator[Change]:
    """What has changed, for every measure that both have."""
    known = {(one.package, one.name): one for one in before.benches}
    for bench in now:
        old = known.get((bench.package, bench.name))
        for measure in MEASURES if old is not None else ():
            assert old is not None
            samples, earlier = bench.samples.get(measure, ()), old.samples.get(measure, ())
            if samples and earlier:
                was, is_now = statistics.median(earlier), statistics.median(samples)
                sure = is_sure(earlier, samples)
                worse = sure and is_now > was * (1 + tolerance.percent[measure] / 100)
                yield Change(bench, measure, was, is_now, sure, worse)


def is_sure(before: Sequence[float], now: Sequence[float]) -> bool:
    """Whether two sets of samples differ by more than noise.

    Figures that never vary are taken at their word. Others need the Mann-Whitney test with four samples on either side;
    with fewer, all new ones have to lie beyond all old ones.
    """
    if len(set(before)) == 1 and len(set(now)) == 1:
        return before[0] != now[0]
    if min(len(before), len(now)) < ENOUGH:
        return min(now) > max(before) or max(now) < min(before)
    return _probability(before, now) < ALPHA


def _probability(one: Sequence[float], other: Sequence[float]) -> float:
    """The two-sided p of the Mann-Whitney test, by the normal approximation with its corrections for ties and steps."""
    n, m = len(one), len(other)
    wins = sum((a > b) + (a == b) / 2 for a in one for b in other)
    ties = sum(count**3 - count for count in Counter(chain(one, other)).values())
    spread = math.sqrt(n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1))))
    if spread == 0:
        return 1.0
    distance = max(abs(wins - n * m / 2) - 0.5, 0.0) / spread
    return 2 * (1 - statistics.NormalDist().cdf(distance))
