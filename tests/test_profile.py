"""Profiles: read as `go tool pprof` reads them, matched to findings, and reported."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from golint_mem.cli.main import main
from golint_mem.errors import UsageError
from golint_mem.evidence.pprof import read
from golint_mem.evidence.profiles import function_of
from golint_mem.findings import Confidence, Cost, Report
from golint_mem.pipeline import check
from golint_mem.report.costs import spent
from golint_mem.settings import Settings

PROGRAM = Path(__file__).parent / "runtime" / "profiled.go"
KINDS = ("heap", "allocs", "goroutine", "block", "mutex", "cpu")
ROW = re.compile(r"\s*(-?[\d.]+)\w*\s+\S+%\s+\S+%\s+(-?[\d.]+)\w*\s+\S+%\s+(.+?)(?: \((?:partial-)?inline\))?$")
UNITS = {"bytes": "B", "nanoseconds": "ns"}

needs_go = pytest.mark.skipif(shutil.which("go") is None, reason="no go on PATH")


@pytest.fixture(scope="module")
def profiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A module whose program was run and left its profiles."""
    folder = tmp_path_factory.mktemp("profiled")
    (folder / "go.mod").write_text("module example.com/profiled\n\ngo 1.21\n")
    shutil.copy(PROGRAM, folder / "main.go")
    done = subprocess.run(["go", "run", "."], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@needs_go
@pytest.mark.parametrize("kind", KINDS)
def test_totals_are_those_of_pprof(kind: str, profiled: Path) -> None:
    profile = read(profiled / f"{kind}.pb.gz", kind)
    for index, (measure, unit) in enumerate(profile.measures):
        ours = {name: sums for name, sums in profile.functions(index).items() if sums != (0, 0)}
        assert ours == _pprof(profiled, kind, measure, unit)
        assert ours or kind == "cpu"


def _pprof(folder: Path, kind: str, measure: str, unit: str) -> dict[str, tuple[int, int]]:
    """Flat and cumulative values by function, as `go tool pprof -top` prints them."""
    everything = ["-nodecount=100000", "-nodefraction=0", "-edgefraction=0", f"-unit={UNITS.get(unit, unit)}"]
    command = ["go", "tool", "pprof", "-top", *everything, f"-sample_index={measure}", f"{kind}.pb.gz"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    rows = filter(None, map(ROW.fullmatch, done.stdout.splitlines()))
    return {row[3]: (int(float(row[1])), int(float(row[2]))) for row in rows}


def _checked(folder: Path, *profiles: str) -> Report:
    paths = tuple(Path(name) for name in profiles)
    return check(Settings(root=folder, compiler=True, profiles=paths, select=("GM5",)))


@needs_go
def test_findings_get_their_cost_and_the_dearest_go_first(profiled: Path) -> None:
    findings = _checked(profiled, "allocs.pb.gz").findings
    space = [next(cost.total for cost in one.costs if cost.measure == "alloc_space") for one in findings if one.costs]
    assert len(space) >= 2 and space == sorted(space, reverse=True)
    assert [one.rank for one in findings] == sorted((one.rank for one in findings), reverse=True)
    grown = next(one for one in findings if one.code == "GM504")
    assert {cost.measure for cost in grown.costs} >= {"alloc_space", "alloc_objects"}
    profile = read(profiled / "allocs.pb.gz", "allocs")
    (flat, total) = profile.functions([name for name, _ in profile.measures].index("alloc_space"))["main.(*table).fill"]
    assert space[findings.index(grown)] == total and flat <= total


@needs_go
def test_what_is_boxed_outside_of_loops_counts_where_it_costs(profiled: Path) -> None:
    def boxed(*profiles: str, possible: bool = False) -> dict[str, Confidence]:
        paths = tuple(map(Path, profiles))
        settings = Settings(root=profiled, compiler=True, profiles=paths, select=("GM503",), show_possible=possible)
        return {one.function: one.confidence for one in check(settings).findings}

    assert set(boxed()) == {"labels"}
    assert boxed("allocs.pb.gz") == {"labels": Confidence.CERTAIN, "where": Confidence.CERTAIN}
    assert boxed("allocs.pb.gz", possible=True)["once"] is Confidence.POSSIBLE


@needs_go
def test_a_parameter_costs_what_its_callers_pay(profiled: Path) -> None:
    (finding,) = (one for one in _checked(profiled, "allocs.pb.gz").findings if one.code == "GM507")
    assert (finding.function, finding.related[0].place.path) == ("size", "main.go")
    profile = read(profiled / "allocs.pb.gz", "allocs")
    (paid,) = (cost.total for cost in finding.costs if cost.measure == "alloc_space")
    (flat, _) = profile.functions([name for name, _ in profile.measures].index("alloc_space"))["main.sizes"]
    assert paid == flat > 0


@needs_go
def test_the_first_ten_cover_half_of_what_findings_explain(profiled: Path) -> None:
    findings = _checked(profiled, "allocs.pb.gz").findings
    costs = [sum(cost.total for cost in one.costs if cost.measure == "alloc_space") for one in findings]
    assert sum(costs[:10]) * 2 >= sum(costs) > 0


@needs_go
def test_leaked_goroutines_are_counted_at_what_leaks_them(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/leaky\n\ngo 1.21\n")
    shutil.copy(PROGRAM.with_name("leaky.go"), tmp_path / "main.go")
    environment = {**os.environ, "GOEXPERIMENT": "goroutineleakprofile"}
    done = subprocess.run(["go", "run", "."], cwd=tmp_path, capture_output=True, text=True, env=environment)
    if done.returncode and ("unknown GOEXPERIMENT" in done.stderr or "exit status 3" in done.stderr):
        pytest.skip("this Go cannot profile leaked goroutines")
    assert done.returncode == 0, done.stderr
    settings = Settings(root=tmp_path, select=("GM3",), profiles=(Path("goroutineleak.pb.gz"),))
    (finding,) = check(settings).findings
    (cost,) = finding.costs
    assert (cost.measure, cost.total, finding.rank) == ("goroutineleak", 7, 100.0)
    assert read(tmp_path / "goroutineleak.pb.gz", "leaks").functions(0)["main.fetch.func1"] == (0, 7)


@needs_go
def test_lines_that_moved_are_found(profiled: Path, tmp_path: Path) -> None:
    before = {one.fingerprint: one.costs for one in _checked(profiled, "allocs.pb.gz").findings}
    moved = shutil.copytree(profiled, tmp_path / "moved")
    source = (moved / "main.go").read_text()
    (moved / "main.go").write_text(source.replace("var sink", "// one\n// two\n// three\n\nvar sink", 1))
    after = {one.fingerprint: one.costs for one in _checked(moved, "allocs.pb.gz").findings}
    assert any(before.values()) and after == before


@needs_go
def test_default_pgo_is_picked_up(profiled: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(profiled, tmp_path / "pgo")
    shutil.copy(folder / "allocs.pb.gz", folder / "default.pgo")
    assert {cost.profile for one in _checked(folder).findings for cost in one.costs} == {"default.pgo"}
    (folder / "default.pgo").write_bytes(b"\x1f\x8bnonsense")
    report = _checked(folder)
    assert report.findings and "profile-unreadable" in [note.kind for note in report.notifications]


@needs_go
def test_commands(profiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(profiled)
    arguments = ["--compiler", "--select", "GM5"]
    done = CliRunner().invoke(main, ["check", *arguments, "--profile", "allocs.pb.gz"])
    assert re.search(r"cost: alloc_space [\d.]+ MiB.* in allocs\.pb\.gz", done.stdout)
    done = CliRunner().invoke(main, ["check", *arguments, "--profile", "allocs.pb.gz", "--format", "sarif"])
    results = json.loads(done.stdout)["runs"][0]["results"]
    assert all(50 < one["rank"] <= 100 and one["properties"]["costs"] for one in results[:2])
    done = CliRunner().invoke(main, ["profile", "allocs.pb.gz", *arguments])
    assert re.search(r"MiB +\d+\.\d% +GM504 +main\.table\.fill main\.go:\d+", done.stdout), done.output
    assert "are not explained by any finding" in done.stdout
    done = CliRunner().invoke(main, ["profile", "allocs.pb.gz", "--measure", "cpu"])
    assert done.exit_code == 2 and "does not measure cpu; it has alloc_objects" in done.stderr


@pytest.mark.parametrize(
    "content", [b"", b"no profile at all", gzip.compress(b"\xff\xff", mtime=0), b"\x1f\x8b\x08broken"]
)
def test_what_is_no_profile_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.pb.gz").write_bytes(content)
    with pytest.raises(UsageError, match="no profile in pprof's format"):
        read(tmp_path / "x.pb.gz", "x.pb.gz")


def test_a_missing_profile_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the profile gone"):
        read(tmp_path / "gone", "gone")


@pytest.mark.parametrize(
    ("name", "path", "function"),
    [
        ("example.com/m/a.F", "example.com/m/a", "F"),
        ("example.com/m/a.(*T).M", "example.com/m/a", "T.M"),
        ("example.com/m/a.T.M.func1.2", "example.com/m/a", "T.M"),
        ("main.main.func1.deferwrap2", "main", "main"),
        ("gopkg.in/yaml%2ev3.(*parser).parse-fm", "gopkg.in/yaml.v3", "parser.parse"),
        ("example.com/a.Map[go.shape.*example.com/b.T,go.shape.[]int]", "example.com/a", "Map"),
        ("example.com/a.(*List[...]).Push.gowrap1", "example.com/a", "List.Push"),
        ("0x4567", "", "0x4567"),
    ],
)
def test_names_of_functions(name: str, path: str, function: str) -> None:
    assert function_of(name) == (path, function)


def test_costs_are_written_for_people() -> None:
    assert spent(Cost("heap", "alloc_space", "bytes", 1536, 5 << 20)) == "alloc_space 5.0 MiB (flat 1.5 KiB) in heap"
    assert spent(Cost("block", "delay", "nanoseconds", 1500, 1500)) == "delay 1.50 µs in block"
    assert spent(Cost("g", "goroutine", "count", 0, 12000)) == "goroutine 12,000 (flat 0) in g"
