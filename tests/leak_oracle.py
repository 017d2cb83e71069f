"""Generates small concurrent programs, runs them under the runtime's goroutine-leak profile, and compares.

    python -m tests.leak_oracle 0 10        # seeds 0 to 9, 40 routines each

A routine starts one to three goroutines over a few channels, locks and a counter, with branches on its arguments. It is
run with all arguments many times, with random pauses before each operation. A goroutine that the profile calls leaked
has to be in a finding of golint-mem, and every goroutine that a finding names has to leak at that line in some run.
Needs Go 1.26 or later (GOEXPERIMENT=goroutineleakprofile).
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from golint_mem.findings import Evidence
from golint_mem.pipeline import check
from golint_mem.settings import Settings

ROUTINES, REPETITIONS = 40, 60
_MAIN = """package main

import (
    "math/rand"
    "os"
    "runtime"
    "runtime/pprof"
    "time"
)

func pause() {
    switch rand.Intn(4) {
    case 0:
        runtime.Gosched()
    case 1:
        time.Sleep(time.Duration(rand.Intn(300)) * time.Microsecond)
    }
}

func main() {
    for round := 0; round < %d; round++ {
%s
        time.Sleep(2 * time.Millisecond)
    }
    time.Sleep(200 * time.Millisecond)
    pprof.Lookup("goroutineleak").WriteTo(os.Stdout, 2)
}
"""
_LEAKED = re.compile(r"^goroutine \d+ \[[^\]]*\(leaked\)[^\]]*\]:\n(.*?)(?:\n\n|\Z)", re.M | re.S)
_LINE = re.compile(r"routines\.go:(\d+)")


@dataclass
class Writer:
    """A routine while it is written: what it may use, and its lines."""

    random: random.Random
    lines: list[str] = field(default_factory=list)
    channels: int = 0
    locks: int = 0
    care: float = 0.0
    """How likely a send or receive can also end by `quit`, which a careful routine closes at its end."""

    def add(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def operation(self, depth: int) -> None:
        """One operation, with a pause before it."""
        self.add(depth, "pause()")
        kind = self.random.choice(("send", "receive", "send", "receive", "select", "lock", "close"))
        channel = self.random.randrange(self.channels)
        if kind in ("send", "receive") and self.random.random() < self.care:
            self.add(
                depth, f"select {{ case {'' if kind == 'send' else '<-'}c{channel}{' <- 1' if kind == 'send' else ''}:"
            )
            self.add(depth, "case <-quit:")
            self.add(depth, "}")
        elif kind == "send":
            self.add(depth, f"c{channel} <- 1")
        elif kind == "receive":
            self.add(depth, f"<-c{channel}")
        elif kind == "select":
            self.select(depth)
        elif kind == "lock" and self.locks:
            lock = self.random.randrange(self.locks)
            self.add(depth, f"m{lock}.Lock()")
            self.block(depth, 1, nested=True)
            self.add(depth, f"m{lock}.Unlock()")
        else:
            self.add(depth, "once.Do(func() { close(quit) })")

    def select(self, depth: int) -> None:
        self.add(depth, "select {")
        for way in self.random.sample(("send", "receive", "quit"), 2):
            channel = self.random.randrange(self.channels)
            case = {"send": f"c{channel} <- 2", "receive": f"<-c{channel}", "quit": "<-quit"}[way]
            self.add(depth, f"case {case}:")
            if self.random.random() < 0.3:
                self.add(depth + 1, "return")
        if self.random.random() < 0.25:
            self.add(depth, "default:")
        self.add(depth, "}")

    def block(self, depth: int, most: int, nested: bool = False) -> None:
        for _ in range(self.random.randint(1, most)):
            choice = self.random.random()
            if choice < 0.2 and not nested:
                self.add(depth, f"if {self.random.choice('pqr')} {{")
                self.block(depth + 1, 2, nested=True)
                if self.random.random() < 0.4:
                    self.add(depth + 1, "return")
                self.add(depth, "}")
            elif choice < 0.3 and not nested:
                self.add(depth, "for range 2 {")
                self.block(depth + 1, 2, nested=True)
                self.add(depth, "}")
            elif choice < 0.4:
                self.add(depth, "<-quit")
            else:
                self.operation(depth)


def routine(name: str, seed: random.Random) -> list[str]:
    """The lines of a routine."""
    care = seed.choice((0.0, 0.5, 0.9, 1.0))
    writer = Writer(seed, channels=seed.randint(1, 2), locks=seed.randint(0, 2), care=care)
    writer.add(0, f"func {name}(p, q, r bool) {{")
    writer.add(1, "var group sync.WaitGroup")
    writer.add(1, "var once sync.Once")
    writer.add(1, "quit := make(chan struct{})")
    for channel in range(writer.channels):
        writer.add(1, f"c{channel} := make(chan int{seed.choice(('', '', ', 1', ', 2'))})")
        writer.add(1, f"_ = c{channel}")
    for lock in range(writer.locks):
        writer.add(1, f"var m{lock} sync.Mutex")
        writer.add(1, f"_ = &m{lock}")
    for _ in range(seed.randint(1, 3)):
        counted = seed.random() < 0.5
        if counted:
            writer.add(1, "group.Add(1)")
        writer.add(1, "go func() {")
        if counted:
            writer.add(2, "defer group.Done()")
        writer.block(2, 3)
        writer.add(1, "}()")
    if care:
        writer.add(1, "defer once.Do(func() { close(quit) })")
    writer.block(1, 2)
    if care and seed.random() < 0.7:
        writer.add(1, "once.Do(func() { close(quit) })")
    if seed.random() < 0.6:
        writer.add(1, "group.Wait()")
    writer.add(1, "once.Do(func() {})")
    writer.add(1, "_, _ = &group, quit")
    writer.add(0, "}")
    return writer.lines


@dataclass(frozen=True)
class Comparison:
    """What differs: lines that leak and are in no finding's routine, and lines that are reported and never leak."""

    source: str
    routines: int
    leaking: int
    reported: int
    missed: tuple[tuple[str, int], ...]
    unseen: tuple[tuple[str, int], ...]


