"""Random routines: careful code with slips, so that many are right and many are nearly so."""

from __future__ import annotations

import re
from random import Random

from .dispose import Scope, Statements, texts
from .grammar import FEATURES, Variable, maker
from .program import Block, Body, Line, Routine
from .rarer import Rarer

_JUMP = re.compile(r"(?:return|break|continue|goto|panic)\b|fallthrough$")
_DECLARED = re.compile(r"^(?:var (\w+) |(\w+)(?:, (\w+))? := )")
_SLIPS = (0.0, 0.1, 0.2, 0.4)


def generate(seed: int, features: frozenset[str] = frozenset(FEATURES)) -> Routine:
    """The routine of a seed; the same for the same seed and features."""
    rng = Random(f"{seed} {sorted(features)}")
    return Generator(rng, features).routine(seed)


class Generator(Rarer):
    """Generates one routine."""

    def __init__(self, rng: Random, features: frozenset[str]) -> None:
        super().__init__(rng, features, rng.choice(_SLIPS))
        self.budget = rng.randint(3, 9)

    def routine(self, seed: int) -> Routine:
        """The whole routine."""
        self.flags = [f"in{index}" for index in range(self.rng.randint(0, 2))] if "flag" in self.features else []
        parameters = tuple(self.flags)
        self.recovers = self.has("panic", 0.15)
        statements = self._with_goto() if self.has("goto", 0.15) else self.body("function")
        if self.recovers:
            statements.insert(0, Line("defer func() { _ = recover() }()"))
        body = self._use_all(tuple(statements))
        return Routine(f"f{seed}", parameters, self.results, body, seed, self.features)

    def _with_goto(self) -> Statements:
        """`var p; { ... goto done ... }; done: free(p)`."""
        self.scopes.append(Scope("function"))
        made: Statements = [self.declare_nil() for _ in range(self.rng.randint(1, 2))]
        self.goto = True
        inner = self.body("block")
        self.goto = False
        made.append(Block((("{", tuple(inner)),)))
        if any("goto done" in one for one in texts(inner)):
            made.append(Line("done:"))
        return [*made, *self.leave_function(), *self._pop()]

    def _pop(self) -> Statements:
        self.scopes.pop()
        return []

    # Scopes.

    def body(self, kind: str, label: str = "", first: Statements | None = None) -> Statements:
        """The statements of a new scope, which takes care of what it owns at its end."""
        self.scopes.append(Scope(kind, label))
        made = list(first or [])
        for _ in range(self.rng.randint(1, 4)):
            if _jumps(made):
                break
            made += self._statement()
        if not _jumps(made):
            made += self.leave_function() if kind == "function" else self.leave(len(self.scopes) - 1)
        self.scopes.pop()
        return made

    # Statements.

    def _statement(self) -> Statements:
        self.budget -= 1
        if self.budget < 0:
            return [self.look(one) for one in self._some_alive()]
        makers = [self.make] * 5 + [self.rare] * 3
        changes = [self._look, self._alias, self._reassign, self._early, self._flag, self._wild]
        blocks = [self._if] * 4 + [self._switch, self._loop, self._loop, self._closure]
        deep = len(self.scopes) > 4
        ways = makers + changes + ([] if deep else blocks)
        made: Statements = []
        for _ in range(4):
            made = made or self.rng.choice(ways)()
        return made

    def _some_alive(self) -> list[Variable]:
        alive = [one for one in self.visible() if not one.dead]
        return self.rng.sample(alive, min(1, len(alive)))

    def _look(self) -> Statements:
        return [self.look(one) for one in self._some_alive()]

    def _alias(self) -> Statements:
        """Another name for the same memory; it may become the owner."""
        known = self._some_alive()
        if "alias" not in self.features or not known:
            return []
        made = self.declare()
        first = Line(f"{made.name} := {self.converted(known[0], made.kind)}")
        if known[0].owner and known[0] in self.scopes[-1].variables and not known[0].guard and not known[0].cleanup:
            made.owner, known[0].owner = True, False
            made.may_be_nil, made.on_error = known[0].may_be_nil, known[0].on_error
        return [first]

    def _reassign(self) -> Statements:
        """Give a variable new memory, after giving back the old."""
        known = [one for one in self.visible() if one.owner and not one.guard and not one.on_error]
        if "reassign" not in self.features or not known:
            return []
        one = self.rng.choice(known)
        if self.rng.random() < 0.3:
            old = Variable(self.name("p"), one.kind)
            fresh = Line(f"{one.name} = {maker(self.rng, one.kind, self.features)}")
            return [Line(f"{old.name} := {one.name}"), fresh, *self.dispose(old)]
        return [*self.dispose(one), Line(f"{one.name} = {maker(self.rng, one.kind, self.features)}")]

    def _early(self) -> Statements:
        """Give memory back before the end of its scope."""
        known = [one for one in self.visible() if one.owner and not one.on_error and not one.guard]
        if not known:
            return []
        one = self.rng.choice(known)
        if one in self.scopes[-1].variables and self.rng.random() < 0.5:
            one.owner, one.dead = False, True
            return self.dispose(one)
        if one.cleanup or "nil" not in self.features:
            return []
        one.may_be_nil = True
        return [*self.dispose(one), Line(f"{one.name} = nil")]

    def _flag(self) -> Statements:
        """Give guarded memory back and say so; or remember a bit for later conditions."""
        known = [one for one in self.visible() if one.guard]
        if known and self.rng.random() < 0.8:
            one = self.rng.choice(known)
            body = (*self.dispose(one), Line(f"{one.guard} = true"))
            return [Block(((f"if {self.condition()} {{", body),))]
        if "flag" not in self.features or len(self.scopes) > 1:
            return []
        self.flags.append(self.name("ok"))
        return [Line(f"{self.flags[-1]} := {self.flip()}")]

    def _wild(self) -> Statements:
        """Use or free any variable: mostly wrong."""
        if self.rng.random() > self.slip or not self.visible():
            return []
        one = self.rng.choice(self.visible())
        return self.rng.choice([self._plain(one, 0), [self.look(one)]])

    # Compound statements.

    def _if(self) -> Statements:
        if "branch" not in self.features:
            return []
        condition = self.condition()
        if self.rng.random() < 0.4:
            body = self._body_that_jumps()
            return [Block(((f"if {condition} {{", tuple(body)),))] if body else []
        arms = [(f"if {condition} {{", tuple(self.body("block")))]
        if self.rng.random() < 0.25:
            arms.append((f"}} else if {self.condition()} {{", tuple(self.body("block"))))
        if self.rng.random() < 0.6:
            arms.append(("} else {", tuple(self.body("block"))))
        return [Block(tuple(arms))]

    def _body_that_jumps(self) -> Statements:
        self.scopes.append(Scope("block"))
        made = [*self._look(), *self.jump()]
        self.scopes.pop()
        return made

    def _switch(self) -> Statements:
        if "switch" not in self.features:
            return []
        count = self.rng.choice([2, 3])
        opening = f"switch pick({self.name('')}, {count}) {{"
        cases = [f"case {number}:" for number in range(count)]
        if self.rng.random() < 0.5:
            opening = "switch {"
            decide = self.condition if "caseflag" in self.features else self.flip
            cases = [f"case {decide()}:" for _ in range(count)]
        if self.rng.random() < 0.5:
            cases[-1] = "default:"
        bodies = [self.body("switch") for _ in cases]
        for body in bodies[:-1]:
            if not _jumps(body) and self.rng.random() < 0.1:
                body.append(Line("fallthrough"))
        return [Block(tuple((case, tuple(body)) for case, body in zip(cases, bodies, strict=True)), opening=opening)]

    def _loop(self) -> Statements:
        if "loop" not in self.features:
            return []
        site, label = self.name(""), self.name("L") if self.has("label", 0.5) else ""
        counter = f"i{site}"
        headers = [f"for more({site}) {{", f"for range pick({site}, 3) {{", "for {"]
        headers.append(f"for {counter}, n{site} := 0, pick({site}, 3); {counter} < n{site}; {counter}++ {{")
        header = self.rng.choice(headers)
        leave: Statements = [Block(((f"if !more({site}) {{", (Line("break"),)),))] if header == "for {" else []
        body = tuple(self.body("loop", label, leave))
        used = label and any(one.endswith(f" {label}") for one in texts(body))
        return [*([Line(f"{label}:")] if used else []), Block(((header, body),))]

    def _closure(self) -> Statements:
        if "closure" not in self.features or self.innermost(("closure",)) >= 0:
            return []
        return [Block((("func() {", tuple(self.body("closure"))),), closing="}()")]

    # Go wants every variable to be used.

    def _use_all(self, body: Body) -> Body:
        found = texts(body)
        names = {name for one in found for name in _declared(one)}
        unused = {name for name in names if not any(_reads(one, name) for one in found)}
        return self._use_in(body, unused)

    def _use_in(self, body: Body, unused: set[str]) -> Body:
        made: Statements = []
        for one in body:
            if isinstance(one, Block):
                arms = tuple((header, self._use_in(inner, unused)) for header, inner in one.arms)
                made.append(Block(arms, one.closing, one.opening))
                made += [Line(f"_ = {name}") for header, _ in one.arms for name in _declared(header) if name in unused]
                continue
            made.append(one)
            for name in unused & set(_declared(one.text)):
                made.append(Line(f"look((*C.char)({name}))" if name.startswith("p") else f"_ = {name}"))
        return tuple(made)


def _jumps(body: Statements) -> bool:
    """Whether statements end by leaving."""
    return bool(body) and isinstance(body[-1], Line) and _JUMP.match(body[-1].text) is not None


def _declared(line: str) -> list[str]:
    found = _DECLARED.match(line)
    return [name for name in found.groups() if name] if found else []


def _reads(line: str, name: str) -> bool:
    """Whether a line does more with a name than to declare it or assign to it."""
    rest = re.sub(rf"^(?:var {name} .*|(?:\w+, )?{name}(?:, \w+)? :?= )", "", line)
    return re.search(rf"\b{name}\b", rest) is not None
