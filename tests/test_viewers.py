"""SARIF in the programs of others: Microsoft's validator and viewer, and sarif-tools."""

from __future__ import annotations

import csv
import importlib.util
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from golint_mem.findings import Finding, Place, Report, Step
from golint_mem.pipeline import check
from golint_mem.report import sarif
from golint_mem.settings import PathSuppression, Settings
from golint_mem.triage.baseline import written
from golint_mem.triage.fixes import apply
from tests.tools import BROWSER, browse, node_modules

ROOT = Path(__file__).parent.parent
HEAD = 'package a\n\n// #include <stdlib.h>\nimport "C"\n\n'
LEAKS = (
    HEAD + "func one(s string) {\n\tC.puts(C.CString(s))\n}\n\nfunc two(s string) {\n"
    '\té := "日本"; C.puts(C.CString(é + s))\n}\n\nfunc three(s string) {\n\tname := C.CString(s)\n'
    '\tif s == "" {\n\t\treturn\n\t}\n\tC.free(unsafe.Pointer(name))\n}\n'
).replace('"C"\n', '"C"\n\nimport "unsafe"\n')


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A run with everything in it: new, known and suppressed findings, fixes, a bad file, and an interleaving."""
    root = tmp_path_factory.mktemp("module")
    (root / "go.mod").write_text("module example.com/a\n\ngo 1.22\n")
    (root / "old").mkdir()
    (root / "a.go").write_text(LEAKS)
    (root / "b c.go").write_text(HEAD + "func old(s string) {\n\tC.puts(C.CString(s))\n}\n")
    (root / "old" / "a.go").write_text(HEAD + "func f(s string) {\n\tC.puts(C.CString(s))\n}\n")
    (root / "bad.go").write_bytes(b"package a\n\nfunc \xff() {}\n")
    settings = Settings(root=root, suppress=(PathSuppression(("old/",), reason="It is <b>old</b>."),))
    before = [one for one in check(settings).findings if one.place.path == "b c.go"]
    (root / "base.json").write_text(written(before))
    found = check(replace(settings, baseline=root / "base.json"))
    return replace(found, findings=(*found.findings, interleaving()))


def interleaving() -> Finding:
    """Two goroutines that wait for each other, step by step."""
    first = tuple(Step(at(line, "a.go"), text, order) for line, text, order in ((8, "locks `a`", 1), (9, "waits", 4)))
    second = tuple(
        Step(at(line, "a.go"), text, order) for line, text, order in ((12, "locks `b`", 2), (13, "waits", 3))
    )
    return Finding("GM301", "`a` and `b` wait for each other", at(8, "a.go"), (first, second), first[:1], state="new")


def at(line: int, path: str) -> Place:
    """The first characters of a line."""
    return Place(path, line, 1, line, 4, 0, 3)


@pytest.fixture(scope="module")
def log(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SARIF file of the run."""
    path = tmp_path_factory.mktemp("sarif") / "golint-mem.sarif"
    path.write_text(sarif.render(report), encoding="utf-8")
    return path


def results(log: Path) -> list[dict[str, Any]]:
    """The results of a SARIF file."""
    found: list[dict[str, Any]] = json.loads(log.read_text())["runs"][0]["results"]
    return found


def test_the_run_has_everything_in_it(log: Path) -> None:
    found = results(log)
    assert [one["baselineState"] for one in found if "baselineState" in one].count("unchanged") == 1
    assert sum("suppressions" in one for one in found) == 1 and sum("fixes" in one for one in found) >= 2
    threads = found[3]["codeFlows"][0]["threadFlows"]
    orders = [[step["executionOrder"] for step in thread["locations"]] for thread in threads]
    assert orders == [[1, 4], [2, 3]]
    region = threads[0]["locations"][0]["location"]["physicalLocation"]["region"]
    assert region["snippet"]["text"] == "fun"


