"""Tests keep no cache, unless they are about the cache."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLINT_MEM_NO_CACHE", "1")
