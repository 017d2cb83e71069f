"""SARIF: what GitHub and Microsoft's validator ask for, on literal reports."""

from __future__ import annotations

import json
from typing import Any

import pytest

from golint_mem.findings import Confidence, Edit, Evidence, Finding, Fix, Notification, Place, Report, RuleInfo, Step
from golint_mem.report import sarif
from golint_mem.report.linehash import line_hashes

SOURCE = 'package a\n\nfunc f() {\n\té := "日本"; leak(é)\n}\n'.encode()
START = SOURCE.index(b"leak(")
COLUMN = SOURCE.split(b"\n")[3].index(b"leak(") + 1
PATH = "sub dir/a:b.go"
PLACE = Place(PATH, 4, COLUMN, 4, COLUMN + len("leak(é)".encode()), START, START + 8)
RULE = RuleInfo(
    "GM101", "never-freed", "It is never freed.", "warning", "high", {"Why": "It hurts.\n\nMore."}, ("memory", "cgo")
)
OTHER = RuleInfo("GM301", "stuck", "It is stuck.", "error", "medium", {})


def log(report: Report) -> dict[str, Any]:
    """The one run of the rendered report."""
    content = json.loads(sarif.render(report))
    assert content["version"] == "2.1.0" and content["$schema"].endswith("sarif-2.1.0.json")
    run: dict[str, Any] = content["runs"][0]
    return run


def result(finding: Finding) -> dict[str, Any]:
    """The rendered finding."""
    found: dict[str, Any] = log(Report((finding,), (), (RULE, OTHER), {PATH: SOURCE}))["results"][0]
    return found


def test_an_empty_report_is_a_whole_run() -> None:
    run = log(Report())
    assert run["results"] == []
    assert run["automationDetails"] == {"id": "golint-mem/"}
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    assert set(run["originalUriBaseIds"]["%SRCROOT%"]) == {"description"}


def test_level_and_kind_are_written_also_where_they_are_the_default() -> None:
    found = result(Finding("GM101", "x leaks.", PLACE))
    assert (found["level"], found["kind"], found["ruleIndex"]) == ("warning", "fail", 0)
    stuck = result(Finding("GM301", "x is stuck.", PLACE))
    assert (stuck["level"], stuck["ruleIndex"]) == ("error", 1)
    assert result(Finding("GM301", "x.", PLACE, confidence=Confidence.POSSIBLE))["level"] == "note"


