"""Runs the instructions of one C function over sets of possible values, and reads off its summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from golint_mem.semantics.c import library
from golint_mem.semantics.c.effects import KNOWN, REALLOC, CSummary, is_pointer, takes_ownership
from golint_mem.semantics.c.lower import Code, Instruction
from golint_mem.syntax.c import CFunction

Value = tuple[str, int, str]
"""What a value may be: ("param", index, path),
("fresh", site, path), ("global", 0, name) or ("local", number, path)."""
Values = frozenset[Value]
_NONE: Values = frozenset()
_MOST_VALUES = 24
_MOST_PARTS = 4


def join(path: str, part: str) -> str:
    """A field path taken one part further; a leading & is an address and is undone by a dereference."""
    if path.startswith("&"):
        return path[1:] if part == "[]" else join(path[1:], part)
    if not path or part.startswith("["):
        return path + part if not path.endswith(part) or not path else path
    if path == part or path.endswith("." + part) or path.count(".") + path.count("[]") >= _MOST_PARTS:
        return path
    return f"{path}.{part}"


def extend(value: Value, path: str) -> Value:
    """A value taken along a whole path."""
    if value[0] == "global" or not path:
        return value
    parts = path.replace("[]", ".[]").strip(".").split(".")
    end = value[2]
    for part in parts:
        end = join(end, part)
    return (value[0], value[1], end)


@dataclass(slots=True)
class Machine:
    """The state while one function is run: variables, what fields hold, and the effects seen so far."""

    function: CFunction
    others: Mapping[str, CSummary]
    variables: dict[str, Values] = field(default_factory=dict)
    saved: list[dict[str, Values]] = field(default_factory=list)
    heap: dict[Value, Values] = field(default_factory=dict)
    slots: dict[int, Values] = field(default_factory=dict)
    locals: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    statics: set[str] = field(default_factory=set)
    frees: set[tuple[int, str]] = field(default_factory=set)
    guessed: set[tuple[int, str]] = field(default_factory=set)
    resized: set[tuple[int, str]] = field(default_factory=set)
    links: set[tuple[int, int]] = field(default_factory=set)
    stores: set[int] = field(default_factory=set)
    stores_fields: set[tuple[int, str]] = field(default_factory=set)
    passes: set[int] = field(default_factory=set)
    returned: set[Value] = field(default_factory=set)
    fills: set[tuple[int, str]] = field(default_factory=set)
    filled: dict[int, set[int]] = field(default_factory=dict)
    releases: dict[int, str] = field(default_factory=dict)
    escaped: set[int] = field(default_factory=set)

    def run(self, code: Code) -> CSummary:
        """Run all instructions once, in source order."""
        for index, name in enumerate(self.function.parameters):
            self.local(name)
            self.variables[name] = frozenset({("param", index, "")})
        for step in code.steps:
            if step.kind in ("static", "declare"):
                self.local(step.name)
        for step in code.steps:
            _STEPS[step.kind](self, step)
        return self.summary()

    def local(self, name: str) -> int:
        """The number of a local variable, given when it is first declared."""
        number = self.locals.setdefault(name, len(self.locals) + 1)
        self.names[number] = name
        return number

    def read(self, slot: int) -> Values:
        return self.slots.get(slot, _NONE)

    def write(self, step: Instruction, values: Values) -> None:
        self.slots[step.slot] = values if len(values) <= _MOST_VALUES else frozenset(sorted(values)[:_MOST_VALUES])

    def var(self, step: Instruction) -> None:
        if step.name in self.locals and step.name not in self.statics:
            own: Value = ("local", self.locals[step.name], "")
            self.write(step, self.variables.get(step.name, _NONE) | {own})
        else:
            self.write(step, frozenset({("global", 0, step.name)}))

    def address_of(self, step: Instruction) -> None:
        self.var(step)
        self.address(Instruction("address", step.slot, (step.slot,)))

    def address(self, step: Instruction) -> None:
        values = self.read(step.reads[0])
        self.write(step, frozenset(one if one[2][:1] == "&" else (one[0], one[1], "&" + one[2]) for one in values))

    def follow(self, values: Values, path: str) -> Values:
        """What stands at a path below some values."""
        found: set[Value] = set()
        for one in values:
            end = extend(one, path)
            if end[0] == "local" and not end[2]:
                found |= self.variables.get(self.names[end[1]], _NONE)
            found |= {end} | self.heap.get(end, _NONE)
        return frozenset(found)

    def member(self, step: Instruction) -> None:
        self.write(step, self.follow(self.read(step.reads[0]), step.name))

    def join(self, step: Instruction) -> None:
        self.write(step, frozenset().union(*(self.read(one) for one in step.reads)))

    def set(self, step: Instruction) -> None:
        values = self.real(self.read(step.reads[0]))
        if step.name in self.locals and step.name not in self.statics:
            self.variables[step.name] = values
        else:
            self.keep(values)

    def static(self, step: Instruction) -> None:
        self.statics.add(step.name)
        self.keep(self.variables.get(step.name, _NONE))

    def put(self, step: Instruction) -> None:
        values = self.real(self.read(step.reads[1]))
        for base in self.read(step.reads[0]):
            self.write_to(extend(base, step.name), values)

    def real(self, values: Values) -> Values:
        return frozenset(one for one in values if one[0] != "local" or one[2])

    def write_to(self, target: Value, values: Values) -> None:
        """Put values at a place, with all that follows for their owners."""
        kind, index, path = target
        if kind == "global":
            self.keep(values)
        elif kind == "local" and not path:
            self.variables[self.names[index]] = self.variables.get(self.names[index], _NONE) | values
        else:
            self.heap[target] = frozenset(sorted(self.heap.get(target, _NONE) | values)[:_MOST_VALUES])
            self.link(target, values)

    def link(self, target: Value, values: Values) -> None:
        kind, index, path = target
        if kind == "param":
            fresh = {one[1] for one in values if one[0] == "fresh" and not one[2]}
            others = frozenset(one for one in values if one[:2] != (kind, index))
            linked = {one for one in others if one[0] == "param" and aliases(one[2])}
            self.links |= {(one[1], index) for one in linked if is_pointer(self.function.types[one[1]])}
            self.keep(others - linked)
            if fresh and path:
                self.fills.add((index, path))
                for site in fresh:
                    self.filled.setdefault(site, set()).add(index)
        elif kind == "fresh":
            self.keep(frozenset(one for one in values if one[0] == "param"))

    def keep(self, values: Values) -> None:
        """Values that outlive the call."""
        for kind, index, path in values:
            if kind == "param" and aliases(path) and is_pointer(self.function.types[index]):
                self.stores.add(index)
            elif kind == "param" and path[:1] != "&":
                self.stores_fields.add((index, path))
            elif kind == "fresh" and not path:
                self.escaped.add(index)

    def free(self, values: Values, path: str = "", resized: bool = False) -> None:
        for one in self.follow(values, path):
            if one[0] == "param" and one[2][:1] != "&":
                (self.resized if resized else self.frees).add((one[1], one[2]))

    def call(self, step: Instruction) -> None:
        arguments = [self.read(one) for one in step.reads]
        callee = self.others.get(step.name) or KNOWN.get(step.name)
        self.destructors(step, arguments)
        through = step.name in library.LOOKS
        unseen = () if through else range(len(arguments)) if callee is None else callee.passes
        for index in unseen:
            if index < len(arguments):
                self.passes |= {one[1] for one in arguments[index] if one[0] == "param" and aliases(one[2])}
        if callee is None:
            if takes_ownership(step.name) or library.is_storing_macro(step.name):
                self.keep(frozenset().union(*arguments))
            elif arguments and self.gives_back(step.name):
                before = set(self.frees)
                self.free(frozenset(one for one in arguments[0] if not self.is_name(one, step.name)))
                self.guessed |= set() if library.for_good(step.name) else self.frees - before
            if library.enters(step.name):
                self.escaped |= {one[1] for values in arguments[1:] for one in values if one[0] == "fresh"}
            return
        for index, path in callee.frees:
            if index < len(arguments):
                self.free(arguments[index], path, step.name in REALLOC)
        for index in callee.stores:
            if index < len(arguments):
                self.keep(self.real(arguments[index]))
        for index, path in callee.stores_fields:
            if index < len(arguments):
                self.keep(self.real(self.follow(arguments[index], path)))
        for index, holder in callee.links:
            if index < len(arguments) and holder < len(arguments):
                for base in arguments[holder]:
                    self.write_to(extend(base, "*"), self.real(arguments[index]))
        self.fill(step, callee, arguments)
        self.result(step, callee, arguments)

    def gives_back(self, name: str) -> bool:
        """Whether an unknown callee releases its first argument, by its own name or that of the function around it."""
        around = library.releases(self.function.name) and not library.only_reads(name)
        return library.releases(name) or around

    def is_name(self, value: Value, callee: str) -> bool:
        """Whether a value is a `const char *` parameter, the name of what an unknown callee releases."""
        kind = self.function.types[value[1]] if value[0] == "param" and not value[2] else ""
        return kind in ("const char *", "char const *") and not library.releases_text(callee)

    def fill(self, step: Instruction, callee: CSummary, arguments: list[Values]) -> None:
        fresh: Values = frozenset({("fresh", -step.slot, "")})
        for index, path in sorted(callee.fills_fields | {(one, "[]") for one in callee.fills}):
            if index < len(arguments):
                self.releases[-step.slot] = callee.release or "free"
                for base in arguments[index]:
                    self.write_to(extend(base, path), fresh)

    def result(self, step: Instruction, callee: CSummary, arguments: list[Values]) -> None:
        found: set[Value] = set()
        for index in callee.returns:
            if index < len(arguments):
                found |= self.real(arguments[index])
        if callee.returns_fresh:
            self.releases[step.slot] = callee.release
            found.add(("fresh", step.slot, ""))
        self.write(step, frozenset(found))

    def destructors(self, step: Instruction, arguments: list[Values]) -> None:
        """A freeing function given along with a pointer takes the pointer over."""
        for place, name in enumerate(step.callbacks):
            callee = self.others.get(name) or KNOWN.get(name)
            if name in self.locals or callee is None or (0, "") not in callee.frees:
                continue
            for index in [*range(place - 1, -1, -1), *range(place + 1, len(arguments))]:
                if any(self.pointer(one) for one in arguments[index]):
                    self.free(arguments[index], "[]" if all(one[2] == "&" for one in arguments[index]) else "")
                    break

    def pointer(self, value: Value) -> bool:
        return value[0] == "fresh" or (value[0] == "param" and is_pointer(self.function.types[value[1]]))

    def back(self, step: Instruction) -> None:
        self.returned |= self.real(self.read(step.reads[0]))

    def enter(self, step: Instruction) -> None:
        self.saved.append(dict(self.variables))

    def exit(self, step: Instruction) -> None:
        for name, values in self.saved.pop().items():
            self.variables[name] = self.variables.get(name, _NONE) | values

    def summary(self) -> CSummary:
        """What the effects seen amount to."""
        function = self.function
        shared = {index for indexes in self.filled.values() if len(indexes) > 1 for index in indexes}
        self.fills = {one for one in self.fills if one[0] not in shared}
        pointer = is_pointer(function.returns)
        fresh = {one[1] for one in self.returned if one[0] == "fresh" and not one[2]} - self.escaped
        returned = {one[1] for one in self.returned if one[0] == "param" and aliases(one[2])}
        fields = {one[1:] for one in self.returned if one[0] == "param" and not aliases(one[2])}
        releases = {self.releases[one] for one in fresh} or {self.releases[one] for one in self.releases if self.fills}
        return CSummary(
            name=function.name,
            defined=True,
            frees=frozenset(self.frees | (self.resized - self.fills)),
            guessed=bool(self.guessed) and self.guessed >= self.frees,
            stores=frozenset(self.stores),
            passes=frozenset(self.passes),
            stores_fields=frozenset(self.stores_fields - self.frees),
            links=frozenset(self.links),
            returns=frozenset(one for one in returned if is_pointer(function.types[one])) if pointer else frozenset(),
            returns_fields=frozenset(fields) if pointer else frozenset(),
            returns_fresh=bool(fresh) and pointer,
            release=releases.pop() if len(releases) == 1 else "",
            fills=frozenset(index for index, path in self.fills if path == "[]"),
            fills_fields=frozenset(one for one in self.fills if one[1] != "[]"),
            returns_type=function.returns,
            param_types=function.types,
            truth=function.answers_truth(),
        )


def aliases(path: str) -> bool:
    """Whether a value at this path is the parameter itself or points into it."""
    return not path or (path[0] == "&" and len(path) > 1)


_STEPS = {
    "var": Machine.var,
    "address_of": Machine.address_of,
    "address": Machine.address,
    "field": Machine.member,
    "join": Machine.join,
    "set": Machine.set,
    "declare": Machine.set,
    "static": Machine.static,
    "put": Machine.put,
    "call": Machine.call,
    "return": Machine.back,
    "enter": Machine.enter,
    "exit": Machine.exit,
}
