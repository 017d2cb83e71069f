"""Findings that the source code or the configuration waves through."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from golint_mem.cli.main import main
from golint_mem.pipeline import check
from golint_mem.settings import Settings

HEAD = 'package a\n\n// #include <stdlib.h>\nimport "C"\n\n'
LEAK = "\tC.puts(C.CString(s))"


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty module."""
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.22\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lines(source: str, **options: bool) -> tuple[list[int], list[int], list[tuple[str, int]]]:
    """The lines of the findings that stay, of those suppressed, and the notifications."""
    Path("a.go").write_text(source)
    report = check(Settings(root=Path.cwd(), **options))
    kept, suppressed = ([one.place.line for one in group] for group in (report.findings, report.suppressed))
    return kept, suppressed, [(note.kind, note.line) for note in report.notifications]


def body(*statements: str) -> str:
    """A function with these lines from line 7 on."""
    return HEAD + "func f(s string) {\n" + "\n".join(statements) + "\n}\n"


@pytest.mark.parametrize(
    "comment",
    [
        "//nolint",
        "//nolint // because",
        "//nolint:all",
        "// nolint:golint-mem",
        "//nolint:golint-mem // because",
        "//nolint:errcheck, GM101 // because",
        "//nolint:gm101",
        "//nolint:cgo-memory-never-freed",
        "//nolint:cgo",
        "//nolint:GM1",
        "//lint:ignore GM101 because",
        "//lint:ignore SA1000,GM1* because",
        "//lint:ignore GM101 because // of // this",
    ],
)
def test_a_comment_beside_or_above_suppresses(comment: str) -> None:
    assert lines(body(f"{LEAK} {comment}")) == ([], [7], [])
    assert lines(body(f"\t{comment}", LEAK, LEAK)) == ([9], [8], [])


@pytest.mark.parametrize(
    "comment",
    [
        "//nolint:errcheck // golint-mem",
        "//nolint:GM102",
        "//nolint because",
        "//nolintx",
        "// see nolint:golint-mem",
        "/* nolint:golint-mem */",
        "//lint:ignore SA1000 because",
        "// lint:ignore GM101 because",
        "//lint:ignore SA1000",
        "//lint:file-ignores GM101 because",
    ],
)
def test_what_does_not_suppress(comment: str) -> None:
    assert lines(body(f"{LEAK} {comment}")) == ([7], [], [])
    assert lines(body(f"\t{comment}", LEAK)) == ([8], [], [])


@pytest.mark.parametrize("comment", ["//lint:ignore GM101", "//lint:file-ignore GM101", "//nolint:", "//nolint: // x"])
def test_a_malformed_comment_is_named_and_suppresses_nothing(comment: str) -> None:
    assert lines(body(f"\t{comment}", LEAK)) == ([8], [], [("malformed-suppression", 7)])


def test_a_comment_in_a_string_is_text() -> None:
    assert lines(body('\t_ = "//nolint:golint-mem"; C.puts(C.CString(s))'))[0] == [7]
    assert lines(body("\t_ = `", "//nolint:golint-mem", "`", LEAK))[0] == [10]


@pytest.mark.parametrize("comment", ["//nolint:golint-mem // why", "//lint:ignore GM101 why"])
def test_a_comment_above_a_block_covers_the_block_and_no_more(comment: str) -> None:
    assert lines(body(f"\t{comment}", '\tif s != "" {', f"\t{LEAK}", "\t}", LEAK))[:2] == ([11], [9])
    source = HEAD + f"// f leaks.\n{comment}\nfunc f(s string) {{\n{LEAK}\n}}\n\nfunc g(s string) {{\n{LEAK}\n}}\n"
    assert lines(source)[:2] == ([13], [9])
    assert lines(source.replace(f"// f leaks.\n{comment}", f"{comment}\n// f leaks."))[:2] == ([13], [9])


def test_a_comment_beside_covers_no_block() -> None:
    assert lines(body('\tif s != "" { //nolint:golint-mem', f"\t{LEAK}", "\t}"))[0] == [8]


def test_a_comment_behind_the_last_line_of_a_call_covers_the_call() -> None:
    assert lines(body("\tC.puts(C.CString(", "\t\ts,", "\t)) //nolint:golint-mem"))[:2] == ([], [7])


def test_a_comment_before_a_blank_line_covers_nothing() -> None:
    assert lines(body("\t//nolint:golint-mem", "", LEAK))[0] == [9]


