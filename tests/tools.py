"""Programs of others that tests run: found where they are, or built where Go can build them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest


@cache
def go_tool(package: str) -> str:
    """The path of a Go program, such as `example.com/cmd/tool@v1.2.3`; skips the test where it cannot be had."""
    name = package.partition("@")[0].rpartition("/")[2]
    if (found := shutil.which(name)) is not None:
        return found
    if shutil.which("go") is None:
        pytest.skip(f"neither {name} nor go is there")
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    environment = {**os.environ, "GOBIN": str(folder), "GOFLAGS": "-mod=mod"}
    done = subprocess.run(["go", "install", package], env=environment, capture_output=True, text=True, timeout=600)
    if done.returncode:
        pytest.skip(f"{name} cannot be built: {done.stderr.strip()[-200:]}")
    return str(folder / name)


BROWSER = Path(__file__).parent / "browser"


@cache
def node_modules() -> Path:
    """The folder into which npm has installed what tests/browser/package.json names; else the test is skipped."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("npm and node are not there")
    folder = Path(os.environ.get("GOLINT_MEM_NODE", Path(__file__).parent.parent / ".node"))
    wanted = (BROWSER / "package.json").read_bytes()
    if not (folder / "done").is_file() or (folder / "done").read_bytes() != wanted:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_bytes(wanted)
        command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
        if done.returncode:
            pytest.skip(f"npm cannot install what is needed: {done.stderr.strip()[-200:]}")
        (folder / "done").write_bytes(wanted)
    return folder


@cache
def chromium() -> str:
    """The path of a Chromium browser; else the test is skipped."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no Chromium on PATH")
    return found


def browse(script: str, *arguments: str | Path, **environment: str) -> dict[str, Any]:
    """What a script of tests/browser prints: it is given the npm modules, the browser, arguments and environment."""
    command = ["node", str(BROWSER / script), str(node_modules()), chromium(), *map(str, arguments)]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
