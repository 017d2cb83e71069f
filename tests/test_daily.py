"""Living with the program: many findings, watching, completion, configuration, manual pages, and what is imported."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from golint_mem.cli import publish
from golint_mem.cli.config import toml
from golint_mem.cli.main import main
from golint_mem.findings import Finding, Place, Report, RuleInfo
from golint_mem.project.config import read
from golint_mem.report import json_, sarif, text

HEAD = 'package a\n\n// #include <stdlib.h>\nimport "C"\n\n'
LEAK = HEAD + "func leak(s string) {\n\tC.puts(C.CString(s))\n}\n"
PROGRAM = [sys.executable, "-m", "golint_mem"]


def run(*arguments: str) -> Result:
    """`golint-mem` with these arguments."""
    done = CliRunner().invoke(main, arguments)
    assert "Traceback" not in done.output, done.output
    return done


def many(number: int) -> Report:
    """So many findings in forty folders; every hundredth is an error."""
    rules = tuple(RuleInfo(code, name, name, level, "high", {}) for code, name, level in (
        ("GM101", "leaks", "warning"), ("GM301", "hangs", "error"),
    ))  # fmt: skip
    findings = tuple(
        Finding("GM101" if at % 100 else "GM301", f"finding {at}", Place(f"p{at % 40}/a.go", at + 1, 1, at + 1, 2))
        for at in range(number)
    )
    return Report(findings, rules=rules, files=40, packages=40)


def test_ten_thousand_findings_are_limited_grouped_and_counted() -> None:
    lines = text.render(many(10_000), limit=100).splitlines()
    assert len(lines) < 330 and sum(": error GM301 finding" in line for line in lines) == 100
    assert "The 100 most severe of 10000 findings are shown. All of them, by rule:" in lines
    assert "   9900  GM101  leaks" in lines and "    100  GM301  hangs" in lines
    assert "    250  p0" in lines and "   7500  in 30 more folders" in lines
    assert lines[-1] == "10000 findings in 40 files, 40 packages, 0.00 s."


def test_ten_thousand_findings_are_whole_in_files_and_quick() -> None:
    report, started = many(10_000), time.process_time()
    assert text.render(report).count(": warning GM101") == 9900
    assert sarif.render(report).count('"ruleId"') == json_.render(report).count('"fingerprint"') == 10_000
    assert time.process_time() - started < 20


def test_the_order_stays_that_of_the_places_where_fewer_are_shown() -> None:
    shown = [line for line in text.render(many(300), limit=5).splitlines() if " finding " in line]
    assert [line.partition(":")[0] for line in shown] == ["p0/a.go", "p1/a.go", "p2/a.go", "p20/a.go", "p0/a.go"]


@pytest.mark.parametrize(
    ("given", "terminal", "limit"), [(None, True, 100), (None, False, 0), (7, False, 7), (0, True, 0)]
)
def test_only_a_terminal_is_limited_unless_asked(
    monkeypatch: pytest.MonkeyPatch, given: int | None, terminal: bool, limit: int
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    assert publish._limit({"limit": given, "output": None}) == limit
    assert publish._limit({"limit": None, "output": Path("x")}) == 0


def test_watching_sees_a_leak_come_and_go(tmp_path: Path) -> None:
    if importlib.util.find_spec("watchfiles") is None:
        pytest.skip("watchfiles is not installed")
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.22\n")
    (tmp_path / "a.go").write_text("package a\n")
    log = tmp_path.parent / "log"
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(Path(__file__).parent.parent)}
    with log.open("wb") as out:
        command = [*PROGRAM, "check", "--watch"]
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=out, stderr=out)
    try:
        until(log, "waiting for changes (exit code 0", 1)
        (tmp_path / "a.go").write_text(LEAK)
        until(log, "waiting for changes (exit code 1", 1)
        (tmp_path / "README.md").write_text("This changes nothing.\n")
        (tmp_path / ".golint-mem.toml").write_text("jobs = 'two'\n")
        until(log, "waiting for changes (exit code 2", 1)
        (tmp_path / ".golint-mem.toml").unlink()
        until(log, "waiting for changes (exit code 1", 2)
        (tmp_path / "a.go").write_text("package a\n")
        until(log, "waiting for changes (exit code 0", 2)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
    said = log.read_text()
    assert "a.go:7:9: warning GM101" in said and "key 'jobs'" in said and said.endswith("golint-mem: interrupted\n")
    assert "Traceback" not in said


def until(log: Path, what: str, times: int) -> None:
    """Wait until a text stands so often in a file."""
    for _ in range(300):
        if log.read_text().count(what) >= times:
            return
        time.sleep(0.1)
    raise AssertionError(f"{what!r} was not said {times} times in:\n{log.read_text()}")


COMPLETE = """
eval "$(golint-mem completion bash)"
COMP_WORDS=({words}) COMP_CWORD={at}
_golint_mem_completion golint-mem
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("golint-mem ch", ["check"]),
        ("golint-mem check --new-f", ["--new-from"]),
        ("golint-mem check --format sar", ["sarif"]),
        ("golint-mem explain gm10", [f"GM10{number}" for number in range(1, 10)]),
        ("golint-mem check --select GM101,cgo-used", ["GM101,cgo-used-after-free"]),
    ],
)
def test_bash_completes(words: str, expected: list[str]) -> None:
    script = COMPLETE.format(words=words, at=len(words.split()) - 1)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True)
    assert done.stdout.split() == expected, done.stderr


