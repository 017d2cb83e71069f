"""What the advice of the escape rules saves: `go test -benchmem` on the examples of their own documentation."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from golint_mem.evidence.messages import Verb, read
from golint_mem.pipeline import check
from golint_mem.rulebook.read import read_all
from golint_mem.settings import Settings
from golint_mem.syntax.go import matches, parse

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
    "GM507": ("data := bytes.Repeat([]byte{1}, 200)", "_, _ = total(bytes.NewReader(data), 100)"),
    "GM508": (
        'lines := strings.Split(strings.Repeat(strings.Repeat("WORD ", 100)+"|", 10), "|")[:10]',
        "upper(lines, func([]string) {})",
    ),
    "GM506": ("data := bytes.Repeat([]byte{1}, 50000)", "sink, _ = read(bytes.NewReader(data))"),
}
CLAIMED = {
    "GM501": {("moved to heap", "p")},
    "GM502": {("does not escape", "make([]byte, len(block))")},
    "GM503": {("escapes to heap", "n")},
    "GM504": {("escapes to heap", 'word + ","')},
    "GM505": {("escapes to heap", "func literal")},
    "GM507": {("moved to heap", "header")},
}
UNSAID = {"GM506", "GM508"}
"""Rules about sizes: a smaller buffer escapes as well, and of `append` the compiler does not say whether it grows."""
PARTS = {
    "a closure that goroutines start with": (
        "for range 100 { waiting.Add(1); go func() { keep += limit; waiting.Done() }() }",
        "f := func() { keep += limit; waiting.Done() }; for range 100 { waiting.Add(1); go f() }",
    ),
    "a deferred call": (
        "for i := range 100 { defer add(&keep, i) }",
        "for i := range 100 { func() { defer add(&keep, i) }() }",
    ),
    "a parameter that stands in an error": (
        "for _, f := range fields { keep += leaks(string(f)) }",
        "for _, f := range fields { keep += clones(string(f)) }",
    ),
    "strings put together": (
        'for i := range 100 { keep += len(fmt.Sprintf("%s/%s: %s", word[i/2:], word, word)) }',
        'for i := range 100 { keep += len(word[i/2:] + "/" + word + ": " + word) }',
    ),
    "keys of a map": (
        "seen := map[any]int{}; for range 100 { seen[word]++; seen[word[1:]]++ }; keep += len(seen)",
        "seen := map[string]int{}; for range 100 { seen[word]++; seen[word[1:]]++ }; keep += len(seen)",
    ),
    "an interface that sorts": (
        "for range 100 { sort.Sort(sort.StringSlice(words)) }",
        "for range 100 { slices.Sort(words) }",
    ),
    "an error with a text of its own": (
        'for i := range 100 { last = fmt.Errorf("%s at %d: %w", word, limit+i+1000, io.EOF) }',
        "for i := range 100 { last = &at{word, limit + i + 1000, io.EOF} }",
    ),
    "bytes for a writer": (
        "for range 100 { _, _ = out.Write([]byte(word)) }",
        "for range 100 { _, _ = io.WriteString(out, word) }",
    ),
}
PARTS_TEST = """\
package parts

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
)

type at struct {{
	name string
	n    int
	err  error
}}

func (a *at) Error() string {{ return fmt.Sprintf("%s at %d: %v", a.name, a.n, a.err) }}
func (a *at) Unwrap() error {{ return a.err }}

var (
	keep    int
	waiting sync.WaitGroup
	word        = strings.Repeat("word", 20)
	out     io.Writer = null()
	fields      = bytes.Split(bytes.Repeat([]byte(strings.Repeat("7", 20)+" "), 99), []byte(" "))
	last   error
	words  = slices.Clone(strings.Fields(strings.Repeat("word ", 9)))
	_      = sort.Sort
)

func null() *os.File {{ f, _ := os.OpenFile(os.DevNull, os.O_WRONLY, 0); return f }}

func add(to *int, n int) {{ *to += n }}

//go:noinline
func leaks(s string) int {{
	if len(s) > 1000 {{
		panic(fmt.Errorf("too long: %s", s))
	}}
	return len(s)
}}

//go:noinline
func clones(s string) int {{
	if len(s) > 1000 {{
		panic(fmt.Errorf("too long: %s", strings.Clone(s)))
	}}
	return len(s)
}}

func run{name}(limit int) {{ {code} }}

func Benchmark{name}(b *testing.B) {{
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {{
		run{name}(i)
		waiting.Wait()
	}}
}}
"""
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


@pytest.mark.parametrize("code", sorted(set(RULES) - UNSAID))
def test_the_compiler_no_longer_reports_the_escape(code: str, tmp_path: Path) -> None:
    """What it says of the bad example's loops, it says of no loop of the good one."""
    (tmp_path / "go.mod").write_text("module example.com/gain\n\ngo 1.21\n")
    said = {}
    for name, heading in SECTIONS.items():
        (tmp_path / name).mkdir()
        path = tmp_path / name / "example.go"
        path.write_text("\n".join(GO_BLOCK.findall(RULES[code].sections[heading])))
        report = check(Settings(root=tmp_path, paths=(name,), select=("escape",), compiler=True))
        done = subprocess.run(
            ["go", "build", "-gcflags=-m=2", f"./{name}"], cwd=tmp_path, capture_output=True, text=True
        )
        loops = matches(parse(name, path.read_bytes()).root, "(for_statement) @loop", "loop")
        lines = {line for loop in loops for line in range(loop.start_point[0] + 1, loop.end_point[0] + 2)}
        said[name] = {(one.verb, one.subject) for one in read(done.stderr.splitlines()) if one.line in lines}
        assert [finding.code for finding in report.findings] == ([code] if name == "bad" else [])
    claimed = {(Verb(verb), subject) for verb, subject in CLAIMED[code]}
    assert claimed <= said["bad"] and not claimed & said["good"]


@pytest.mark.parametrize("part", sorted(PARTS))
def test_the_parts_of_rules_gain(part: str, tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/gain\n\ngo 1.22\n")
    for name, code in zip(("Bad", "Good"), PARTS[part], strict=True):
        (tmp_path / name).mkdir()
        (tmp_path / name / "parts_test.go").write_text(PARTS_TEST.format(name=name, code=code))
    command = ["go", "test", "-bench=.", "-benchmem", f"-benchtime={ROUNDS}x", "./..."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    counts = {name: (int(size), int(count)) for name, size, count in RESULT.findall(done.stdout)}
    print(f"{part}: {counts['Bad'][0]} B/op, {counts['Bad'][1]} allocs/op -> {counts['Good']}")
    assert counts["Good"] < counts["Bad"] and counts["Good"][1] + 50 < counts["Bad"][1]
