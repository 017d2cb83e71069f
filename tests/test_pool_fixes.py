"""The repairs of the pool rules: what they write compiles, and what they repair is clean afterwards."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from golint_mem.findings import Report
from golint_mem.pipeline import check
from golint_mem.settings import Settings
from golint_mem.triage.fixes import plan

TESTDATA = Path(__file__).parent.parent / "testdata"
REPAIRED = {
    "pool_used_after_put": 6,
    "pool_put_twice": 1,
    "pool_put_missing": 3,
    "pool_dirty_reuse": 3,
    "pool_unbounded_buffer": 2,
}


def lines(report: Report) -> set[tuple[str, str, str]]:
    """Code, function and message of each finding."""
    return {(one.code, one.function, one.message) for one in report.findings}


@pytest.mark.parametrize(("folder", "least"), REPAIRED.items())
def test_repairs_compile_and_are_clean(folder: str, least: int, tmp_path: Path) -> None:
    shutil.copy(TESTDATA / "go.mod", tmp_path)
    shutil.copytree(TESTDATA / folder, tmp_path / folder)
    settings = Settings(root=tmp_path, paths=(folder,))
    before = check(settings)
    done = plan(before)
    assert len(done.findings) >= least
    for path, new in done.files.items():
        (tmp_path / path).write_bytes(new)
    if shutil.which("go") is not None:
        built = subprocess.run(["go", "vet", f"./{folder}"], cwd=tmp_path, capture_output=True, text=True)
        assert built.returncode == 0, built.stderr
    after = check(settings)
    repaired = {(one.code, one.function, one.message) for one in done.findings}
    assert lines(after) == lines(before) - repaired


def test_a_slice_is_cleared_up_to_its_capacity(tmp_path: Path) -> None:
    source = (
        'package a\n\nimport "sync"\n\nvar p sync.Pool\n\nfunc put(s *[]string) {\n\t*s = (*s)[:0]\n\tp.Put(s)\n}\n'
    )
    (tmp_path / "a.go").write_text(source)
    for version, fixes in (("1.20", 0), ("1.21", 1)):
        (tmp_path / "go.mod").write_text(f"module example.com/a\n\ngo {version}\n")
        done = plan(check(Settings(root=tmp_path)))
        assert len(done.findings) == fixes
    assert b"\tclear((*s)[:cap(*s)])\n\tp.Put(s)\n" in done.files["a.go"]


def test_one_finding_names_all_the_places_of_its_pool_and_repairs_them(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.26\n")
    puts = "".join(f"func put{n}(s *[]string) {{\n\tp.Put(s)\n}}\n\n" for n in range(3))
    (tmp_path / "a.go").write_text(f'package a\n\nimport "sync"\n\nvar p sync.Pool\n\n{puts}')
    (finding,) = (one for one in check(Settings(root=tmp_path)).findings if one.code == "GM404")
    assert [step.place.line for step in (*finding.related,)] == [12, 16]
    done = plan(check(Settings(root=tmp_path)))
    assert done.files["a.go"].count(b"clear((*s)[:cap(*s)])") == 3
    (tmp_path / "a.go").write_bytes(done.files["a.go"])
    assert "GM404" not in {one.code for one in check(Settings(root=tmp_path)).findings}
