"""What profiles measured where findings are: matched by function and line, also where the lines have moved since."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from golint_mem.errors import UsageError
from golint_mem.evidence.pprof import Frame, Profile, read
from golint_mem.findings import Confidence, Cost, Finding, Notification, Place
from golint_mem.project.package import Package

DEFAULT = "default.pgo"
NEAR = 2
TOP = 50.0
HOT = 0.01
_GENERIC = re.compile(r"\[[^\[\]]*\]")
_NAME = re.compile(r"(?P<package>(?:.*/)?[^./]+)\.(?P<rest>.+)")
_INNER = re.compile(r"(?:\.func\d+|\.\d+|-range\d+|\.gowrap\d+|\.deferwrap\d+|-fm)+$")
_FUNCTION = re.compile(rb"^func\s+(?:\([^)]*?\*?\s*(\w+)\s*(?:\[[^\]]*\])?\s*\)\s*)?(\w+)", re.M)
_RANKING = ("alloc_space", "goroutine", "goroutineleak", "delay", "cpu", "inuse_space")


def weigh(
    findings: Sequence[Finding], packages: Sequence[Package], root: Path, named: Iterable[Path]
) -> tuple[list[Finding], list[Notification]]:
    """The findings with what the profiles measured at them, and with ranks by their cost.

    `default.pgo` beside a main package is read as well. UsageError where a named profile cannot be read.
    """
    profiles = [read(root / path, path.as_posix()) for path in named]
    notifications = []
    for path in _defaults(packages, root):
        try:
            profiles.append(read(root / path, path))
        except UsageError as error:
            notifications.append(Notification("profile-unreadable", str(error), "warning", path))
    if not profiles:
        return [_seen(finding, 0) for finding in findings], notifications
    indexes = [Index.of(profile) for profile in profiles]
    places = Places(packages)
    return [_weighed(finding, places, indexes) for finding in findings], notifications


def _defaults(packages: Iterable[Package], root: Path) -> Iterator[str]:
    for package in packages:
        path = f"{package.path}/{DEFAULT}" if package.path != "." else DEFAULT
        if package.name == "main" and (root / path).is_file():
            yield path


def _weighed(finding: Finding, places: Places, indexes: Iterable[Index]) -> Finding:
    costs, share = [], 0.0
    for index in indexes:
        found = places.sums(finding, index)
        costs += found
        share = max([share, *(index.share(cost) for cost in found)])
    finding = _seen(finding, share)
    if not costs:
        return replace(finding, rank=round(finding.rank * (TOP - 1) / 100, 1))
    return replace(finding, costs=tuple(costs), rank=round(TOP + (100 - TOP) * min(share, 1.0), 5))


def _seen(finding: Finding, share: float) -> Finding:
    """A finding that counts only where a profile shows its place is but possible where the place has no such share."""
    cold = finding.claim is not None and finding.claim.hot and share < HOT
    return replace(finding, confidence=Confidence.POSSIBLE) if cold else finding


@dataclass(slots=True)
class Line:
    """What was measured at one line of a function, by measure."""

    start: int
    file: str
    flat: list[int]
    total: list[int]


@dataclass(slots=True)
class Index:
    """A profile by function and line. Functions are pairs of an import path and a name as findings use it."""

    profile: Profile
    totals: tuple[int, ...]
    functions: dict[tuple[str, str], dict[int, Line]] = field(default_factory=dict)

    @classmethod
    def of(cls, profile: Profile) -> Index:
        """The index of a profile."""
        measures = range(len(profile.measures))
        index = cls(profile, tuple(profile.total(measure) for measure in measures))
        for stack, values in profile.samples:
            for position, frame in enumerate(dict.fromkeys(stack)):
                line = index._line(frame)
                for measure in measures:
                    line.total[measure] += values[measure]
                    line.flat[measure] += values[measure] if position == 0 else 0
        return index

    def _line(self, frame: Frame) -> Line:
        count = len(self.profile.measures)
        lines = self.functions.setdefault(function_of(frame.function), {})
        return lines.setdefault(frame.line, Line(frame.start, frame.file, [0] * count, [0] * count))

    def share(self, cost: Cost) -> float:
        """How much of the whole profile a cost is; 0 for measures that rank nothing."""
        names = [name for name, _ in self.profile.measures]
        whole = self.totals[names.index(cost.measure)]
        return cost.total / whole if cost.measure in _RANKING and whole > 0 else 0.0


def function_of(name: str) -> tuple[str, str]:
    """The import path and the declared function or `Type.Method` that a name of a profile belongs to."""
    while _GENERIC.search(name):
        name = _GENERIC.sub("", name)
    found = _NAME.fullmatch(name)
    if found is None:
        return "", name
    rest = _INNER.sub("", found["rest"].replace("(*", "").replace(")", ""))
    return found["package"].replace("%2e", "."), rest


class Places:
    """Finds what an index holds for a finding."""

    def __init__(self, packages: Iterable[Package]) -> None:
        self._packages = {file.path: package for package in packages for file in package.files}
        self._sources = {file.path: file.source for package in packages for file in package.files}
        self._starts: dict[str, list[tuple[int, str]]] = {}

    def sums(self, finding: Finding, index: Index) -> list[Cost]:
        """What was measured at the lines of a finding; where nothing was, at those of its steps in the function.

        Where a finding is about what others pay, it is what was measured at all of these.
        """
        if finding.claim is not None and finding.claim.costs:
            return list(_costs(list(self._paid(finding, index)), index.profile))
        lines = self.lines(finding, index)
        steps = [step.place for thread in finding.threads for step in thread if step.place.path == finding.place.path]
        for places in ([finding.place], steps):
            if found := list(_near(lines, places)):
                return list(_costs(found, index.profile))
        return []

    def _paid(self, finding: Finding, index: Index) -> Iterator[Line]:
        """What was measured at the places that a finding costs, each counted once."""
        seen = set()
        for place in (step.place for step in finding.related):
            at_place = replace(finding, place=place, function=self._function(place))
            for line in _near(self.lines(at_place, index), [place]):
                if id(line) not in seen:
                    seen.add(id(line))
                    yield line

    def lines(self, finding: Finding, index: Index) -> Mapping[int, Line]:
        """What was measured in the function of a finding, by the lines that the source has now."""
        package = self._packages.get(finding.place.path)
        if package is None or not finding.function:
            return {}
        path = "main" if package.name == "main" else package.import_path
        measured = index.functions.get((path, _INNER.sub("", finding.function)), {})
        base = finding.place.path.rpartition("/")[2]
        now = self._start(finding.place)
        return {
            number + (now - line.start if line.start else 0): line
            for number, line in measured.items()
            if line.file.replace("\\", "/").rpartition("/")[2] == base
        }

    def _start(self, place: Place) -> int:
        """The line at which the function around a place starts."""
        return self._around(place)[0]

    def _function(self, place: Place) -> str:
        """The name of the function around a place."""
        return self._around(place)[1]

    def _around(self, place: Place) -> tuple[int, str]:
        path = place.path
        if path not in self._starts:
            source = self._sources[path]
            self._starts[path] = [
                (source.count(b"\n", 0, one.start()) + 1, b".".join(filter(None, one.groups())).decode())
                for one in _FUNCTION.finditer(source)
            ]
        starts = self._starts[path]
        return starts[max(bisect_right(starts, (place.line, "~")) - 1, 0)] if starts else (1, "")


def _near(lines: Mapping[int, Line], places: Iterable[Place]) -> Iterator[Line]:
    """The lines at the places; else the nearest one that is not further than two lines away."""
    wanted = {number for place in places for number in range(place.line, place.end_line + 1)}
    exact = [lines[number] for number in sorted(wanted) if number in lines]
    if exact or not wanted:
        yield from exact
        return
    distances = {number: min(abs(number - one) for one in wanted) for number in lines}
    nearest = min(distances, key=lambda number: (distances[number], number), default=None)
    if nearest is not None and distances[nearest] <= NEAR:
        yield lines[nearest]


def _costs(lines: Sequence[Line], profile: Profile) -> Iterator[Cost]:
    for number, (measure, unit) in enumerate(profile.measures):
        total = sum(line.total[number] for line in lines)
        if total:
            yield Cost(profile.name, measure, unit, sum(line.flat[number] for line in lines), total)


@dataclass(frozen=True, slots=True)
class Site:
    """A line of the run's packages, what was measured in it and in what it calls of others, and what explains it."""

    function: str
    file: str
    line: int
    value: int
    findings: tuple[Finding, ...]


def sites(profile: Profile, findings: Iterable[Finding], packages: Sequence[Package], measure: int) -> list[Site]:
    """The lines that a profile charges to the packages, the dearest first.

    Each sample belongs to the innermost line of its stack that is in one of the packages.
    """
    places, index = Places(packages), Index.of(profile)
    explained: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        for line in _near(places.lines(finding, index), [finding.place]):
            explained[id(line)].append(finding)
    own = {"main" if package.name == "main" else package.import_path for package in packages}
    values: dict[tuple[str, str, int], int] = defaultdict(int)
    for stack, measured in profile.samples:
        frame = next((frame for frame in stack if function_of(frame.function)[0] in own), None)
        if frame is not None:
            values[*function_of(frame.function), frame.line] += measured[measure]
    found = []
    for (path, name, number), value in values.items():
        line = index.functions[path, name][number]
        found.append(Site(f"{path}.{name}", line.file, number, value, tuple(explained[id(line)])))
    return sorted(found, key=lambda site: (-site.value, site.function, site.line))