def compare(seed: int, routines: int = ROUTINES, repetitions: int = REPETITIONS) -> Comparison:
    """Generate, run, analyse."""
    chosen = random.Random(seed)
    names = [f"routine{number}" for number in range(routines)]
    lines = ["package main", "", 'import "sync"', ""]
    owner: dict[int, str] = {}
    for name in names:
        written = routine(name, chosen)
        owner.update({len(lines) + 1 + offset: name for offset in range(len(written))})
        lines += [*written, ""]
    with tempfile.TemporaryDirectory() as folder:
        source = "\n".join(lines)
        _write(Path(folder), source, names, repetitions)
        observed = _run(Path(folder))
        reported = _report(Path(folder))
    leaks, reports = _by_routine(observed, owner), _by_routine(reported, owner)
    missed = tuple((name, line) for name, found in leaks.items() if name not in reports for line in sorted(found))
    unseen = tuple((name, one) for name, found in reports.items() for one in sorted(found - leaks.get(name, set())))
    return Comparison(source, routines, len(leaks), len(reports), missed, unseen)


def _by_routine(lines: set[int], owner: dict[int, str]) -> dict[str, set[int]]:
    found: defaultdict[str, set[int]] = defaultdict(set)
    for line in lines:
        found[owner[line]].add(line)
    return found


def _write(folder: Path, source: str, names: list[str], repetitions: int) -> None:
    calls = [
        f"        go {name}({', '.join(str(flag).lower() for flag in flags)})"
        for name in names
        for flags in product((False, True), repeat=3)
    ]
    (folder / "go.mod").write_text("module oracle\n\ngo 1.22\n")
    (folder / "routines.go").write_text(source)
    (folder / "main.go").write_text(_MAIN % (repetitions, "\n".join(calls)))


def _run(folder: Path) -> set[int]:
    """The lines at which goroutines leak."""
    environment = {**os.environ, "GOEXPERIMENT": "goroutineleakprofile", "GOFLAGS": "-mod=mod"}
    subprocess.run(["go", "build", "-o", "program", "."], cwd=folder, env=environment, check=True)
    done = subprocess.run(["./program"], cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    found = set()
    for stack in _LEAKED.findall(done.stdout + "\n\n"):
        line = _LINE.search(stack)
        if line:
            found.add(int(line[1]))
    return found


def _report(folder: Path) -> set[int]:
    """The lines at which golint-mem says that goroutines wait for ever."""
    report = check(Settings(root=folder, paths=(".",), select=("GM3",)))
    found = set()
    for finding in report.findings:
        if finding.evidence is Evidence.INTERLEAVING and finding.place.path == "routines.go":
            found.add(finding.place.line)
            found |= {step.place.line for step in finding.related if "waits for ever" in step.message}
    return found


def main() -> None:
    """Compare for a range of seeds; print what differs."""
    first, last = int(sys.argv[1]), int(sys.argv[2])
    totals = [0, 0, 0, 0, 0]
    for seed in range(first, last):
        one = compare(seed)
        counts = (one.routines, one.leaking, one.reported, len(one.missed), len(one.unseen))
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        print(f"seed {seed}: missed {list(one.missed)}, unseen {list(one.unseen)}", flush=True)
        if "--show" in sys.argv and (one.missed or one.unseen):
            print("\n".join(f"{number:4} {line}" for number, line in enumerate(one.source.splitlines(), 1)))
    print("routines {}, leaking {}, reported {}, lines missed {}, lines reported and not seen {}".format(*totals))


if __name__ == "__main__":
    main()
