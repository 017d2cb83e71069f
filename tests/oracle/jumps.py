"""Leaving: returns, break, continue and goto, each after giving back what the left scopes own."""

from __future__ import annotations

from random import Random

from .dispose import Disposer, Statements
from .grammar import RAW, TEXT, Variable, maker
from .program import Line

_RESULTS = ("", "", "", "int", "error")
_OWNING = (TEXT, f"({TEXT}, error)", RAW)
_NAMED = ("(err error)", f"(res {TEXT}, err error)")


class Jumper(Disposer):
    """Generates what leaves a scope. `results` are those of the routine, `goto` says whether there is a label.

    `recovers` says that the routine recovers from a panic.
    """

    def __init__(self, rng: Random, features: frozenset[str], slip: float) -> None:
        super().__init__(rng, features, slip)
        self.results = self._pick_results()
        self.goto = False
        self.recovers = False

    def _pick_results(self) -> str:
        choices = [*_RESULTS]
        choices += _OWNING if "result" in self.features else ()
        choices += _NAMED if "named" in self.features else ()
        return self.rng.choice(choices)

    def leave(self, position: int, keep: Variable | None = None, failing: bool = False) -> Statements:
        """Give back what the scopes from a position on own, innermost first."""
        made: Statements = []
        for scope in reversed(self.scopes[position:]):
            owners = [one for one in scope.variables if one.owner and one is not keep]
            self.rng.shuffle(owners)
            for one in owners:
                if not (failing and one.on_error):
                    made += self.dispose(one)
        return made

    def function(self) -> int:
        """The position of the scope of the function or function literal that is being generated."""
        return max(index for index, one in enumerate(self.scopes) if one.kind in ("function", "closure"))

    def leave_function(self) -> Statements:
        position = self.function()
        if self.scopes[position].kind == "closure":
            return [*self.leave(position), Line("return")]
        if self.results in ("", "int"):
            return [*self.leave(position), Line("return 1" if self.results else "return")]
        if "error" in self.results and self.rng.random() < 0.4:
            return [*self.leave(position, failing=True), *self._return_error()]
        if self.results in ("error", "(err error)"):
            return [*self.leave(position), Line("return nil")]
        return self._return_memory(position)

    def _return_error(self) -> Statements:
        error = 'errors.New("failed")'
        if "err error" in self.results and self.rng.random() < 0.5:
            return [Line(f"err = {error}"), Line("return")]
        return [Line(f"return {error}" if TEXT not in self.results else f"return nil, {error}")]

    def _return_memory(self, position: int) -> Statements:
        kind = RAW if self.results == RAW else TEXT
        tail = ", nil" if "error" in self.results else ""
        owners = [one for scope in self.scopes[position:] for one in scope.variables if one.owner]
        owners = [one for one in owners if not one.guard and not one.cleanup and one.kind in (TEXT, RAW)]
        if owners and self.rng.random() < 0.7:
            chosen = self.rng.choice(owners)
            return [*self.leave(position, chosen), Line(f"return {self.converted(chosen, kind)}{tail}")]
        value = maker(self.rng, kind, self.features) if self.rng.random() < 0.3 else "nil"
        return [*self.leave(position), Line(f"return {value}{tail}")]

    def jump(self) -> Statements:
        """Leave the innermost loop or switch, a labelled loop, or the function."""
        choices = []
        if "return" in self.features:
            choices.append(self.leave_function)
        if "loop" in self.features and self.innermost(("loop",)) >= 0:
            choices += [self._break, self._continue, self._break, self._continue]
        if self.goto and self.innermost(("closure",)) < 0:
            choices.append(self._go)
        if self.recovers:
            choices.append(self._panic)
        return self.rng.choice(choices)() if choices else []

    def _panic(self) -> Statements:
        return [*self.leave(0), Line('panic("stop")')]

    def _go(self) -> Statements:
        return [*self.leave(1), Line("goto done")]

    def _break(self) -> Statements:
        return self._leave_loop("break", ("loop", "switch"))

    def _continue(self) -> Statements:
        return self._leave_loop("continue", ("loop",))

    def _leave_loop(self, word: str, kinds: tuple[str, ...]) -> Statements:
        position = self.innermost(kinds)
        label = ""
        if self.has("label", 0.4):
            start = self.function()
            labelled = [i for i, one in enumerate(self.scopes) if one.label and i > start]
            if labelled:
                position = self.rng.choice(labelled)
                label = " " + self.scopes[position].label
        return [*self.leave(position), Line(word + label)]
