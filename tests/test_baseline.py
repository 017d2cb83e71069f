"""What is new beside a baseline file or a git revision, through edits that change nothing about a finding."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from golint_mem.cli.main import main

HEAD = 'package a\n\n// #include <stdlib.h>\nimport "C"\n\n'
ONE = "func one(s string) {\n\tname := C.CString(s)\n\tC.puts(name)\n}\n"
TWO = "func two(s string) {\n\tC.puts(C.CString(s))\n}\n"
BASELINE = "base.json"


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository with two leaks in its one commit, and a baseline of them outside."""
    monkeypatch.chdir(tmp_path)
    Path("go.mod").write_text("module example.com/a\n\ngo 1.22\n")
    Path("a.go").write_text(HEAD + ONE + TWO)
    git("init", "-q", "-b", "main")
    commit("leaks")
    return tmp_path


def git(*arguments: str) -> str:
    """Run git, as somebody."""
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *who, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def commit(message: str) -> str:
    """Commit everything; the name of the commit."""
    git("add", "-A")
    git("commit", "-q", "-m", message)
    return git("rev-parse", "HEAD")


def run(*arguments: str) -> Result:
    """`golint-mem` with these arguments."""
    done = CliRunner().invoke(main, arguments)
    assert "Traceback" not in done.output, done.output
    return done


def new_lines(*arguments: str) -> list[tuple[str, int]]:
    """Where `check` with these arguments finds something new."""
    done = run("check", "--format", "json", *arguments)
    assert done.exit_code in (0, 1), done.output
    places = [finding["place"] for finding in json.loads(done.stdout)["findings"]]
    assert done.exit_code == bool(places)
    return [(place["path"], place["line"]) for place in places]


def both(*arguments: str) -> list[tuple[str, int]]:
    """What is new beside the baseline of the first commit, which is what is new since that commit."""
    by_file = new_lines("--baseline", BASELINE, *arguments)
    assert new_lines("--new-from", "HEAD", *arguments) == by_file
    return by_file


@pytest.fixture(autouse=True)
def baseline(tree: Path) -> None:
    """A baseline of the first commit."""
    done = run("baseline", "--output", BASELINE)
    assert done.exit_code == 0 and "2 findings written to base.json" in done.stderr


def test_nothing_is_new_at_first() -> None:
    assert both() == []
    assert "No new findings in" in run("check", "--baseline", BASELINE).stdout
    assert len(new_lines()) == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ONE, "// Moved down.\n\nvar x = 1\n\n" + ONE),
        (ONE + TWO, TWO + ONE),
        ("name", "label"),
        ("C.puts(C.CString(s))", "C.puts(  C.CString(s)) // said"),
        ("s string", "text string"),
        ("func one(", "func first("),
        ("\tname :=", '\tif s == "" {\n\t\treturn\n\t}\n\tname :='),
    ],
)
def test_an_edit_that_changes_nothing_about_a_leak(old: str, new: str) -> None:
    source = (HEAD + ONE + TWO).replace(old, new)
    if old == "s string":
        source = source.replace("CString(s)", "CString(text)")
    assert source != HEAD + ONE + TWO
    Path("a.go").write_text(source)
    assert len(new_lines()) == 2 and both() == []


def test_a_moved_file_and_a_moved_function() -> None:
    Path("sub").mkdir()
    Path("a.go").rename("sub/b.go")
    assert both() == []
    Path("sub/b.go").write_text(HEAD + ONE)
    Path("a.go").write_text(HEAD + TWO)
    assert both() == []


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (HEAD + ONE + TWO.replace("two", "three") + TWO, 11),
        (HEAD + ONE + TWO.replace("}", "\tC.puts(C.CString(s))\n}"), 12),
        (HEAD + ONE.replace("\tC.puts(name)\n", "\tC.puts(name)\n\tother := C.strdup(name)\n\t_ = other\n") + TWO, 9),
    ],
)
def test_a_new_leak_among_old_ones(source: str, line: int) -> None:
    Path("a.go").write_text(source)
    found = both()
    assert len(found) == 1 and found[0][0] == "a.go"
    assert found == [("a.go", line)]


def test_a_leak_for_another_one_is_new() -> None:
    Path("a.go").write_text(
        HEAD + ONE + "func other(s string) {\n\tC.free(C.malloc(1))\n\tp := C.malloc(2)\n\t_ = p\n}\n"
    )
    assert len(both()) == 1


def test_a_copied_file_is_new() -> None:
    Path("sub").mkdir()
    Path("sub/a.go").write_text(Path("a.go").read_text())
    assert [path for path, _ in both()] == ["sub/a.go", "sub/a.go"]


