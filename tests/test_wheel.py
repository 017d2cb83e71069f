"""The wheel holds everything: installed, editable and from the zip file the same rules are found, and they work."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DEPENDENCIES = sysconfig.get_path("purelib")
LEAK = 'package a\n\n// #include <stdlib.h>\nimport "C"\n\nfunc leak(s string) {\n\tC.puts(C.CString(s))\n}\n'


@dataclass(frozen=True)
class Way:
    """One way to run golint-mem: the command, and what it needs in the environment."""

    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it in a folder that is not the project's."""
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | self.environment
        command = [*self.command, *arguments]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources, as a build leaves files behind."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("golint_mem", "rules"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(source)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def ways(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Way]:
    """The three ways. Nothing is downloaded: the other packages are those of the environment of the tests."""
    place = tmp_path_factory.mktemp("installed")
    venv.create(place, symlinks=True)
    binaries = place / "bin"
    (site,) = place.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(DEPENDENCIES + "\n")
    pip = [sys.executable, "-m", "pip", "--python", str(binaries / "python"), "--disable-pip-version-check", "install"]
    done = subprocess.run([*pip, "--quiet", "--no-deps", "--no-index", str(wheel)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        "editable": Way([sys.executable, "-m", "golint_mem"]),
        "installed": Way([str(binaries / "golint-mem")]),
        # without `site` the editable installation is not seen, only the zip file and the other packages
        "zip": Way(
            [sys.executable, "-S", "-m", "golint_mem"], {"PYTHONPATH": os.pathsep.join((str(wheel), DEPENDENCIES))}
        ),
    }


def sources() -> set[str]:
    """The Python files and data of the project, as the wheel should name them."""
    files = (path for path in (ROOT / "golint_mem").rglob("*") if path.is_file() and path.suffix != ".pyc")
    found = {path.relative_to(ROOT).as_posix() for path in files}
    return found | {f"golint_mem/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "rules").rglob("*.py")}


def test_the_wheel_holds_every_module_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = {name for name in opened.namelist() if ".dist-info/" not in name}
    assert names == sources(), "pyproject.toml lists the packages; a new family of rules is one"


def test_the_same_rules_are_found_every_way(ways: dict[str, Way], tmp_path: Path) -> None:
    listed = {name: way.run(tmp_path, "rules", "list") for name, way in ways.items()}
    assert all(done.returncode == 0 for done in listed.values()), listed
    assert "GM101 cgo-memory-never-freed" in listed["editable"].stdout
    assert listed["installed"].stdout == listed["editable"].stdout == listed["zip"].stdout


@pytest.mark.parametrize("name", ["editable", "installed", "zip"])
def test_check_works_every_way(ways: dict[str, Way], name: str, tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.22\n")
    (tmp_path / "a.go").write_text(LEAK)
    done = ways[name].run(tmp_path, "check", "--format", "github")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "::warning file=a.go,line=7," in done.stdout or "::error file=a.go,line=7," in done.stdout
    assert "GM101" in done.stdout
    assert ways[name].run(tmp_path, "explain", "GM101").stdout.startswith("# GM101 ")


def test_the_ways_run_what_they_say(ways: dict[str, Way], wheel: Path, tmp_path: Path) -> None:
    program = "import golint_mem.rules as r; print(r.__file__)"
    zipped = Way([*ways["zip"].command[:2], "-c", program], ways["zip"].environment).run(tmp_path)
    assert zipped.stdout.startswith(str(wheel)), zipped.stderr
    installed = Way([str(Path(ways["installed"].command[0]).parent / "python"), "-c", program]).run(tmp_path)
    assert "site-packages" in installed.stdout and str(ROOT) not in installed.stdout, installed.stderr
