"""Bad input, one by one: a clear message, the documented exit code, and the rest is analysed."""

from __future__ import annotations

import functools
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from golint_mem.cli.main import main

LEAK = """package sample

// #include <stdio.h>
// #include <stdlib.h>
import "C"

func leak(s string) {
\tC.puts(C.CString(s))
}
"""


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module with one leak in the package `rest`; the tests put something bad beside it."""
    (tmp_path / "rest").mkdir()
    (tmp_path / "rest" / "leak.go").write_text(LEAK)
    (tmp_path / "go.mod").write_text("module example.com/sample\n\ngo 1.22\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    """`golint-mem check` with these arguments; a traceback is never right."""
    done = CliRunner().invoke(main, ["check", *arguments])
    assert "Traceback" not in done.output and "internal error" not in done.output, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done


def finds_the_rest(*arguments: str) -> Result:
    """A run that finds the leak of the package `rest`, whatever else there is."""
    done = run("--format", "github", *arguments)
    assert done.exit_code == 1, done.output
    assert "file=rest/leak.go,line=8," in done.stdout and "GM101" in done.stdout
    return done


def without_the_leak() -> None:
    """Let the package `rest` have nothing to report."""
    Path("rest/leak.go").write_text("package sample\n")


def notified(*arguments: str) -> list[tuple[str, str, str]]:
    """The notifications of the SARIF file: kind, level and path."""
    run("--format", "sarif", "--output", "out.sarif", *arguments)
    (sarif,) = json.loads(Path("out.sarif").read_text())["runs"]
    notes = sarif["invocations"][0]["toolExecutionNotifications"]
    return [
        (note["descriptor"]["id"], note["level"], note["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for note in notes
    ]


@pytest.mark.parametrize("path", ["nowhere", "nowhere.go", "nowhere/...", "rest/leak.go/x", "rest\0"])
def test_no_such_path(path: str) -> None:
    done = run("rest", path)
    assert done.exit_code == 2 and done.stdout == ""
    assert "no such" in done.stderr


def test_a_file_that_is_not_go() -> None:
    done = run("go.mod")
    assert done.exit_code == 2 and "go.mod: not a Go file" in done.stderr


@pytest.mark.parametrize("arguments", [("empty",), ("empty/...",), ("--config", "none.toml", "empty")])
def test_a_folder_without_go(arguments: tuple[str, ...]) -> None:
    Path("empty").mkdir()
    Path("empty/readme.txt").touch()
    Path("none.toml").touch()
    done = run(*arguments)
    assert done.exit_code == 3 and "nothing to analyse" in done.stderr
    done = run(*arguments, "--format", "sarif", "--output", "out.sarif")
    assert done.exit_code == 3 and json.loads(Path("out.sarif").read_text())["runs"][0]["results"] == []


def test_an_unreadable_file() -> None:
    Path("rest/locked.go").write_text("package sample\n")
    Path("rest/locked.go").chmod(0)
    if os.access("rest/locked.go", os.R_OK):
        Path("rest/locked.go").unlink()
        Path("rest/locked.go").symlink_to("gone.go")
    assert "rest/locked.go: " in finds_the_rest().stderr
    assert ("unreadable-file", "error", "rest/locked.go") in notified()
    without_the_leak()
    done = run()
    assert done.exit_code == 2 and "[unreadable-file]" in done.stderr
    assert run("--exit-zero").exit_code == 2
    done = run("rest/locked.go")
    assert done.exit_code in (2, 3) and "rest/locked.go" in done.stderr


def test_a_folder_named_like_a_file() -> None:
    Path("rest/folder.go").mkdir()
    finds_the_rest()
    assert run("rest/folder.go").exit_code == 3


def test_a_pipe_is_not_waited_for() -> None:
    os.mkfifo("rest/pipe.go")
    assert "rest/pipe.go: not a regular file" in finds_the_rest().stderr


def test_a_syntax_error() -> None:
    Path("rest/broken.go").write_text("package sample\n\nfunc broken( {\n\tif }\n")
    done = finds_the_rest()
    assert "warning: rest/broken.go:3: syntax error" in done.stderr
    assert ("syntax-error", "warning", "rest/broken.go") in notified()
    without_the_leak()
    assert run().exit_code == 0


def test_a_syntax_error_beside_a_leak_in_one_file() -> None:
    Path("rest/leak.go").write_text(LEAK + "\nfunc broken( {\n")
    finds_the_rest()


def test_a_file_that_is_no_go_at_all() -> None:
    Path("rest/noise.go").write_text("<html>\n")
    assert "rest/noise.go:1: no package clause" in finds_the_rest().stderr
    without_the_leak()
    assert run().exit_code == 2


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"package sample\n\nvar x = `\xff\xfe`\n", "invalid-utf8"),
        (b"package sample\n\nvar x = `\0`\n", "nul-byte"),
        ("package sample\n".encode("utf-16"), "nul-byte"),
        (bytes(range(256)) * 64, "nul-byte"),
    ],
)
def test_bytes_that_are_no_go(content: bytes, kind: str) -> None:
    Path("rest/bytes.go").write_bytes(content)
    assert f"[{kind}]" in finds_the_rest().stderr
    assert (kind, "error", "rest/bytes.go") in notified()


def test_invalid_utf8_in_c_and_in_names() -> None:
    Path("rest/code.c").write_bytes(b"/* \xe9 */ int x;\n")
    try:
        Path(os.fsdecode(b"rest/n\xe9.go")).write_text("package sample\n\nfunc (\n")
    except OSError:
        pytest.skip("this file system takes no such name")
    finds_the_rest()
    assert ("syntax-error", "warning", "rest/n%E9.go") in notified()


@pytest.mark.parametrize("content", ["", "\n\n", "// nothing\n"])
def test_an_empty_file(content: str) -> None:
    Path("rest/empty.go").write_text(content)
    assert "rest/empty.go" in finds_the_rest().stderr
    assert run("rest/empty.go").exit_code == 3


def test_a_file_of_fifty_megabytes() -> None:
    line = b"var x = 1 // " + b"x" * 1011 + b"\n"
    Path("rest/large.go").write_bytes(b"// Code generated by a program. DO NOT EDIT.\npackage sample\n" + line * 51_200)
    started = time.monotonic()
    done = finds_the_rest()
    assert "rest/large.go: 52" in done.stderr and "[file-too-large]" in done.stderr
    assert time.monotonic() - started < 10


DEEP = 10_000


@pytest.mark.parametrize(
    "content",
    [
        f"var x = {'(' * DEEP}1{')' * DEEP}",
        f"func f() {{ C.puts({'(' * DEEP}C.CString(x){')' * DEEP}) }}",
        f"func f() {{ p := {'(' * DEEP}C.CString(x){')' * DEEP}; C.puts(p) }}",
        f"func f() {{ {'if x {' * DEEP}C.puts(C.CString(x)){'}' * DEEP} }}",
        f"func f() {{ {'{' * DEEP}C.puts(C.CString(x)){'}' * DEEP} }}",
        f"func f() {{ {'func() {' * 500}C.puts(C.CString(x)){'}()' * 500} }}",
        f"func f() {{ x := {'f(' * DEEP}C.CString(x){')' * DEEP} }}",
        f"func f() {{ x := {'1 + ' * DEEP}int(C.f(C.CString(x))) }}",
        f"func f() {{ x := C.CString(y){'.a' * DEEP} }}",
        f"func f() {{ if x {{ C.puts(C.CString(x)) }} {'else if x { C.puts(C.CString(x)) }' * DEEP} }}",
        f"func f() {{ {'for {' * DEEP}C.puts(C.CString(x)){'}' * DEEP} }}",
        f"var x = {'(' * DEEP}",
        f"func f() {{ {'{' * DEEP}",
        f"type t {'[]' * DEEP}*C.char",
    ],
    ids="parens value held ifs blocks closures calls sum fields elses loops open unclosed type".split(),
)
def test_deep_nesting(content: str) -> None:
    Path("rest/deep.go").write_text(f'package sample\n\n// #include <stdlib.h>\nimport "C"\n\n{content}\n')
    done = finds_the_rest()
    assert "RecursionError" not in done.output and "rule-crash" not in done.output


@pytest.mark.parametrize(
    "content",
    [
        f"int f(void) {{ return {'(' * DEEP}1{')' * DEEP}; }}",
        f"void f(char *p) {{ {'{' * DEEP}free(p);{'}' * DEEP} }}",
        f"void f(char *p) {{ {'if (p) ' * DEEP}free(p); }}",
        f"{'#if 1' + chr(10)}" * DEEP,
    ],
    ids=["parens", "blocks", "ifs", "conditions"],
)
def test_deep_nesting_in_c(content: str) -> None:
    Path("rest/deep.c").write_text(content)
    source = LEAK + "\nfunc g(p *C.char) { C.f(p) }\n"
    Path("rest/leak.go").write_text(source)
    Path("rest/inline.go").write_text(f'package sample\n\n/*\n{content}\n*/\nimport "C"\n\nfunc h() {{ C.f(nil) }}\n')
    done = finds_the_rest()
    assert "RecursionError" not in done.output and "rule-crash" not in done.output


def test_a_symlink_loop() -> None:
    Path("rest/loop").symlink_to("..", target_is_directory=True)
    Path("rest/self.go").symlink_to("self.go")
    Path("one").symlink_to("two")
    Path("two").symlink_to("one")
    done = finds_the_rest()
    assert done.stdout.count("::") == 2 and "rest/self.go" in done.stderr
    assert run("one").exit_code == 2
    finds_the_rest("rest", "rest/loop/rest")


def test_carriage_returns_and_a_byte_order_mark() -> None:
    Path("rest/leak.go").write_bytes(b"\xef\xbb\xbf" + LEAK.replace("\n", "\r\n").encode())
    done = finds_the_rest()
    assert done.stderr == "" and "line=8," in done.stdout and "col=9," in done.stdout
    text = run().stdout
    assert "\r" not in text and "8 |     C.puts(C.CString(s))" in text
    Path("rest/leak.go").write_bytes(
        b'\xef\xbb\xbfpackage sample; import "C"; func f(s string) { C.puts(C.CString(s)) }\r\n'
    )
    assert ",col=55," in run("--format", "github").stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("selct = []", "unknown key 'selct'; did you mean 'select'?"),
        ("jobs = 'many'", "key 'jobs': "),
        ("select = [", "is not valid TOML"),
        ("select = ['GM1O1']", "unknown rule 'GM1O1'; did you mean 'GM101'?"),
        ("rules = 'mine'", "key 'rules' is not allowed"),
        ("a = " + "[" * DEEP, "is not valid TOML"),
    ],
)
def test_a_wrong_configuration(content: str, message: str) -> None:
    Path(".golint-mem.toml").write_text(content)
    done = run()
    assert done.exit_code == 2 and message in done.stderr and done.stdout == ""
    assert f"{Path.cwd()}/.golint-mem.toml: " in done.stderr


def test_a_wrong_configuration_in_the_shared_file() -> None:
    Path("pyproject.toml").write_text("[tool.golint-mem]\nshow-posible = true\n")
    done = run()
    assert done.exit_code == 2
    assert f"{Path.cwd()}/pyproject.toml: unknown key 'show-posible'; did you mean 'show-possible'?" in done.stderr


def test_a_configuration_that_is_no_text() -> None:
    Path(".golint-mem.toml").write_bytes(b"\xff\xfe")
    assert "is not valid TOML" in run().stderr
    Path(".golint-mem.toml").unlink()
    Path(".golint-mem.toml").mkdir()
    finds_the_rest()
    assert "cannot be read" in run("--config", ".golint-mem.toml").stderr


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_an_unknown_rule(option: str) -> None:
    done = run(option, "GM999")
    assert done.exit_code == 2 and "unknown rule 'GM999'" in done.stderr
    assert "did you mean 'cgo-memory-never-freed'?" in run(option, "cgo-memory-never-fred").stderr


def test_extra_rules_that_are_none() -> None:
    Path("mine").mkdir()
    assert "error: mine:1: holds no rule module" in run("--rules", "mine").stderr
    (Path("mine") / "a.py").write_text("RULE = 1\nprint('run')\n")
    done = run("--rules", "mine")
    assert done.exit_code == 2 and "mine/a.py:1: " in done.stderr and done.stdout == ""
    rules = Path(__file__).parents[1] / "rules"
    assert "the code GM101 belongs to another rule" in run("--rules", str(rules)).stderr


@pytest.mark.parametrize("output", ["rest", "nowhere/out.sarif", "go.mod/out.sarif"])
def test_an_unwritable_output(output: str) -> None:
    done = run("--format", "sarif", "--output", output)
    assert done.exit_code == 2 and f"cannot write {output}: " in done.stderr and done.stdout == ""
    assert Path("go.mod").read_text().startswith("module ")


def started(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """`golint-mem check` in a process of its own."""
    command = [sys.executable, "-m", "golint_mem", "check", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONDONTWRITEBYTECODE": "1"}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run(command, env=environment, text=True, timeout=60, **options)


@pytest.mark.parametrize("option", ["--output", "--sarif-output"])
def test_a_disk_that_fills_up_leaves_the_old_output(tree: Path, option: str) -> None:
    Path("out").write_text("the old one")
    limit = functools.partial(resource.setrlimit, resource.RLIMIT_FSIZE, (100, 100))
    done = started("--format", "json", option, "out", preexec_fn=limit)
    assert (done.returncode, done.stderr) == (2, "golint-mem: error: cannot write out: File too large\n")
    assert Path("out").read_text() == "the old one"
    assert sorted(path.name for path in tree.iterdir()) == ["go.mod", "out", "rest"]


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_standard_output_that_takes_nothing(style: str) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    with Path("/dev/full").open("w") as full:
        done = started("--format", style, stdout=full)
    assert (done.returncode, done.stderr) == (2, "golint-mem: error: standard output: No space left on device\n")
    done = started("--format", style, stdout=None, preexec_fn=functools.partial(os.close, 1))
    assert (done.returncode, done.stderr) == (2, "golint-mem: error: standard output is closed\n")


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_reader_that_leaves_early(style: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = started("--format", style, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


HOSTILE = ["\x1b]0;owned\x07.go", "n\n::error::x.go", "::error::y.go", "##[error]z.go", "$(touch x).go", "a,b:c%0A.go"]


@pytest.mark.parametrize("name", HOSTILE)
def test_orders_in_names_and_in_sources(name: str) -> None:
    orders = "\x1b[31m ::error::z ##[error]z \u202e"
    Path(name).write_text(LEAK.replace("(s))", f"(s)) // {orders}") + f"func {orders}(\n")
    for style in ("text", "github"):
        done = run(f"./{name}", "--format", style)
        assert done.exit_code == 1 and "GM101" in done.stdout
        for line in done.output.splitlines():
            assert line.isprintable() and "##[" not in line.partition("::warning file=")[0]
            assert not line.lstrip().startswith("::") or line.startswith("::warning file=")
    assert run(f"./{name}", "--format", "github").stdout.count("\n") == 1
    assert not Path("x").exists()


def test_a_full_disk_leaves_the_old_output() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    done = run("--output", "/dev/full")
    assert done.exit_code == 2 and "cannot write /dev/full: No space left on device" in done.stderr


@pytest.mark.parametrize(
    ("jobs", "to"), [("1", os.killpg), ("2", os.killpg), ("2", os.kill)], ids=["one", "two", "parent"]
)
def test_an_interrupt(tree: Path, jobs: str, to: Callable[[int, int], None]) -> None:
    big = tree / "big"
    functions = "".join(LEAK[LEAK.index("func") :].replace("leak", f"leak{number}") for number in range(150))
    for number in range(300):
        (big / f"p{number}").mkdir(parents=True)
        (big / f"p{number}" / "a.go").write_text(LEAK + functions)
    (tree / "out.sarif").write_text("the old one")
    command = [
        sys.executable,
        "-m",
        "golint_mem",
        "check",
        "--format",
        "sarif",
        "--output",
        "out.sarif",
        "--jobs",
        jobs,
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(
        command, cwd=tree, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        time.sleep(1.2)
        assert running.poll() is None, "the tree is too small to interrupt anything"
        to(running.pid, signal.SIGINT)  # a terminal sends it to the whole group, another program to one process
        _, errors = running.communicate(timeout=20)
    assert (running.returncode, errors) == (130, "golint-mem: interrupted\n")
    assert (tree / "out.sarif").read_text() == "the old one"
    assert sorted(path.name for path in tree.iterdir()) == ["big", "go.mod", "out.sarif", "rest"]
