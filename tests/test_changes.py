"""What changed in a file that somebody edits, and what is kept of all the rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from golint_mem.findings import Finding, Report
from golint_mem.pipeline import check
from golint_mem.recheck import Rechecks
from golint_mem.settings import Settings
from golint_mem.syntax.changes import Change, change
from golint_mem.syntax.go import parse

TESTDATA = Path(__file__).parent.parent / "testdata"
FOLDERS = sorted(one.parent.name for one in TESTDATA.glob("*/bad.go"))
HEAD = 'package a\n\nimport "os"\n\n'
FIRST = "func first() {\n\tf, _ := os.Open(os.Args[0])\n\t_ = f\n}\n"
SECOND = "// second does nothing.\nfunc second() {\n}\n"
BEFORE = (HEAD + FIRST + "\n" + SECOND).encode()


def _same(known: Change) -> list[bytes]:
    return [known.before[one.before : one.before + one.size] for one in known.pieces]


def _cut(known: Change) -> tuple[str, str]:
    return known.changed.decode(), known.rest.decode()


def test_nothing_changed() -> None:
    known = change(BEFORE, BEFORE)
    assert len(known.pieces) == 2 and "func" not in known.changed.decode() and known.rest.count(b"func") == 2


def test_one_function_changed_and_the_next_one_moved() -> None:
    known = change(BEFORE, BEFORE.replace(b"_ = f\n", b"_ = f\n\t_ = 1\n"))
    assert _same(known) == [b"func second() {\n}"]
    changed, rest = _cut(known)
    assert "_ = 1" in changed and "func second" not in changed and "func first" not in rest and "func second" in rest
    assert (known.pieces[0].line_before, known.pieces[0].moved) == (11, 1)


def test_every_byte_stays_at_its_place() -> None:
    now = BEFORE.replace(b"_ = f", "_ = f // 日本".encode())
    known = change(BEFORE, now)
    assert len(known.changed) == len(now) and len(known.rest) == len(BEFORE)
    assert known.changed.count(b"\n") == now.count(b"\n") and known.changed.index(b"_ = f") == now.index(b"_ = f")


def test_functions_that_change_places_are_found() -> None:
    now = (HEAD + SECOND + "\n" + FIRST).encode()
    known = change(BEFORE, now)
    assert sorted(_same(known)) == sorted([FIRST.strip().encode(), b"func second() {\n}"])
    assert "func" not in known.changed.decode()


def test_what_reads_alike_inside_a_function_is_no_declaration() -> None:
    before = BEFORE + b"\ntype t int\n"
    now = BEFORE.replace(b"_ = f\n", b"_ = f\n\ttype t int\n")
    assert b"type t int" not in _same(change(before, now))


def test_other_imports_are_seen() -> None:
    now = BEFORE.replace(b'import "os"', b'import (\n\t"io"\n\t"os"\n)')
    known = change(BEFORE, now)
    assert len(known.pieces) == 2 and b'"io"' in known.changed and b'"io"' not in known.rest


@pytest.mark.parametrize("now", [b"", b"package", BEFORE[:-30], BEFORE[:40], BEFORE.replace(b"{", b"", 1)])
def test_half_typed_text_is_cut_as_well(now: bytes) -> None:
    known = change(BEFORE, now)
    assert len(known.changed) == len(now)
    assert all(now[one.now : one.now + one.size] in BEFORE for one in known.pieces)


def _seen(findings: tuple[Finding, ...]) -> set[tuple[object, ...]]:
    return {(one.code, one.message, one.place, one.threads, one.related, one.fixes, one.confidence) for one in findings}


def _with_a_line(source: bytes, number: int) -> bytes:
    """A source with a comment more in one of its functions."""
    bodies = [one.node.child_by_field_name("body") for one in parse("", source).functions()]
    starts = [one.start_byte + 1 for one in bodies if one is not None and source[one.start_byte + 1 :][:1] == b"\n"]
    start = starts[number % len(starts)]
    return source[:start] + b"\n\t// one line more" + source[start:]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_recheck_says_what_a_check_says(folder: str) -> None:
    """A comment more in a function changes nothing but lines, wherever the function stands."""
    settings = Settings(root=TESTDATA, paths=(folder,))
    before, path = check(settings), f"{folder}/bad.go"
    source, rechecks = (TESTDATA / path).read_bytes(), Rechecks()
    for number in (0, 3, 4, -1):
        edited = replace(settings, unsaved={path: _with_a_line(source, number)})
        now = rechecks.report(replace(edited, paths=(path,)), before)
        assert _seen(now.findings) == _seen(check(edited).findings), number


def test_what_is_typed_comes_and_goes(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.22\n")
    (tmp_path / "a.go").write_bytes(BEFORE)
    settings = Settings(root=tmp_path, paths=("a.go",))
    before = check(replace(settings, paths=(".",)))
    assert [one.code for one in before.findings] == ["GM606"]
    rechecks = Rechecks()

    def typed(text: bytes) -> Report:
        return rechecks.report(replace(settings, unsaved={"a.go": text}), before)

    leak = BEFORE.replace(b"func second() {\n", b"func second() {\n\tg, _ := os.Open(os.Args[1])\n\t_ = g\n")
    assert sorted(one.function for one in typed(leak).findings) == ["first", "second"]
    mended = leak.replace(b"\t_ = f\n", b"\tdefer f.Close()\n")
    assert [one.function for one in typed(mended).findings] == ["second"]
    assert [one.function for one in typed(BEFORE).findings] == ["first"]
    assert not typed(HEAD.encode()).findings
