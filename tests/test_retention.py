"""The retention rules: their fixes compile and leave nothing to report, and programs prove the bad cases bad."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from golint_mem.findings import Report
from golint_mem.pipeline import check
from golint_mem.settings import Settings
from golint_mem.triage.fixes import plan

RUNTIME = Path(__file__).parent / "runtime"
TESTDATA = Path(__file__).parent.parent / "testdata"
FIXED = {
    "allocation_under_lock": 5,
    "defer_in_loop": 7,
    "resource_never_closed": 13,
    "slice_tail_keeps_elements": 17,
    "small_part_pins_whole": 5,
}
"""How many of a rule's bad cases have a fix, at least."""

needs_go = pytest.mark.skipif(shutil.which("go") is None, reason="no go on PATH")


def _copy(rule: str, folder: Path) -> Settings:
    """Testdata of one rule in a module of its own."""
    shutil.copy(TESTDATA / "go.mod", folder)
    shutil.copytree(TESTDATA / rule, folder / rule)
    return Settings(root=folder, paths=(rule,), select=("GM6",))


def _mend(report: Report, folder: Path) -> int:
    """Write what the fixes change; how many findings they mend."""
    done = plan(report)
    for path, new in done.files.items():
        (folder / path).write_bytes(new)
    return len(done.findings)


def _go(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@needs_go
@pytest.mark.parametrize("rule", FIXED)
def test_what_the_fixes_write_compiles_and_is_clean(rule: str, tmp_path: Path) -> None:
    settings = _copy(rule, tmp_path)
    before = check(settings)
    mended = _mend(before, tmp_path)
    _go(tmp_path, "go", "vet", "./...")
    assert mended >= FIXED[rule]
    assert len(check(settings).findings) == len(before.findings) - mended
    assert _go(tmp_path, "gofmt", "-l", ".") == ""


def _retained(rule: str, folder: Path) -> dict[str, int]:
    """What the rule's program says of each case: how many things it holds that nobody needs any more."""
    shutil.copy(RUNTIME / f"{rule}.go", folder / rule / "runtime_test.go")
    printed = _go(folder, "go", "test", "-count=1", "-v", f"./{rule}")
    (folder / rule / "runtime_test.go").unlink()
    return {line.split()[0]: int(line.split()[2]) for line in printed.splitlines() if " RETAINED " in line}


@needs_go
@pytest.mark.parametrize("rule", [rule for rule in FIXED if (RUNTIME / f"{rule}.go").is_file()])
@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
def test_a_program_shows_that_the_bad_cases_retain_and_the_mended_do_not(rule: str, tmp_path: Path) -> None:
    settings = _copy(rule, tmp_path)
    bad = _retained(rule, tmp_path)
    assert bad and min(bad.values()) > 0, bad
    _mend(check(settings), tmp_path)
    mended = _retained(rule, tmp_path)
    assert mended.keys() == bad.keys()
    assert not any(count for name, count in mended.items() if not name.startswith("unfixed:")), mended


def test_a_context_alone_makes_no_requests_in_a_command(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.26\n")
    source = """package x

import "context"

var known = map[string]*int{}

func find(ctx context.Context, name string) *int {
	if one, ok := known[name]; ok {
		return one
	}
	known[name] = new(int)
	return known[name]
}
"""
    for folder in ("cmd/x", "server"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "x.go").write_text(source)
    found = [one for one in check(Settings(root=tmp_path)).findings if one.code == "GM602"]
    assert [one.place.path for one in found] == ["server/x.go"]


_BODIES = """package x

import (
	"context"
	"io"

	"cloud.google.com/go/storage"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func lost(ctx context.Context, c *s3.Client, in *s3.GetObjectInput) ([]byte, error) {
	out, err := c.GetObject(ctx, in)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(out.Body)
}

func closed(ctx context.Context, c *s3.Client, in *s3.GetObjectInput) ([]byte, error) {
	out, err := c.GetObject(ctx, in)
	if err != nil {
		return nil, err
	}
	defer out.Body.Close()
	return io.ReadAll(out.Body)
}

func handedOn(ctx context.Context, c *s3.Client, in *s3.GetObjectInput) (io.ReadCloser, error) {
	out, err := c.GetObject(ctx, in)
	if err != nil {
		return nil, err
	}
	return out.Body, nil
}

func lostReader(ctx context.Context, o *storage.ObjectHandle) ([]byte, error) {
	r, err := o.NewReader(ctx)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
"""


def test_objects_of_stores_have_to_be_closed(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.26\n")
    (tmp_path / "x.go").write_text(_BODIES)
    found = [one for one in check(Settings(root=tmp_path)).findings if one.code == "GM606"]
    assert [one.function for one in found] == ["lost", "lostReader"]