def validated(log: Path, folder: Path) -> list[str]:
    """What Microsoft's validator says of a log, with the rules for GitHub: errors and warnings."""
    tool = node_modules() / "node_modules" / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
    if not tool.is_file():
        pytest.skip("no validator for this system")
    tool.chmod(0o755)
    policy, said = str(BROWSER / "github-policy.json"), folder / "said.sarif"
    command = [tool, "validate", log, "--rule-kind", "Sarif;Ghas", "-c", policy, "-o", said, "--log", "ForceOverwrite"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return [f"{one['ruleId']} {one.get('level')}" for one in results(said) if one.get("level", "warning") != "note"]


def test_the_validator_finds_nothing(log: Path, tmp_path: Path) -> None:
    assert validated(log, tmp_path) == []
    empty = tmp_path / "empty.sarif"
    empty.write_text(sarif.render(Report()))
    assert validated(empty, tmp_path) == []


def test_the_validator_would_find_something(log: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.sarif"
    broken.write_text(
        log.read_text().replace('"startLine": 8', '"startLine": 0').replace('"uri": "a.go"', '"uri": "/a.go"')
    )
    assert validated(broken, tmp_path)


def sarif_tools(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The program `sarif` of sarif-tools."""
    if importlib.util.find_spec("sarif") is None:
        pytest.skip("sarif-tools is not installed")
    program = Path(sys.executable).parent / "sarif"
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)


def test_sarif_tools_counts_what_is_there(log: Path, tmp_path: Path) -> None:
    done = sarif_tools("--check", "warning", "summary", log)
    assert done.returncode != 0 and "warning: 6" in done.stdout, done.stdout + done.stderr
    assert sarif_tools("--check", "error", "summary", log).returncode == 0
    table = tmp_path / "a.csv"
    assert sarif_tools("csv", "-o", table, log).returncode == 0
    rows = list(csv.DictReader(table.open()))
    assert {(row["Location"], row["Line"]) for row in rows} == {
        ("a.go", "9"), ("a.go", "13"), ("a.go", "17"), ("a.go", "8"), ("b%20c.go", "7"), ("old/a.go", "7"),
    }  # fmt: skip


def test_sarif_tools_sees_no_difference_where_lines_moved(report: Report, log: Path, tmp_path: Path) -> None:
    later = tmp_path / "later.sarif"
    moved = tuple(replace(one, place=replace(one.place, line=one.place.line + 3)) for one in report.findings)
    later.write_text(sarif.render(replace(report, findings=moved)))
    done = sarif_tools("--check", "warning", "diff", log, later)
    assert done.returncode == 0, done.stdout
    assert sarif_tools("--check", "warning", "diff", later, log).returncode == 0


def applied(fix: Mapping[str, Any], sources: Mapping[str, bytes]) -> dict[str, bytes]:
    """The sources after a fix, by the lines and columns of SARIF alone."""
    changed = {}
    for change in fix["artifactChanges"]:
        path = change["artifactLocation"]["uri"]
        lines = sources[path].decode().split("\n")
        starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines) + 1)]
        text = "\n".join(lines)
        edits = []
        for replacement in change["replacements"]:
            region = replacement["deletedRegion"]
            start = starts[region["startLine"] - 1] + region["startColumn"] - 1
            end = starts[region["endLine"] - 1] + region["endColumn"] - 1
            edits.append((start, end, replacement["insertedContent"]["text"]))
        for start, end, new in sorted(edits, reverse=True):
            text = text[:start] + new + text[end:]
        changed[path] = text.encode()
    return changed


def test_fixes_apply_by_their_lines_and_columns(report: Report, log: Path) -> None:
    mended = [(finding, one) for finding, one in zip(report.findings, results(log), strict=False) if "fixes" in one]
    assert len(mended) == 2
    for finding, one in mended:
        expected = apply(replace(report, findings=(finding,)))
        assert applied(one["fixes"][0], report.sources) == expected


def test_microsofts_viewer_shows_findings_and_steps(log: Path, tmp_path: Path) -> None:
    seen = browse("viewer.mjs", log, tmp_path / "viewer.png")
    assert seen["errors"] == []
    text = seen["text"]
    for code in ("GM101", "GM102", "GM301"):
        assert code in text
    assert "is freed on some paths and leaks on others" in text and "a and b wait for each other" in text
    assert "Unchanged" in text and "b c.go" in text.replace("%20", " ")
    assert 'é := "日本"; C.puts(C.CString(é + s))' in text
    assert "C.CString(é + s)" in seen["marked"]
    assert "line 13: C.CString makes it here" in seen["items"]
    assert [one for one in seen["items"] if "waits" in one] == ["4: line 9: waits", "3: line 13: waits"]


def test_hostile_text_stays_text_in_the_viewer(report: Report, tmp_path: Path) -> None:
    evil = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) **b** `c` ```"
    place = replace(report.findings[0].place)
    step = Step(place, evil)
    found = Finding("GM101", evil, place, ((step, step),), state="new")
    path = tmp_path / "evil.sarif"
    path.write_text(sarif.render(Report((found,), sources=report.sources)))
    seen = browse("viewer.mjs", path)
    assert seen["errors"] == [] and "<img src=x onerror=alert(1)> [x](javascript:alert(1)) **b**" in seen["text"]
