"""What linters of GitHub workflows say of the action, of this project's workflow, and of the one in the docs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.tools import go_tool

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "integrations.md"


def workflow_of_the_docs() -> str:
    """The workflow that users copy, with a commit where they have to fill one in."""
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (found,) = [block for block in blocks if "uses: golint-mem/golint-mem@" in block]
    return found.replace("<commit>", "5" * 40)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with the action, this project's workflow, and the one of the docs."""
    workflows = tmp_path / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    shutil.copy(ROOT / "action.yml", tmp_path)
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        shutil.copy(path, workflows)
    (workflows / "docs.yml").write_text(workflow_of_the_docs())
    return tmp_path


def test_zizmor_finds_nothing(project: Path) -> None:
    zizmor = shutil.which("zizmor", path=Path(sys.executable).parent)
    if zizmor is None:
        pytest.skip("zizmor is not installed")
    command = [zizmor, "--offline", "--no-config", "."]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (project / "action.yml").write_text(
        (project / "action.yml").read_text().replace('"$GOLINT_MEM_VERDICT"', "${{ inputs.args }}")
    )
    worse = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert worse.returncode != 0 and "template-injection" in worse.stdout


@pytest.fixture(scope="session")
def actionlint() -> str:
    """The program actionlint."""
    return go_tool("github.com/rhysd/actionlint/cmd/actionlint@v1.7.12")


def test_actionlint_finds_nothing(actionlint: str, project: Path) -> None:
    workflow = project / ".github" / "workflows" / "docs.yml"
    own = workflow.read_text().replace(f"golint-mem/golint-mem@{'5' * 40}", "./")
    workflow.write_text(own)  # so that inputs and outputs are held against action.yml
    done = subprocess.run([actionlint, "-shellcheck=", "-pyflakes="], cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    workflow.write_text(own.replace("fail-on:", "fail-at:"))
    worse = subprocess.run([actionlint, "-shellcheck=", "-pyflakes="], cwd=project, capture_output=True, text=True)
    assert worse.returncode == 1 and 'input "fail-at" is not defined' in worse.stdout


def test_the_docs_name_every_input_and_output() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    page = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| .* \| ([^|]*) \|$", page, re.M)
    assert [name for name, _ in rows] == list(action["inputs"])
    for name, default in rows:
        if default.startswith("`"):
            assert default == f"`{action['inputs'][name]['default']}`"
    assert all(f"`{name}`" in page for name in action["outputs"])
