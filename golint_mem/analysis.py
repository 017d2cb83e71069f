"""Run rules over packages, in one process or several; what a rule breaks on becomes a notification."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

from golint_mem.errors import GolintMemError
from golint_mem.findings import Finding, Notification
from golint_mem.project.package import Package
from golint_mem.rule import LoadedRule
from golint_mem.semantics.package import PackageFacts, Program
from golint_mem.settings import Settings


@dataclass(slots=True)
class Analysis:
    """What the rules say of one package, and how many seconds each of them took."""

    findings: list[Finding] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def analyse(packages: Sequence[Package], rules: Sequence[LoadedRule], settings: Settings) -> Iterator[Analysis]:
    """The analyses of the packages, in their order, as they become ready."""
    if settings.jobs > 1 and len(packages) > 1:
        yield from _in_processes(packages, settings)
        return
    program = Program(packages, settings)
    for package in packages:
        yield analyse_package(program.of(package), rules)


def analyse_package(facts: PackageFacts, rules: Iterable[LoadedRule]) -> Analysis:
    """Run the rules over one package."""
    done = Analysis()
    for loaded in rules:
        if not facts.mentions(loaded.rule.needs):
            continue
        started = time.perf_counter()
        try:
            done.findings += loaded.check(facts)
        except Exception as error:  # a broken rule must not silence the others
            message = f"{loaded.rule.code} failed on this package: {type(error).__name__}: {error}"
            done.notifications.append(Notification("rule-crash", message, "error", facts.package.path))
        done.seconds[loaded.rule.code] = time.perf_counter() - started
    done.notifications += facts.notifications
    return done


_worker: tuple[Program, Sequence[Package], Sequence[LoadedRule]]


def _in_processes(packages: Sequence[Package], settings: Settings) -> Iterator[Analysis]:
    workers = min(settings.jobs, len(packages))
    share = max(1, len(packages) // (workers * 8))
    with ProcessPoolExecutor(workers, initializer=_start, initargs=(packages, settings)) as pool:
        starts = range(0, len(packages), share)
        shares = [pool.submit(_analyse_share, start, min(start + share, len(packages))) for start in starts]
        try:
            for one in shares:
                yield from one.result()
        except BrokenProcessPool as error:
            raise GolintMemError(
                "a worker process was killed; it may have lacked memory (fewer --jobs help)"
            ) from error
        except BaseException:  # nobody waits for the rest of the work, least of all after Ctrl-C
            for worker in multiprocessing.active_children():
                worker.terminate()
            raise


def _start(packages: Sequence[Package], settings: Settings) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the first one ends the others
    from golint_mem.triage.selection import rules_of

    _worker = (Program(packages, settings), packages, rules_of(settings))


def _analyse_share(start: int, stop: int) -> list[Analysis]:
    program, packages, rules = _worker
    return [analyse_package(program.of(package), rules) for package in packages[start:stop]]
