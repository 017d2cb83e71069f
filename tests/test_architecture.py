"""The rules of the house that a program can check, read from the sources."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from golint_mem.rulebook.read import read, rule_files

ROOT = Path(__file__).parent.parent
FLOW = ("project", "syntax", "semantics", "rules", "evidence", "triage", "report", "cli")
SHARED = frozenset({"findings", "rule", "settings", "errors", "__init__"})
CALLERS = frozenset({"analysis", "work", "cache", "pipeline", "recheck"})
RULES = rule_files(ROOT / "rules")


def modules() -> dict[str, Path]:
    """The modules of the project: dotted name below `golint_mem` to file."""
    found = {}
    for folder, prefix in ((ROOT / "golint_mem", ()), (ROOT / "rules", ("rules",))):
        for path in folder.rglob("*.py"):
            parts = (*prefix, *path.relative_to(folder).with_suffix("").parts)
            found[".".join(parts)] = path
    return found


def imported(tree: ast.AST) -> Iterator[str]:
    """The project's modules that a module imports, below `golint_mem`; not those for the type checker alone."""
    typing_only = {id(inner) for node in ast.walk(tree) if _for_types(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        for name in _named(node):
            if name.startswith("golint_mem."):
                yield name.removeprefix("golint_mem.")


def _for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _named(node: ast.AST) -> list[str]:
    """The modules that an import statement names, or the text that a call of `import_module` starts with."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        whole = node.module or ""
        return [f"{whole}.{alias.name}" for alias in node.names] if whole == "golint_mem" else [whole]
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "import_module" and node.args:
        argument = node.args[0]
        parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
        return [parts[0].value] if isinstance(parts[0], ast.Constant) and isinstance(parts[0].value, str) else []
    return []


def allowed(importer: str, target: str) -> bool:
    """Whether an import runs the right way; both names are dotted, below `golint_mem`."""
    room, other = importer.partition(".")[0], target.partition(".")[0]
    if other in SHARED or other not in {*FLOW, *CALLERS, "rulebook"}:
        return True
    if room == "__main__":
        return other == "cli"
    if room in SHARED:
        return (importer, target) == ("rule", "rules")  # rules are found by asking for the package's modules
    if room == "rulebook":
        return other == "rulebook"
    if room in CALLERS:
        return other not in ("report", "cli") and (other != "pipeline" or room in ("pipeline", "recheck"))
    if other in CALLERS or other == "rulebook":
        return room == "cli" or (other == "rulebook" and room == "triage")
    return FLOW.index(other) <= FLOW.index(room)


@pytest.mark.parametrize("module", sorted(modules()))
def test_imports_run_one_way(module: str) -> None:
    tree = ast.parse(modules()[module].read_bytes())
    wrong = [target for target in imported(tree) if not allowed(module, target)]
    assert not wrong, f"golint_mem.{module} imports {wrong}, which is further on (docs/architecture.md)"


def test_the_check_of_imports_sees_a_wrong_one() -> None:
    assert allowed("semantics.package", "project.package") and not allowed("project.package", "semantics.package")
    assert not allowed("report.text", "cli.main") and not allowed("findings", "project.package")
    text = (
        "import golint_mem.cli.main\nfrom golint_mem import pipeline\nimportlib.import_module(f'golint_mem.report.{x}')"
    )
    assert list(imported(ast.parse(text))) == ["cli.main", "pipeline", "report."]


def test_every_room_has_a_place_in_the_flow() -> None:
    rooms = {name.partition(".")[0] for name in modules()}
    assert rooms <= {*FLOW, *SHARED, *CALLERS, "rulebook", "__main__"}


def test_every_package_is_shipped() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    own = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "golint_mem").rglob("__init__.py")}
    rules = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "rules").rglob("__init__.py")}
    assert set(listed) == own | {f"golint_mem.{name}" for name in rules}


def test_there_are_rules() -> None:
    assert RULES


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
class TestRule:
    """What holds of every rule module."""

    def test_is_documented_and_does_no_io(self, path: Path) -> None:
        described = read(path)
        assert described.summary.endswith(".")
        assert path.stem == described.name.replace("-", "_"), "a rule's module has the rule's name"

    def test_has_go_code_that_fires_and_go_code_that_does_not(self, path: Path) -> None:
        folder, code = ROOT / "testdata" / path.stem, read(path).code
        bad, good = (folder / name for name in ("bad.go", "good.go"))
        assert f'// want "{code}' in bad.read_text(encoding="utf-8")
        assert "// want" not in good.read_text(encoding="utf-8")


def test_check_on_built_in_rules_imports_no_libcst(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.22\n")
    source = 'package a\n\n// #include <stdlib.h>\nimport "C"\n\nfunc f(s string) { C.puts(C.CString(s)) }\n'
    (tmp_path / "a.go").write_text(source)
    command = [sys.executable, "-X", "importtime", "-m", "golint_mem", "check", "--format", "sarif"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert done.returncode in (0, 1), done.stderr
    assert "golint_mem.analysis" in names and "tree_sitter" in names
    assert not {name for name in names if name.partition(".")[0] == "libcst"}
