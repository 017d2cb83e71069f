"""The GitHub action on pull requests: a real repository, cloned as shallow as actions/checkout clones it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.test_action import LEAK, Runner, annotations, runner

__all__ = ["runner"]
MORE = LEAK.replace("leak", "more")


@dataclass
class PullRequest:
    """The clone that the action works in, and what GitHub says of the event."""

    workspace: Path
    event: dict[str, Any]


def git(folder: Path, *arguments: str) -> str:
    """Run git, as somebody."""
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def pull_request(tmp_path: Path) -> PullRequest:
    """A pull request that adds a leak to a repository that has one, merged by GitHub into a base that went on."""
    origin, workspace = tmp_path / "origin", tmp_path / "workspace"
    origin.mkdir()
    git(origin, "init", "-q", "-b", "main")
    (origin / "go.mod").write_text("module example.com/a\n\ngo 1.22\n")
    (origin / "a.go").write_text(LEAK)
    git(origin, "add", "-A")
    git(origin, "commit", "-q", "-m", "one leak")
    git(origin, "checkout", "-q", "-b", "feature")
    (origin / "b.go").write_text(MORE)
    git(origin, "add", "-A")
    git(origin, "commit", "-q", "-m", "another one")
    git(origin, "checkout", "-q", "main")
    stale = git(origin, "rev-parse", "HEAD")
    (origin / "c.go").write_text(LEAK.replace("leak", "late"))
    git(origin, "add", "-A")
    git(origin, "commit", "-q", "-m", "the base goes on")
    git(origin, "checkout", "-q", "--detach")
    git(origin, "merge", "-q", "--no-ff", "-m", "merge", "feature")
    git(origin, "update-ref", "refs/pull/1/merge", "HEAD")
    git(tmp_path, "init", "-q", str(workspace))
    git(workspace, "remote", "add", "origin", f"file://{origin}")
    git(workspace, "fetch", "-q", "--depth=1", "origin", "+refs/pull/1/merge:refs/remotes/pull/1/merge")
    git(workspace, "checkout", "-q", "refs/remotes/pull/1/merge")
    return PullRequest(workspace, {"pull_request": {"base": {"sha": stale}}})


def test_only_what_the_change_brings_is_reported(runner: Runner, pull_request: PullRequest) -> None:
    outcome = runner.run(pull_request.workspace, pull_request.event, upload="true")
    assert outcome.code == 1, outcome.log
    (line,) = annotations(outcome)
    assert line.startswith("::warning file=b.go,line=7,")
    assert (outcome.outputs["findings"], outcome.outputs["new-findings"]) == ("3", "1")
    assert outcome.summary.startswith("### golint-mem: 1 new finding\n\n2 there before.\n")
    assert outcome.uploads == [{"sarif_file": outcome.outputs["sarif-file"], "category": "golint-mem"}]


def test_a_change_without_a_leak_passes(runner: Runner, pull_request: PullRequest) -> None:
    (pull_request.workspace / "b.go").write_text("package a\n")
    outcome = runner.run(pull_request.workspace, pull_request.event)
    assert outcome.code == 0 and not annotations(outcome) and outcome.uploads == []
    assert (outcome.outputs["findings"], outcome.outputs["new-findings"]) == ("2", "0")


def test_everything_on_request_and_on_other_events(runner: Runner, pull_request: PullRequest) -> None:
    for event, wish in ((pull_request.event, "false"), ({}, "auto"), ({"pull_request": {}}, "false")):
        outcome = runner.run(pull_request.workspace, event, new_only=wish)
        assert len(annotations(outcome)) == 3 and outcome.outputs["new-findings"] == "3"


def test_a_base_that_cannot_be_fetched_is_said_and_everything_reported(
    runner: Runner, pull_request: PullRequest
) -> None:
    git(pull_request.workspace, "remote", "set-url", "origin", "file:///nowhere")
    outcome = runner.run(pull_request.workspace, pull_request.event)
    first, *others = annotations(outcome)
    assert "is not in this clone and cannot be fetched" in first and len(others) == 3


@pytest.mark.parametrize("sha", ["--upload-pack=touch x", "$(touch x)", "main", 7, None])
def test_a_hostile_event_is_not_obeyed(runner: Runner, pull_request: PullRequest, sha: object) -> None:
    git(pull_request.workspace, "checkout", "-q", "--orphan", "alone")
    git(pull_request.workspace, "commit", "-q", "-m", "no merge")
    outcome = runner.run(pull_request.workspace, {"pull_request": {"base": {"sha": sha}}})
    assert "no base is known" in outcome.log and len(annotations(outcome)) == 3
    assert not list(pull_request.workspace.rglob("x"))
