"""Calls of C functions: who makes, frees, keeps and copies C memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from tree_sitter import Node

from golint_mem.semantics.c import library
from golint_mem.semantics.c.effects import REALLOC
from golint_mem.semantics.c.knowledge import CEffect
from golint_mem.semantics.inference import call_arguments
from golint_mem.semantics.ownership.conditions import Conditions
from golint_mem.semantics.ownership.habits import RESULT, comes_too_late
from golint_mem.semantics.ownership.lapse import Kind
from golint_mem.semantics.ownership.state import (
    FREED,
    KEPT,
    MOVED,
    NIL,
    NOTHING,
    OWNED,
    RENEWS,
    Path,
    Resource,
    State,
    Token,
    Value,
    as_made,
    is_given,
    is_resource,
    root_of,
)
from golint_mem.semantics.ownership.values import ELEMENTS
from golint_mem.syntax.go import text

_PLAIN = frozenset({"free", "g_free"})
_BYTES = frozenset("char uchar schar void gchar".split())
_NO_POINTERS = frozenset({"expression_statement", "binary_expression", "unary_expression", "go_statement"})
_COMPARISONS = "(binary_expression) @found"
_CALLS = "(call_expression) @found"
_ASSIGNMENTS = "[(assignment_statement) (short_var_declaration)] @found"


class CCalls(Conditions):
    """Evaluation of `C.name(...)`."""

    _released: dict[str, tuple[str, Node]] | None = None

    def subject_of(self, node: Node) -> str:
        """The variable or expression that a call's result is assigned to."""
        raise NotImplementedError

    def c_call(self, name: str, node: Node, values: list[Value], state: State) -> Value:
        """Do to the state what a C call does, and answer its result."""
        if name in library.COPIES:
            return self._copy(node, values, state)
        if self.around.c.is_conversion(name) and len(values) == 1:
            return values[0] if name not in library.NUMBERS else NOTHING
        effect = self.around.c.effect(name)
        nodes = call_arguments(node)
        if name in library.INTO_BUFFER and not self._is_nil(values, library.INTO_BUFFER[name]):
            return values[library.INTO_BUFFER[name]] if library.INTO_BUFFER[name] < len(values) else NOTHING
        if name in REALLOC and values:
            return self._realloc(name, node, values, state)
        released = self._released_by(name, effect, values, state)
        moving = (not effect.known or bool(effect.passes)) and any(self._moves(one) for one in nodes)
        keeps = () if name in library.KEEPS and self.function.path.endswith("_windows.go") else effect.keeps
        for index, value in enumerate(values):
            if index in released:
                self._release_argument(name, index, value, node, state)
            elif index in keeps or moving:
                self._keep(name, index, values, effect, node, state)
            else:
                self._lend(name, index, value, effect, node, state)
        for index, path in effect.frees:
            if path and index < len(values):
                self._free_fields(self.tokens_at(values[index], _parts(path), state), name, node, state)
        for index, path in effect.keeps_fields:
            if index < len(values):
                self.escape(self.tokens_at(values[index], _parts(path), state), state)
        outer, self.acquired = self.acquired, []
        filled = self._fill_outs(name, effect, node, nodes, values, state)
        result: Value = frozenset().union(*(values[index] for index in effect.returns if index < len(values)))
        for index, path in effect.returns_fields:
            if index < len(values):
                result |= self.tokens_at(values[index], _parts(path), state)
        outs = [kind for value in values for kind in self._types_behind(value)]
        habitual = (name, RESULT) in self.around.c.habits
        answers = not effect.guessed or (self._is_pointer(node, habitual) and not any(outs))
        renewed = self._renewed(node, nodes, values, state) if effect.fresh else NOTHING
        if renewed:
            result |= renewed
        elif effect.fresh and (effect.fills or not filled) and answers:
            result |= {self._make(name, effect.fresh, node, state)}
        for argument, value in zip(nodes, values, strict=False):
            variable = self._telling_variable(argument, value, state) if self.acquired else ""
            if variable:
                state.results_of[variable] = frozenset(self.acquired)
        self.acquired = outer + self.acquired
        return result

    def _renewed(self, node: Node, nodes: list[Node], values: list[Value], state: State) -> Value:
        """What `list = C.list_append(list, x)` still holds: the callee answers the new place of what it was given."""
        subject = self.subject_of(node)
        same = [value for one, value in zip(nodes, values, strict=False) if subject and text(_inner(one)) == subject]
        return frozenset(token for value in same for token in value if state.status.get(token) == OWNED)

    def _types_behind(self, value: Value) -> Iterator[bool]:
        """For each variable whose address a value is: whether it is a pointer, which the callee may fill."""
        for token in value:
            path = root_of(token) if token[0] == "a" else ()
            if len(path) == 1 and isinstance(path[0], str):
                yield self.scopes.type_text(path[0]).startswith(("*", "unsafe.Pointer"))

    def _telling_variable(self, argument: Node, value: Value, state: State) -> str:
        """The variable that tells afterwards whether there is anything: `&err`, `&count`, or a buffer for a message."""
        operand = argument.child_by_field_name("operand") if is_address(argument) else argument
        if operand == argument and argument.type == "selector_expression":
            holder = argument.child_by_field_name("operand")
            tells = holder is not None and holder.type == "identifier" and library.tells(text(holder))
            return (self.scopes.resolve(holder) or "") if tells and holder is not None else ""
        if operand is None or operand.type != "identifier":
            return ""
        kind = self.scopes.type_text(self.scopes.resolve(operand) or "")
        number = kind.startswith("C.") and self.around.c.is_number(kind[2:])
        if operand != argument and number and library.is_code(text(operand)):
            return self.scopes.resolve(operand) or ""
        buffer = operand == argument and any(self._is_buffer(token, state) for token in value)
        counted = operand != argument and library.counts(text(operand))
        if not buffer and not counted and not library.speaks_of_failure(text(operand)):
            return ""
        return self.scopes.resolve(operand) or ""

    def _is_buffer(self, token: Token, state: State) -> bool:
        made = self.resource(token)
        return made is not None and state.status.get(token) == OWNED and made.source in ("malloc", "calloc")

    def _moves(self, argument: Node) -> bool:
        """Whether an argument tells the callee to free the others: a flag, or a destructor, maybe in a variable."""
        if library.moves(text(argument)):
            return True
        variable = self.scopes.resolve(argument) if argument.type == "identifier" else None
        return variable is not None and variable in self._destructors

    @cached_property
    def _destructors(self) -> frozenset[str]:
        """The variables that the function gives a destructor to hand on."""
        found = set()
        for node in self.inside(self.function.node, _ASSIGNMENTS):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and left.named_child_count == 1 and library.moves(text(right)):
                found.add(self.scopes.resolve(left.named_children[0]))
        return frozenset(name for name in found if name is not None)

    def _released_by(self, name: str, effect: CEffect, values: list[Value], state: State) -> set[int]:
        """Which arguments a call releases; a guess from the name takes the one that is owned, `f(context, object)`."""
        released = {index for index, path in effect.frees if not path}
        if not effect.known and not library.releases_text(name):
            released = {index for index in released if not self._is_text(values[index : index + 1])}
        owned = {index for index, value in enumerate(values) if any(self._is_object(one, state) for one in value)}
        return released if effect.known or 0 in owned or not released else owned or released

    def _is_text(self, values: list[Value]) -> bool:
        """Whether an argument is a C string: the name of a thing, and not the thing."""
        tokens = [token for value in values for token in value if token != NIL]
        return bool(tokens) and all(map(self._is_string, tokens))

    def _is_string(self, token: Token) -> bool:
        made = self.resource(token)
        if made is not None:
            return made.source in library.STRINGS
        if not is_given(token) or not isinstance(token[1], int):
            return False
        if len(token) == 2:
            return self.function.parameter_types[token[1]] == "*C.char"
        return self.around.is_text_field(str(token[-1]))

    def _is_object(self, token: Token, state: State) -> bool:
        """Whether a token is an owned resource that may have a destructor of its own, unlike a C string."""
        made = self.resource(token)
        return made is not None and state.status.get(token) == OWNED and made.source not in library.STRINGS

    @staticmethod
    def _is_nil(values: list[Value], index: int) -> bool:
        return index < len(values) and values[index] == {NIL}

    def _realloc(self, name: str, node: Node, values: list[Value], state: State) -> Value:
        """The old block is freed and a new one made; or nothing of it, if the program looks whether it failed."""
        self.use(values[0], node, state)
        subject = self.subject_of(node)
        if self._is_checked(subject) and subject != text(_inner(call_arguments(node)[0])) and self.choose(2):
            return frozenset({NIL})
        for token in values[0]:
            if state.status.get(token) == OWNED or (is_given(token) and token not in state.status):
                self.settle(token, freed=True)
                self.may_free.add(token)
                state.status[token] = FREED if is_resource(token) else MOVED
        made = self._make(name, self.around.c.effect(name).fresh, node, state)
        if _answers_errno(node):
            state.env[(made, RENEWS)] = values[0]
        return frozenset({made})

    def _is_checked(self, subject: str) -> bool:
        """Whether the function compares a variable with nil."""
        pattern = rf"(?<![\w.]){re.escape(subject)}\s*[=!]=\s*nil\b"
        return subject != "" and re.search(pattern, text(self.function.node)) is not None

    def _is_pointer(self, node: Node, habitual: bool) -> bool:
        """Whether the way a call's result is used speaks for a pointer, and not for a number or nothing."""
        if node.parent is None or node.parent.type in _NO_POINTERS:
            return False
        if any(is_address(argument) and "**" in text(argument) for argument in call_arguments(node)):
            return False
        if self._is_counted(node):
            return False
        subject = self.subject_of(node)
        if not subject:
            return True
        for one in self.inside(self.function.node, _COMPARISONS):
            sides = [one.child_by_field_name(side) for side in ("left", "right")]
            texts = [re.sub(r"^\w[\w.]*\((.*)\)$", r"\1", text(side)) for side in sides]
            if subject in texts:
                return "nil" in texts
        return habitual or self._is_held(subject)

    def _is_counted(self, node: Node) -> bool:
        """Whether a call's result is turned into a number, or goes to Go code that looks at it."""
        outer = node.parent.parent if node.parent is not None and node.parent.type == "argument_list" else None
        callee = text(outer.child_by_field_name("function")) if outer is not None else ""
        name = callee.removeprefix("C.")
        return name in library.NUMBERS or (callee.isidentifier() and not self.around.is_type(callee))

    def _is_held(self, subject: str) -> bool:
        """Whether what a variable holds is kept, returned, looked into or released like a pointer."""
        name = rf"(?<![\w.]){re.escape(subject)}"
        kept = rf"(?:[:=,]|return\b)\s*(?:\([^()]*\)\(|unsafe\.Pointer\()*{name}\b(?!\()"
        source = text(self.function.node)
        return re.search(rf"{kept}|{name}\.", source) is not None or subject in self.released_here()

    def _make(
        self, name: str, release: str, node: Node, state: State, tail: Path = (), subject: str = ""
    ) -> tuple[object, ...]:
        resource = Resource(node, f"C.{name}", f"C.{release}", subject or self.subject_of(node))
        return self.acquire(node, resource, state, tail)

    def _copy(self, node: Node, values: list[Value], state: State) -> Value:
        for value in values[:1]:
            self.use(value, node, state)
            for token in value:
                if is_resource(token):
                    self.records.copied.setdefault(as_made(token), node)
        return NOTHING

    def _release_argument(self, name: str, index: int, value: Value, node: Node, state: State) -> None:
        for token in value:
            self._check_partner(name, token, node, state)
        if name not in _PLAIN:
            inner = state.reachable(value) - set(value)
            self.escape(frozenset(token for token in inner if token[0] != "a"), state)
        statement = node.parent is not None and node.parent.type in ("expression_statement", "defer_statement")
        known = self.around.c.effect(name).known
        alone = len(call_arguments(node)) == 1 or any(is_resource(token) for token in value)
        sure = statement and (known or (library.for_good(name) and alone))
        self.release(value, node, state, f"C.{name}", sure)
        if any(token[0] == "a" and not self._holds(token, state) for token in value) and name in _PLAIN:
            self._check_go_memory(name, value, node, state)

    @staticmethod
    def _holds(token: tuple[object, ...], state: State) -> bool:
        return any(True for _ in state.below(root_of(token)))

    def _check_go_memory(self, name: str, value: Value, node: Node, state: State) -> None:
        """Go memory must not be given to C's free; a slice's own backing array is one."""
        for token in value:
            path = root_of(token) if token[0] == "a" else ()
            made_here = path and isinstance(path[0], tuple) and path[0][0] == "o"
            kind = self.scopes.type_text(path[0]) if len(path) == 1 and isinstance(path[0], str) else ""
            if made_here or (kind and not kind.startswith("[]")):
                token = ("r", node.start_byte, "go")
                argument = _inner(call_arguments(node)[0])
                self.records.resources[token] = Resource(argument, "", "", text(argument).lstrip("&"))
                self.record(Kind.WRONG_PARTNER, token, node, state, culprit=f"C.{name}")

    def _check_partner(self, name: str, token: tuple[object, ...], node: Node, state: State) -> None:
        made = self.resource(token)
        if made is None or state.status.get(token) != OWNED:
            return
        maker, right = made.maker.removeprefix("C."), made.release.removeprefix("C.")
        wrong = (right in _PLAIN and name in library.OWN_HEAP) or (
            name in _PLAIN and right not in _PLAIN and self._is_pair(maker, right)
        )
        if wrong or self._is_for_others(name, maker, right):
            self.record(Kind.WRONG_PARTNER, token, node, state, culprit=f"C.{name}")

    def _is_for_others(self, name: str, maker: str, right: str) -> bool:
        """Whether a defined destructor frees fields that what the maker makes does not have."""
        c = self.around.c
        if not c.frees_fields(name) or name == right:
            return False
        return maker in library.STRINGS or (c.frees_fields(right) and not c.pairs.same_object(name, right))

    def _is_pair(self, maker: str, release: str) -> bool:
        """Whether the two belong together for certain: by the table, or by their names and definitions."""
        if maker in library.FRESH or maker in self.around.c.allocators:
            return True
        return self.around.c.pairs.release_of_maker(maker) == release and not self.around.c.frees_plainly(release)

    def _free_fields(self, value: Value, name: str, node: Node, state: State) -> None:
        """The callee frees what fields hold, or may do so."""
        for token in value:
            if state.status.get(token) == OWNED or (is_given(token) and token not in state.status):
                self._check_deferral(token, node, state)
                self.settle(token, freed=True)
                self.may_free.add(token)
                state.status[token] = MOVED
                state.note(node, f"C.{name} frees it")

    def _keep(self, name: str, index: int, values: list[Value], effect: CEffect, node: Node, state: State) -> None:
        """The callee owns the argument from here on, or goes on using it."""
        value = values[index]
        self.use(value, node, state)
        alone = not any(other for position, other in enumerate(values) if position != index)
        copied = text(call_arguments(node)[index]).startswith("*")
        if effect.known and alone and not copied and self._is_go_memory(value, state):
            token = next(iter(value))
            self.record(Kind.GO_POINTER_KEPT, token, node, state, culprit=f"C.{name}")
        for token, keeper in self.keepers.items():
            if keeper == f"C.{name}" and state.status.get(token) == KEPT and token not in value:
                state.status[token] = MOVED
        if effect.known and alone:
            self.keepers.update(dict.fromkeys(value, f"C.{name}"))
        self.escape(value, state, KEPT if effect.known and alone else MOVED)

    def _is_go_memory(self, value: Value, state: State) -> bool:
        for token in value:
            if state.status.get(token) == MOVED:
                return False
            if is_given(token) and len(token) == 2:
                kind = self.function.parameter_types[int(str(token[1]))]
                if not kind.startswith("*") or not self.around.is_go_struct(kind[1:]):
                    return False
                continue
            if token[0] != "a":
                return False
            root = root_of(token)[0]
            if isinstance(root, str) and "C." in self.scopes.type_text(root):
                return False
            if isinstance(root, tuple) and root[0] != "o":
                return False
        return bool(value)

    def _lend(self, name: str, index: int, value: Value, effect: CEffect, node: Node, state: State) -> None:
        """The callee uses the argument while it runs."""
        self.use(value, node, state)
        if (not effect.known or index in effect.passes) and name not in library.LOOKS:
            self.records.lent |= {as_made(token) for token in state.reachable(value) if is_resource(token)}
        places = [root_of(token) for token in value if token[0] == "a"]
        places += [root_of(one) for path in places for one in state.env.get(path, NOTHING) if one[0] == "a"]
        for path, inner in [pair for place in places for pair in state.below(place)]:
            if path[-1] == "@":
                value |= inner
            elif path[-1] != ELEMENTS and len(path) > 1 and library.may_hold(name):
                self.records.exposed |= {as_made(token) for token in inner if is_resource(token)}
        if library.may_hold(name) and len(call_arguments(node)) > 1:
            held = {as_made(token) for token in value if is_resource(token)}
            self.shared |= held
            self.collected |= held if library.collects(name) else set()
        for token in value:
            made = self.resource(token)
            if made is None or (effect.known and index not in effect.passes) or made.source in library.STRINGS:
                continue
            if index == 0 and self.around.c.pairs.sets_up(name, made.source):
                continue
            if effect.fresh or effect.fills or self.around.c.pairs.makes(name):
                self.records.passed_on.add(as_made(token))
            elif library.may_hold(name) or (index > 0 and not library.only_reads(name)):
                self.records.exposed.add(as_made(token))
        self.escape(frozenset(token for token in value if token[0] == "f"), state)

    def _fill_outs(
        self, name: str, effect: CEffect, node: Node, nodes: list[Node], values: list[Value], state: State
    ) -> bool:
        """Store what the callee hands out through pointer parameters; False where it hands out nothing."""
        outs = dict(effect.fills)
        filled = False
        for index, value in enumerate(values):
            if index >= len(nodes):
                break
            release = outs.get(index, "")
            if not effect.known and not effect.frees:
                within = index > 0 and library.looks_up(name)
                release = release or self._release_of_out(nodes[index], value, name, within, state)
            targets = [token for token in value if token[0] == "a"]
            if release and targets:
                filled = True
                for target in targets:
                    self._fill_one(name, release, index, root_of(target), nodes[index], node, state, not effect.known)
            elif targets and not effect.frees and is_address(nodes[index]):
                self._unknown_out(targets, state)
        for index, path in effect.fills_fields:
            for token in values[index] if index < len(values) else ():
                made = self._make(name, "free", node, state, ("field", path), text(nodes[index]))
                root, below = root_of(token), _parts(path)
                self.add((*root, *below[root[-1:] == below[:1] :]), frozenset({made}), state)
        return filled

    def _fill_one(
        self, name: str, release: str, index: int, root: Path, argument: Node, node: Node, state: State, guessed: bool
    ) -> None:
        by_value = self._is_struct(root)
        copied = [root_of(token) for token in state.env.get(root, NOTHING) if token[0] == "a"]
        if by_value and copied:
            root = copied[0]
        path = (*root, "@") if by_value else root
        held = state.env.get(path, NOTHING)
        owned = [token for token in held if state.status.get(token) == OWNED]
        if guessed and owned:
            self.acquired += owned
            return
        if by_value and (any(state.status.get(token) == OWNED for token in held) or self._is_input(root, state)):
            return
        subject = text(argument).lstrip("&").removeprefix("unsafe.Pointer(&").strip()
        token = self._make(name, release, node, state, ("out", index), subject)
        if ELEMENTS in path:
            self.add(path, frozenset({token}), state)
        else:
            self.write(path, frozenset({token}), state, node)

    def _is_struct(self, root: Path) -> bool:
        kind = self.scopes.type_text(root[0]) if isinstance(root[0], str) and len(root) == 1 else ""
        return kind.startswith("C.") and not self._is_pointer_typedef(kind[2:])

    @staticmethod
    def _is_input(root: Path, state: State) -> bool:
        """Whether a struct was filled by Go already, so that C only reads it."""
        return any(len(path) > len(root) and path[-1] != "@" for path, _ in state.below(root))

    def _is_pointer_typedef(self, kind: str) -> bool:
        return bool(re.search(r"(?:Ptr|_p|_ptr|Handle|_handle|HANDLE)$", kind))

    @staticmethod
    def _unknown_out(targets: list[tuple[object, ...]], state: State) -> None:
        """A pointer variable whose address goes to C holds something unknown afterwards, unless it owned something."""
        for target in targets:
            root = root_of(target)
            if state.env.get(root) == frozenset({NIL}):
                del state.env[root]

    def _release_of_out(self, argument: Node, value: Value, name: str, within: bool, state: State) -> str:
        """What releases that which an unknown callee may store where an argument points to.

        `within` says that it looks for it in what it is given first, which mostly stays the owner.
        """
        if not is_address(argument) or library.releases(name) or library.lends(name):
            return ""
        for token in value:
            root = root_of(token) if token[0] == "a" else ()
            if len(root) != 1 or not isinstance(root[0], str):
                continue
            if any(state.status.get(held) == OWNED for held in state.env.get(root, NOTHING)):
                return ""
            return self._release_for(root[0], name, within, argument)
        return ""

    def _release_for(self, variable: str, maker: str, within: bool, argument: Node) -> str:
        kind = self.scopes.type_text(variable)
        released, call = self.released_here().get(variable, ("", argument))
        if comes_too_late(call, argument) and (within or library.iterates(maker)):
            released = ""
        if kind.startswith("*C.") and kind.count("*") == 1:
            inner = kind[3:]
            pairs = self.around.c.pairs
            by_type = pairs.release_of_type(inner) if inner not in _BYTES and pairs.belongs_to(inner, maker) else ""
            return released or ("" if within else by_type)
        if kind.startswith("C.") and not self.around.c.is_number(kind[2:]) and variable not in self._handed_in:
            release = self.around.c.pairs.release_of_type(kind[2:])
            by_value = release and self.around.releases_value(release) and (released or not library.gets(maker))
            return release if by_value and not re.search(r"_init_?(?:opt|struct)|options?_init", maker) else ""
        return released if kind.startswith("**C.") or kind == "unsafe.Pointer" else ""

    @cached_property
    def _handed_in(self) -> frozenset[str]:
        """The variables that are parameters: C structs in them come from the caller, filled."""
        return frozenset(name.split("#")[0] for name in self.function.parameters)

    def released_here(self) -> dict[str, tuple[str, Node]]:
        """The variables that the function itself hands to a release function, that function's name and the call."""
        if self._released is None:
            self._released = {}
            for call in self.inside(self.function.node, _CALLS):
                name = text(call.child_by_field_name("function"))
                arguments = call_arguments(call)
                if name.startswith("C.") and arguments and self.around.c.effect(name[2:]).frees:
                    for variable in self.scopes.mentioned(arguments[0]):
                        self._released.setdefault(variable, (name[2:], call))
        return self._released


def _parts(path: str) -> Path:
    """The steps of a C field path: `items[].name` has three."""
    return tuple(part for part in re.findall(r"\[\]|\w+", path))


def _inner(argument: Node) -> Node:
    """An argument without the conversions around it."""
    while argument.type in ("call_expression", "parenthesized_expression", "type_conversion_expression"):
        inner = call_arguments(argument) or argument.named_children
        if not inner:
            return argument
        argument = inner[-1]
    return argument


def _answers_errno(node: Node) -> bool:
    """Whether a C call is assigned to two names: its result, and the error that `errno` stands for."""
    statement = node.parent.parent if node.parent is not None and node.parent.type == "expression_list" else None
    left = statement.child_by_field_name("left") if statement is not None else None
    return left is not None and left.named_child_count == 2


def is_address(argument: Node) -> bool:
    """Whether an argument is `&x`, conversions aside."""
    argument = _inner(argument)
    return argument.type == "unary_expression" and text(argument).startswith("&")