def test_a_location_is_relative_quoted_and_counts_characters() -> None:
    physical = result(Finding("GM101", "x leaks.", PLACE))["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "sub%20dir/a%3Ab.go", "uriBaseId": "%SRCROOT%"}
    region = {"startLine": 4, "startColumn": 13, "endLine": 4, "endColumn": 20, "snippet": {"text": "leak(é)"}}
    assert physical["region"] == region
    context = physical["contextRegion"]
    assert (context["startLine"], context["endLine"]) == (3, 5)
    assert context["snippet"]["text"] == 'func f() {\n\té := "日本"; leak(é)\n}'


def test_no_source_means_no_snippet_and_no_column_zero() -> None:
    physical = result(Finding("GM101", "x.", Place("b.go", 1, 0, 1, 0)))["locations"][0]["physicalLocation"]
    assert physical["region"] == {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}
    assert "contextRegion" not in physical


def test_every_goroutine_is_a_thread_flow() -> None:
    steps = (Step(PLACE, "It sends."), Step(PLACE, "It waits."))
    flows = result(Finding("GM101", "x.", PLACE, threads=(steps, steps[:1])))["codeFlows"]
    threads = flows[0]["threadFlows"]
    assert [thread["id"] for thread in threads] == ["1", "2"]
    assert [step["executionOrder"] for step in threads[0]["locations"]] == [1, 2]
    assert threads[0]["locations"][1]["location"]["message"] == {"text": "It waits."}


def test_related_places_are_linked_from_the_message() -> None:
    found = result(Finding("GM101", "x leaks.", PLACE, related=(Step(PLACE, "made [here]."),)))
    assert found["message"]["text"] == "x leaks. See: [made \\[here\\]](1)."
    assert found["relatedLocations"][0]["id"] == 1


def test_a_fix_becomes_replacements_at_the_offsets() -> None:
    fix = Fix("Free it.", (Edit(Place(PATH, 0, 0, 0, 0, START, START), "free(); "),))
    made = result(Finding("GM101", "x.", PLACE, fixes=(fix,)))["fixes"][0]
    replacement = made["artifactChanges"][0]["replacements"][0]
    assert replacement["insertedContent"] == {"text": "free(); "}
    assert replacement["deletedRegion"] == {"startLine": 4, "startColumn": 13, "endLine": 4, "endColumn": 13}


def test_fingerprints_rank_and_properties() -> None:
    found = result(Finding("GM101", "x.", PLACE, rank=70.0, evidence=Evidence.COMPILER, fingerprint="abc"))
    assert found["partialFingerprints"]["golintMem/v1"] == "abc"
    assert found["partialFingerprints"]["primaryLocationLineHash"] == line_hashes(SOURCE)[4]
    assert found["rank"] == 70.0
    assert found["properties"] == {"confidence": "likely", "evidence": "compiler"}


def test_a_rule_carries_its_documentation() -> None:
    long = RuleInfo("GM102", "long", "Long.", "note", "low", {"Why": "x" * 3000}, tuple("abcdefghijkl"))
    rule, other = log(Report(rules=(RULE, long)))["tool"]["driver"]["rules"]
    assert rule["shortDescription"] == {"text": "It is never freed."}
    assert rule["fullDescription"] == {"text": "It is never freed. It hurts."}
    assert rule["help"]["markdown"] == "# GM101 never-freed\n\nIt is never freed.\n\n## Why\n\nIt hurts.\n\nMore."
    assert rule["help"]["text"] == "It is never freed.\n\nWhy\n\nIt hurts.\n\nMore."
    assert rule["properties"] == {"precision": "high", "problem.severity": "warning", "tags": ["memory", "cgo"]}
    assert rule["defaultConfiguration"] == {"level": "warning"}
    assert len(other["fullDescription"]["text"]) == 1024
    assert other["properties"]["problem.severity"] == "recommendation" and len(other["properties"]["tags"]) == 10


def test_notifications_name_the_file() -> None:
    run = log(Report(notifications=(Notification("syntax-error", "Cannot parse.", "error", "a b.go", 3),)))
    note = run["invocations"][0]["toolExecutionNotifications"][0]
    assert note["level"] == "error" and note["message"] == {"text": "Cannot parse."}
    where = note["locations"][0]["physicalLocation"]
    assert where["artifactLocation"]["uri"] == "a%20b.go" and where["region"] == {"startLine": 3}
    assert run["tool"]["driver"]["notifications"][0]["id"] == note["descriptor"]["id"]


def test_what_is_beyond_the_limit_is_left_out_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 1)
    low, high = Finding("GM101", "low", PLACE, rank=1.0), Finding("GM101", "high", PLACE, rank=9.0)
    run = log(Report((low, high)))
    assert [found["message"]["text"] for found in run["results"]] == ["high"]
    assert run["invocations"][0]["toolExecutionNotifications"][0]["descriptor"] == {"id": "results-cut"}


def test_a_name_that_is_not_unicode_is_still_a_uri_and_valid_json() -> None:
    place = Place("\udcff.go", 1, 1, 1, 2)
    text = sarif.render(Report((Finding("GM101", "in \udcff", place),)))
    assert "%FF.go" in text
    text.encode("utf-8")


@pytest.mark.parametrize(
    ("source", "hashes"),
    [
        (b"", {1: "c129715d7a2bc9a3:1"}),
        (
            b" a\nb\n  \t\tc\n d",
            {1: "271789c17abda88f:1", 2: "54703d4cd895b18:1", 3: "180aee12dab6264:1", 4: "a23a3dc5e078b07b:1"},
        ),
    ],
)
def test_the_line_hash_is_that_of_the_upload_action(source: bytes, hashes: dict[int, str]) -> None:
    assert line_hashes(source) == hashes
    assert line_hashes(source.replace(b"\n", b"\r\n")) == hashes


def test_a_rule_that_only_a_finding_names_has_no_name() -> None:
    run = log(Report((Finding("GM999", "x.", PLACE),)))
    assert run["tool"]["driver"]["rules"][0]["id"] == "GM999" and "name" not in run["tool"]["driver"]["rules"][0]
    assert run["results"][0]["ruleIndex"] == 0
