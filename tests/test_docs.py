"""The generated pages say what the code says."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from golint_mem.cli.rules import rules
from golint_mem.rulebook.page import page
from golint_mem.rulebook.read import read_all
from golint_mem.rulebook.write import new

ROOT = Path(__file__).parent.parent


def test_rules_page_is_fresh() -> None:
    written = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert written == page(read_all(ROOT / "rules")), "docs/rules.md is stale; run: golint-mem rules docs"


def test_docs_check_fails_when_stale(tmp_path: Path) -> None:
    folder, output = tmp_path / "rules", tmp_path / "docs" / "rules.md"
    new("one-thing", "cgo", folder=folder)
    arguments = ["docs", "--rules", str(folder), "--output", str(output)]
    assert CliRunner().invoke(rules, [*arguments, "--check"]).exit_code == 1
    assert CliRunner().invoke(rules, arguments).exit_code == 0
    assert CliRunner().invoke(rules, [*arguments, "--check"]).exit_code == 0
    new("other-thing", "cgo", folder=folder)
    assert CliRunner().invoke(rules, [*arguments, "--check"]).exit_code == 1
