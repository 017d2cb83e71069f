"""Giving memory back, in one of many ways; and now and then, on purpose, not."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from .grammar import RAW, SLICE, TEXT, Variable, look, move, release
from .program import Block, Body, Line

Statements = list[Line | Block]


@dataclass
class Scope:
    """A scope while it is being generated. `kind` is `function`, `closure`, `loop`, `switch` or `block`."""

    kind: str
    label: str = ""
    variables: list[Variable] = field(default_factory=list)


class Disposer:
    """What all generated code needs: names, input bits, the open scopes, and ways to give memory back.

    `slip` is the probability that a release is forgotten, or written once too often.
    """

    def __init__(self, rng: Random, features: frozenset[str], slip: float) -> None:
        self.rng = rng
        self.features = features
        self.slip = slip
        self.scopes: list[Scope] = []
        self.flags: list[str] = []
        self._count = 0

    def name(self, prefix: str) -> str:
        """A name that the routine does not have yet."""
        self._count += 1
        return f"{prefix}{self._count}"

    def has(self, feature: str, probability: float = 1.0) -> bool:
        """Whether a feature is wanted at all, and now."""
        return feature in self.features and self.rng.random() < probability

    def flip(self) -> str:
        """A condition that reads a bit of its own."""
        return f"flip({self.name('')})"

    def condition(self) -> str:
        """A condition that the input decides."""
        if self.has("flag", 0.4):
            one = self.rng.choice(["", "!"]) + self.rng.choice(self.flags) if self.flags else self.flip()
            forms = [one, one, f"{one} && {self.flip()}", f"{one} || {self.flip()}", f"!({one})"]
            return self.rng.choice(forms)
        return self.rng.choice([self.flip()] * 4 + [f"!{self.flip()}", f"{self.flip()} && {self.flip()}"])

    def innermost(self, kinds: tuple[str, ...]) -> int:
        """The position of the innermost open scope of one of some kinds, within the function literal; -1 for none."""
        for position in range(len(self.scopes) - 1, -1, -1):
            if self.scopes[position].kind in kinds:
                return position
            if self.scopes[position].kind == "closure":
                break
        return -1

    def visible(self) -> list[Variable]:
        """The pointer variables in scope."""
        return [one for scope in self.scopes for one in scope.variables if one.kind != SLICE]

    # Giving back.

    def dispose(self, variable: Variable, depth: int = 0) -> Statements:
        """Statements that take care of a variable's memory once, but for slips."""
        if self.rng.random() < self.slip:
            if variable.kind == SLICE and "stale" not in self.features:
                return []
            return [] if self.rng.random() < 0.7 else [*self._once(variable, depth), *self._once(variable, depth)]
        return self._once(variable, depth)

    def _once(self, variable: Variable, depth: int) -> Statements:
        if variable.kind == SLICE:
            return [self._each(variable)]
        if variable.guard:
            inner = self._form(variable, depth + 1)
            return [Block(((f"if !{variable.guard} {{", tuple(inner)),))]
        if variable.cleanup:
            return [Line(f"{variable.cleanup}()")]
        return self._form(variable, depth)

    def _form(self, variable: Variable, depth: int) -> Statements:
        forms = [self._plain] * 6
        if depth < 2:
            forms += [self._in_branches] if "branch" in self.features else []
            forms += [self._in_switch] if "switch" in self.features else []
            forms += [self._checked] * (2 if variable.may_be_nil else 1) if "nil" in self.features else []
            forms += [self._in_closure] if "closure" in self.features else []
            forms += [self._through_alias] if "alias" in self.features else []
        if self.may_defer():
            forms += [self._deferred]
        return self.rng.choice(forms)(variable, depth)

    def may_defer(self) -> bool:
        """Whether a deferred free may stand here."""
        in_loop = self.innermost(("loop",)) >= 0
        return "defer" in self.features and (not in_loop or "lateloop" in self.features)

    def _each(self, variable: Variable) -> Block:
        """A loop that gives back every element of a slice."""
        number = self.name("")
        element = Variable(f"p{number}", TEXT)
        header = f"for _, p{number} := range {variable.name} {{"
        if self.rng.random() < 0.5:
            element = Variable(f"{variable.name}[i{number}]", TEXT)
            form = self.rng.choice(["for {0} := range {1} {{", "for {0} := 0; {0} < len({1}); {0}++ {{"])
            header = form.format(f"i{number}", variable.name)
        return Block(((header, tuple(self._plain(element, 2))),))

    def _plain(self, variable: Variable, depth: int) -> Statements:
        if variable.holder and self.has("method", 0.4):
            plain = variable.name.split(".")[0]
            return [Line(self.rng.choice([f"{plain}.close()", f"dropBox({variable.holder})"]))]
        make = move if self.has("move", 0.2) else release
        return [Line(make(self.rng, variable.name, variable.kind, self.features))]

    def _deferred(self, variable: Variable, depth: int) -> Statements:
        return [Line("defer " + release(self.rng, variable.name, variable.kind, self.features))]

    def _in_branches(self, variable: Variable, depth: int) -> Statements:
        yes, no = (tuple(self.dispose(variable, depth + 1)) for _ in range(2))
        return [Block(((f"if {self.condition()} {{", yes), ("} else {", no)))]

    def _in_switch(self, variable: Variable, depth: int) -> Statements:
        count = self.rng.choice([2, 3])
        cases = [f"case {number}:" for number in range(count - 1)] + ["default:"]
        arms = tuple((case, tuple(self.dispose(variable, depth + 1))) for case in cases)
        return [Block(arms, opening=f"switch pick({self.name('')}, {count}) {{")]

    def _checked(self, variable: Variable, depth: int) -> Statements:
        return [Block(((f"if {variable.name} != nil {{", tuple(self._form(variable, depth + 1))),))]

    def _in_closure(self, variable: Variable, depth: int) -> Statements:
        self.scopes.append(Scope("closure"))
        inner = tuple(self._form(variable, depth + 1))
        self.scopes.pop()
        return [Block((("func() {", inner),), closing="}()")]

    def _through_alias(self, variable: Variable, depth: int) -> Statements:
        alias = Variable(self.name("p"), self.rng.choice([TEXT, RAW]))
        return [Line(f"{alias.name} := {self.converted(variable, alias.kind)}"), *self._form(alias, depth + 1)]

    def converted(self, variable: Variable, kind: str) -> str:
        """A variable as an expression of the wanted type, perhaps by way of a function that returns its argument."""
        if variable.kind == kind == TEXT and self.has("helper", 0.3):
            return f"same({variable.name})"
        if variable.kind == kind == TEXT and self.has("c", 0.3):
            return f"C.c_same({variable.name})"
        if variable.kind == kind:
            return variable.name
        return f"unsafe.Pointer({variable.name})" if kind == RAW else f"(*C.char)({variable.name})"

    def look(self, variable: Variable) -> Line:
        """A statement that reads a variable's memory."""
        return Line(look(self.rng, variable.name, variable.kind, self.features))

    def deferred_closure(self, inner: Statements) -> Statements:
        """A function literal that is deferred, on one line or on several."""
        if len(inner) == 1 and isinstance(inner[0], Line) and self.rng.random() < 0.5:
            return [Line(f"defer func() {{ {inner[0].text} }}()")]
        return [Block((("defer func() {", tuple(inner)),), closing="}()")]


def texts(body: Body | Statements) -> list[str]:
    """All the lines of statements, without their order mattering."""
    found = []
    for one in body:
        if isinstance(one, Line):
            found.append(one.text)
            continue
        found.append(one.opening)
        for header, inner in one.arms:
            found += [header, *texts(inner)]
    return found
