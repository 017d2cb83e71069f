"""Which registers of a function still matter before each of its instructions.

Instructions stand in the order of the source, so that a variable matters from its declaration to the last statement
that mentions it, or to the end of a loop that does and that it was declared before. States that differ only in what
nobody looks at again become one. Source: linear-scan register allocation, Poletto and Sarkar 1999, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass, field

FOR_EVER = 1 << 60


@dataclass(slots=True)
class Interval:
    """The life of one variable or temporary in a register: the first instruction that may write to it (-1: it is given
    with the call), and the last that may read it, counted from 0."""

    slot: int
    first: int
    last: int


@dataclass(slots=True)
class _Statement:
    """A statement while its code is made: what it mentions, and its own last instruction, jumps aside."""

    mentioned: set[int] = field(default_factory=set)
    last: int = -1


class Liveness:
    """The lives of the registers of one function. Without knowledge (`rewinds`) all of them matter always."""

    def __init__(self) -> None:
        self.rewinds = False
        """Whether a `goto` may lead back, so that the order of instructions says nothing."""
        self._intervals: list[Interval] = []
        self._newest: dict[int, int] = {}
        self._open = [_Statement()]
        self._dead: dict[int, tuple[int, ...]] = {}

    # While the code is made.

    def born(self, slot: int, at: int) -> None:
        """A register gets a new meaning by an instruction, or (0) is given with the call."""
        self._newest[slot] = len(self._intervals)
        self._intervals.append(Interval(slot, at if at else -1, at))
        self.mention(slot)

    def mention(self, slot: int) -> None:
        """The code of the current statement uses a register."""
        self._open[-1].mentioned.add(self._newest[slot])

    def emitted(self, at: int) -> None:
        """The current statement has an instruction that may use what the statement mentions."""
        self._open[-1].last = at

    def enter(self) -> None:
        """A statement begins."""
        self._open.append(_Statement())

    def leave(self) -> None:
        """The innermost statement ends."""
        statement = self._open.pop()
        for number in statement.mentioned:
            interval = self._intervals[number]
            interval.last = max(interval.last, statement.last)

    def head(self) -> int:
        """Where a loop starts: to be given to `loop`."""
        return len(self._intervals)

    def loop(self, head: int, first: int, last: int) -> None:
        """The instructions from `first` to `last` are repeated: what was there before and is used in them stays."""
        for statement in self._open:
            for number in statement.mentioned:
                if number < head and statement.last >= first:
                    self._intervals[number].last = max(self._intervals[number].last, last)
        for interval in self._intervals[:head]:
            if interval.last >= first:
                interval.last = max(interval.last, last)

    def end(self, results: tuple[int, ...]) -> None:
        """The code is complete; the registers of the results matter to the end."""
        while self._open:
            self.leave()
        for interval in self._intervals:
            if interval.slot in results:
                interval.last = FOR_EVER

    # Afterwards.

    def dead(self, at: int, height: int) -> tuple[int, ...]:
        """The registers below `height` that nobody reads from instruction `at` on."""
        found = self._dead.get(at)
        if found is None:
            found = self._dead[at] = () if self.rewinds else tuple(self._search(at, height))
        return found

    def _search(self, at: int, height: int) -> list[int]:
        live = {one.slot for one in self._intervals if one.first < at <= one.last}
        return [slot for slot in range(height) if slot not in live]
