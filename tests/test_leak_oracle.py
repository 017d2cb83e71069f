"""A seeded sample of the comparison with the runtime's goroutine-leak profile (see `tests/leak_oracle.py`)."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tests import goker
from tests.leak_oracle import compare


def _profiles() -> bool:
    """Whether the Go toolchain has the leak profile."""
    if shutil.which("go") is None:
        return False
    environment = {**os.environ, "GOEXPERIMENT": "goroutineleakprofile"}
    done = subprocess.run(["go", "list", "runtime"], env=environment, capture_output=True)
    return done.returncode == 0


needs_profile = pytest.mark.skipif(not _profiles(), reason="no Go with a goroutine-leak profile")


@needs_profile
def test_generated_programs_leak_where_findings_say() -> None:
    compared = compare(seed=1, routines=25, repetitions=40)
    assert compared.leaking >= 10 and compared.reported < compared.routines
    assert not compared.missed, compared.source
    assert len(compared.unseen) <= 1, (compared.unseen, compared.source)


@needs_profile
def test_the_leaks_of_the_go_distribution_are_found() -> None:
    found = goker.outcomes(goker.goroot())
    assert len(found) >= 80
    hits = [one for one in found if one.hit]
    assert len(hits) >= 0.85 * len(found), [one.kernel.name for one in found if not one.hit]
