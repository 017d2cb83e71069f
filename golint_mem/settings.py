"""What a run is asked to do: one frozen value, made by the command line or by a Python caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PathSuppression:
    """Wave through what these rules (all, where none is named) find in files that match these patterns."""

    paths: tuple[str, ...]
    rules: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything `pipeline.check` wants to know.

    `paths` are files, folders or `./...` patterns, relative to `root`; `select` and `ignore` hold codes, families or
    rule names; `tests` says whether `_test.go` files are analysed; `rules_dir` is a folder of extra rules, given on the
    command line only. `compiler` allows the go command to build the packages, `profiles` are pprof files that
    say what findings cost. `allocators` maps the name of a C function to the name of the function that releases its
    result.
    `jobs` processes share the work, or a Dask cluster (`executor` is `dask=ADDRESS`). `cache` is the folder in which
    findings are kept from run to run; without it there is no cache.
    `suppress` waves findings through by path, `unused_suppressions` asks for comments that suppress nothing. Only what
    is new is reported where `baseline` (a file) or `new_from` (a git revision) says what was there before. `unsaved`
    maps the paths of Go files to what is to be taken in place of what is on disk. `shard` is (2, 3) for a run that
    reports on the second of three shares of the packages.
    """

    root: Path
    paths: tuple[str, ...] = ("./...",)
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    tests: bool = True
    tags: tuple[str, ...] = ()
    goos: str | None = None
    goarch: str | None = None
    jobs: int = 1
    executor: str = ""
    cache: Path | None = None
    show_possible: bool = False
    compiler: bool = False
    profiles: tuple[Path, ...] = ()
    rules_dir: Path | None = None
    exclude: tuple[str, ...] = ()
    allocators: Mapping[str, str] = field(default_factory=dict)
    suppress: tuple[PathSuppression, ...] = ()
    unused_suppressions: bool = False
    baseline: Path | None = None
    new_from: str | None = None
    unsaved: Mapping[str, bytes] = field(default_factory=dict)
    shard: tuple[int, int] | None = None
