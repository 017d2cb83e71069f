"""Rule modules as texts: what is read from them, what is refused and on which line, what is written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from golint_mem.cli.rules import rules
from golint_mem.rulebook.load import load_folder
from golint_mem.rulebook.page import page
from golint_mem.rulebook.read import RuleModuleError, RuleOption, read, read_all
from golint_mem.rulebook.write import new, skeleton

GOOD = skeleton("left-open", "GM101")
RULE_LINE = GOOD.splitlines().index(next(line for line in GOOD.splitlines() if line.startswith("RULE"))) + 1
CHECK_LINE = RULE_LINE + 3
END = len(GOOD.splitlines()) + 1

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a module of the family cgo."""

    def one(text: str) -> Path:
        path = tmp_path / "rules" / "cgo" / "left_open.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return one


def test_reads_what_a_module_declares(write: Write) -> None:
    options = 'class Options:\n    """Knobs."""\n\n    limit: int = 3\n    names: tuple[str, ...] = ("a",)\n'
    rule = read(write(GOOD + "\n\n" + options))
    assert (rule.code, rule.name, rule.needs) == ("GM101", "left-open", (b"TODO",))
    assert (rule.level, rule.precision) == ("warning", "low")
    assert rule.summary == "Say in one sentence what left-open finds."
    assert list(rule.sections) == ["Why is this bad", "Example", "Use instead", "Silent when", "Can miss"]
    assert rule.options == (RuleOption("limit", "int", 3), RuleOption("names", "tuple[str, ...]", ("a",)))


def test_positional_arguments_and_defaults(write: Write) -> None:
    text = GOOD.replace(GOOD.splitlines()[RULE_LINE - 1], 'RULE: Rule = Rule("GM101", "left-open", (b"C.",))')
    rule = read(write(text))
    assert (rule.needs, rule.level, rule.precision) == ((b"C.",), "warning", "high")


@pytest.mark.parametrize(
    "text",
    [
        "import re\nPATTERN = re.compile('x')\n",
        "class Site:\n    '''A site.'''\n    count: int = 0\n",
        "def helper() -> None:\n    open = 3\n    print(open)\n",
        "def helper(door: object) -> None:\n    door.open()\n",
        "from golint_mem.io import thing\n",
    ],
)
def test_accepts_declarations(write: Write, text: str) -> None:
    assert read(write(GOOD + text)).code == "GM101"


