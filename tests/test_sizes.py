"""Sizes of Go's allocator and compiler are those of the Go that is installed."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from golint_mem.semantics.sizes import CLASSES, IMPLICIT_LIMIT, PAGE, allocated, step_below

LIMIT = re.compile(r"(Max\w*StackVarSize) *= *int64\(([\d *]+)\)")

pytestmark = pytest.mark.skipif(shutil.which("go") is None, reason="no go on PATH")


@pytest.fixture(scope="module")
def source() -> Path:
    """The source of the standard library and of the compiler."""
    asked = subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True, check=True)
    return Path(asked.stdout.strip()) / "src"


def test_size_classes(source: Path) -> None:
    files = [source / "internal/runtime/gc/sizeclasses.go", source / "runtime/sizeclasses.go"]
    text = next(file.read_text() for file in files if file.exists())
    found = re.search(r"(?:class_to_size|SizeClassToSize) *= *\[\w+\]uint16\{0, ([\d, ]+)\}", text)
    assert found is not None and tuple(map(int, found[1].split(", "))) == CLASSES
    page = re.search(r"[pP]ageShift *= *(\d+)", text)
    assert page is not None and 1 << int(page[1]) == PAGE


def test_limits_of_the_stack(source: Path) -> None:
    text = (source / "cmd/compile/internal/ir/cfg.go").read_text()
    said = {name: math.prod(map(int, size.split(" * "))) for name, size in LIMIT.findall(text)}
    assert said["MaxImplicitStackVarSize"] == IMPLICIT_LIMIT
    assert said["MaxStackVarSize"] in (128 * 1024, 10 * 1024 * 1024)


@pytest.mark.parametrize(
    ("size", "takes", "below"), [(32769, 40960, 32768), (40961, 49152, 40960), (65537, 73728, 65536), (33, 48, 32)]
)
def test_what_a_byte_more_costs(size: int, takes: int, below: int, tmp_path: Path) -> None:
    assert (allocated(size), step_below(size)) == (takes, below)
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.21\n")
    (tmp_path / "a_test.go").write_text(
        'package a\n\nimport "testing"\n\nvar sink []byte\n\nfunc BenchmarkMake(b *testing.B) {\n\tb.ReportAllocs()\n'
        f"\tfor i := 0; i < b.N; i++ {{\n\t\tsink = make([]byte, {size})\n\t}}\n}}\n"
    )
    command = ["go", "test", "-bench=.", "-benchtime=2000x"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    measured = re.search(r"(\d+) B/op", done.stdout)
    assert measured is not None and abs(int(measured[1]) - takes) <= 8
