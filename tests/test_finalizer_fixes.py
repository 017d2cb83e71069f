"""The repairs of the finalizer rules: what they write compiles, and the rules have nothing more to say of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from golint_mem.findings import Finding
from golint_mem.pipeline import check
from golint_mem.settings import Settings
from golint_mem.triage.fixes import plan

TESTDATA = Path(__file__).parent.parent / "testdata"
RULES = {"GM202": "finalizer_never_runs", "GM203": "finalizer_keepalive_missing", "GM204": "finalizer_left_armed"}
FEWEST = {"GM202": 2, "GM203": 10, "GM204": 5}


def findings(root: Path, folder: str, code: str) -> list[Finding]:
    """What one rule says of one folder."""
    return list(check(Settings(root=root, paths=(folder,), select=(code,))).findings)


@pytest.mark.skipif(shutil.which("go") is None, reason="no go on PATH")
@pytest.mark.parametrize("code", RULES)
def test_repaired_code_compiles_and_is_clean(code: str, tmp_path: Path) -> None:
    folder = RULES[code]
    shutil.copy(TESTDATA / "go.mod", tmp_path)
    shutil.copytree(TESTDATA / folder, tmp_path / folder)
    before = check(Settings(root=tmp_path, paths=(folder,), select=(code,)))
    done = plan(before)
    for path, new in done.files.items():
        (tmp_path / path).write_bytes(new)
    built = subprocess.run(["go", "build", "./..."], cwd=tmp_path, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    assert len(done.findings) >= FEWEST[code]
    left = findings(tmp_path, folder, code)
    repaired = {(finding.function, finding.subject) for finding in done.findings}
    assert len(left) == len(before.findings) - len(done.findings)
    assert not repaired & {(finding.function, finding.subject) for finding in left}


SOURCE = """package a

// #include <stdlib.h>
import "C"

import "runtime"

type T struct{ ptr *C.char }

func New() *T {
	t := &T{C.CString("")}
	runtime.SetFinalizer(t, (*T).Free)
	return t
}

func (t *T) Free() {
	runtime.SetFinalizer(t, nil)
	C.free(unsafe.Pointer(t.ptr))
}
"""


def repaired(tmp_path: Path, source: str, code: str = "GM203") -> str:
    """A second file beside `SOURCE`, after the fixes of one rule."""
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.22\n", encoding="utf-8")
    (tmp_path / "a.go").write_text(SOURCE.replace('"runtime"', '(\n\t"runtime"\n\t"unsafe"\n)'), encoding="utf-8")
    (tmp_path / "b.go").write_text(source, encoding="utf-8")
    done = plan(check(Settings(root=tmp_path, paths=(".",), select=(code,))))
    return done.files.get("b.go", b"").decode()


def test_runtime_is_imported_where_it_is_not(tmp_path: Path) -> None:
    source = 'package a\n\n// #include <ctype.h>\nimport "C"\n\nfunc (t *T) Put() {\n\tC.puts(t.ptr)\n}\n'
    assert repaired(tmp_path, source) == (
        'package a\n\n// #include <ctype.h>\nimport "C"\n\nimport "runtime"\n\n'
        "func (t *T) Put() {\n\tdefer runtime.KeepAlive(t)\n\tC.puts(t.ptr)\n}\n"
    )


def test_a_body_on_one_line_stays_there(tmp_path: Path) -> None:
    source = 'package a\n\nimport "C"\nimport r "runtime"\n\nvar _ r.Error\n\nfunc (t *T) Put() { C.puts(t.ptr) }\n'
    assert "func (t *T) Put() { defer r.KeepAlive(t); C.puts(t.ptr) }\n" in repaired(tmp_path, source)


def test_a_parameter_that_is_assigned_to_is_not_kept(tmp_path: Path) -> None:
    source = 'package a\n\nimport "C"\n\nfunc put(t, u *T) {\n\tt = u\n\tC.puts(t.ptr)\n}\n'
    assert repaired(tmp_path, source) == ""
