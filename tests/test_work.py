"""Shares of work: the same answer whoever does it, in whatever order."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from golint_mem import work
from golint_mem.errors import UsageError
from golint_mem.pipeline import check
from golint_mem.report.sarif import render
from golint_mem.settings import Settings
from golint_mem.work import shares

TESTDATA = Path(__file__).parent.parent / "testdata"
PACKAGES = ("cgo_memory_never_freed", "cgo_used_after_free", "cgo_wrong_release", "cgo_pointer_overwritten")


def sarif(**more: object) -> str:
    """The SARIF of a few packages of the test data, without the times of the run."""
    report = check(Settings(root=TESTDATA, paths=tuple(f"./{one}" for one in PACKAGES), select=("cgo",), **more))  # type: ignore[arg-type]
    shown = render(report)
    return "\n".join(line for line in shown.splitlines() if "TimeUtc" not in line)


def test_shares_keep_the_order_and_balance_bytes() -> None:
    assert shares([3, 5, 6, 9], [10, 10, 50, 10], 4) == [[3, 5], [6], [9]]
    assert shares([1], [10], 8) == [[1]]
    assert shares([1, 2], [0, 0], 8) == [[1, 2]]


def test_several_processes_say_what_one_says(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = sarif()
    monkeypatch.setattr(work, "SMALL", 0)
    assert sarif(jobs=3) == alone


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_hash_seed_changes_nothing(seed: str) -> None:
    command = [sys.executable, "-c", "from tests.test_work import sarif; print(sarif())"]
    env = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=TESTDATA.parent, check=True)
    assert done.stdout.rstrip("\n") == sarif().rstrip("\n")


def test_an_executor_that_nobody_knows() -> None:
    with pytest.raises(UsageError, match="neither"):
        sarif(executor="carrier-pigeon=1")


def test_a_dask_cluster_that_loses_a_worker_in_the_middle() -> None:
    distributed = pytest.importorskip("distributed", reason="needs the extra 'dask'")
    alone = sarif()
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        lost = next(iter(cluster.workers.values())).pid
        with ThreadPoolExecutor(1) as aside:
            answer = aside.submit(sarif, executor=f"dask={cluster.scheduler_address}", jobs=4)
            while not any(one.processing for one in cluster.scheduler.workers.values()) and not answer.done():
                time.sleep(0.01)
            assert not answer.done(), "the worker was not lost in the middle"
            os.kill(lost, 9)
            assert answer.result(timeout=120) == alone
