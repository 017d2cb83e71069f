"""Programs of others that tests run: found where they are, or built where Go can build them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

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
