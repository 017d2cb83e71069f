"""The GitHub action in nektos/act, which runs whole workflows: conditions, outputs, and a pull request."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.test_action import ACTION, LEAK, ROOT
from tests.tools import go_tool

COMMIT = "5" * 40
CHECKOUT = "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd"
UPLOAD = next(step["uses"] for step in ACTION["runs"]["steps"] if "uses" in step)
STUB = """
name: stands in for the upload
description: says what it was given, and fails
inputs: {sarif_file: {description: x}, category: {description: x}}
runs:
  using: composite
  steps:
    - shell: bash
      env: {FILE: "${{ inputs.sarif_file }}", CATEGORY: "${{ inputs.category }}"}
      run: |
        echo "UPLOADED $(grep -c '"ruleId"' "$FILE") as $CATEGORY"
        exit 1
"""


@pytest.fixture(scope="module")
def act() -> str:
    """The program act."""
    return go_tool("github.com/nektos/act@v0.2.89")


class Job:
    """A repository with a workflow of one job, which takes the action from here and uploads nothing."""

    def __init__(self, act: str, folder: Path) -> None:
        self.act = act
        self.folder = folder
        self.repository = folder / "repository"
        self.repository.mkdir()
        (self.repository / "go.mod").write_text("module example.com/a\n\ngo 1.22\n")
        (self.repository / "a.go").write_text(LEAK)
        self.git("init", "-q", "-b", "main")
        (folder / "codeql" / "upload-sarif").mkdir(parents=True)
        (folder / "codeql" / "upload-sarif" / "action.yml").write_text(STUB)
        self._copy_action(folder / "action")

    def _copy_action(self, target: Path) -> None:
        target.mkdir()
        for name in ("action.yml", "constraints.txt", "pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, target)
        for name in ("action", "golint_mem", "rules"):
            shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))

    def git(self, *arguments: str) -> str:
        """Run git in the repository, as somebody."""
        who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
        command = ["git", *who, *arguments]
        return subprocess.run(command, cwd=self.repository, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, message: str) -> str:
        """Commit everything; the commit's name."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def write_workflow(self, **inputs: str) -> None:
        """Write the workflow."""
        leaks = {"id": "leaks", "uses": f"golint-mem/golint-mem@{COMMIT}", "with": inputs}
        show = {
            "run": 'echo "FOUND $ALL $NEW"',
            "env": {
                "ALL": "${{ steps.leaks.outputs.findings }}",
                "NEW": "${{ steps.leaks.outputs.new-findings }}",
            },
        }
        steps = [{"uses": CHECKOUT}, leaks, show]
        content = {"on": ["push", "pull_request"], "jobs": {"a": {"runs-on": "ubuntu-latest", "steps": steps}}}
        path = self.repository / ".github" / "workflows" / "a.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content))

    def run(self, event: str, payload: object = None) -> tuple[int, str]:
        """Run the workflow: how it ended, and the log."""
        (self.folder / "event.json").write_text(json.dumps(payload or {}))
        own = {"HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache")}
        command = [self.act, event, "-e", str(self.folder / "event.json"), "-P", "ubuntu-latest=-self-hosted"]
        command += ["--local-repository", f"golint-mem/golint-mem@{COMMIT}={self.folder / 'action'}"]
        upload, _, commit = UPLOAD.partition("@")
        repository = "/".join(upload.split("/")[:2])
        command += ["--local-repository", f"{repository}@{commit}={self.folder / 'codeql'}"]
        done = subprocess.run(
            command, cwd=self.repository, env={**os.environ, **own}, capture_output=True, text=True, timeout=300
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def job(act: str, tmp_path: Path) -> Job:
    """A repository and what act needs."""
    return Job(act, tmp_path)


def test_findings_fail_the_job_and_a_failed_upload_does_not(job: Job) -> None:
    job.write_workflow(upload="true")
    job.commit("leak")
    code, log = job.run("push")
    assert code == 1 and "UPLOADED 1 as golint-mem" in log, log
    job.write_workflow(**{"upload": "true", "fail-on": "never"})
    job.commit("never fail")
    code, log = job.run("push")
    assert code == 0 and "UPLOADED 1" in log and "FOUND 1 1" in log, log


def test_a_pull_request_reports_what_it_brings(job: Job) -> None:
    job.write_workflow(upload="false")
    base = job.commit("leak")
    job.git("checkout", "-q", "-b", "feature")
    (job.repository / "b.go").write_text(LEAK.replace("leak", "more"))
    job.commit("more")
    job.git("checkout", "-q", "main")
    job.git("merge", "-q", "--no-ff", "-m", "merge", "feature")
    code, log = job.run("pull_request", {"pull_request": {"base": {"sha": base}}})
    assert code == 1 and "UPLOADED" not in log, log
    assert re.search(r"new-findings=1\b", log) and re.search(r"[^-]findings=2\b", log), log
    assert "b.go" in log and "1 new finding" in log
