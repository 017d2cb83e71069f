"""What README.md promises: the output that it shows, and the commands that it names."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests import readme

ROOT = Path(__file__).parent.parent


def test_the_output_is_what_is_printed_now() -> None:
    shown = readme.shown(readme.README.read_text(encoding="utf-8"))
    assert readme.same(shown, readme.printed()), "README.md is stale; run: python -m tests.readme"
    assert "\x1b" not in shown and str(ROOT) not in shown


def test_a_stale_output_is_seen_and_replaced(tmp_path: Path) -> None:
    text = readme.README.read_text(encoding="utf-8")
    copy = tmp_path / "README.md"
    copy.write_text(text.replace("example/directory.go:", "example/directory.go:9"), encoding="utf-8")
    output = readme.shown(text).replace(" s.", "1 s.")
    assert not readme.same(readme.shown(copy.read_text(encoding="utf-8")), output)
    assert readme.refresh(copy, output)
    assert readme.shown(copy.read_text(encoding="utf-8")) == output
    assert not readme.refresh(copy, output)


def test_the_check_runs_what_it_names() -> None:
    text = readme.README.read_text(encoding="utf-8")
    install = "-m venv .venv && .venv/bin/pip install -c constraints.txt . && .venv/bin/golint-mem check example"
    assert f"    python3 {install}\n" in text and "    bash tests/run\n" in text
    assert "bash tests/run" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("go") is None, reason="no go on PATH")
def test_the_example_is_a_go_program(tmp_path: Path) -> None:
    program = tmp_path / "lsmatch"
    built = subprocess.run(["go", "build", "-o", program, "."], cwd=ROOT / "example", capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    (tmp_path / "a.md").touch()
    ran = subprocess.run([program, "*.md", tmp_path, tmp_path / "none"], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (1, f"{tmp_path.resolve()}/a.md\n")
    assert "no such file" in ran.stderr