@pytest.mark.parametrize(("shell", "check"), [("zsh", ["zsh", "-n"]), ("fish", ["fish", "--no-execute"])])
def test_the_other_shells_take_their_script(shell: str, check: list[str]) -> None:
    done = run("completion", shell)
    assert done.exit_code == 0 and "_GOLINT_MEM_COMPLETE" in done.stdout
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here to read it")
    read_by = subprocess.run(check, input=done.stdout, capture_output=True, text=True)
    assert read_by.returncode == 0, read_by.stderr


def test_config_show_can_be_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / ".golint-mem.toml"
    path.write_text(
        'select = ["cgo"]\ntests = false\njobs = 3\nbaseline = "b.json"\n[allocators]\n"a\\"b" = "c"\n'
        '[[suppress]]\npaths = ["old/"]\nreason = "räson"\n'
    )
    before = read(path)
    shown = run("config", "show")
    assert shown.stdout.startswith(f"# {path}\n") and "ignore = []  # default\n" in shown.stdout
    assert "# goos is not set\n" in shown.stdout
    path.write_text(shown.stdout)
    after = read(path)
    for key in ("select", "tests", "jobs", "baseline", "allocators", "suppress"):
        assert getattr(after, key) == getattr(before, key)
    path.unlink()
    assert run("config", "show").stdout.startswith("# There is no .golint-mem.toml")
    assert tomllib.loads(f"x = {toml([{'a': ['b', 1, True]}])}") == {"x": [{"a": ["b", 1, True]}]}


def test_manual_pages(tmp_path: Path) -> None:
    if importlib.util.find_spec("click_man") is None:
        pytest.skip("click-man is not installed")
    assert run("man", "--output", str(tmp_path)).exit_code == 0
    pages = {path.name for path in tmp_path.iterdir()}
    assert {"golint-mem.1", "golint-mem-check.1", "golint-mem-baseline.1", "golint-mem-config-show.1"} <= pages
    assert "golint-mem-baseline(1)" in (tmp_path / "golint-mem.1").read_text()
    if shutil.which("groff") is None:
        pytest.skip("no groff here to set the pages")
    for page in sorted(tmp_path.iterdir()):
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", page], capture_output=True, text=True)
        assert done.returncode == 0 and not done.stderr, done.stderr
        assert "SYNOPSIS" in done.stdout.replace("\b", "").replace("SSYYNNOOPPSSIISS", "SYNOPSIS")


@pytest.mark.parametrize(("module", "arguments", "extra"), [
    ("watchfiles", ["check", "--watch"], "watch"), ("click_man", ["man"], "man"), ("pygls", ["lsp"], "lsp"),
])  # fmt: skip
def test_what_is_missing_is_named(tmp_path: Path, module: str, arguments: list[str], extra: str) -> None:
    code = f"import sys\nsys.modules[{module!r}] = None\nfrom golint_mem.cli.main import main\nmain({arguments!r})\n"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2 and f"pip install 'golint-mem[{extra}]'" in done.stderr, done.stderr


HEAVY = {
    "tree_sitter",
    "sarif_om",
    "rich",
    "pydantic",
    "libcst",
    "pygls",
    "lsprotocol",
    "watchfiles",
    "click_man",
    "asyncio",
}


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--version"], HEAVY),
        (["check", "--help"], HEAVY),
        (["check"], {"sarif_om", "libcst", "pygls", "lsprotocol", "watchfiles", "click_man"}),
        (["baseline", "--help"], HEAVY),
        (["config", "show"], HEAVY - {"pydantic", "asyncio"}),
    ],
)
def test_nothing_is_imported_before_it_is_needed(tmp_path: Path, arguments: list[str], unwanted: set[str]) -> None:
    (tmp_path / "a.go").write_text("package a\n")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    command = [sys.executable, "-X", "importtime", "-m", "golint_mem", *arguments]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert not {name.partition(".")[0] for name in names} & unwanted


def test_a_suppressed_or_known_finding_is_no_finding_of_the_summary() -> None:
    report = many(3)
    aside = replace(report, findings=report.findings[:1], known=report.findings[1:2], suppressed=report.findings[2:])
    assert text.render(aside).splitlines()[-1].startswith("1 finding in 40 files")
    assert text.render(aside).splitlines()[-1].endswith("1 suppressed, 1 known before.")
