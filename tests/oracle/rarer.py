"""Rarer ways of making memory: out parameters, realloc, slices, several results, `if p := ...`, no variable at all."""

from __future__ import annotations

from .dispose import Scope, Statements
from .grammar import RAW, SLICE, TEXT, Variable, maker, move, release
from .makes import Maker
from .program import Block, Body, Line


class Rarer(Maker):
    """Generates what is rare in real code, too."""

    def rare(self) -> Statements:
        """Statements of one of the rarer kinds; none if their feature is not wanted."""
        ways = {
            "inline": self._inline,
            "out": self._out,
            "handback": self._with_cleanup,
            "init": self._init,
            "parallel": self._parallel,
            "realloc": self._realloc,
            "shadow": self._shadow,
            "slice": self._slice,
        }
        feature = self.rng.choice(sorted(ways))
        return ways[feature]() if feature in self.features else []

    def body(self, kind: str) -> Statements:
        """The statements of a new scope."""
        raise NotImplementedError

    def _make(self, kind: str) -> str:
        return maker(self.rng, kind, self.features)

    def _inline(self) -> Statements:
        """Memory that never has a name."""
        made = self._make(TEXT)
        if self.rng.random() < self.slip:
            return [Line(self.rng.choice([f"look({made})", f"_ = C.GoString({made})", f"C.c_look({made})"]))]
        return [Line(self.rng.choice([release, move])(self.rng, made, TEXT, self.features))]

    def _out(self) -> Statements:
        made = Variable(self.name("p"), TEXT, owner=True)
        self.scopes[-1].variables.append(made)
        fill = self.rng.choice(["C.c_fill", "fill"])
        return [Line(f"var {made.name} {TEXT}"), Line(f"{fill}(&{made.name})"), *self.plan(made)]

    def _with_cleanup(self) -> Statements:
        made = Variable(self.name("p"), TEXT, owner=True, cleanup=self.name("done"))
        first = Line(f"{made.name}, {made.cleanup} := withCleanup()")
        self.scopes[-1].variables.append(made)
        if self.may_defer() and self.rng.random() < 0.5:
            made.owner = False
            return [first, Line(f"defer {made.cleanup}()")]
        return [first]

    def _init(self) -> Statements:
        """`if p := make(); condition { ... } else { ... }`."""
        self.scopes.append(Scope("block"))
        made = self.declare(owner=True)
        header = f"if {made.name} := {self._make(made.kind)}; {self.condition()} {{"
        made.owner = False
        arms = tuple((first, self._arm_of_init(made)) for first in (header, "} else {"))
        self.scopes.pop()
        return [Block(arms)]

    def _arm_of_init(self, made: Variable) -> Body:
        self.scopes.append(Scope("block", variables=[Variable(made.name, made.kind, owner=True)]))
        inner = [self.look(made), *self.body("block")]
        inner += self.leave(len(self.scopes) - 1)
        self.scopes.pop()
        return tuple(inner)

    def _parallel(self) -> Statements:
        """Two assignments at once: two new variables, or two that change places."""
        known = [one for one in self.visible() if one.owner and not (one.guard or one.cleanup or one.on_error)]
        pairs = [(one, two) for one in known for two in known if one is not two and one.kind == two.kind]
        if pairs and self.rng.random() < 0.6:
            one, two = self.rng.choice(pairs)
            return [Line(f"{one.name}, {two.name} = {two.name}, {one.name}")]
        one, two = self.declare(owner=True), self.declare(owner=True)
        return [Line(f"{one.name}, {two.name} := {self._make(one.kind)}, {self._make(two.kind)}")]

    def _realloc(self) -> Statements:
        known = [one for one in self.scopes[-1].variables if one.owner and one.kind in (TEXT, RAW)]
        known = [one for one in known if not (one.guard or one.cleanup or one.on_error or "." in one.name)]
        if not known:
            return []
        old, made = self.rng.choice(known), Variable(self.name("p"), RAW, owner=True)
        can_fail = {"fail", "return"} <= self.features and self.rng.random() < 0.6
        first = Line(f"{made.name} := C.realloc({self.converted(old, RAW)}, 32)", fallible=can_fail)
        failed = [Block(((f"if {made.name} == nil {{", tuple(self.leave_function())),))] if can_fail else []
        old.owner, old.dead = False, True
        self.scopes[-1].variables.append(made)
        return [first, *failed]

    def _shadow(self) -> Statements:
        """A block with a variable of a name that there is already."""
        known = [one for one in self.visible() if "." not in one.name]
        if not known:
            return []
        outer = self.rng.choice(known)
        made = Variable(outer.name, self.rng.choice([TEXT, RAW]))
        self.scopes.append(Scope("block"))
        inner = [Line(f"{made.name} := {self._make(made.kind)}"), self.look(made), *self.dispose(made)]
        self.scopes.pop()
        return [self.look(outer), Block((("{", tuple(inner)),))]

    def _slice(self) -> Statements:
        """A slice that is filled with memory, and owns it."""
        made = Variable(self.name("s"), SLICE, owner=True)
        site = self.name("")
        declared = self.rng.choice(["var {0} []*C.char", "{0} := []*C.char{{}}", "{0} := make([]*C.char, 0, 4)"])
        add: Statements = [Line(f"{made.name} = append({made.name}, {self._make(TEXT)})")]
        filled = [Block(((f"for more({site}) {{", tuple(add)),))] if self.rng.random() < 0.7 else add * 2
        first: Statements = [Line(declared.format(made.name))]
        if self.may_defer() and "closure" in self.features and self.rng.random() < 0.3:
            return [*first, *self.deferred_closure(self.dispose(made)), *filled]
        self.scopes[-1].variables.append(made)
        return [*first, *filled]
