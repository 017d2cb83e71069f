"""What the cgo rules say of a lapse: every kind belongs to one rule, and every message is a sentence without gaps."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from golint_mem.findings import Finding, Place
from golint_mem.rule import builtin_rules
from golint_mem.semantics.ownership.lapse import Kind, Lapse

PLACE = Place("a.go", 3, 2, 3, 9)


def _say(kind: Kind, **fields: str) -> list[Finding]:
    values = {"maker": "C.CString", "release": "C.free", "subject": "cs", "function": "f", **fields}
    package = SimpleNamespace(lapses=lambda: iter([Lapse(kind, origin=PLACE, place=PLACE, **values)]))
    rules = [loaded for loaded in builtin_rules() if loaded.rule.family == "cgo"]
    return [finding for loaded in rules for finding in loaded.check(package)]


@pytest.mark.parametrize(
    ("kind", "code", "message"),
    [
        (Kind.NEVER_FREED, "GM101", "`cs` (C.CString) is never freed"),
        (Kind.SOMETIMES_FREED, "GM102", "`cs` (C.CString) is freed on some paths and leaks on others"),
        (Kind.OVERWRITTEN, "GM104", "`cs` (C.CString) is overwritten before it is freed"),
        (Kind.USED_AFTER_FREE, "GM105", "`cs` (C.CString) is used after it was freed"),
        (Kind.FREED_TWICE, "GM105", "`cs` (C.CString) is freed twice"),
        (Kind.COPIED_AND_LOST, "GM109", "`cs` (C.CString) is copied to Go and then never freed"),
    ],
)
def test_message(kind: Kind, code: str, message: str) -> None:
    (finding,) = _say(kind)
    assert (finding.code, finding.message, finding.subject) == (code, message, "cs")


@pytest.mark.parametrize("kind", Kind, ids=[kind.name for kind in Kind])
def test_every_kind_has_one_rule(kind: Kind) -> None:
    for fields in ({}, {"subject": ""}, {"culprit": "C.keep"}, {"release": ""}, {"subject": "", "release": ""}):
        (finding,) = _say(kind, **fields)
        assert "``" not in finding.message
        assert "  " not in finding.message
        assert "()" not in finding.message
        assert not finding.message.endswith(".")


def test_inline_allocation() -> None:
    (finding,) = _say(Kind.NEVER_FREED, subject="")
    assert finding.message == "the result of C.CString is never freed"


def test_wrong_partner() -> None:
    (finding,) = _say(Kind.WRONG_PARTNER, subject="p", maker="C.page_new", release="C.page_free", culprit="C.free")
    assert finding.message == "`p` (C.page_new) is given to C.free, but C.page_free is what releases it"
    (finding,) = _say(Kind.WRONG_PARTNER, subject="b", maker="", release="", culprit="C.free")
    assert finding.message == "`b`, which points to Go memory, is given to C.free"


def test_keeper() -> None:
    (finding,) = _say(Kind.GO_POINTER_KEPT, subject="buf", maker="", release="", culprit="C.keep")
    assert finding.message == "`buf`, which points to Go memory, is kept by C.keep after the call"
    (finding,) = _say(Kind.FREED_WHILE_KEPT, culprit="C.keep")
    assert finding.message == "`cs` (C.CString) is freed while C still holds it, because C.keep keeps it"


def test_field() -> None:
    (finding,) = _say(Kind.FIELD_NEVER_FREED, subject="w.name", culprit="widget.name")
    assert finding.message == "`w.name` (C.CString) is stored in `widget.name`, which nothing in the package releases"