REFUSED: dict[str, tuple[str, int, str]] = {
    "syntax error": (GOOD + "def :\n", END, "syntax error"),
    "no docstring": (GOOD[GOOD.index("from __future__") :], 1, "no docstring"),
    "missing section": (GOOD.replace("## Can miss", "### Can miss"), 1, "'## Can miss'"),
    "no summary": ('"""\n' + GOOD[GOOD.index("## Why") :], 1, "summary"),
    "no Go code": (GOOD.replace("```go", "```", 1), 7, "```go"),
    "no RULE": (GOOD.replace("RULE =", "OTHER ="), 1, "no RULE"),
    "two RULEs": (GOOD + 'RULE = Rule("GM102", "x", (b"x",))\n', END, "twice"),
    "RULE not literal": (GOOD.replace("RULE = Rule(", "RULE = make("), RULE_LINE, "literal Rule"),
    "code shape": (GOOD.replace('"GM101"', '"GM1"'), RULE_LINE, "look like GM101"),
    "other family": (GOOD.replace('"GM101"', '"GM301"'), RULE_LINE, "'goroutine'"),
    "no family": (GOOD.replace('"GM101"', '"GM901"'), RULE_LINE, "no family"),
    "name case": (GOOD.replace('"left-open"', '"LeftOpen"'), RULE_LINE, "kebab-case"),
    "computed code": (GOOD.replace('"GM101"', '"GM" + x'), RULE_LINE, "literal"),
    "needs": (GOOD.replace('(b"TODO",)', '("TODO",)'), RULE_LINE, "byte strings"),
    "level": (GOOD.replace('"warning"', '"loud"'), RULE_LINE, "level must be one of"),
    "precision": (GOOD.replace('"low"', '"good"'), RULE_LINE, "precision must be one of"),
    "no check": (GOOD.replace("def check", "def other"), 1, "no function check"),
    "parameters": (GOOD.replace("(package: PackageFacts)", "(facts)"), CHECK_LINE, "'package'"),
    "more parameters": (GOOD.replace("(package: PackageFacts)", "(package, *more)"), CHECK_LINE, "'package'"),
    "keyword parameters": (GOOD.replace("PackageFacts)", "PackageFacts, **kw)"), CHECK_LINE, "'package'"),
    "async": (GOOD.replace("def check", "async def check"), CHECK_LINE, "'package'"),
    "option": (GOOD + "class Options:\n    limit = 3\n", END + 1, "name: type = default"),
    "option default": (GOOD + "class Options:\n    limit: int = f()\n", END + 1, "literal"),
    "nested import": (GOOD + "def f():\n    import os.path as p\n", END + 1, "import os"),
    "eval alias": (GOOD + "run = eval\n", END, "eval()"),
    "call": (GOOD + "print(1)\n", END, "module level"),
    "loop": (GOOD + "for x in ():\n    pass\n", END, "module level"),
    "in a class": (GOOD + "class A:\n    print(1)\n", END + 1, "module level"),
    "foreign target": (GOOD + "Rule.family = 1\n", END, "module level"),
}
for _module in ["os", "sys", "subprocess", "socket", "pathlib", "io", "ctypes", "importlib", "builtins"]:
    REFUSED[f"import {_module}"] = (GOOD + f"import {_module}\n", END, f"import {_module}")
    REFUSED[f"from {_module}"] = (GOOD + f"from {_module} import x\n", END, f"import {_module}")
for _call in ("open", "exec", "eval", "__import__"):
    REFUSED[f"call {_call}"] = (GOOD + f"def f():\n    {_call}('x')\n", END + 1, f"{_call}()")


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(write: Write, case: str) -> None:
    text, line, reason = REFUSED[case]
    path = write(text)
    with pytest.raises(RuleModuleError) as caught:
        read(path)
    assert reason in caught.value.reason
    assert (caught.value.file, caught.value.line) == (path, line)
    assert str(caught.value) == f"{path.as_posix()}:{line}: {caught.value.reason}"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"# coding: nonsense\n", b"x = '\x00'\n"])
def test_refuses_bytes_that_are_no_python(write: Write, content: bytes) -> None:
    path = write("")
    path.write_bytes(content)
    with pytest.raises(RuleModuleError):
        read(path)


def test_refuses_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RuleModuleError, match="cannot be read"):
        read(tmp_path / "none.py")
    with pytest.raises(RuleModuleError, match="not a folder"):
        read_all(tmp_path / "none")


def test_refuses_a_code_that_is_taken(write: Write) -> None:
    write(GOOD).with_name("other.py").write_text(GOOD.replace("left-open", "other"), encoding="utf-8")
    with pytest.raises(RuleModuleError, match="GM101 is already taken"):
        read_all(write(GOOD).parent)


