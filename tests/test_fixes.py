"""Fixes: applied whole or not at all, shared edits once."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from golint_mem.findings import Edit, Finding, Fix, Place, Report
from golint_mem.pipeline import check
from golint_mem.settings import Settings
from golint_mem.triage.fixes import apply, diff, plan

SOURCE = b"package a\n\none\ntwo\n"


def edit(start: int, end: int, text: str, path: str = "a.go") -> Edit:
    """An edit of these bytes."""
    return Edit(Place(path, 1, 1, 1, 1, start, end), text)


def report(*fixes: tuple[Edit, ...], source: bytes = SOURCE) -> Report:
    """A report with one finding for each of these fixes."""
    findings = [Finding("GM101", str(n), Place("a.go", 1, 1, 1, 1), fixes=(Fix("", f),)) for n, f in enumerate(fixes)]
    return Report(tuple(findings), sources={"a.go": source})


def test_no_fix_changes_nothing() -> None:
    assert apply(Report((Finding("GM101", "", Place("a.go", 1, 1, 1, 1)),), sources={"a.go": SOURCE})) == {}


def test_edits_are_applied_at_their_offsets() -> None:
    assert apply(report((edit(11, 14, "uno"), edit(18, 18, "!")), (edit(15, 18, "dos"),))) == {
        "a.go": b"package a\n\nuno\ndos!\n"
    }


def test_a_shared_import_is_inserted_once() -> None:
    imported = edit(10, 10, 'import "C"\n')
    done = plan(report((imported, edit(11, 14, "1")), (imported, edit(15, 18, "2"))))
    assert done.files == {"a.go": b'package a\nimport "C"\n\n1\n2\n'}
    assert len(done.findings) == 2


def test_an_overlapping_fix_is_left_out_as_a_whole() -> None:
    done = plan(report((edit(11, 14, "1"),), (edit(13, 18, "2"), edit(0, 0, "// no\n"))))
    assert done.files == {"a.go": b"package a\n\n1\ntwo\n"}
    assert [finding.message for finding in done.findings] == ["0"]


def test_two_different_insertions_at_one_place_follow_each_other() -> None:
    assert apply(report((edit(10, 10, "a"),), (edit(10, 10, "b"),))) == {"a.go": b"package a\nab\none\ntwo\n"}
    assert apply(report((edit(11, 14, "1"),), (edit(11, 11, "b"),))) == {"a.go": b"package a\n\n1\ntwo\n"}


def test_a_fix_that_overlaps_itself_or_leaves_the_file_is_left_out() -> None:
    assert apply(report((edit(11, 14, "1"), edit(12, 13, "2")))) == {}
    assert apply(report((edit(11, 999, "1"),))) == {}
    assert apply(report((edit(0, 1, "1", "unknown.go"),))) == {}


def test_diff_is_unified() -> None:
    assert diff(report((edit(11, 14, "uno"),))).splitlines() == [
        "--- a/a.go",
        "+++ b/a.go",
        "@@ -1,4 +1,4 @@",
        " package a",
        " ",
        "-one",
        "+uno",
        " two",
    ]


def test_diff_says_where_the_last_line_has_no_end() -> None:
    assert diff(report((edit(0, 1, "b"),), source=b"a")) == (
        "--- a/a.go\n+++ b/a.go\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"
    )


@pytest.mark.skipif(shutil.which("go") is None, reason="no go on PATH")
def test_what_is_written_compiles_and_is_clean(tmp_path: Path) -> None:
    testdata = Path(__file__).parent.parent / "testdata"
    shutil.copy(testdata / "go.mod", tmp_path)
    folders = ("cgo_memory_never_freed", "cgo_memory_sometimes_freed")
    for folder in folders:
        shutil.copytree(testdata / folder, tmp_path / folder)
    settings = Settings(root=tmp_path, paths=folders)
    before = check(settings)
    done = plan(before)
    for path, new in done.files.items():
        (tmp_path / path).write_bytes(new)
    built = subprocess.run(["go", "build", "./..."], cwd=tmp_path, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    assert len(done.findings) > 30
    assert len(check(settings).findings) == len(before.findings) - len(done.findings)
