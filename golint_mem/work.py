"""A run's work in shares, behind the standard `concurrent.futures.Executor`: a process pool, or a Dask cluster."""

from __future__ import annotations

import importlib
import multiprocessing
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from golint_mem.analysis import Analysis, analyse_package
from golint_mem.errors import GolintMemError, UsageError
from golint_mem.project.package import Package
from golint_mem.rule import LoadedRule
from golint_mem.semantics.package import Program
from golint_mem.settings import Settings

SMALL = 1_000_000
"""Bytes of source below which starting processes costs more than it saves."""
_SHARES_PER_WORKER = 8


@dataclass(frozen=True, slots=True)
class Work:
    """All that a worker needs: the packages of the run (one may import another) and the settings."""

    packages: tuple[Package, ...]
    settings: Settings


class _Submit(Protocol):
    def __call__(self, indexes: Sequence[int]) -> Future[list[Analysis]]:
        """Start the analysis of some of the packages."""


def analyse(work: Work, indexes: Sequence[int], rules: Sequence[LoadedRule]) -> Iterator[Analysis]:
    """The analyses of the packages with these indexes, in this order, as they become ready."""
    settings = work.settings
    sizes = [sum(len(file.source) for file in work.packages[index].files) for index in indexes]
    alone = settings.jobs == 1 or len(indexes) < 2 or sum(sizes) < SMALL
    if alone and not settings.executor:
        yield from _one_by_one(Program(work.packages, settings), [work.packages[index] for index in indexes], rules)
        return
    with _submitter(work) as submit:
        yield from _gathered([submit(share) for share in shares(indexes, sizes, settings.jobs * _SHARES_PER_WORKER)])


def shares(indexes: Sequence[int], sizes: Sequence[int], count: int) -> list[list[int]]:
    """The indexes cut into at most about so many runs of neighbours, with about the same number of bytes each."""
    most = max(1, sum(sizes) // max(count, 1))
    found: list[list[int]] = [[]]
    filled = 0
    for index, size in zip(indexes, sizes, strict=True):
        if found[-1] and filled + size > most:
            found.append([])
            filled = 0
        found[-1].append(index)
        filled += size
    return found


def _gathered(futures: Sequence[Future[list[Analysis]]]) -> Iterator[Analysis]:
    try:
        for future in futures:
            yield from future.result()
    except BrokenProcessPool as error:
        raise GolintMemError("a worker process was killed; it may have lacked memory (fewer --jobs help)") from error
    except BaseException:  # nobody waits for the rest of the work, least of all after Ctrl-C
        for worker in multiprocessing.active_children():
            worker.terminate()
        raise


@contextmanager
def _submitter(work: Work) -> Iterator[_Submit]:
    """A function that starts a share of the work on the executor that the settings ask for."""
    kind, _, address = work.settings.executor.partition("=")
    if kind == "dask":
        with _dask(address) as client:
            there = client.submit(_itself, work, pure=False)  # a task, so that it is made anew where a worker is lost
            pool: Executor = client.get_executor(pure=False)
            yield lambda indexes: pool.submit(_analyse_share, there, indexes)
    elif kind:
        raise UsageError(f"--executor: {work.settings.executor!r} is neither 'processes' nor 'dask=ADDRESS'")
    else:
        with ProcessPoolExecutor(work.settings.jobs, initializer=_start, initargs=(work,)) as pool:
            yield lambda indexes: pool.submit(_analyse_share, None, indexes)


@contextmanager
def _dask(address: str) -> Iterator[Any]:
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        raise UsageError("--executor dask=ADDRESS needs Dask: pip install 'golint-mem[dask]'") from error
    try:
        client = distributed.Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"--executor: cannot reach the Dask scheduler {address}: {error}") from error
    with client:
        yield client


def _itself(work: Work) -> Work:
    return work


_inherited: Work | None = None
_local = threading.local()


def _start(work: Work) -> None:
    global _inherited
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the first one ends the others
    _inherited = work


def _analyse_share(given: Work | None, indexes: Sequence[int]) -> list[Analysis]:
    """Analyse some packages of the work, in a worker, which keeps what it has learned of the program."""
    from golint_mem.triage.selection import rules_of

    work = given or _inherited
    assert work is not None, "a worker is started with work"
    packages = work.packages
    if getattr(_local, "work", None) is not work:
        _local.work, _local.program, _local.rules = work, Program(packages, work.settings), rules_of(work.settings)
    return list(_one_by_one(_local.program, [packages[index] for index in indexes], _local.rules))


def _one_by_one(program: Program, packages: Sequence[Package], rules: Sequence[LoadedRule]) -> Iterator[Analysis]:
    for package in packages:
        yield analyse_package(program.enter(package), rules)
        program.trim()
