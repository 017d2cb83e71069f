"""Regressions of benchmarks as a table, and as findings at the benchmark functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from golint_mem.errors import NothingToAnalyse
from golint_mem.evidence.benchmarks import Bench, Change
from golint_mem.findings import Confidence, Evidence, Finding, Place, Report, RuleInfo, Step
from golint_mem.project.discover import discover
from golint_mem.project.package import Package
from golint_mem.semantics.package import PackageFacts, Program
from golint_mem.semantics.reach import reached
from golint_mem.settings import Settings
from golint_mem.syntax.go import Function, place
from golint_mem.triage.fingerprints import with_fingerprints

RULE = RuleInfo(
    "GM599",
    "benchmark-regression",
    "A benchmark that allocates more than it did.",
    "error",
    "very-high",
    {
        "Why is this bad": "What a benchmark allocates per round is paid for in every call of the code it measures, by"
        " the allocation itself and by the garbage collector.",
        "How to fix it": "Look at the escape findings that are named beside it, or at `go test -memprofile`; where the"
        " change is meant, record the baseline anew with `golint-mem bench record`.",
    },
    ("memory", "benchmark"),
)


def table(changes: Sequence[Change], now: Iterable[Bench], before: Iterable[Bench]) -> Iterator[str]:
    """One line per measure that changed or could have, and which benchmarks are in one run only."""
    width = max(len(_title(change.bench)) for change in changes)
    for change in changes:
        verdict = "WORSE" if change.worse else "~" if not change.sure else "better" if change.part < 0 else "tolerated"
        figures = f"{change.before:>14,.0f} {change.now:>14,.0f} {change.part:>+8.1%}"
        yield f"{_title(change.bench):<{width}}  {change.measure:<9} {figures}  {verdict}"
    names, known = ({(one.package, one.name) for one in some} for some in (now, before))
    for gone, text in ((known - names, "not run any more"), (names - known, "not in the baseline")):
        yield from (f"{package}.{name}: {text}" for package, name in sorted(gone))


def _title(bench: Bench) -> str:
    return f"{bench.package.rpartition('/')[2]}.{bench.name.removeprefix('Benchmark')}"


def regressions(worse: Sequence[Change], settings: Settings, escapes: Sequence[Finding]) -> Report:
    """The report of what became worse: one finding per benchmark, at its function where it is found."""
    try:
        packages, notifications = discover(settings) if worse else ((), ())
    except NothingToAnalyse as nothing:
        packages, notifications = (), nothing.notifications
    by_bench: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in worse:
        by_bench[change.bench.package, change.bench.name].append(change)
    program = Program(packages, settings)
    findings = [_finding(changes, program, packages, escapes) for changes in by_bench.values()]
    sources = {file.path: file.source for package in packages for file in package.files}
    return Report(
        findings=with_fingerprints(findings, sources),
        notifications=tuple(notifications),
        rules=(RULE,),
        sources=sources,
        files=len(sources),
        packages=len(packages),
    )


def _finding(
    changes: Sequence[Change], program: Program, packages: Sequence[Package], escapes: Sequence[Finding]
) -> Finding:
    bench = changes[0].bench
    grown = " and ".join(f"{one.measure} from {one.before:,.0f} to {one.now:,.0f}" for one in changes)
    found = _declared(bench, program, packages)
    names = reached(*found) if found is not None else frozenset()
    related = [
        Step(one.place, f"{one.code} is new here: {one.message}")
        for one in escapes
        if (one.place.path, one.function) in names
    ]
    return Finding(
        RULE.code,
        f"{bench.name} allocates more than before: {grown}",
        _place(found[0]) if found is not None else Place(bench.package, 1, 1, 1, 1),
        related=tuple(related),
        confidence=Confidence.CERTAIN,
        evidence=Evidence.PROFILE,
        rank=90.0,
        function=bench.name.partition("/")[0],
        subject=bench.name,
    )


def _declared(bench: Bench, program: Program, packages: Sequence[Package]) -> tuple[Function, PackageFacts] | None:
    """The function of a benchmark, and its package."""
    name = bench.name.partition("/")[0]
    for package in packages:
        if package.import_path.removesuffix("_test") != bench.package:
            continue
        facts = program.of(package)
        if name in facts.declarations.functions:
            return facts.declarations.functions[name], facts
    return None


def _place(function: Function) -> Place:
    name = function.node.child_by_field_name("name")
    return place(function.path, name if name is not None else function.node)
