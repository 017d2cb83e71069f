"""What the GitHub action does once golint-mem is installed: run it, and hand on its numbers.

The inputs come as environment variables (see action.yml) and reach golint-mem as separate arguments: no shell reads
them. Whatever comes from the analysed repository is printed so that GitHub takes it for text.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

MAX_LISTED = 500
PROGRAM = (sys.executable, "-I", "-m", "golint_mem")  # isolated: imports nothing from the folder it runs in


def main() -> int:
    """Run golint-mem, write outputs and summary, and say how the step ends."""
    wish = os.environ["GOLINT_MEM_FAIL"].strip().lower()
    if wish not in ("true", "false"):
        return refuse("fail-on-findings is neither true nor false")
    folder = Path(os.environ["GOLINT_MEM_FOLDER"])
    if not folder.is_dir():
        return refuse("working-directory is no folder")
    sarif = folder.absolute() / (os.environ["GOLINT_MEM_SARIF"] or f"{os.environ['RUNNER_TEMP']}/golint-mem.sarif")
    if not str(sarif).isprintable():
        return refuse("sarif-file has characters that cannot be printed")
    try:
        command = arguments(sarif)
    except ValueError as error:
        return refuse(f"args: {error}")
    if sarif.is_file():  # that of an earlier run must not be taken for this one's
        sarif.unlink()
    code = subprocess.run([*PROGRAM, *command], cwd=folder).returncode
    results = json.loads(sarif.read_text(encoding="utf-8"))["runs"][0]["results"] if sarif.is_file() else None
    outputs = {
        "findings": "" if results is None else str(len(results)),
        "sarif-file": "" if results is None else str(sarif),
        "exit-code": str(code),
    }
    append("GITHUB_OUTPUT", "".join(f"{name}={value}\n" for name, value in outputs.items()))
    append("GITHUB_STEP_SUMMARY", "\n".join(summary(results, code)) + "\n")
    return 0 if code == 1 and wish == "false" else code


def arguments(sarif: Path) -> list[str]:
    """The arguments of golint-mem; nothing in the paths is taken for an option."""
    paths = [line.strip() for line in os.environ["GOLINT_MEM_PATHS"].splitlines() if line.strip()]
    options = shlex.split(os.environ["GOLINT_MEM_ARGS"])
    return ["check", "--format", "github", "--sarif-output", str(sarif), *options, "--", *paths]


def refuse(message: str) -> int:
    """Say what is wrong with the inputs."""
    print(f"golint-mem: error: {message}", file=sys.stderr)
    return 2


def summary(results: list[dict[str, Any]] | None, code: int) -> Iterator[str]:
    """The findings as Markdown; what is quoted stands in an indented block, which no text can end."""
    if results is None:
        yield f"### golint-mem could not run (exit code {code})"
        return
    yield f"### golint-mem: {len(results)} finding{'' if len(results) == 1 else 's'} (exit code {code})"
    yield ""
    for result in results[:MAX_LISTED]:
        place = result["locations"][0]["physicalLocation"]
        where = f"{unquote(place['artifactLocation']['uri'])}:{place['region']['startLine']}"
        yield "    " + one_line(f"{where}: {result['level']} {result['ruleId']} {result['message']['text']}")
    if len(results) > MAX_LISTED:
        yield f"\n{len(results) - MAX_LISTED} more are in the SARIF file."


def one_line(text: str) -> str:
    """Text without line ends and other characters that cannot be seen, and not too long."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)[:1000]


def append(variable: str, text: str) -> None:
    """Add text to the file that GitHub names in an environment variable."""
    with Path(os.environ[variable]).open("a", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    sys.exit(main())