def test_new_rules_are_read_back(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    paths = [*new("one-thing", "cgo", folder=folder), *new("other-thing", "pool", "GM407", folder)]
    new("third-thing", "cgo", folder=folder)
    assert [(rule.code, rule.name) for rule in read_all(folder)] == [
        ("GM101", "one-thing"),
        ("GM102", "third-thing"),
        ("GM407", "other-thing"),
    ]
    assert all(path.is_file() for path in paths)
    assert {"bad.go", "good.go"} == {path.name for path in (tmp_path / "testdata" / "one-thing").iterdir()}


@pytest.mark.parametrize(
    ("name", "family", "code", "reason"),
    [
        ("Bad", "cgo", None, "kebab-case"),
        ("one", "cgo", None, "is taken"),
        ("two", "none", None, "no family"),
        ("two", "cgo", "GM201", "not one of GM1xx"),
        ("two", "cgo", "GM101", "is taken"),
    ],
)
def test_new_refuses(tmp_path: Path, name: str, family: str, code: str | None, reason: str) -> None:
    new("one", "cgo", folder=tmp_path / "rules")
    with pytest.raises(ValueError, match=reason):
        new(name, family, code, tmp_path / "rules")


def test_new_overwrites_nothing(tmp_path: Path) -> None:
    kept = tmp_path / "testdata" / "one" / "good.go"
    kept.parent.mkdir(parents=True)
    kept.write_text("package kept\n")
    with pytest.raises(FileExistsError):
        new("one", "cgo", folder=tmp_path / "rules")
    assert kept.read_text() == "package kept\n"
    assert not (tmp_path / "rules").exists()


def test_page(write: Write) -> None:
    text = page([read(write(GOOD + "class Options:\n    limit: int | None = 3\n"))])
    assert "| [GM101](#gm101-left-open) | left-open | Say in one sentence what left-open finds. |" in text
    assert "### Can miss\n\nSay what the rule does not see." in text
    assert "| `limit` | `int \\| None` | `3` |" in text
    assert "[rules/cgo/left_open.py](../rules/cgo/left_open.py)" in text


def test_load_folder(write: Write) -> None:
    path = write(GOOD)
    (loaded,) = load_folder(path.parent.parent)
    assert loaded.rule.code == "GM101"
    assert "left_open" not in sys.modules
    assert loaded.check.__module__.startswith("_golint_mem_rule_")


def test_load_folder_runs_nothing_ill_formed(write: Write) -> None:
    path = write(GOOD + "raise SystemExit(9)\n")
    with pytest.raises(RuleModuleError, match="module level"):
        load_folder(path.parent)


def test_load_folder_reports_a_failing_import(write: Write) -> None:
    path = write(GOOD + "LIMIT = 1 // 0\n")
    with pytest.raises(RuleModuleError, match="ZeroDivisionError"):
        load_folder(path.parent)
    path.unlink()
    with pytest.raises(RuleModuleError, match="holds no rule"):
        load_folder(path.parent)


def test_cli_check_and_list(write: Write) -> None:
    path = write(GOOD)
    folder = str(path.parent.parent)
    assert CliRunner().invoke(rules, ["check", folder]).exit_code == 0
    listed = CliRunner().invoke(rules, ["list", "--format", "json", "--rules", folder])
    assert [rule["code"] for rule in json.loads(listed.stdout)] == ["GM101"]
    assert "GM101 left-open: Say" in CliRunner().invoke(rules, ["list", "--rules", folder]).output
    write(GOOD + "print(1)\n")
    result = CliRunner().invoke(rules, ["check", folder, str(path)])
    assert result.exit_code == 2
    assert result.output.count(f"{path.as_posix()}:{END}: ") == 1


def test_cli_new(tmp_path: Path) -> None:
    arguments = ["new", "one-thing", "--family", "escape", "--rules", str(tmp_path / "rules")]
    assert CliRunner().invoke(rules, arguments).exit_code == 0
    assert CliRunner().invoke(rules, arguments).exit_code == 2


def test_check_does_not_import_libcst(tmp_path: Path) -> None:
    pytest.importorskip("golint_mem.cli.main")
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.22\n")
    (tmp_path / "a.go").write_text("package a\n")
    program = (
        "import sys\nfrom golint_mem.cli.main import main\n"
        "sys.argv = ['golint-mem', 'check', '.']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    code = end.code\n"
        "else:\n    code = 0\n"
        "assert not code, code\n"
        "assert 'libcst' not in sys.modules\n"
    )
    _run(program, tmp_path)


def test_the_commands_import_libcst_only_when_they_run(tmp_path: Path) -> None:
    _run("import sys, golint_mem.rulebook, golint_mem.cli.rules\nassert 'libcst' not in sys.modules\n", tmp_path)


def _run(program: str, folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
