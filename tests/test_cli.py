"""The command line on a pipeline that says what the test wants."""

from __future__ import annotations

import dataclasses
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result

from golint_mem import rule as rule_module
from golint_mem.analysis import Analysis
from golint_mem.cli import progress
from golint_mem.cli.main import main
from golint_mem.errors import NothingToAnalyse, UsageError
from golint_mem.findings import Edit, Finding, Fix, Notification, Place, Report
from golint_mem.pipeline import Watch
from golint_mem.rule import LoadedRule, Rule
from golint_mem.settings import Settings

PLACE = Place("a.go", 1, 1, 1, 8, 0, 7)
FINDING = Finding("GM101", "x leaks.", PLACE, fixes=(Fix("Mend it.", (Edit(PLACE, "mended!"),)),))
SOURCE = b"package a\n"
FOUND = Report((FINDING,), sources={"a.go": SOURCE}, files=1, packages=1)
CLEAN = Report(files=1, packages=1)
RULE = LoadedRule(Rule("GM101", "never-freed", ()), "It is never freed.\n\n## Why\n\nIt hurts.\n", lambda _package: ())


class Pipeline:
    """Stands in for the pipeline: gives (or raises) its answers in turn, the last one again and again."""

    def __init__(self) -> None:
        self.answers: list[Report | BaseException] = [CLEAN]
        self.asked: list[Settings] = []

    def check(self, settings: Settings, watch: Watch) -> Report:
        """The next answer."""
        self.asked.append(settings)
        assert list(watch([], 0)) == []
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer


@pytest.fixture
def pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    """The stand-in, in a folder with one Go file."""
    made = Pipeline()
    module = ModuleType("golint_mem.pipeline")
    module.__dict__["check"] = made.check
    monkeypatch.setitem(sys.modules, "golint_mem.pipeline", module)
    monkeypatch.setattr(rule_module, "builtin_rules", lambda: (RULE,))
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("a.go").write_bytes(SOURCE)
    return made


def run(*arguments: str) -> Result:
    """`golint-mem` with these arguments."""
    return CliRunner().invoke(main, arguments)


def test_version_imports_nothing_heavy() -> None:
    program = (
        "import sys\nfrom golint_mem.cli.main import main\n"
        "try:\n    main(['--version'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        "assert not {'tree_sitter', 'sarif_om', 'rich', 'pydantic', 'libcst'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=Path(__file__).parents[1]
    )
    assert done.returncode == 0, done.stderr
    assert "0.1.0" in done.stdout


def test_exit_codes(pipeline: Pipeline) -> None:
    assert run("check").exit_code == 0
    pipeline.answers = [FOUND]
    assert run("check").exit_code == 1
    assert run("check", "--exit-zero").exit_code == 0
    pipeline.answers = [UsageError("no \x1b[2J")]
    bad = run("check")
    assert bad.exit_code == 2 and bad.stderr == "golint-mem: error: no \\x1b[2J\n"
    assert run("check", "--no-such-option").exit_code == 2
    pipeline.answers = [ZeroDivisionError()]
    assert run("check").exit_code == 2


def test_nothing_to_analyse_still_writes_sarif(pipeline: Pipeline) -> None:
    pipeline.answers = [NothingToAnalyse("no Go files", [Notification("empty-file", "is empty", path="b.go")])]
    done = run("check", "--format", "sarif", "--output", "out.sarif", "--exit-zero")
    assert done.exit_code == 3
    assert done.stderr.splitlines() == [
        "golint-mem: warning: b.go: is empty [empty-file]",
        "golint-mem: error: no Go files [nothing-to-analyse]",
    ]
    assert json.loads(Path("out.sarif").read_text())["runs"][0]["results"] == []
    assert run("check", "--allow-nothing").exit_code == 0


@pytest.mark.parametrize("style", ["sarif", "json", "github", "text"])
def test_every_format(pipeline: Pipeline, style: str) -> None:
    pipeline.answers = [FOUND]
    done = run("check", "--format", style)
    assert "x leaks." in done.stdout and done.stderr == ""
    assert run("check", "--format", style, "--output", "out").stdout == ""
    assert Path("out").read_text() == done.stdout


def test_sarif_besides_another_format(pipeline: Pipeline) -> None:
    pipeline.answers = [FOUND]
    assert run("check", "--format", "github", "--sarif-output", "out.sarif").stdout.startswith("::warning file=a.go,")
    assert len(json.loads(Path("out.sarif").read_text())["runs"][0]["results"]) == 1


@pytest.mark.parametrize("word", ["gm101", "GM1", "GM", "Cgo", "never-freed"])
def test_what_a_rule_may_be_called(pipeline: Pipeline, word: str) -> None:
    assert run("check", "--select", word, "--ignore", word).exit_code == 0
    assert run("explain", word).exit_code == (0 if word in ("gm101", "never-freed") else 2)


def test_a_wrong_rule_of_the_configuration_is_found_there(pipeline: Pipeline) -> None:
    Path(".golint-mem.toml").write_text('ignore = ["never-fred"]\n')
    message = (
        f"error: {Path.cwd()}/.golint-mem.toml: key 'ignore': unknown rule 'never-fred'; did you mean 'never-freed'?"
    )
    assert message in run("check").stderr
    assert run("check", "--ignore", "GM101").exit_code == 0


def test_options_become_settings(pipeline: Pipeline) -> None:
    Path(".golint-mem.toml").write_text('select = ["GM999"]\ntags = ["c"]\njobs = 2\nexclude = ["gen"]\n')
    arguments = (
        "check a.go ./... --select GM101,cgo --select never-freed --no-tests --jobs 3 --goos linux --show possible"
    )
    assert run(*arguments.split()).exit_code == 0
    settings = pipeline.asked[0]
    assert settings.paths == ("a.go", "./...") and settings.root == Path.cwd()
    assert settings.select == ("GM101", "cgo", "never-freed")
    assert (settings.tests, settings.jobs, settings.goos, settings.show_possible) == (False, 3, "linux", True)
    assert (settings.tags, settings.exclude) == (("c",), ("gen",))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("check --select never-fred", "--select: unknown rule 'never-fred'; did you mean 'never-freed'?"),
        ("check missing.go", "no such file or folder: missing.go"),
        ("check missing/...", "no such file or folder: missing/..."),
        ("check --config missing.toml", "missing.toml: cannot be read"),
        ("check --output missing/out", "cannot write missing/out: there is no folder missing"),
        ("check --output .", "cannot write .: it is a folder"),
        ("check --output a.go", "cannot write a.go: a report is no Go file"),
        ("check --sarif-output missing/out", "cannot write missing/out: there is no folder missing"),
        ("check --output out --sarif-output out", "--output and --sarif-output both name out"),
        ("check --ignore GM2", "--ignore: unknown rule 'GM2'; did you mean 'GM"),
        ("check --rules missing", "--rules: no such folder: missing"),
        ("explain GM1O1", "unknown rule 'GM1O1'; did you mean 'GM101'?"),
    ],
)
def test_what_is_refused(pipeline: Pipeline, arguments: str, message: str) -> None:
    done = run(*arguments.split())
    assert done.exit_code == 2
    assert f"golint-mem: error: {message}" in done.stderr
    assert not pipeline.asked


