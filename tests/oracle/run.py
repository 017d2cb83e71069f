"""Running routines under the counting allocator, with the real toolchain."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from .program import GO, Routine, Source, render, table

WRAPPED = ("malloc", "calloc", "realloc", "strdup", "free")
_BROKEN = re.compile(r"routines\.go:(\d+):\d+: (.+)")
_MODULE = "module oracle\n\ngo 1.22\n"


class BuildError(Exception):
    """The generated program does not compile: `broken` says which routines are to blame, and with what messages."""

    def __init__(self, output: str, broken: dict[str, list[str]]) -> None:
        super().__init__(output)
        self.broken = broken


@dataclass
class Observed:
    """What happened in one routine on all its inputs: for each line, the first input (as bits) on which it did.

    `leaks` has the lines of the allocations, `twice` and `after` those where something is freed again, or used after
    it was freed; `moved` where that happens to memory which the registry holds or the caller gets. `reached` has all
    lines that were run. `cut` says that there were too many inputs to try them all.
    """

    leaks: dict[int, str] = field(default_factory=dict)
    twice: dict[int, str] = field(default_factory=dict)
    after: dict[int, str] = field(default_factory=dict)
    reached: dict[int, str] = field(default_factory=dict)
    moved: dict[int, str] = field(default_factory=dict)
    runs: int = 0
    cut: bool = False


def missing_tool() -> str:
    """Why nothing can be run here; the empty string if it can."""
    absent = [tool for tool in ("go", "gcc") if shutil.which(tool) is None]
    return f"no {' and no '.join(absent)} on PATH" if absent else ""


def observe(routines: list[Routine], folder: Path) -> dict[str, Observed]:
    """Compile the routines into one program in an empty folder, run it, and say what happened in each.

    Raises BuildError where they do not compile.
    """
    source = render(routines)
    binary = _build(source, routines, folder)
    done = subprocess.run([binary], capture_output=True, text=True, check=False, timeout=600)
    if done.returncode != 0:
        raise RuntimeError(f"the program failed:\n{done.stdout[-300:]}\n{done.stderr[:3000]}")
    return _parse(done.stdout)


def _build(source: Source, routines: list[Routine], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("alloc.c", "alloc.h", "driver.go"):
        shutil.copy(GO / name, folder / name)
    (folder / "go.mod").write_text(_MODULE, encoding="utf-8")
    (folder / "routines.go").write_text(source.instrumented, encoding="utf-8")
    (folder / "table.go").write_text(table(routines), encoding="utf-8")
    flags = " ".join(f"-Wl,--wrap={name}" for name in WRAPPED)
    environment = os.environ | {"CGO_ENABLED": "1", "CGO_LDFLAGS": flags, "GOFLAGS": "", "GOWORK": "off"}
    command = ["go", "build", "-gcflags=-e", "-o", "oracle", "."]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        broken: dict[str, list[str]] = defaultdict(list)
        for line, message in _BROKEN.findall(done.stderr):
            broken[source.routine_at(int(line))].append(message)
        raise BuildError(done.stderr, broken)
    return folder / "oracle"


def _parse(output: str) -> dict[str, Observed]:
    found: dict[str, Observed] = defaultdict(Observed)
    for line in output.splitlines():
        word, name, *rest = line.split()
        one = found[name]
        if word == "done":
            one.runs, one.cut = int(rest[0]), rest[1] == "true"
        else:
            (one.leaks, one.twice, one.after, one.reached, one.moved)[int(rest[0])].setdefault(int(rest[1]), rest[2])
    return dict(found)
