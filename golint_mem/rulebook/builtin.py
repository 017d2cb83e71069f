"""Where the texts of the built-in rules are: on disk, or in the zip file that golint-mem runs from."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def builtin_folder() -> Iterator[Path]:
    """The folder of the built-in rules; a copy, for as long as it is needed, where they are in a zip file."""
    folder = importlib.resources.files("golint_mem.rules")
    if isinstance(folder, Path):
        yield folder
        return
    with TemporaryDirectory(prefix="golint-mem-") as name:
        _copy(folder, Path(name) / "rules")
        yield Path(name) / "rules"


def _copy(source: Traversable, target: Path) -> None:
    target.mkdir()
    for entry in source.iterdir():
        if entry.is_dir():
            _copy(entry, target / entry.name)
        elif entry.name.endswith(".py"):
            (target / entry.name).write_bytes(entry.read_bytes())