def test_mended_leaks_are_counted_and_the_baseline_shrinks() -> None:
    Path("a.go").write_text(HEAD + TWO)
    assert run("check", "--baseline", BASELINE).stdout.endswith("1 known before, 1 gone since.\n")
    run("baseline", "--output", BASELINE)
    rows = json.loads(Path(BASELINE).read_text())["findings"]
    assert [row["function"] for row in rows] == ["two"]
    Path("b.go").write_text(HEAD + "func b() {}\n")
    assert "gone" not in run("check", "--baseline", BASELINE, "b.go").stdout


def test_sarif_says_what_is_new() -> None:
    Path("a.go").write_text(HEAD + ONE + TWO + TWO.replace("two", "three"))
    done = run("check", "--baseline", BASELINE, "--format", "sarif")
    states = [result["baselineState"] for result in json.loads(done.stdout)["runs"][0]["results"]]
    assert sorted(states) == ["new", "unchanged", "unchanged"]
    assert all(
        "baselineState" not in one for one in json.loads(run("check", "--format", "sarif").stdout)["runs"][0]["results"]
    )


def test_a_suppressed_finding_is_not_in_the_baseline() -> None:
    Path("a.go").write_text(HEAD + ONE + TWO.replace("(s))", "(s)) //nolint:golint-mem"))
    run("baseline", "--output", BASELINE)
    Path("a.go").write_text(HEAD + ONE + TWO)
    assert new_lines("--baseline", BASELINE) == [("a.go", 11)]


def test_the_configuration_may_name_the_baseline() -> None:
    Path(".golint-mem.toml").write_text(f'baseline = "{BASELINE}"\n')
    assert new_lines() == []
    Path("sub").mkdir()
    assert new_lines("sub/../a.go") == []
    assert "2 findings written" in run("baseline", "--output", "other.json").stderr


def test_a_branch_is_compared_with_where_it_parted() -> None:
    git("checkout", "-q", "-b", "feature")
    Path("b.go").write_text(HEAD + TWO.replace("two", "three"))
    commit("one more leak")
    git("checkout", "-q", "main")
    Path("a.go").write_text(HEAD + "func nothing() {}\n")
    commit("mend the leaks")
    git("checkout", "-q", "feature")
    assert new_lines("--new-from", "main") == [("b.go", 7)]


def test_only_the_named_paths_below_a_folder_of_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("sub").mkdir()
    Path("sub/a.go").write_text(HEAD + ONE)
    commit("below")
    Path("sub/b.go").write_text(HEAD + TWO)
    Path("c.go").write_text(HEAD + TWO.replace("two", "three"))
    monkeypatch.chdir("sub")
    assert new_lines("--new-from", "HEAD") == [("b.go", 7)]
    assert new_lines("--new-from", "HEAD", "a.go") == []
    assert new_lines("--new-from", "HEAD", "..") == [("../c.go", 7)]
    assert new_lines("--new-from", "HEAD~1") == [("a.go", 7), ("b.go", 7)]


def test_nothing_of_the_repository_is_run_and_nothing_is_left(tree: Path) -> None:
    hooks = tree / ".git" / "hooks"
    for name in ("post-checkout", "pre-commit", "post-index-change"):
        (hooks / name).write_text("#!/bin/sh\ntouch ran\n")
        (hooks / name).chmod(0o755)
    Path(".gitattributes").write_text("*.go filter=evil export-ignore\n")
    git("config", "filter.evil.smudge", "touch ran; cat")
    git("config", "core.fsmonitor", "touch ran")
    before = sorted(path.name for path in tree.iterdir())
    assert new_lines("--new-from", "HEAD") == []
    assert sorted(path.name for path in tree.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--new-from", "nowhere"), "--new-from: git knows no revision nowhere here"),
        (("--new-from", "--output=x"), "--new-from: not a revision: --output=x"),
        (("--new-from", "HEAD", "--baseline", BASELINE), "--baseline and --new-from both"),
        (("--baseline", "none.json"), "cannot read the baseline none.json: No such file"),
        (("--baseline", "go.mod"), "the baseline go.mod is not JSON"),
        (("--baseline", "odd.json"), "odd.json is no baseline of this version"),
        (("--baseline", "bad.json"), "the baseline bad.json is damaged"),
    ],
)
def test_what_is_refused(arguments: tuple[str, ...], message: str) -> None:
    Path("odd.json").write_text('{"version": 99}')
    Path("bad.json").write_text('{"version": 1, "findings": [{"path": 3, "traces": []}]}')
    done = run("check", *arguments)
    assert done.exit_code == 2 and message in done.stderr


def test_no_git_repository(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("plain"))
    Path("a.go").write_text(HEAD + ONE)
    assert "git knows no revision HEAD here" in run("check", "--new-from", "HEAD").stderr
