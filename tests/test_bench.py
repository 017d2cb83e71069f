"""The gate for benchmarks: figures, noise, the table, and what it says where a benchmark became worse."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from golint_mem.cli.main import main
from golint_mem.errors import UsageError
from golint_mem.evidence.benchmarks import Baseline, Tolerance, baseline, compare, is_sure, parse, recorded

needs_go = pytest.mark.skipif(shutil.which("go") is None, reason="no go on PATH")
OUTPUT = """\
goos: linux
pkg: example.com/m/a
cpu: some
BenchmarkJoin-8   \t  1000\t      1234 ns/op\t  {0} B/op\t   {1} allocs/op
BenchmarkJoin/sub=2-8 1000 12 ns/op 7.5 MB/s 16 B/op 1 allocs/op
BenchmarkPlain-8 1000000 12.5 ns/op
PASS
ok  \texample.com/m/a\t1.2s
"""


def _output(*samples: tuple[int, int]) -> str:
    return "".join(OUTPUT.format(*one) for one in samples)


def test_parse() -> None:
    join, sub = parse(_output((100, 2), (104, 2)))
    assert (join.package, join.name) == ("example.com/m/a", "BenchmarkJoin")
    assert join.samples == {"B/op": (100.0, 104.0), "allocs/op": (2.0, 2.0)}
    assert (sub.name, sub.samples["B/op"]) == ("BenchmarkJoin/sub=2", (16.0, 16.0))


def test_a_recorded_baseline_comes_back() -> None:
    benches = parse(_output((100, 2)))
    assert baseline(recorded(benches, frozenset({"f"}))) == Baseline(benches, frozenset({"f"}))
    assert baseline(_output((100, 2))) == Baseline(benches)


@pytest.mark.parametrize(
    "text", ['{"format": 1}', '{"format": 9, "benchmarks": []}', "{", '{"format": 1, "benchmarks": 3}']
)
def test_a_broken_baseline_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="baseline"):
        baseline(text)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ([100], [100], False),
        ([100], [101], True),
        ([100] * 5, [101] * 5, True),
        ([100, 110], [105, 120], False),
        ([100, 110], [111, 120], True),
        ([100, 101, 102, 103, 104], [110, 111, 112, 113, 114], True),
        ([100, 110, 120, 130, 140], [101, 111, 121, 131, 139], False),
    ],
)
def test_noise(before: list[float], now: list[float], expected: bool) -> None:
    assert is_sure(before, now) is expected


def test_noise_alone_is_seldom_taken_for_a_change() -> None:
    chance = random.Random(7)
    samples = [[[chance.gauss(1000, 50) for _ in range(10)] for _ in range(2)] for _ in range(400)]
    assert sum(is_sure(*pair) for pair in samples) <= 400 * 0.08
    shifted = [(before, [value + 100 for value in now]) for before, now in samples]
    assert sum(is_sure(*pair) for pair in shifted) >= 400 * 0.9


@pytest.mark.parametrize(
    ("now", "worse"),
    [((105, 2), []), ((106, 2), ["B/op"]), ((100, 3), ["allocs/op"]), ((50, 1), []), ((200, 5), ["B/op", "allocs/op"])],
)
def test_tolerances(now: tuple[int, int], worse: list[str]) -> None:
    changes = list(compare(parse(_output(now)), baseline(_output((100, 2))), Tolerance()))
    assert [change.measure for change in changes if change.worse] == worse


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["bench", *arguments])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an older and a newer output."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.txt").write_text(_output(*[(100, 2)] * 3))
    (tmp_path / "new.txt").write_text(_output(*[(150, 2)] * 3))
    return tmp_path


def test_commands(folder: Path) -> None:
    done = _run("check", "new.txt", "--baseline", "old.txt")
    assert done.exit_code == 1, done.output
    assert "a.Join" in done.stdout and "+50.0%  WORSE" in done.stdout
    assert "GM599 BenchmarkJoin allocates more than before: B/op from 100 to 150" in done.stdout
    assert _run("check", "old.txt", "--baseline", "old.txt").exit_code == 0
    assert _run("check", "new.txt", "--baseline", "old.txt", "--bytes-tolerance", "60").exit_code == 0
    assert _run("record", "old.txt", "--output", "base.json").exit_code == 0
    assert _run("check", "new.txt", "--baseline", "base.json").exit_code == 1
    (folder / "other.txt").write_text(_output((1, 1)).replace("/m/a", "/m/b"))
    assert _run("check", "other.txt", "--baseline", "base.json").exit_code == 3
    (folder / "empty.txt").write_text("PASS\n")
    done = _run("check", "empty.txt", "--baseline", "base.json")
    assert done.exit_code == 2 and "no benchmark" in done.stderr
    assert _run("check", "gone.txt", "--baseline", "base.json").exit_code == 2


GROWN = """\
package a

func Join(words []string) string {
	s := ""
	for _, word := range words {
		s += word + ","
	}
	return s
}

func Other(words []string) string {
	t := ""
	for _, word := range words {
		t += word + ";"
	}
	return t
}
"""
BUILT = """\
package a

import "strings"

func Join(words []string) string {
	var s strings.Builder
	for _, word := range words {
		s.WriteString(word)
	}
	return s.String()
}
"""
BENCHMARK = """\
package a

import "testing"

func run(words []string) string { return Join(words) }

func BenchmarkJoin(b *testing.B) {
	words := make([]string, 100)
	for i := range words {
		words[i] = "word"
	}
	for i := 0; i < b.N; i++ {
		run(words)
	}
}
"""


@needs_go
def test_a_real_regression_names_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.21\n")
    (tmp_path / "a_test.go").write_text(BENCHMARK)
    for name, source in {"old": BUILT, "new": GROWN}.items():
        (tmp_path / "a.go").write_text(source)
        command = ["go", "test", "-bench=.", "-benchmem", "-benchtime=100x", "-count=3"]
        (tmp_path / f"{name}.txt").write_text(
            subprocess.run(command, capture_output=True, text=True, check=True).stdout
        )
        if name == "old":
            assert _run("record", "old.txt", "--output", "base.json", "--compiler").exit_code == 0
    assert json.loads((tmp_path / "base.json").read_text())["findings"] == []
    done = _run("check", "new.txt", "--baseline", "base.json", "--compiler", "--format", "sarif")
    assert done.exit_code == 1, done.output
    (result,) = json.loads(done.stdout)["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("a_test.go", 7)
    (related,) = result["relatedLocations"]
    assert related["message"]["text"].startswith("GM504 is new here: `s` is copied")
    done = _run("check", "new.txt", "--baseline", "base.json", "--compiler", "--format", "github")
    assert "::error file=a_test.go,line=7" in done.stdout
