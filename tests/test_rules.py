"""The rules against Go code: the folders of testdata, and the examples of their own documentation.

A line of testdata that must be flagged says `// want "REGEX"`, with one quoted regex per finding, searched in
`CODE message`. A known miss says `// todo-want "REGEX"`; where it is found after all, it has to become a `want`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from golint_mem.findings import Finding, Report
from golint_mem.pipeline import check
from golint_mem.rulebook import RuleDescription
from golint_mem.rulebook.read import SECTIONS, read_all
from golint_mem.settings import Settings

ROOT = Path(__file__).parent.parent
TESTDATA = ROOT / "testdata"
RULES = read_all(ROOT / "rules")
WANT = re.compile(r'//\s*(todo-)?want((?:\s+"(?:[^"\\]|\\.)*")+)')
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
GO_BLOCK = re.compile(r"^```go\n(.+?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = {"bad": "Example", "good": "Use instead"}

each_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.path.stem for rule in RULES])
needs_go = pytest.mark.skipif(shutil.which("go") is None, reason="no go on PATH")


@dataclass(frozen=True)
class Want:
    """What a line of testdata says about itself."""

    place: tuple[str, int]
    regex: str
    todo: bool

    def fits(self, finding: Finding) -> bool:
        return _place(finding) == self.place and re.search(self.regex, _text(finding)) is not None


@each_rule
def test_testdata(rule: RuleDescription) -> None:
    report = _checked(rule, TESTDATA, rule.path.stem)
    assert [note for note in report.notifications if note.level == "error"] == []
    disagreements = "\n".join(_disagreements(_wants(rule.path.stem), report.findings))
    assert not disagreements, disagreements


@each_rule
def test_has_documentation_and_testdata(rule: RuleDescription) -> None:
    assert set(SECTIONS) <= set(rule.sections)
    assert (TESTDATA / rule.path.stem / "good.go").is_file()
    bad = [want for want in _wants(rule.path.stem) if want.place[0].endswith("/bad.go")]
    assert any(want.regex.startswith(rule.code) for want in bad), f"no line of bad.go wants {rule.code}"


def test_testdata_belongs_to_rules() -> None:
    folders = {path.name for path in TESTDATA.iterdir() if path.is_dir()}
    assert folders == {rule.path.stem for rule in RULES}


@needs_go
def test_testdata_compiles() -> None:
    _compile(TESTDATA)


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A module with one package per example, such as `gm101/bad`."""
    folder = tmp_path_factory.mktemp("examples")
    (folder / "go.mod").write_text((TESTDATA / "go.mod").read_text())
    for rule in RULES:
        for name, heading in EXAMPLES.items():
            package = folder / rule.code.lower() / name
            package.mkdir(parents=True)
            package.joinpath("example.go").write_text("\n".join(GO_BLOCK.findall(rule.sections[heading])))
    return folder


@each_rule
def test_example_is_flagged(rule: RuleDescription, examples: Path) -> None:
    report = _checked(rule, examples, f"{rule.code.lower()}/bad")
    assert {finding.code for finding in report.findings} == {rule.code}


@each_rule
def test_use_instead_is_not_flagged(rule: RuleDescription, examples: Path) -> None:
    report = _checked(rule, examples, f"{rule.code.lower()}/good")
    assert [_text(finding) for finding in report.findings] == []


@needs_go
def test_examples_compile(examples: Path) -> None:
    _compile(examples)


def test_disagreements_are_seen() -> None:
    want = Want(("a/bad.go", 3), "GM101", False)
    todo = Want(("a/bad.go", 3), "GM102", True)
    assert list(_disagreements([want, todo], [])) == ["a/bad.go:3: nothing matches GM101"]
    assert not list(_disagreements([todo], []))


def _checked(rule: RuleDescription, root: Path, path: str) -> Report:
    """What is reported for a folder; the rules that the compiler has to confirm are run with it."""
    confirmed = rule.path.parent.name == "escape"
    if confirmed and shutil.which("go") is None:
        pytest.skip("no go on PATH")
    return check(Settings(root=root, paths=(path,), compiler=confirmed))


def _wants(folder: str) -> list[Want]:
    found = []
    for path in sorted((TESTDATA / folder).glob("*.go")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for todo, quoted in WANT.findall(line):
                place = (f"{folder}/{path.name}", number)
                found += [Want(place, regex, bool(todo)) for regex in QUOTED.findall(quoted)]
    return found


def _disagreements(wants: Sequence[Want], findings: Iterable[Finding]) -> Iterator[str]:
    """What is found and not wanted, or wanted and not found, or found although it is known to be missed."""
    left = list(findings)
    for want in sorted(wants, key=lambda want: want.todo):
        found = next(filter(want.fits, left), None)
        if found is not None:
            left.remove(found)
        if want.todo and found is not None:
            yield f"{_where(want.place)}: is found now, make its todo-want a want: {_text(found)}"
        elif not want.todo and found is None:
            yield f"{_where(want.place)}: nothing matches {want.regex}"
    yield from (f"{_where(_place(finding))}: is not wanted: {_text(finding)}" for finding in left)


def _compile(folder: Path) -> None:
    built = subprocess.run(["go", "build", "./..."], cwd=folder, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr


def _place(finding: Finding) -> tuple[str, int]:
    return finding.place.path, finding.place.line


def _where(place: tuple[str, int]) -> str:
    return f"{place[0]}:{place[1]}"


def _text(finding: Finding) -> str:
    return f"{finding.code} {finding.message}"
