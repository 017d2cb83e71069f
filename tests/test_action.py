"""The GitHub action: its scripts run as a runner would run them, on a module that leaks and on hostile inputs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = ACTION["runs"]["steps"]
EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")
LEAK = 'package a\n\n// #include <stdlib.h>\nimport "C"\n\nfunc leak(s string) {\n\tC.puts(C.CString(s))\n}\n'


@dataclass
class Outcome:
    """What a run of the action left behind."""

    code: int = 0
    log: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    uploads: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Runner:
    """As much of GitHub's runner as the action needs."""

    action: Path
    temp: Path

    def run(self, workspace: Path, event: dict[str, Any] | None = None, **inputs: str) -> Outcome:
        """Run the steps of the action until one fails."""
        given = {f"inputs.{name}": str(one.get("default", "")) for name, one in ACTION["inputs"].items()}
        given |= {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
        (self.temp / "event.json").write_text(json.dumps(event or {}))
        outcome = Outcome()
        for step in STEPS:
            if not holds(step.get("if", ""), given):
                continue
            done = self._use(step, given, outcome) if "uses" in step else self._step(step, workspace, given, outcome)
            given |= {f"steps.{step.get('id', '')}.outputs.{name}": value for name, value in done.items()}
            if outcome.code and not step.get("continue-on-error"):
                break
        for name, output in ACTION["outputs"].items():
            outcome.outputs[name] = filled(output["value"], given)
        return outcome

    def _use(self, step: dict[str, Any], given: dict[str, str], outcome: Outcome) -> dict[str, str]:
        outcome.uploads.append({name: filled(value, given) for name, value in step["with"].items()})
        return {}

    def _step(self, step: dict[str, Any], workspace: Path, given: dict[str, str], outcome: Outcome) -> dict[str, str]:
        files = {name: self.temp / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        environment = {name: os.environ[name] for name in os.environ if not name.startswith(("GITHUB_", "PYTHON"))}
        environment |= {name: str(file) for name, file in files.items()}
        environment |= {"GITHUB_ACTION_PATH": str(self.action), "RUNNER_TEMP": str(self.temp), "CI": "true"}
        environment |= {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r", "GITHUB_SHA": "5" * 40}
        environment |= {"GITHUB_WORKSPACE": str(workspace), "GITHUB_EVENT_PATH": str(self.temp / "event.json")}
        environment |= {name: filled(value, given) for name, value in step.get("env", {}).items()}
        script = self.temp / "step.sh"
        script.write_text(step["run"])
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        ran = subprocess.run(command, cwd=workspace, env=environment, capture_output=True, text=True)
        outcome.code = ran.returncode
        outcome.log += ran.stdout + ran.stderr
        outcome.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        return dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())


def filled(value: str, given: dict[str, str]) -> str:
    """A value with its expressions replaced."""
    return EXPRESSION.sub(lambda found: given.get(found[1], ""), value)


def holds(condition: str, given: dict[str, str]) -> bool:
    """Whether a step is to run."""
    if not condition:
        return True
    name, wanted = re.fullmatch(r"([\w.-]+) == '(\w+)'", condition).groups()
    return given.get(name, "") == wanted


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """A runner with the action's own checkout; golint-mem is installed by the first run, for all of them."""
    folder = tmp_path_factory.mktemp("runner")
    action, temp = folder / "the action", folder / "temp $(x)"
    action.mkdir()
    temp.mkdir()
    for name in ("action.yml", "constraints.txt", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, action)
    for name in ("action", "golint_mem", "rules"):
        shutil.copytree(ROOT / name, action / name, ignore=shutil.ignore_patterns("__pycache__"))
    return Runner(action, temp)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A module with one leak."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "go.mod").write_text("module example.com/a\n\ngo 1.22\n")
    (folder / "a.go").write_text(LEAK)
    return folder


def annotations(outcome: Outcome) -> list[str]:
    """The lines of the log that a runner would obey."""
    return [line for line in outcome.log.splitlines() if line.lstrip().startswith("::") or "##[" in line]


def test_no_expression_stands_in_a_script() -> None:
    assert ACTION["runs"]["using"] == "composite"
    for step in STEPS:
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40}", step["uses"])
        else:
            assert "${{" not in step["run"] and step["shell"] == "bash"
    used = {name for step in STEPS for value in step.get("env", {}).values() for name in EXPRESSION.findall(value)}
    assert used == {*(f"inputs.{name}" for name in ACTION["inputs"]), "steps.check.outputs.verdict"}


def test_a_leak_is_annotated_counted_and_summed_up(runner: Runner, workspace: Path) -> None:
    outcome = runner.run(workspace)
    assert outcome.code == 1, outcome.log
    (line,) = annotations(outcome)
    assert line.startswith("::warning file=a.go,line=7,") and "GM101" in line
    sarif = runner.temp / "golint-mem.sarif"
    assert outcome.outputs == {"findings": "1", "new-findings": "1", "sarif-file": str(sarif), "exit-code": "1"}
    assert len(json.loads(sarif.read_text())["runs"][0]["results"]) == 1
    title, _, _, _, row = outcome.summary.splitlines()[:5]
    assert title == "### golint-mem: 1 finding"
    link = f"[a\\.go\\:7](https://github.com/o/r/blob/{'5' * 40}/a.go#L7)"
    page = "docs/rules.md#gm101-cgo-memory-never-freed"
    assert row.startswith(f"| warning | [GM101](https://github.com/golint-mem/golint-mem/blob/main/{page}) | {link} | ")
    assert sorted(path.name for path in workspace.iterdir()) == ["a.go", "go.mod"]


@pytest.mark.parametrize(("level", "code"), [("note", 1), ("warning", 1), ("error", 0), ("never", 0)])
def test_which_findings_fail_the_step(runner: Runner, workspace: Path, level: str, code: int) -> None:
    outcome = runner.run(workspace, fail_on=level, sarif_file="out.sarif", args="--select 'GM101'")
    assert outcome.code == code, outcome.log
    assert outcome.outputs["findings"] == "1" and outcome.outputs["sarif-file"] == str(workspace / "out.sarif")
    assert len(annotations(outcome)) == 1 and (workspace / "out.sarif").is_file()


def test_nothing_found(runner: Runner, workspace: Path) -> None:
    outcome = runner.run(workspace, args="--ignore cgo")
    assert outcome.code == 0 and outcome.outputs["findings"] == "0" and not annotations(outcome)


def test_paths_are_lines_below_the_working_directory(runner: Runner, workspace: Path) -> None:
    for name in ("one thing", "two", "three"):
        (workspace / "sub" / name).mkdir(parents=True)
        (workspace / "sub" / name / "b.go").write_text(LEAK)
    outcome = runner.run(workspace, working_directory="sub", paths="one thing\n\n  two/...\n", sarif_file="s.sarif")
    assert [line.partition(",")[0] for line in annotations(outcome)] == [
        "::warning file=one thing/b.go",
        "::warning file=two/b.go",
    ]
    assert outcome.outputs["findings"] == "2" and outcome.outputs["sarif-file"] == str(workspace / "sub" / "s.sarif")


def test_errors_fail_the_step_whatever_is_asked(runner: Runner, workspace: Path) -> None:
    outcome = runner.run(workspace, paths="missing", fail_on="never")
    assert outcome.code == 2 and "no such file or folder: missing" in outcome.log
    assert outcome.outputs == {"findings": "", "new-findings": "", "sarif-file": "", "exit-code": "2"}
    (workspace / "a.go").unlink()
    outcome = runner.run(workspace, fail_on="never")
    assert outcome.code == 3 and outcome.outputs["findings"] == "0" and outcome.outputs["exit-code"] == "3"


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"fail_on": "maybe"}, "fail-on is none of note, warning, error, never"),
        ({"new_only": "maybe"}, "new-only is none of auto, true, false"),
        ({"upload": ""}, "upload is none of true, false"),
        ({"version": "9.9"}, "version: this is golint-mem 0."),
        ({"config": "missing.toml"}, "missing.toml: cannot be read"),
        ({"working_directory": "missing"}, "working-directory is no folder"),
        ({"args": "--select 'GM101"}, "args: No closing quotation"),
        ({"sarif_file": "a\nfindings=0"}, "sarif-file has characters that cannot be printed"),
        ({"sarif_file": "."}, "it is a folder"),
    ],
)
def test_wrong_inputs(runner: Runner, workspace: Path, inputs: dict[str, str], message: str) -> None:
    outcome = runner.run(workspace, **inputs)
    assert outcome.code == 2 and message in outcome.log and "Traceback" not in outcome.log
    assert not outcome.outputs["findings"]


