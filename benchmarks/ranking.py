"""Profile the Go compiler while it compiles a package, and see what the first ten findings in it cover.

The compiler is the real program: its allocations are sampled while it compiles go/types, its own packages are checked
with `--compiler` and that profile, and the bytes that the findings explain are added up in the report's order.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

from golint_mem.findings import Finding
from golint_mem.pipeline import check
from golint_mem.settings import Settings

FIRST = 10
PROGRAM = "compile/internal/..."


def profiled(package: str, folder: Path) -> Path:
    """A profile of the compiler's allocations while it compiles a package (a folder makes it write pprof's format)."""
    flags = f"-gcflags={package}=-memprofile={folder} -memprofilerate=4096"
    subprocess.run(["go", "build", flags, package], check=True)
    return next(folder.glob("*.memprof"))


def cost(finding: Finding) -> int:
    """The bytes that were allocated where a finding is."""
    return sum(cost.total for cost in finding.costs if cost.measure == "alloc_space")


def main() -> None:
    """Read the options, profile, check, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("goroot", type=Path, help="$(go env GOROOT)")
    parser.add_argument("--package", default="go/types")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        profile = profiled(arguments.package, Path(folder))
        root = arguments.goroot / "src" / "cmd"
        settings = Settings(
            root=root, paths=(PROGRAM,), select=("escape",), tests=False, compiler=True, profiles=(profile,)
        )
        findings = check(settings).findings
    costs = [cost(finding) for finding in findings]
    for finding, bytes_ in zip(findings[:FIRST], costs, strict=False):
        print(f"{bytes_:>10,} {finding.rank:8.4f} {finding.code} {finding.place.path}:{finding.place.line}")
    explained = sum(costs)
    share = sum(costs[:FIRST]) / explained if explained else 0
    print(f"{len(findings)} findings, {sum(map(bool, costs))} of them with a cost")
    print(f"the first {FIRST} cover {share:.1%} of the {explained:,} bytes that findings explain")


if __name__ == "__main__":
    main()
