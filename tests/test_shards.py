"""Shares of a run, and the log that their logs are joined to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from golint_mem.cli.main import main

LEAK = """package {name}

import "os"

func Leak() error {{
	f, err := os.Open("x")
	if err != nil {{
		return err
	}}
	_, err = f.Stat()
	return err
}}
"""


def run_cli(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    for index, name in enumerate(("a", "b", "c", "d", "e")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.go").write_text(LEAK.format(name=name) + "// padding\n" * index)
    (tmp_path / "b" / "y.go").write_text("package b\n\nfunc broken( {\n\tf, _ := os.Open(\n")
    (tmp_path / "c" / "z.go").write_bytes(b"not go at all")
    return tmp_path


def shard(tree: Path, share: str) -> Path:
    log = tree / f"{share.replace('/', '-of-')}.sarif"
    run_cli("check", "--no-cache", "--shard", share, "--sarif-output", str(log))
    return log


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_the_joined_log_is_that_of_the_whole_run(tree: Path, count: int) -> None:
    run_cli("check", "--no-cache", "--sarif-output", "whole.sarif")
    logs = [shard(tree, f"{index}/{count}") for index in range(1, count + 1)]
    done = run_cli("merge", *map(str, reversed(logs)), "--output", "joined.sarif")
    assert done.exit_code == 0, done.output
    assert (tree / "joined.sarif").read_bytes() == (tree / "whole.sarif").read_bytes()
    assert len(json.loads((tree / "whole.sarif").read_text())["runs"][0]["results"]) == 5


def test_every_package_is_in_one_share(tree: Path) -> None:
    found = []
    for index in (1, 2, 3):
        log = json.loads(shard(tree, f"{index}/3").read_text())
        found += [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in log["runs"][0]["results"]]
    assert sorted(found) == [f"{name}/x.go" for name in "abcde"]


def test_a_missing_share_is_named(tree: Path) -> None:
    logs = [shard(tree, "1/3"), shard(tree, "3/3")]
    done = run_cli("merge", *map(str, logs))
    assert done.exit_code == 2
    assert "shares are missing: 2/3" in done.output


def test_a_share_given_twice_is_named(tree: Path) -> None:
    log = shard(tree, "1/2")
    (tree / "copy.sarif").write_bytes(log.read_bytes())
    done = run_cli("merge", str(log), "copy.sarif")
    assert done.exit_code == 2
    assert "shares are there twice: 1/2" in done.output


def test_other_files_are_refused(tree: Path) -> None:
    run_cli("check", "--no-cache", "--sarif-output", "whole.sarif")
    (tree / "broken.sarif").write_text("{")
    for name in ("whole.sarif", "broken.sarif"):
        done = run_cli("merge", name)
        assert done.exit_code == 2
        assert f"{name}: no SARIF log that `golint-mem check --shard I/N` wrote" in done.output


@pytest.mark.parametrize("share", ["0/2", "3/2", "1", "a/b", "1/0"])
def test_a_share_that_cannot_be_is_refused(tree: Path, share: str) -> None:
    done = run_cli("check", "--shard", share)
    assert done.exit_code == 2
    assert "is not I/N" in done.output
