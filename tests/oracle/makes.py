"""Making memory for a new variable, and deciding who is to give it back."""

from __future__ import annotations

from .dispose import Scope, Statements
from .grammar import RAW, TEXT, Variable, fallible_maker, maker
from .jumps import Jumper
from .program import Block, Line


class Maker(Jumper):
    """Generates declarations of variables that hold memory."""

    def declare(self, owner: bool = False, may_be_nil: bool = False) -> Variable:
        made = Variable(self.name("p"), self.rng.choice([TEXT, TEXT, RAW]), owner, may_be_nil=may_be_nil)
        self.scopes[-1].variables.append(made)
        return made

    def declare_nil(self) -> Line:
        made = self.declare(owner=True, may_be_nil=True)
        return Line(f"var {made.name} {made.kind}")

    def make(self) -> Statements:
        """Make memory, in one of many ways, for a new variable."""
        ways = [self._make_plain] * 3
        ways += [self._make_maybe] if "nil" in self.features else []
        ways += [self._make_fallible] if {"fail", "return"} <= self.features else []
        ways += [self._make_with_error] if {"error", "return"} <= self.features else []
        ways += [self._make_field] if "field" in self.features else []
        return self.rng.choice(ways)()

    def _make_plain(self) -> Statements:
        made = self.declare(owner=True)
        first = Line(f"{made.name} := {maker(self.rng, made.kind, self.features)}")
        return [first, *self.plan(made)]

    def _make_field(self) -> Statements:
        holder = self.name("b")
        made = self.declare(owner=True)
        field = "text" if made.kind == TEXT else "block"
        made.name = f"{holder}.{field}"
        made.holder = f"&{holder}" if made.kind == TEXT else ""
        if self.rng.random() < 0.5:
            return [Line(f"{holder} := box{{{field}: {maker(self.rng, made.kind, self.features)}}}")]
        pointer = self.rng.choice(["", "&"])
        made.holder = holder if made.holder and pointer else made.holder
        return [
            Line(f"{holder} := {pointer}box{{}}"),
            Line(f"{made.name} = {maker(self.rng, made.kind, self.features)}"),
        ]

    def _make_maybe(self) -> Statements:
        first = self.declare_nil()
        made = self.scopes[-1].variables[-1]
        body = (Line(f"{made.name} = {maker(self.rng, made.kind, self.features)}"),)
        return [first, Block(((f"if {self.condition()} {{", body),)), *self.plan(made)]

    def _make_fallible(self) -> Statements:
        made = Variable(self.name("p"), TEXT, owner=True)
        first = Line(f"{made.name} := {fallible_maker(self.rng)}", fallible=True)
        failed = Block(((f"if {made.name} == nil {{", tuple(self.leave_function())),))
        self.scopes[-1].variables.append(made)
        return [first, failed, *self.plan(made)]

    def _make_with_error(self) -> Statements:
        made, error = Variable(self.name("p"), TEXT, owner=True), self.name("err")
        first = Line(f"{made.name}, {error} := tryText({self.flip()})")
        failed = Block(((f"if {error} != nil {{", tuple(self.leave_function())),))
        self.scopes[-1].variables.append(made)
        return [first, failed, *self.plan(made)]

    def plan(self, made: Variable) -> Statements:
        """Decide who gives the memory back: a deferred call, a literal, a guarded statement, or whoever leaves."""
        if self.may_defer() and self.rng.random() < 0.25:
            return self._plan_defer(made)
        if self.has("cleanup", 0.12):
            made.cleanup, made.owner = self.name("done"), True
            inner = tuple(self._literal(made))
            literal = Block(((f"{made.cleanup} := func() {{", inner),))
            if self.may_defer() and self.rng.random() < 0.5:
                made.owner = False
                return [literal, Line(f"defer {made.cleanup}()")]
            return [literal]
        if self.has("flag", 0.12):
            made.guard = self.name("gone")
            return [Line(f"{made.guard} := false"), *self._plan_guarded(made)]
        return []

    def _literal(self, made: Variable) -> Statements:
        """The statements of a function literal that gives a variable's memory back."""
        self.scopes.append(Scope("closure"))
        inner = self.dispose(Variable(made.name, made.kind, guard=made.guard, may_be_nil=made.may_be_nil), 1)
        self.scopes.pop()
        return inner

    def _plan_defer(self, made: Variable) -> Statements:
        if self.has("named", 0.5) and "err error" in self.results and self.function() == 0:
            made.on_error = True
            body = tuple(self._literal(made))
            return self.deferred_closure([Block((("if err != nil {", body),))])
        made.owner = False
        if self.has("closure", 0.4):
            return self.deferred_closure(self._literal(made))
        made.by_value = True
        return self._deferred(made, 0)

    def _plan_guarded(self, made: Variable) -> Statements:
        if not self.may_defer() or "closure" not in self.features or self.rng.random() < 0.5:
            return []
        made.owner = False
        return self.deferred_closure(self._literal(made))
