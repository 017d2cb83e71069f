"""The pre-commit hooks, run by pre-commit itself when git commits to a real repository."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
HEAD = 'package a\n\n// #include <stdlib.h>\nimport "C"\n\nimport "unsafe"\n\n'
CLEAN = HEAD + "func free(p *C.char) { C.free(unsafe.Pointer(p)) }\n"
LEAK = HEAD.replace('import "unsafe"\n\n', "") + "func leak(s string) {\n\tC.puts(C.CString(s))\n}\n"

pytestmark = pytest.mark.skipif(importlib.util.find_spec("pre_commit") is None, reason="pre-commit is not installed")


@dataclass
class Repository:
    """A git repository in which a hook is installed."""

    folder: Path
    environment: dict[str, str]

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run git, whatever comes of it."""
        command = [
            "git",
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@example.com",
            "-c",
            "commit.gpgsign=false",
            *arguments,
        ]
        return subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)

    def write(self, name: str, text: str, stage: bool = True) -> None:
        """Write a file, and stage it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if stage:
            assert self.git("add", name).returncode == 0

    def commit(self) -> subprocess.CompletedProcess[str]:
        """Commit what is staged; the hook may say no."""
        return self.git("commit", "-m", "change")

    @property
    def commits(self) -> int:
        """How many commits there are."""
        counted = self.git("rev-list", "--count", "HEAD")
        return int(counted.stdout) if counted.returncode == 0 else 0


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A git repository that holds this project as it is now, and the environment in which pre-commit finds it."""
    folder = tmp_path_factory.mktemp("hooks") / "golint-mem"
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True)
    wanted = ("golint_mem/", "rules/", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
    for name in listed.stdout.decode().split("\0"):
        if name.startswith(wanted) and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON"))}
    environment |= {"PRE_COMMIT_HOME": str(folder.parent / "home"), "PIP_CONSTRAINT": str(ROOT / "constraints.txt")}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    source = Repository(folder, environment)
    source.git("init", "-q")
    source.git("add", "-A")
    assert source.commit().returncode == 0
    return folder, environment


@pytest.fixture
def repository(hooks: tuple[Path, dict[str, str]], tmp_path: Path) -> Repository:
    """A repository with one clean commit, and the hook for changed files installed."""
    return installed(hooks, tmp_path / "work", "golint-mem")


def installed(hooks: tuple[Path, dict[str, str]], folder: Path, hook: str) -> Repository:
    """A repository with a hook of the project installed."""
    folder.mkdir()
    source, environment = hooks
    made = Repository(folder, environment)
    made.git("init", "-q", "-b", "main")
    revision = Repository(source, environment).git("rev-parse", "HEAD").stdout.strip()
    config = {"repos": [{"repo": str(source), "rev": revision, "hooks": [{"id": hook}]}]}
    made.write(".pre-commit-config.yaml", yaml.safe_dump(config))
    made.write("go.mod", "module example.com/a\n\ngo 1.22\n")
    made.write("a.go", CLEAN)
    command = [sys.executable, "-m", "pre_commit", "install", "--install-hooks"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    first = made.commit()
    assert first.returncode == 0, first.stdout + first.stderr
    return made


def test_every_hook_is_well_formed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert [hook["id"] for hook in HOOKS] == ["golint-mem", "golint-mem-full"]


def test_a_leak_is_stopped_with_a_readable_message_and_a_clean_commit_passes(repository: Repository) -> None:
    repository.write("b.go", LEAK)
    done = repository.commit()
    assert done.returncode == 1 and repository.commits == 1
    assert "b.go:7:9: warning GM101 the result of C.CString is never freed" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr + done.stdout
    repository.write("b.go", "package a\n\nfunc fine() {}\n")
    assert repository.commit().returncode == 0 and repository.commits == 2


def test_only_staged_text_counts(repository: Repository) -> None:
    repository.write("b.go", "package a\n\nfunc fine() {}\n")
    repository.write("b.go", LEAK, stage=False)
    done = repository.commit()
    assert done.returncode == 0, done.stdout + done.stderr
    assert (repository.folder / "b.go").read_text() == LEAK
    repository.write("b.go", LEAK)
    repository.write("b.go", "package a\n", stage=False)
    assert repository.commit().returncode == 1
    assert (repository.folder / "b.go").read_text() == "package a\n"


def test_a_leak_that_was_there_in_another_file_of_the_package_stops_nobody(repository: Repository) -> None:
    repository.write("old.go", LEAK)
    assert repository.git("commit", "--no-verify", "-m", "old").returncode == 0
    repository.write("b.go", "package a\n\nfunc fine() {}\n")
    assert repository.commit().returncode == 0


def test_the_other_files_of_the_package_are_read(repository: Repository) -> None:
    """The helper that frees stands in a file which the commit does not touch."""
    repository.write("b.go", LEAK.replace("C.puts(C.CString(s))", "p := C.CString(s)\n\tC.puts(p)\n\tfree(p)"))
    done = repository.commit()
    assert done.returncode == 0, done.stdout


def test_a_renamed_and_a_removed_file(repository: Repository) -> None:
    repository.write("b.go", LEAK)
    repository.git("commit", "--no-verify", "-m", "leak")
    repository.git("mv", "b.go", "c d.go")
    done = repository.commit()
    assert done.returncode == 1 and "c d.go:7:9:" in done.stdout + done.stderr
    repository.git("rm", "-qf", "c d.go")
    done = repository.commit()
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_commit_of_excluded_or_vendored_go_files_passes(repository: Repository) -> None:
    repository.write(".golint-mem.toml", 'exclude = ["generated/"]\n')
    repository.write("generated/b.go", LEAK)
    repository.write("vendor/x/b.go", LEAK)
    done = repository.commit()
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_of_several_packages(repository: Repository) -> None:
    for name in ("one", "two", "three"):
        repository.write(f"{name}/b.go", LEAK if name != "two" else CLEAN)
    done = repository.commit()
    assert done.returncode == 1
    assert "one/b.go:7:9" in done.stdout + done.stderr and "three/b.go:7:9" in done.stdout + done.stderr


def test_the_full_hook_looks_at_everything(hooks: tuple[Path, dict[str, str]], tmp_path: Path) -> None:
    repository = installed(hooks, tmp_path / "full", "golint-mem-full")
    repository.write("old/old.go", LEAK)
    repository.git("commit", "--no-verify", "-m", "old")
    repository.write("b.go", "package a\n\nfunc fine() {}\n")
    done = repository.commit()
    assert done.returncode == 1 and "old/old.go:7:9" in done.stdout + done.stderr
