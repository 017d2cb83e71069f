"""The cache: what did not change is not analysed again, and nothing that is wrong with the cache matters."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from golint_mem import work
from golint_mem.findings import Report
from golint_mem.pipeline import check
from golint_mem.settings import Settings

LEAK = """package {name}

// #include <stdio.h>
// #include <stdlib.h>
import "C"

func Show(s string) {{
\tC.puts(C.CString(s))
}}
"""
CALLER = """package caller

import (
\t"unsafe"

\t"example.com/m/maker"
)

// #include <stdlib.h>
import "C"

func Use() {
\tp := maker.Make()
\tC.free(unsafe.Pointer(nil))
\t_ = p
}
"""
MAKER = """package maker

import "unsafe"

// #include <stdlib.h>
import "C"

func Make() unsafe.Pointer {
\treturn C.malloc(8)
}
"""
BORROWER = MAKER.replace("return C.malloc(8)", "return nil")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.go").write_text(LEAK.format(name=name))
    return tmp_path


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The packages that are really analysed."""
    seen: list[str] = []
    real = work.analyse_package

    def counting(facts, rules):  # type: ignore[no-untyped-def]
        seen.append(facts.package.path)
        return real(facts, rules)

    monkeypatch.setattr(work, "analyse_package", counting)
    return seen


def run(tree: Path, cache: Path | None, **more: object) -> Report:
    return check(Settings(root=tree, cache=cache, select=("cgo",), **more))  # type: ignore[arg-type]


def places(report: Report) -> list[tuple[str, int, str]]:
    return [(one.place.path, one.place.line, one.code) for one in report.findings]


def test_only_what_changed_is_analysed_again(tree: Path, tmp_path: Path, analysed: list[str]) -> None:
    cache = tmp_path / "cache"
    first = run(tree, cache)
    assert analysed == ["one", "two"]
    assert run(tree, cache).findings == first.findings
    assert analysed == ["one", "two"]
    (tree / "one" / "x.go").write_text(LEAK.format(name="one").replace("func Show", "\n\nfunc Show"))
    assert places(run(tree, cache)) == [("one/x.go", 10, "GM101"), ("two/x.go", 8, "GM101")]
    assert analysed == ["one", "two", "one"]


def test_a_package_that_was_consulted_has_changed(tree: Path, tmp_path: Path, analysed: list[str]) -> None:
    for name, source in (("caller", CALLER), ("maker", MAKER)):
        (tree / name).mkdir()
        (tree / name / "x.go").write_text(source)
    cache = tmp_path / "cache"
    assert ("caller/x.go", 13, "GM101") in places(run(tree, cache, paths=("./caller",)))
    (tree / "maker" / "x.go").write_text(BORROWER)
    assert places(run(tree, cache, paths=("./caller",))) == []
    assert analysed == ["caller", "caller"]


def test_the_package_that_was_consulted_is_not_the_program_beside_it(tree: Path, tmp_path: Path) -> None:
    """A folder may hold a program beside the package to import: `main` comes after `lib`."""
    (tree / "caller").mkdir()
    (tree / "caller" / "x.go").write_text(CALLER.replace("maker", "lib"))
    (tree / "lib").mkdir()
    (tree / "lib" / "x.go").write_text(MAKER.replace("maker", "lib"))
    (tree / "lib" / "program.go").write_text("//go:build ignore\n\npackage main\n\nfunc main() {}\n")
    cache = tmp_path / "cache"
    leak = ("caller/x.go", 13, "GM101")
    assert leak in places(run(tree, cache))
    (tree / "lib" / "x.go").write_text(BORROWER.replace("maker", "lib"))
    assert leak not in places(run(tree, cache))


def test_other_rules_are_another_question(tree: Path, tmp_path: Path, analysed: list[str]) -> None:
    cache = tmp_path / "cache"
    run(tree, cache)
    check(Settings(root=tree, cache=cache, select=("GM102",)))
    assert len(analysed) == 4


def test_a_damaged_cache_is_said_once_and_made_anew(tree: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    file = cache / "analyses-1.sqlite"
    file.write_bytes(b"no database at all" * 100)
    report = run(tree, cache)
    assert [note.kind for note in report.notifications] == ["cache-unusable"]
    assert len(report.findings) == 2
    run(tree, cache)
    assert not run(tree, cache).notifications
    with sqlite3.connect(file) as database:
        database.execute("UPDATE analyses SET analysis = x'00'")
    damaged = run(tree, cache)
    assert [note.kind for note in damaged.notifications] == ["cache-unusable"]
    assert len(damaged.findings) == 2


def test_a_cache_that_cannot_be_written(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    report = run(tree, tmp_path / "file" / "cache")
    assert [note.kind for note in report.notifications] == ["cache-unusable"]
    assert len(report.findings) == 2


def test_the_cache_stays_bounded(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from golint_mem import cache as module

    monkeypatch.setattr(module, "LARGEST", 1)
    cache = tmp_path / "cache"
    run(tree, cache)
    with sqlite3.connect(cache / "analyses-1.sqlite") as database:
        assert database.execute("SELECT count(*) FROM analyses").fetchone() == (1,)
