"""The output that README.md shows: `python -m tests.readme` writes what golint-mem prints now into it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
EXAMPLE = "example"
BLOCK = re.compile(r"(?<=<!-- printed by `golint-mem check example` -->\n```text\n).*?(?=```\n)", re.DOTALL)
_SECONDS = re.compile(r"\d+\.\d\d s\b")


def printed() -> str:
    """What golint-mem prints about the example."""
    command = [sys.executable, "-m", "golint_mem", "check", EXAMPLE]
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "COLUMNS")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8")
    if done.returncode != 1 or done.stderr:
        raise RuntimeError(f"golint-mem ended with {done.returncode}: {done.stderr}")
    return done.stdout


def shown(readme: str) -> str:
    """The output in the text of README.md."""
    (block,) = BLOCK.findall(readme)
    return str(block)


def same(one: str, other: str) -> bool:
    """Whether two outputs differ in nothing but the time that was taken."""
    return _SECONDS.sub("", one) == _SECONDS.sub("", other)


def refresh(path: Path, output: str) -> bool:
    """Put the output into a README, unless it shows it already; whether the file was changed."""
    readme = path.read_text(encoding="utf-8")
    if same(shown(readme), output):
        return False
    path.write_text(BLOCK.sub(lambda _: output, readme), encoding="utf-8", newline="\n")
    return True


if __name__ == "__main__":
    print("README.md is", "written" if refresh(README, printed()) else "fresh")
