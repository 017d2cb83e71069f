"""What the GitHub action does once golint-mem is installed: run it, and hand on its numbers.

The inputs come as environment variables (see action.yml) and reach golint-mem as separate arguments: no shell reads
them. Whatever comes from the analysed repository is printed so that GitHub takes it for text.
"""

from __future__ import annotations

import html
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

MAX_ROWS = 200
MAX_SUMMARY = 900_000  # bytes; GitHub refuses a summary of more than a mebibyte
LEVELS = ("note", "warning", "error")
CHOICES = {
    "FAIL_ON": ("fail-on", (*LEVELS, "never")),
    "NEW_ONLY": ("new-only", ("auto", "true", "false")),
    "COMPILER": ("compiler", ("true", "false")),
    "UPLOAD": ("upload", ("true", "false")),
}
PROGRAM = (sys.executable, "-I", "-m", "golint_mem")  # isolated: imports nothing from the folder it runs in
RULES = "https://github.com/golint-mem/golint-mem/blob/main/docs/rules.md"
Results = list[dict[str, Any]]


class RefusedError(Exception):
    """The inputs ask for something that cannot be done."""


@dataclass
class Run:
    """What came of one run: `results` holds those to act on, and is None where there is no SARIF file."""

    code: int
    sarif: Path
    results: Results | None
    known: int = 0
    suppressed: int = 0
    names: dict[str, str] = field(default_factory=dict)


def main() -> int:
    """Run golint-mem, write outputs and summary, and leave the verdict to the last step."""
    try:
        folder, sarif, arguments = inputs()
    except RefusedError as error:
        print(f"golint-mem: error: {error}", file=sys.stderr)
        return 2
    base = base_of(folder)
    if base:
        arguments[1:1] = ["--new-from", base]
    if sarif.is_file():  # that of an earlier run must not be taken for this one's
        sarif.unlink()
    code = subprocess.run([*PROGRAM, *arguments], cwd=folder).returncode
    run = outcome(code, sarif)
    there = run.results is not None
    append("GITHUB_OUTPUT", "".join(f"{name}={value}\n" for name, value in outputs(run, there).items()))
    append("GITHUB_STEP_SUMMARY", within(summary(run, folder, base)))
    return 0 if there else code


def inputs() -> tuple[Path, Path, list[str]]:
    """The folder to run in, the SARIF file and the arguments; RefusedError says what is wrong with an input."""
    for name, (called, choices) in CHOICES.items():
        if wish(name) not in choices:
            raise RefusedError(f"{called} is none of {', '.join(choices)}")
    folder = Path(os.environ["GOLINT_MEM_FOLDER"])
    if "\0" in str(folder) or not folder.is_dir():
        raise RefusedError("working-directory is no folder")
    expected = os.environ["GOLINT_MEM_VERSION"].strip().removeprefix("v")
    if expected and expected != version():
        raise RefusedError(f"version: this is golint-mem {version()}; `uses:` says which one is taken")
    sarif = folder.absolute() / (os.environ["GOLINT_MEM_SARIF"] or f"{os.environ['RUNNER_TEMP']}/golint-mem.sarif")
    if not str(sarif).isprintable():
        raise RefusedError("sarif-file has characters that cannot be printed")
    try:
        options = shlex.split(os.environ["GOLINT_MEM_ARGS"])
    except ValueError as error:
        raise RefusedError(f"args: {error}") from error
    return folder, sarif, command(sarif, options)


def wish(name: str) -> str:
    """What an input with a few choices says."""
    return os.environ[f"GOLINT_MEM_{name}"].strip().lower()


def version() -> str:
    """The version that is installed."""
    done = subprocess.run([*PROGRAM, "--version"], capture_output=True, text=True)
    return done.stdout.split()[-1] if done.stdout else "?"


def command(sarif: Path, options: list[str]) -> list[str]:
    """The arguments of golint-mem; nothing in the paths is taken for an option."""
    paths = [line.strip() for line in os.environ["GOLINT_MEM_PATHS"].splitlines() if line.strip()]
    config = os.environ["GOLINT_MEM_CONFIG"]
    if config:
        options = [f"--config={config}", *options]
    compiler = "--compiler" if wish("COMPILER") == "true" else "--no-compiler"  # whatever the configuration says
    options = [compiler, *options]
    return ["check", "--format", "github", f"--sarif-output={sarif}", *options, "--", *paths]


def base_of(folder: Path) -> str:
    """The commit that a pull request is compared with; empty where everything is to be reported."""
    event = event_of()
    wanted = wish("NEW_ONLY")
    if wanted == "false" or (wanted == "auto" and "pull_request" not in event):
        return ""
    base = first_parent_of_merge(folder) or str(event.get("pull_request", {}).get("base", {}).get("sha", ""))
    if not re.fullmatch(r"[0-9a-f]{40,64}", base):
        print("golint-mem: new-only: no base is known for this event; everything is reported", file=sys.stderr)
        return ""
    if git(folder, "cat-file", "-e", f"{base}^{{commit}}") is None:
        git(folder, "fetch", "--quiet", "--no-tags", "--depth=1", "--no-recurse-submodules", "origin", base)
    if git(folder, "cat-file", "-e", f"{base}^{{commit}}") is None:
        print(
            f"::warning::golint-mem: {base} is not in this clone and cannot be fetched; everything is reported",
            flush=True,
        )
        print("golint-mem: give actions/checkout `fetch-depth: 2` to let it compare", file=sys.stderr)
        return ""
    return base