def test_notifications_go_to_standard_error(pipeline: Pipeline) -> None:
    pipeline.answers = [Report(notifications=(Notification("syntax-error", "bad \x1b[31m", "error", "a.go", 3),))]
    assert run("check").stderr == "golint-mem: error: a.go:3: bad \\x1b[31m [syntax-error]\n"


def test_interrupt_leaves_the_output_alone(pipeline: Pipeline) -> None:
    Path("out").write_text("old")
    pipeline.answers = [KeyboardInterrupt()]
    done = run("check", "--output", "out")
    assert done.exit_code == 130 and done.stderr == "golint-mem: interrupted\n"
    assert Path("out").read_text() == "old"


def test_fix_writes_and_checks_again(pipeline: Pipeline) -> None:
    pipeline.answers = [FOUND, CLEAN]
    done = run("check", "--fix")
    assert done.exit_code == 0 and "1 fixed in 1 file(s)" in done.stderr
    assert Path("a.go").read_bytes() == b"mended! a\n"


def test_fix_refuses_a_file_that_changed(pipeline: Pipeline) -> None:
    pipeline.answers = [FOUND]
    Path("a.go").write_bytes(b"changed\n")
    assert run("check", "--fix").exit_code == 2
    assert Path("a.go").read_bytes() == b"changed\n"


@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_nothing_to_fix(pipeline: Pipeline, option: str) -> None:
    pipeline.answers = [Report((dataclasses.replace(FINDING, fixes=()),), sources={"a.go": SOURCE})]
    done = run("check", option)
    assert done.exit_code == 1 and done.stderr == "golint-mem: no finding has a fix that can be applied\n"


def test_diff_changes_nothing(pipeline: Pipeline) -> None:
    pipeline.answers = [FOUND]
    done = run("check", "--fix", "--diff")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-2:] == ["-package a", "+mended! a"]
    assert Path("a.go").read_bytes() == SOURCE


def test_color_and_no_color(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in run("check").stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("check").stdout
    assert "\x1b[" in run("check", "--color", "always").stdout


class Terminal(io.StringIO):
    """Standard error as it is at a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_bar_shows_only_at_a_terminal_and_only_in_long_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Terminal())
    analyses = [Analysis(), Analysis(), Analysis()]
    assert list(progress.watch(analyses, 3)) == analyses and sys.stderr.getvalue() == ""
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    assert list(progress.watch(analyses, 3)) == analyses
    assert "1/3" in sys.stderr.getvalue() and sys.stderr.getvalue().endswith("\x1b[2K")
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert list(progress.watch(analyses, 3)) == analyses and sys.stderr.getvalue() == ""


def test_the_bar_goes_when_the_run_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> Iterator[Analysis]:
        yield Analysis()
        raise KeyboardInterrupt

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    with pytest.raises(KeyboardInterrupt):
        list(progress.watch(interrupted(), 2))
    assert sys.stderr.getvalue().endswith("\x1b[2K")


def test_statistics(pipeline: Pipeline) -> None:
    pipeline.answers = [FOUND]
    assert "     1  GM101     0.000 s" in run("check", "--statistics").stdout
    assert "     1  GM101     0.000 s" in run("check", "--statistics", "--format", "json").stderr


def test_explain(pipeline: Pipeline) -> None:
    assert run("explain", "gm101").stdout == "# GM101 never-freed\n\nIt is never freed.\n\n## Why\n\nIt hurts.\n"
    assert run("explain", "never-freed").exit_code == 0
