"""What the advice of the escape rules saves: `go test -benchmem` on the examples of their own documentation."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from golint_mem.rulebook.read import read_all

ROOT = Path(__file__).parent.parent
RULES = {rule.code: rule for rule in read_all(ROOT / "rules") if rule.path.parent.name == "escape"}
GO_BLOCK = re.compile(r"^```go\n(.+?)^```$", re.MULTILINE | re.DOTALL)
RESULT = re.compile(r"^Benchmark(\w+?)(?:-\d+)?\s+\d+\s+\S+ ns/op\s+(\d+) B/op\s+(\d+) allocs/op", re.M)
SECTIONS = {"bad": "Example", "good": "Use instead"}
ROUNDS = 100
WORDS = 'words := strings.Split(strings.Repeat("word ", 100), " ")'
DRIVERS = {
    "GM501": ('lines := bytes.Split(bytes.Repeat([]byte(`{"X":1,"Y":2}|`), 99), []byte("|"))[:99]', "total(lines)"),
    "GM502": (
        "blocks := bytes.Split(bytes.Repeat([]byte(strings.Repeat(`x`, 99)+`|`), 100), []byte(`|`))",
        "checksums(blocks)",
    ),
    "GM503": ("numbers := make([]int, 100); for i := range numbers { numbers[i] = 1000 + i }", "labels(numbers)"),
    "GM504": (WORDS, "join(words)"),
    "GM505": ("", "rounds(&table{}, 5, 100)"),
    "GM506": ("data := bytes.Repeat([]byte{1}, 50000)", "sink, _ = read(bytes.NewReader(data))"),
}
TEST = """\
package example

import (
	"bytes"
	"strings"
	"testing"
)

var _, _ = bytes.Clone, strings.Clone

var sink []byte

func Benchmark{code}(b *testing.B) {{
	{setup}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {{
		{call}
	}}
}}
"""

pytestmark = pytest.mark.skipif(shutil.which("go") is None, reason="no go on PATH")


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], tuple[int, int]]:
    """Bytes and allocations of one call, by rule and by example."""
    folder = tmp_path_factory.mktemp("gain")
    (folder / "go.mod").write_text("module example.com/gain\n\ngo 1.21\n")
    found = {}
    for name, heading in SECTIONS.items():
        for code, rule in RULES.items():
            setup, call = DRIVERS[code]
            package = folder / name / code.lower()
            package.mkdir(parents=True)
            (package / "example.go").write_text("\n".join(GO_BLOCK.findall(rule.sections[heading])))
            (package / "example_test.go").write_text(TEST.format(code=code, setup=setup, call=call))
        command = ["go", "test", "-bench=.", "-benchmem", f"-benchtime={ROUNDS}x", f"./{name}/..."]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        for code, size, count in RESULT.findall(done.stdout):
            found[code, name] = int(size), int(count)
    return found


def test_every_rule_is_measured() -> None:
    assert set(DRIVERS) == set(RULES)


@pytest.mark.parametrize("code", sorted(DRIVERS))
def test_the_advice_allocates_less(code: str, measured: dict[tuple[str, str], tuple[int, int]]) -> None:
    (bad_bytes, bad_count), (good_bytes, good_count) = measured[code, "bad"], measured[code, "good"]
    print(f"{code}: {bad_bytes} B/op, {bad_count} allocs/op -> {good_bytes} B/op, {good_count} allocs/op")
    assert good_bytes < bad_bytes
    assert good_count < bad_count or code == "GM506"