def event_of() -> dict[str, Any]:
    """What GitHub says of the event; nothing where it says nothing."""
    try:
        event = json.loads(Path(os.environ.get("GITHUB_EVENT_PATH", "")).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return event if isinstance(event, dict) else {}


def first_parent_of_merge(folder: Path) -> str:
    """The commit that GitHub merged the pull request into, read from HEAD itself: a shallow clone lacks it."""
    head = git(folder, "cat-file", "commit", "HEAD") or ""
    parents = re.findall(r"(?m)^parent ([0-9a-f]+)$", head.partition("\n\n")[0])
    return parents[0] if len(parents) == 2 else ""


def git(folder: Path, *arguments: str) -> str | None:
    """What git prints; None where it fails."""
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    plain = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", *arguments]
    done = subprocess.run(plain, cwd=folder, env=environment, capture_output=True)
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def outcome(code: int, sarif: Path) -> Run:
    """Sort the results of the SARIF file."""
    if not sarif.is_file():
        return Run(code, sarif, None)
    content = json.loads(sarif.read_text(encoding="utf-8"))["runs"][0]
    sorted_out: dict[str, Results] = {"suppressed": [], "known": [], "act": []}
    for one in content["results"]:
        known = one.get("baselineState") == "unchanged"
        sorted_out["suppressed" if one.get("suppressions") else "known" if known else "act"].append(one)
    results = sorted(sorted_out["act"], key=lambda one: (-LEVELS.index(one["level"]), -one["rank"]))
    names = {rule["id"]: rule.get("name", "") for rule in content["tool"]["driver"].get("rules", ())}
    return Run(code, sarif, results, len(sorted_out["known"]), len(sorted_out["suppressed"]), names)


def outputs(run: Run, there: bool) -> dict[str, str]:
    """The outputs of the action, and what its later steps want to know."""
    results = run.results or []
    return {
        "findings": str(len(results) + run.known) if there else "",
        "new-findings": str(len(results)) if there else "",
        "sarif-file": str(run.sarif) if there else "",
        "exit-code": str(run.code),
        "upload": "true" if there and run.code in (0, 1) and wish("UPLOAD") == "true" else "false",
        "verdict": str(verdict(run.code, results)),
    }


def verdict(code: int, results: Results) -> int:
    """How the job is to end: findings fail it where one is severe enough, errors always do."""
    if code != 1:
        return code
    threshold = wish("FAIL_ON")
    severe = [one for one in results if threshold in LEVELS[: LEVELS.index(one["level"]) + 1]]
    return 1 if severe or (not results and threshold != "never") else 0


def summary(run: Run, folder: Path, base: str) -> Iterator[str]:
    """The findings as a Markdown table, in which nothing of the repository is more than text."""
    if run.results is None:
        yield f"### golint-mem could not run (exit code {run.code})\n"
        return
    count = len(run.results)
    yield f"### golint-mem: {count} {'new ' if base else ''}finding{'' if count == 1 else 's'}\n\n"
    if run.code not in (0, 1):
        yield f"It ended with exit code {run.code}; the log says why.\n\n"
    aside = {"there before": run.known, "suppressed": run.suppressed}
    if any(aside.values()):
        yield ", ".join(f"{number} {what}" for what, number in aside.items() if number).capitalize() + ".\n\n"
    if run.results:
        yield "| level | rule | where | what |\n| --- | --- | --- | --- |\n"
    for result in run.results[:MAX_ROWS]:
        yield row(result, run.names.get(result["ruleId"], ""), blob(folder))
    if count > MAX_ROWS:
        yield f"\n{count - MAX_ROWS} more are in the SARIF file.\n"


def row(result: dict[str, Any], name: str, root: str) -> str:
    """One line of the table."""
    place = result["locations"][0]["physicalLocation"]
    uri, line = place["artifactLocation"]["uri"], place["region"]["startLine"]
    where = text(f"{unquote(uri)}:{line}")
    if root and not uri.startswith("../"):
        where = f"[{where}]({root}{quote(unquote(uri))}#L{line})"
    code = result["ruleId"]
    rule = f"[{text(code)}]({RULES}#{quote(f'{code} {name}'.lower().replace(' ', '-'))})"
    return f"| {result['level']} | {rule} | {where} | {text(result['message']['text'])} |\n"


def blob(folder: Path) -> str:
    """Where the files of the commit can be looked at, up to the folder that the run was in."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA", "GITHUB_WORKSPACE")
    server, repository, sha, workspace = (os.environ.get(name, "") for name in names)
    if not (server and repository and sha and workspace):
        return ""
    inside = os.path.relpath(folder.absolute(), workspace)
    if inside.startswith(".."):
        return ""
    return f"{server}/{repository}/blob/{sha}/" + ("" if inside == "." else f"{quote(inside)}/")


def text(given: str) -> str:
    """Text for a cell of a table: one line, not too long, with every character that Markdown knows taken as it is."""
    plain = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in given)[:500]
    return html.escape(re.sub(r"([\\`*_{}\[\]()#+.!|~@:/-])", r"\\\1", plain), quote=False)


def within(parts: Iterator[str]) -> str:
    """The parts that fit into a summary."""
    kept, size = [], 0
    for part in parts:
        size += len(part.encode())
        if size > MAX_SUMMARY:
            break
        kept.append(part)
    return "".join(kept) + "\n"


def append(variable: str, text: str) -> None:
    """Add text to the file that GitHub names in an environment variable."""
    with Path(os.environ[variable]).open("a", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    sys.exit(main())
