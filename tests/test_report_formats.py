"""Text, JSON, GitHub annotations and the writing of files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from golint_mem.findings import Edit, Finding, Fix, Place, Report, RuleInfo, Step
from golint_mem.report import github, json_, text
from golint_mem.report.write import write

RULE = RuleInfo("GM101", "never-freed", "It is never freed.", "warning", "high", {"How to fix": "Free it.\n\nMore."})
ERROR = RuleInfo("GM301", "stuck", "It is stuck.", "error", "high", {})
PLACE = Place("a.go", 2, 2, 2, 6, 11, 15)
SOURCES = {"a.go": b"package a\n\tleak() // \x1b[31m [bold]x[/bold] \xe2\x80\xae\n"}


def report(*findings: Finding) -> Report:
    """A report of these findings."""
    return Report(findings, (), (RULE, ERROR), SOURCES, 1, 2, 0.5, {"GM101": 0.25})


def test_text_shows_line_caret_path_help_and_summary() -> None:
    steps = (Step(PLACE, "It is made."), Step(Place("b.go", 7, 1, 7, 2), "It is lost."))
    assert text.render(report(Finding("GM101", "`x` leaks.", PLACE, threads=(steps,)))).splitlines() == [
        "a.go:2:2: warning GM101 `x` leaks. [never-freed, likely]",
        "    2 |     leak() // \\x1b[31m [bold]x[/bold] \\u202e",
        "      |     ^^^^",
        "    1. line 2: It is made.",
        "    2. b.go:7:1: It is lost.",
        "  help: Free it.",
        "",
        "1 finding in 1 file, 2 packages, 0.50 s.",
    ]


def test_text_names_goroutines_related_places_and_fixes() -> None:
    step = (Step(PLACE, "It waits."),)
    fix = Fix("Free it", (Edit(PLACE, ""),))
    shown = text.render(report(Finding("GM301", "x", PLACE, threads=(step, step), related=step, fixes=(fix,))))
    assert "  goroutine 2:\n    1. line 2: It waits.\n  see a.go:2:2: It waits.\n" in shown
    assert "  help: Free it (--fix does it)\n" in shown and "1 finding can be fixed with --fix." in shown


def test_text_is_colored_only_where_asked() -> None:
    finding = Finding("GM101", "\x1b]0;owned\x07", PLACE)
    assert "\x1b" not in text.render(report(finding))
    colored = text.render(report(finding), color=True)
    assert "\x1b[" in colored and "\x1b]" not in colored and "\x07" not in colored


def test_text_cuts_a_very_long_line() -> None:
    place = Place("a.go", 1, 5001, 1, 5005)
    source = {"a.go": b"x" * 5000 + b"leak" + b"y" * 5000}
    lines = text.render(Report((Finding("GM101", "x", place),), sources=source)).splitlines()
    assert len(lines[1]) < 200 and lines[2].count("^") == 4
    assert lines[1][lines[2].index("^") :].startswith("leak")


def test_text_statistics_and_nothing_found() -> None:
    assert text.render(report(), statistics=True).splitlines() == [
        "     0  GM101     0.250 s  never-freed",
        "No findings in 1 file, 2 packages, 0.50 s.",
    ]


def test_json_holds_all_of_a_finding() -> None:
    content = json.loads(json_.render(report(Finding("GM101", "x leaks.", PLACE, threads=((Step(PLACE, "Here."),),)))))
    counts = {"findings": 1, "known": 0, "suppressed": 0, "gone": 0}
    assert content["summary"] == {**counts, "files": 1, "packages": 2, "seconds": 0.5}
    found = content["findings"][0]
    assert (found["code"], found["name"], found["level"], found["place"]["column"]) == (
        "GM101",
        "never-freed",
        "warning",
        2,
    )
    assert found["threads"][0][0]["message"] == "Here."


def test_github_escapes_and_sorts_by_severity() -> None:
    place = Place("a,b:c%.go", 2, 2, 2, 6)
    lines = github.render(report(Finding("GM101", "50%\r\nof x", place), Finding("GM301", "x: y, z", PLACE)))
    assert lines.splitlines() == [
        "::error file=a.go,line=2,endLine=2,col=2,endColumn=6,title=GM301 stuck::x: y, z",
        "::warning file=a%2Cb%3Ac%25.go,line=2,endLine=2,col=2,endColumn=6,title=GM101 never-freed::50%25%0D%0Aof x",
    ]


def test_github_shows_ten_per_level_and_counts_the_rest() -> None:
    findings = [Finding("GM101", f"number {n}", PLACE, rank=float(n)) for n in range(13)]
    lines = github.render(report(*findings)).splitlines()
    assert len(lines) == 11
    assert lines[0].endswith("number 12")
    assert lines[-1] == "golint-mem: 3 more of level warning not shown as annotations"


def test_write_replaces_whole_keeps_the_mode_and_follows_links(tmp_path: Path) -> None:
    target, link = tmp_path / "real", tmp_path / "link"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to(target)
    write(link, b"new")
    assert link.is_symlink() and target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "real"]


def test_write_leaves_nothing_behind_where_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out"
    target.write_bytes(b"old")

    def interrupted(self: Path, _target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_write_names_the_path_that_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing/out"):
        write(tmp_path / "missing" / "out", b"")
    with pytest.raises(IsADirectoryError):
        write(tmp_path, b"")
