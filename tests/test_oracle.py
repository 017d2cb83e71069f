"""A hundred random programs, run and analysed; and whether the oracle would notice if the analysis were wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from oracle.compare import FALSE, MISSED, compare
from oracle.generate import generate
from oracle.grammar import FEATURES, UNSETTLED
from oracle.program import Block, Line, Routine, Source, render, text_of
from oracle.run import BuildError, Observed, missing_tool, observe
from oracle.shrink import candidates, check, shrink
from oracle.verdict import Reported, analyse

SETTLED = frozenset(FEATURES) - frozenset(UNSETTLED)
needs_tools = pytest.mark.skipif(bool(missing_tool()), reason=missing_tool() or "all tools are there")

FREE = Line("C.free(unsafe.Pointer(p1))")
MAKE = Line('p1 := C.CString("text")')
LOOK = Line("C.c_look(p1)")
LEAKS = Routine("leaks", ("in0",), "", (MAKE, Block((("if in0 {", (Line("return"),)),)), FREE))
TWICE = Routine("twice", ("in0",), "", (MAKE, Line("defer C.c_drop(p1)"), Block((("if in0 {", (FREE,)),))))
AFTER = Routine("after", (), "", (MAKE, FREE, LOOK, Line("_ = C.GoString(p1)")))
CLEAN = Routine("clean", (), "*C.char", (MAKE, LOOK, Line("return p1")))
GIVEN = Routine("given", (), "", (MAKE, Line("register(p1)")))
KNOWN = [LEAKS, TWICE, AFTER, CLEAN, GIVEN]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Observed]:
    """What happens in the routines that are written above."""
    return observe(KNOWN, tmp_path_factory.mktemp("known"))


@needs_tools
def test_a_hundred_programs(tmp_path: Path) -> None:
    tally: Counter[str] = Counter()
    found = check([generate(seed, SETTLED) for seed in range(100)], tmp_path, tally)
    shown = [f"seed {one.routine.seed}: {one.title}\n{text_of(one.routine)}" for one in found]
    assert not found, "\n".join(shown)
    assert tally["agreed leak"] > 10
    assert tally["agreed after free"] > 3
    assert tally["undecided programs"] < 5


@needs_tools
def test_leak_is_counted_with_the_input_that_shows_it(known: dict[str, Observed]) -> None:
    assert _lines(LEAKS, known["leaks"].leaks) == {2: "1."}
    assert known["leaks"].runs == 2
    assert not known["leaks"].twice


@needs_tools
def test_second_free_is_counted_where_it_happens(known: dict[str, Observed]) -> None:
    assert _lines(TWICE, known["twice"].twice) == {3: "1."}
    assert not known["twice"].leaks


@needs_tools
def test_use_after_free_is_counted_in_c_and_in_go(known: dict[str, Observed]) -> None:
    assert _lines(AFTER, known["after"].after) == {4: ".", 5: "."}


@needs_tools
def test_returned_and_registered_memory_is_no_leak(known: dict[str, Observed]) -> None:
    assert not known["clean"].leaks
    assert not known["given"].leaks


@needs_tools
def test_routine_that_does_not_compile_is_named(tmp_path: Path) -> None:
    with pytest.raises(BuildError) as caught:
        observe([CLEAN, Routine("wrong", (), "", (Line("unknown()"),))], tmp_path)
    assert set(caught.value.broken) == {"wrong"}


@needs_tools
def test_disagreement_is_made_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oracle.shrink.analyse", _silent)
    found = check([replace(LEAKS, body=(LOOK_AT_NOTHING, *LEAKS.body))], tmp_path / "first", Counter())
    small = shrink(found, tmp_path / "small", most_rounds=1)
    lines = [text_of(one.routine).count("\n") for one in (*found, *small)]
    assert lines[1] < lines[0]


def test_withheld_findings_are_missed(tmp_path: Path) -> None:
    source = render(KNOWN)
    first, _ = source.spans["leaks"]
    observed = Observed(leaks={first + 1: "1."}, runs=2)
    assert not _kinds(LEAKS, source, observed, analyse(KNOWN, tmp_path)["leaks"])
    assert _kinds(LEAKS, source, observed, Reported()) == [(MISSED, "leak")]
    observed = Observed(twice={first + 1: "1."}, after={first + 2: "1."})
    assert _kinds(LEAKS, source, observed, Reported()) == [(MISSED, "after free")] * 2


def test_invented_findings_are_false() -> None:
    source = render(KNOWN)
    first, last = source.spans["clean"]
    observed = Observed(reached=dict.fromkeys(range(first, last), "."))
    assert not _kinds(CLEAN, source, observed, Reported())
    reported = Reported(leaks={first + 1: {"GM101"}}, after={first + 2: {"GM105"}}, others=[f"{first + 1}: GM106 no"])
    wanted = [(FALSE, "leak"), (FALSE, "after free"), (FALSE, "other")]
    assert _kinds(CLEAN, source, observed, reported) == wanted


def test_undecided_programs_are_not_judged() -> None:
    source = render(KNOWN)
    first, _ = source.spans["leaks"]
    assert not _kinds(LEAKS, source, Observed(leaks={first + 1: "1."}, cut=True), Reported())
    assert not _kinds(LEAKS, source, Observed(leaks={first + 1: "1."}), Reported(bounded=True))


def test_possible_findings_are_hedged() -> None:
    source = render(KNOWN)
    first, _ = source.spans["leaks"]
    tally: Counter[str] = Counter()
    reported = Reported(hedged={first + 1: {"GM101"}})
    assert not compare(LEAKS, source, Observed(leaks={first + 1: "1."}), reported, tally)
    assert tally["hedged leak"] == 1


def test_seed_decides_the_routine() -> None:
    assert text_of(generate(7)) == text_of(generate(7))
    assert len({text_of(generate(seed)) for seed in range(50)}) > 40


def test_both_renderings_have_the_same_lines() -> None:
    source = render([generate(seed) for seed in range(20)])
    plain, instrumented = source.plain.splitlines(), source.instrumented.splitlines()
    assert len(plain) == len(instrumented)
    changed = [other for one, other in zip(plain, instrumented, strict=True) if one != other]
    assert changed
    assert all("at(" in one or "fail(" in one for one in changed)


def test_every_step_of_shrinking_is_smaller() -> None:
    body = generate(11).body
    sizes = {len(text_of(Routine("f", (), "", one))) for one in candidates(body)}
    assert max(sizes) < len(text_of(Routine("f", (), "", body)))


LOOK_AT_NOTHING = Line("look(nil)")


def _silent(routines: list[Routine], _: Path) -> dict[str, Reported]:
    return {one.name: Reported() for one in routines}


def _lines(routine: Routine, found: dict[int, str]) -> dict[int, str]:
    """Lines counted from the routine's header, which is line 1."""
    first, _ = render(KNOWN).spans[routine.name]
    return {line - first + 1: shown for line, shown in found.items()}


def _kinds(routine: Routine, source: Source, observed: Observed, reported: Reported) -> list[tuple[str, str]]:
    return [(one.kind, one.what) for one in compare(routine, source, observed, reported, Counter())]