SHELL = "$(touch x)`touch x`; touch x"
ORDERS = "a\n::error::x\n##[error]x"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, SHELL) for name in ACTION["inputs"]),
        *((name, ORDERS) for name in ACTION["inputs"]),
        *((name, value) for name in ("paths", "args") for value in ("' ; touch x '", '"; touch x "', "--fix\n-h")),
    ],
)
def test_hostile_inputs_are_not_obeyed(runner: Runner, workspace: Path, name: str, value: str) -> None:
    outcome = runner.run(workspace, **{name: value})
    written = {path.name for path in workspace.rglob("*")} - {"a.go", "go.mod"}
    assert "x" not in written and (name == "sarif-file" or not written)
    assert all(line.startswith("::warning file=a.go,") for line in annotations(outcome)), outcome.log
    assert (workspace / "a.go").read_text() == LEAK


def test_hostile_files_are_not_obeyed(runner: Runner, workspace: Path) -> None:
    names = ["$(touch x).go", "n\n::error::x.go", "::error::y.go", "##[error]z.go", "`<b>.go", "```.go"]
    for name in names:
        (workspace / name).write_text(LEAK)
    for module in ("venv", "pip", "click", "json", "shlex", "golint_mem", "sitecustomize"):
        (workspace / f"{module}.py").write_text("open('x', 'w')\n")
    fresh = Runner(runner.action, workspace.parent / "fresh")
    fresh.temp.mkdir()
    for used in (runner, fresh):
        outcome = used.run(workspace)
        assert outcome.code == 1 and outcome.outputs["findings"] == "7", outcome.log
        assert len(annotations(outcome)) == 7
        assert all(line.startswith("::warning file=") for line in annotations(outcome))
        lines = outcome.summary.splitlines()[4:-1]
        assert len(lines) == 7 and all(line.startswith("| warning |") and line.isprintable() for line in lines)
        assert not re.search(r"(?<!\\)`|<b>", outcome.summary)
    assert not (workspace / "x").exists()


def test_an_installation_is_used_again(runner: Runner, workspace: Path) -> None:
    runner.run(workspace)
    program = runner.temp / "golint-mem-venv" / "bin" / "golint-mem"
    before = program.stat().st_mtime_ns
    runner.run(workspace)
    assert program.stat().st_mtime_ns == before