@pytest.mark.parametrize(
    "source",
    [
        "//nolint:golint-mem\n" + body(LEAK),
        "//go:build linux\n\n//nolint:GM101 // why\n\n" + body(LEAK),
        body(LEAK).replace("package a", "package a //nolint:golint-mem"),
        body("\t//lint:file-ignore GM101 why", "", LEAK),
        "\ufeff//nolint:golint-mem\n" + body(LEAK),
    ],
)
def test_file_level_forms(source: str) -> None:
    kept, suppressed, _ = lines(source)
    assert kept == [] and len(suppressed) == 1


def test_unused_suppressions_are_named_on_request() -> None:
    source = body(LEAK + " //nolint:GM101", "\t_ = s //nolint:GM101", "\t_ = s //nolint", "\t_ = s //nolint:errcheck")
    assert lines(source)[2] == []
    assert lines(source, unused_suppressions=True)[2] == [("unused-suppression", 8)]
    Path("a.go").write_text(source)
    done = run("--unused-suppressions")
    assert done.exit_code == 1 and "a.go:8: nothing to suppress here: gm101" in done.stderr


def test_no_suppression_is_unused_where_its_rule_was_not_run() -> None:
    source = body(
        "\t_ = s //nolint:GM101", "\t_ = s //nolint:golint-mem", "\t_ = s //nolint:GM102", "_ = 1 //nolint:GM9"
    )
    Path("a.go").write_text(source)
    report = check(Settings(root=Path.cwd(), select=("GM102",), unused_suppressions=True))
    assert [note.line for note in report.notifications if note.kind == "unused-suppression"] == [9, 10]


def run(*arguments: str) -> Result:
    """`golint-mem check` with these arguments."""
    return CliRunner().invoke(main, ["check", *arguments])


def test_suppressed_results_stay_in_sarif_with_kind_and_reason() -> None:
    Path(".golint-mem.toml").write_text('[[suppress]]\npaths = ["old/"]\nrules = ["cgo"]\nreason = "rewritten soon"\n')
    Path("old").mkdir()
    Path("old/b.go").write_text(body(LEAK))
    Path("a.go").write_text(body(LEAK + " //nolint:golint-mem // it is read for ever", LEAK))
    done = run("--format", "sarif")
    assert done.exit_code == 1
    results = json.loads(done.stdout)["runs"][0]["results"]
    found = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: one for one in results[1:]}
    assert "suppressions" not in results[0]
    (inside,) = found["a.go"]["suppressions"]
    assert (inside["kind"], inside["justification"]) == ("inSource", "it is read for ever")
    assert inside["location"]["physicalLocation"]["region"]["startLine"] == 7
    assert found["old/b.go"]["suppressions"] == [{"kind": "external", "justification": "rewritten soon"}]
    content = json.loads(run("--format", "json").stdout)
    assert content["summary"]["suppressed"] == 2 and len(content["findings"]) == 1
    assert run("--format", "github").stdout.count("::warning") == 1
    assert run().stdout.endswith("2 suppressed.\n")


def test_everything_suppressed_is_clean() -> None:
    Path("a.go").write_text(body(LEAK + " //nolint"))
    done = run()
    assert done.exit_code == 0 and "No findings" in done.stdout
    before = Path("a.go").read_text()
    run("--fix")
    assert Path("a.go").read_text() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[[suppress]]\npaths = ["a"]\nrules = ["GM1O1"]', "key 'suppress': unknown rule 'GM1O1'"),
        ("[[suppress]]\npaths = []", "key 'suppress.0.paths'"),
        ('[[suppress]]\npaths = ["a"]\nwhy = "x"', "key 'suppress.0.why'"),
    ],
)
def test_a_wrong_suppression_of_the_configuration(content: str, message: str) -> None:
    Path("a.go").write_text(body(LEAK))
    Path(".golint-mem.toml").write_text(content)
    done = run()
    assert done.exit_code == 2 and message in done.stderr


@pytest.mark.parametrize("between", ["", "var _ = 1\n"])
def test_a_file_full_of_comments_takes_no_time(between: str) -> None:
    source = HEAD + f"//nolint:GM102\n{between}" * 20_000 + "func f(s string) {\n" + LEAK + "\n}\n"
    started = time.process_time()
    assert len(lines(source)[0]) == 1
    assert time.process_time() - started < 20
