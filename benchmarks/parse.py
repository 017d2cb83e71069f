"""Time `golint-mem check` on a tree of Go files: one new process per run, the first one uncounted."""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

COMMAND = "from golint_mem.cli.main import main; main()"


def size(tree: Path) -> tuple[int, int]:
    """The number of Go files under `tree`, and of their lines."""
    files = [path for path in tree.rglob("*.go") if path.is_file()]
    return len(files), sum(path.read_bytes().count(b"\n") for path in files)


def run(tree: Path) -> float:
    """Seconds that one run takes; a run that ends with an error (not clean, not findings) ends the benchmark."""
    command = [sys.executable, "-c", COMMAND, "check", "./...", "--format", "json"]
    start = time.perf_counter()
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1):
        sys.exit(f"golint-mem check ended with {done.returncode}:\n{done.stderr}")
    return seconds


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    files, lines = size(options.tree)
    run(options.tree)
    seconds = [run(options.tree) for _ in range(max(1, options.runs))]
    median = statistics.median(seconds)
    print(f"{files} files, {lines} lines: median {median:.2f} s, fastest {min(seconds):.2f} s ({len(seconds)} runs)")


if __name__ == "__main__":
    main()
