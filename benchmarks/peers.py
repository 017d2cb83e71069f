"""golint-mem beside what else people run on Go code: the same tree, rounds in turn, medians, peak memory, findings."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_CLI = "from golint_mem.cli.main import main; main()"
_PARSE = """
import pathlib, sys, tree_sitter, tree_sitter_go
parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_go.language()))
for path in pathlib.Path(".").rglob("*.go"):
    if path.is_file():
        parser.parse(path.read_bytes())
"""


@dataclass(slots=True)
class Run:
    """One run: seconds on the wall, seconds of processors, peak bytes of its largest process, what it printed."""

    wall: float
    processor: float
    peak: int
    output: bytes


@dataclass(frozen=True, slots=True)
class Tool:
    """A command, and how many findings its output holds; `before` prepares a run and is not timed."""

    name: str
    command: Sequence[str]
    count: Callable[[bytes], Counter[str]] = lambda _output: Counter()
    before: Callable[[], None] = lambda: None
    runs: list[Run] = field(default_factory=list)


def timed(tool: Tool, tree: Path, limit: float) -> Run | None:
    """Run a tool in the tree; None where it took longer than `limit` seconds."""
    tool.before()
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            tool.command, cwd=tree, stdout=output, stderr=subprocess.DEVNULL, start_new_session=True
        )
        while True:
            pid, _, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.perf_counter() - started > limit:
                os.killpg(process.pid, signal.SIGKILL)  # its workers too
                os.wait4(process.pid, 0)
                return None
            time.sleep(0.01)
        wall = time.perf_counter() - started
        output.seek(0)
        return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, output.read())


def tools(options: argparse.Namespace, cache: Path) -> list[Tool]:
    """The tools that are there."""
    check = [sys.executable, "-c", _CLI, "check", "--format", "json", "--cache-dir", str(cache), "./..."]
    found = [
        Tool("tree-sitter, parsing only", [sys.executable, "-c", _PARSE]),
        Tool("golint-mem, cold", check, _families, lambda: shutil.rmtree(cache, ignore_errors=True)),
        Tool("golint-mem, warm", check, _families),
        Tool("go vet", ["go", "vet", "-json", "./..."], _go_json),
    ]
    peers = {
        "staticcheck": (["staticcheck", "-f", "json", "./..."], _lines),
        "golangci-lint": (["golangci-lint", "run", "--output.json.path", "stdout", "./..."], _key("Issues")),
        "gosec": (["gosec", "-quiet", "-fmt", "json", "./..."], _key("Issues")),
    }
    found += [Tool(name, command, count) for name, (command, count) in peers.items() if shutil.which(name)]
    if shutil.which("semgrep") and options.semgrep_rules:
        command = ["semgrep", "scan", "--json", "--metrics=off", "--config", str(options.semgrep_rules), "."]
        found.append(Tool("semgrep", command, _key("results")))
    return [tool for tool in found if not options.only or any(tool.name.startswith(one) for one in options.only)]


def _families(output: bytes) -> Counter[str]:
    return Counter(one["code"][:3] + "xx" for one in json.loads(output)["findings"])


def _lines(output: bytes) -> Counter[str]:
    return Counter({"all": len(output.splitlines())})


def _key(key: str) -> Callable[[bytes], Counter[str]]:
    return lambda output: Counter({"all": len(json.loads(output.splitlines()[0] if output else b"{}").get(key) or ())})


def _go_json(output: bytes) -> Counter[str]:
    return Counter({"all": output.count(b'"posn":')})


def table(found: Sequence[Tool]) -> str:
    """A Markdown table; ratios are wall-clock times of golint-mem's cold run."""
    cold = next((tool for tool in found if tool.name == "golint-mem, cold" and tool.runs), None)
    unit = statistics.median(run.wall for run in cold.runs) if cold is not None else 0.0
    lines = [
        "| tool | wall, s | processors, s | peak, MB | findings | beside golint-mem |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for tool in found:
        if not tool.runs:
            lines.append(f"| {tool.name} | over the limit | | | | |")
            continue
        wall, processor = (statistics.median(getattr(run, key) for run in tool.runs) for key in ("wall", "processor"))
        peak = max(run.peak for run in tool.runs) / 1e6
        ratio = f"{wall / unit:.2f} times" if unit else ""
        lines.append(f"| {tool.name} | {wall:.1f} | {processor:.1f} | {peak:.0f} | {_counted(tool)} | {ratio} |")
    return "\n".join(lines)


def _counted(tool: Tool) -> str:
    try:
        counts = tool.count(tool.runs[-1].output)
    except (ValueError, KeyError, IndexError):
        return "?"
    total = sum(counts.values())
    parts = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()) if name != "all")
    return f"{total} ({parts})" if parts else str(total) if counts else ""


def main() -> None:
    """Read the options, run in turn, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=float, default=1800, help="seconds that a run may take")
    parser.add_argument("--semgrep-rules", type=Path, help="a folder of semgrep rules for Go")
    parser.add_argument("--only", action="append", help="only tools whose names start so")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = tools(options, Path(folder) / "cache")
        for number in range(options.rounds):
            for tool in found:
                run = timed(tool, options.tree, options.limit) if number == 0 or tool.runs else None
                if run is not None:
                    tool.runs.append(run)
                    print(f"round {number + 1}: {tool.name}: {run.wall:.1f} s", file=sys.stderr)
    print(table(found))


if __name__ == "__main__":
    main()
