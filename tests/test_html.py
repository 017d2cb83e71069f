"""The HTML report: what it holds, and what a real Chromium shows of it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from golint_mem.findings import Cost, Evidence, Finding, Notification, Place, Report, RuleInfo, Step, Suppression
from golint_mem.pipeline import check
from golint_mem.report import html
from golint_mem.settings import Settings
from tests.tools import browse

ROOT = Path(__file__).parent.parent
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>&lt;`a`@@data@@\u202e\u2028"
BANK = b"""package bank

func transfer(from, to *account) {
\tfrom.mu.Lock()
\tto.mu.Lock()
}

func settle(a, b *account) {
\tgo transfer(a, b)
\ttransfer(b, a)
}
"""
RULE = RuleInfo(
    "GM301", "stuck", "Goroutines that wait for ever.", "error", "high", {"Why": "It hurts.\n\n```go\nx\n```\n"}
)


def at(line: int, path: str = "bank/bank.go") -> Place:
    """The text of a line of the bank."""
    text = BANK.split(b"\n")[line - 1]
    return Place(path, line, len(text) - len(text.lstrip()) + 1, line, len(text) + 1)


def deadlock() -> Finding:
    """Two transfers that wait for each other."""
    first = (Step(at(9), "starts goroutine 2", 1), Step(at(4), "locks `b.mu`", 2), Step(at(5), "waits for `a.mu`", 5))
    second = (Step(at(4), "locks `a.mu`", 3), Step(at(5), "waits for `b.mu`", 4))
    cost = Cost("heap.pprof", "inuse_space", "bytes", 3 << 20, 9 << 20)
    message = "two calls of `transfer` wait for each other"
    return Finding("GM301", message, at(5), (first, second), evidence=Evidence.INTERLEAVING, costs=(cost,))


@pytest.fixture(scope="module")
def report() -> Report:
    """The example of this project, a deadlock with a profile, a suppressed finding and a notification."""
    found = check(Settings(root=ROOT, paths=("example",)))
    suppressed = replace(found.findings[0], message="old", suppressions=(Suppression("inSource", "printed once"),))
    return replace(
        found,
        findings=(*found.findings, deadlock()),
        suppressed=(suppressed,),
        rules=(*found.rules, RULE),
        sources={**found.sources, "bank/bank.go": BANK},
        notifications=(Notification("syntax-error", "odd text", "error", "x.go", 3),),
    )


def write(report: Report, folder: Path) -> Path:
    """The page of a report."""
    path = folder / "page.html"
    path.write_text(html.render(report), encoding="utf-8")
    return path


def look(report: Report, folder: Path, keys: str = "") -> dict[str, Any]:
    """What Chromium shows of a page, and after the keys."""
    seen = browse("page.mjs", write(report, folder), folder, KEYS=keys)
    assert seen["errors"] == [] and seen["asked"] == []
    return seen


class Parts(HTMLParser):
    """The elements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {"script": [], "style": []}
        self.inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside = tag
        if tag in self.texts:
            self.texts[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside in self.texts:
            self.texts[self.inside][-1] += data


def test_the_page_loads_nothing_and_runs_its_own_script_only(report: Report) -> None:
    parts = Parts(html.render(report))
    assert not [name for _, attributes in parts.tags for name in attributes if name in ("src", "href", "action")]
    assert not [name for _, attributes in parts.tags for name in attributes if name.startswith("on") or name == "style"]
    policy = next(a["content"] for tag, a in parts.tags if tag == "meta" and "Policy" in (a.get("http-equiv") or ""))
    assert policy and policy.startswith("default-src 'none'; ") and "unsafe" not in policy
    _, script = parts.texts["script"]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", script)


def test_the_data_survives_whatever_stands_in_it(report: Report) -> None:
    found = Finding("GM101", EVIL, Place(EVIL, 1, 1, 1, 2), ((Step(Place(EVIL, 1, 1, 1, 2), EVIL),),), subject=EVIL)
    parts = Parts(html.render(Report((found,), sources={EVIL: EVIL.encode()})))
    assert [tag for tag, _ in parts.tags].count("script") == 2
    data = json.loads(parts.texts["script"][0])
    assert data["findings"][0]["message"].startswith("</script><script>alert(1)</script><img") and "@@data@@" in str(
        data
    )
    assert "\u202e" not in str(data) and "\\u202e" in data["findings"][0]["message"]


def test_marks_are_counted_as_browsers_count() -> None:
    source = '\té := "日本😀"; leak()\n'.encode()
    start = source.index(b"leak")
    place = Place("a.go", 1, start + 1, 1, start + 7)
    data = json.loads(
        Parts(html.render(Report((Finding("GM101", "x", place),), sources={"a.go": source}))).texts["script"][0]
    )
    line = data["files"]["a.go"]["1"].encode("utf-16-le")
    first, last = data["findings"][0]["at"]["mark"]
    assert line[2 * first : 2 * last].decode("utf-16-le") == "leak()"


def test_chromium_shows_overview_list_and_charts(report: Report, tmp_path: Path) -> None:
    seen = look(report, tmp_path)
    assert seen["count"] == "4 findings in 2 files"
    lines = seen["list"].splitlines()
    assert lines[:2] == ["cgo3", "example3"] and "goroutine1" in lines and "bank1" in lines
    for text in (
        "1 suppressed.",
        "Where memory goes: inuse_space (heap.pprof)",
        "3.0 MiB of 9.0 MiB",
        "x.go:3 odd text",
    ):
        assert text in seen["overview"]


def test_chromium_steps_through_a_path(report: Report, tmp_path: Path) -> None:
    first, third, back = look(report, tmp_path, "j look n n look p p p k look")["looks"]
    assert first["title"] == "name (C.CString) is freed on some paths and leaks on others"
    assert len(first["steps"]) == 4 and first["routes"] == 3 and "C.CString(path)" in first["marks"]
    assert first["current"] == ["1C.CString makes it here example/directory.go:26"]
    assert third["current"] == ["3handle == nil is true example/directory.go:28"]
    assert third["now"] == ["\tif handle == nil {"]
    assert "+\tdefer C.free(unsafe.Pointer(name))" in third["diff"]
    assert back["now"] == ["\tname := C.CString(path)"]


def test_chromium_draws_an_interleaving(report: Report, tmp_path: Path) -> None:
    (seen,) = look(report, tmp_path, "j j j j look")["looks"]
    assert (seen["lives"], seen["events"], seen["stuck"]) == (2, 5, 4)
    assert [text.rpartition(" goroutine ")[0] for text in seen["steps"]] == [
        "1starts goroutine 2", "2locks b.mu", "3locks a.mu", "4waits for b.mu", "5waits for a.mu",
    ]  # fmt: skip


def test_chromium_filters_and_changes_the_theme(report: Report, tmp_path: Path) -> None:
    keys = "look t look / type:realpath Enter look Escape click:#states>button look"
    light, dark, filtered, suppressed = look(report, tmp_path, keys)["looks"]
    assert light["theme"] != dark["theme"]
    assert filtered["count"] == "1 finding in 2 files" and filtered["title"].startswith("the result of C.realpath")
    assert suppressed["count"] == "5 findings in 2 files"  # Escape empties the filter


def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    source = f"package a\n// {EVIL}\n".encode()
    place = Place("a.go", 2, 1, 2, 40)
    found = Finding("GM101", EVIL, place, ((Step(place, EVIL), Step(place, EVIL)),), function=EVIL)
    rule = RuleInfo("GM101", EVIL, EVIL, "warning", "high", {EVIL: EVIL})
    seen = look(Report((found,), rules=(rule,), sources={"a.go": source}), tmp_path, "j look")
    (page,) = seen["looks"]
    assert page["elements"] == 0 and any("<img src=x onerror=alert(1)>" in text for text in page["lines"])
    assert "</script><script>alert(1)</script>" in page["title"]


def test_ten_thousand_findings_stay_usable(tmp_path: Path) -> None:
    finding = deadlock()
    many = tuple(
        replace(finding, place=replace(finding.place, path=f"p{number % 400}/a.go"), message=f"leak {number}")
        for number in range(10_000)
    )
    report = Report(many, rules=(RULE,), sources={"bank/bank.go": BANK}, files=400, packages=400)
    assert len(html.render(report)) < 20_000_000
    seen = look(report, tmp_path, "j look / type:9876 Enter look")
    assert seen["count"] == "10,000 findings in 400 files" and seen["seconds"] < 15
    first, found = seen["looks"]
    assert first["title"] == "leak 0" and found["title"] == "leak 9876"
