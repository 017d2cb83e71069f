"""The files of an earlier revision, read out of git without checking anything out: no hook or filter is run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from golint_mem.errors import UsageError
from golint_mem.project.reading import MAX_BYTES

_SUFFIXES = frozenset({".go", ".c", ".h", ".m", ".cc", ".cpp", ".hpp", ".cxx", ".mod", ".work"})
_PLAIN_FILES = frozenset({b"100644", b"100755"})


def parting(root: Path, revision: str) -> tuple[str, bool]:
    """The commit at which HEAD and a revision part, and whether it was found: else it is the revision itself."""
    if revision.startswith("-"):
        raise UsageError(f"--new-from: not a revision: {revision}")
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        raise UsageError(f"--new-from: git knows no revision {revision} here (a shallow clone may lack it)")
    name = commit.decode().strip()
    base = _git(root, "merge-base", name, "HEAD")
    return (base.decode().split()[0], True) if base else (name, False)


def extract(root: Path, commit: str, target: Path) -> Path:
    """Write the Go and C files of a commit below `target`; the folder that stands for `root` there."""
    prefix = _git(root, "rev-parse", "--show-prefix")
    top = _git(root, "rev-parse", "--show-toplevel")
    if prefix is None or top is None:
        raise UsageError(f"--new-from: {root} is in no git work tree")
    listing = _git(root, "ls-tree", "-r", "-z", "--full-tree", "--long", commit) or b""
    files = list(_wanted(listing))
    for (_, path), content in zip(files, _blobs(root, [name for name, _ in files]), strict=True):
        place = target.joinpath(*PurePosixPath(path).parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    inside = target / os.fsdecode(prefix.rstrip(b"\n"))
    inside.mkdir(parents=True, exist_ok=True)
    return inside


def existing(root: Path, past: Path, paths: Iterable[str]) -> tuple[str, ...]:
    """The paths of a run that were there in the past too, as the folder `past` stands for `root`."""
    found = []
    for path in paths or ("./...",):
        base, dots = (path[:-3], "...") if path.endswith("...") else (path, "")
        relative = os.path.relpath(root / base, root)
        if (past / relative).exists():
            found.append(f"{relative}/{dots}" if dots else relative)
    return tuple(found)


def _wanted(listing: bytes) -> Iterator[tuple[bytes, str]]:
    """The object name and the path of each file that an analysis may read."""
    for entry in listing.split(b"\0"):
        head, _, raw = entry.partition(b"\t")
        fields = head.split()
        path = os.fsdecode(raw)
        if len(fields) != 4 or fields[0] not in _PLAIN_FILES or PurePosixPath(path).suffix not in _SUFFIXES:
            continue
        if int(fields[3]) <= MAX_BYTES and _is_safe(path):
            yield fields[2], path


def _is_safe(path: str) -> bool:
    """Whether a path stays below the folder that it is written to."""
    return not path.startswith("/") and not any(part in ("..", ".git") for part in path.split("/"))


def _blobs(root: Path, names: Iterable[bytes]) -> Iterator[bytes]:
    """The contents of git objects, in their order."""
    wanted = list(names)
    output = _git(root, "cat-file", "--batch", stdin=b"".join(name + b"\n" for name in wanted)) or b""
    at = 0
    for _ in wanted:
        end = output.index(b"\n", at)
        size = int(output[at:end].split()[2])
        yield output[end + 1 : end + 1 + size]
        at = end + size + 2


def _git(root: Path, *arguments: str, stdin: bytes = b"") -> bytes | None:
    """What git prints; None where it fails. Nothing is fetched, and no lock is taken."""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, env=environment)
    except OSError as error:
        raise UsageError(f"--new-from needs git: {error.strerror}") from error
    return done.stdout if done.returncode == 0 else None
