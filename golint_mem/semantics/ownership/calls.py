"""Calls: what Go's built-in functions, C functions, functions of the module and function literals do to ownership."""

from __future__ import annotations

from tree_sitter import Node

from golint_mem.semantics.choices import Dead
from golint_mem.semantics.ownership.c_calls import CCalls
from golint_mem.semantics.ownership.c_outs import is_address
from golint_mem.semantics.ownership.lapse import Kind
from golint_mem.semantics.ownership.state import (
    FREED,
    HELD,
    MOVED,
    NIL,
    NOTHING,
    OWNED,
    Path,
    Resource,
    State,
    Token,
    Value,
    is_cleanup,
    is_given,
    is_resource,
    root_of,
)
from golint_mem.semantics.ownership.summary import Fresh, Summary
from golint_mem.semantics.ownership.values import ELEMENTS
from golint_mem.syntax.go import text

_BUILTINS = frozenset(
    "append cap clear close complex copy delete imag len make max min new panic print println real recover".split()
)
_TYPES = frozenset(
    "bool byte complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16"
    " uint32 uint64 uintptr any".split()
)
_KEEPING_PACKAGES = frozenset(
    {"sync", "sync/atomic", "container/list", "container/heap", "container/ring", "context", "runtime/cgo"}
)
_RELEASING_METHODS = ("close", "free", "destroy", "release", "dispose", "delete", "cleanup", "unref")


class Calls(CCalls):
    """Evaluation of calls."""

    def call(self, node: Node, state: State) -> Value:
        """The value of a call, whose arguments are evaluated first."""
        callee = node.child_by_field_name("function")
        arguments = node.child_by_field_name("arguments")
        if callee is None or arguments is None:
            return NOTHING
        nodes = [child for child in arguments.named_children if child.type != "comment"]
        name = text(callee)
        if callee.type == "identifier" and name in _BUILTINS and self.scopes.resolve(callee) is None:
            return self._builtin(name, node, nodes, state)
        values = self.arguments_of(node, state)
        return self.apply(node, self.callee_value(node, state), values, state)

    def arguments_of(self, node: Node, state: State) -> list[Value]:
        """The values of a call's arguments, the receiver of a method first."""
        callee, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        values = []
        if callee is not None and callee.type == "selector_expression" and not self.package_of(callee):
            operand = callee.child_by_field_name("operand")
            value = self.eval(operand, state)
            if not value and operand is not None:
                value = frozenset(("a", path) for path in self.paths(operand, state))
            values.append(value)
        nodes = arguments.named_children if arguments is not None else []
        return values + [self._argument(child, state) for child in nodes if child.type != "comment"]

    def _argument(self, node: Node, state: State) -> Value:
        """The value of an argument; whoever gets a method value, `x.Close`, may reach `x`."""
        value = self.eval(node, state)
        if value or node.type != "selector_expression" or self.package_of(node):
            return value
        operand = node.child_by_field_name("operand")
        if operand is None or not self.around.is_method(text(node.child_by_field_name("field"))):
            return value
        return self.eval(operand, state) or frozenset(("a", path) for path in self.paths(operand, state))

    def callee_value(self, node: Node, state: State) -> Value:
        """What the called expression may be, where it is a variable, a field or a literal."""
        callee = node.child_by_field_name("function")
        while callee is not None and callee.type == "parenthesized_expression" and callee.named_children:
            callee = callee.named_children[0]
        if callee is None or callee.type not in ("identifier", "func_literal", "selector_expression"):
            return NOTHING
        operand = callee.child_by_field_name("operand")
        if operand is not None and operand.type == "call_expression":
            return NOTHING  # evaluated already, as the receiver
        return self.eval(callee, state)

    def apply(self, node: Node, callee_value: Value, values: list[Value], state: State) -> Value:
        """Call with arguments that are known already."""
        callee = node.child_by_field_name("function")
        literals = [token for token in callee_value if token[0] == "f"]
        if literals:
            if callee is not None and callee.type == "selector_expression":
                values = values[1:]
            return self.first(node, self._call_literals(literals, values, state))
        if callee is None:
            return NOTHING
        cleanups = frozenset(filter(is_cleanup, callee_value))
        if cleanups:
            return self._clean_up(cleanups, node, state)
        self.escape(frozenset(filter(is_given, callee_value)), state)
        if callee.type == "identifier":
            return self._named(callee, node, values, state)
        if callee.type == "selector_expression":
            return self._selected(callee, node, values, state)
        if callee.type in ("parenthesized_expression", "pointer_type", "array_type", "slice_type", "qualified_type"):
            return values[0] if len(values) == 1 else NOTHING
        if callee.type in ("index_expression", "type_instantiation_expression"):
            return self._generic(callee, node, values, state)
        return self._unknown(values, state)

    def _call_literals(self, literals: list[Token], values: list[Value], state: State) -> list[Value]:
        """Call one of several function literals; those that a container holds are all called, each of them once."""
        containers = [path for path, value in state.env.items() if ELEMENTS in path and value & set(literals)]
        if not containers:
            return self.inline(literals[self.choose(len(literals))], values, state)
        results: list[Value] = []
        for token in sorted(literals, key=repr):
            results = self.inline(token, values, state)
            for path in containers:
                state.env[path] = state.env.get(path, NOTHING) - {token}
        return results

    def _clean_up(self, cleanups: Value, node: Node, state: State) -> Value:
        """Call functions that release what the calls made that answered them."""
        several = any(self.summarised(one, state) for one in cleanups)
        for token in self.tokens_at(cleanups, (HELD,), state):
            made = self.resource(token)
            if made is not None and state.status.get(token) in ((OWNED,) if several else (OWNED, FREED)):
                self.release(frozenset({token}), node, state, made.release)
        return NOTHING

    def first(self, node: Node, results: list[Value]) -> Value:
        """The first of several results; all are remembered for an assignment to several names."""
        self.results[node.start_byte] = results
        return results[0] if results else NOTHING

    def inline(self, token: Token, values: list[Value], state: State) -> list[Value]:
        """Run the body of a function literal here."""
        raise NotImplementedError

    def _unknown(self, values: list[Value], state: State) -> Value:
        for value in values:
            self.escape(value, state)
        return NOTHING

    def _generic(self, callee: Node, node: Node, values: list[Value], state: State) -> Value:
        operand = callee.child_by_field_name("operand") or next(iter(callee.named_children), None)
        if operand is not None and operand.type == "identifier":
            return self._named(operand, node, values, state)
        return self._unknown(values, state)

    def _named(self, callee: Node, node: Node, values: list[Value], state: State) -> Value:
        name = text(callee)
        if self.scopes.resolve(callee) is not None:
            return self._unknown(values, state)
        if name in _TYPES or self.around.is_type(name):
            return values[0] if values else NOTHING
        if name in _BUILTINS:
            return NOTHING
        summary = self.around.summary(name)
        if summary is None:
            return self._unknown(values, state)
        return self.apply_summary(name, summary, node, values, state)

    def _selected(self, callee: Node, node: Node, values: list[Value], state: State) -> Value:
        name, package = text(callee.child_by_field_name("field")), self.package_of(callee)
        if package == "C":
            return self.c_call(name, node, values, state)
        if package == "unsafe" and name == "StringData" and not any(is_resource(token) for token in values[0]):
            return frozenset({("a", self.new_object(node, state))})
        if package in ("unsafe", "reflect"):
            return values[0] if values and name not in ("Sizeof", "Offsetof", "Alignof", "TypeOf") else NOTHING
        if package == "runtime":
            return self._runtime(name, values, state)
        if package:
            return self._imported(name, package, node, values, state)
        return self._method(callee, name, node, values, state)

    def _runtime(self, name: str, values: list[Value], state: State) -> Value:
        return NOTHING if name == "KeepAlive" else self._unknown(values, state)

    def _imported(self, name: str, package: str, node: Node, values: list[Value], state: State) -> Value:
        summary = self.around.summary(name, package=package)
        if summary is not None:
            return self.apply_summary(name, summary, node, values, state)
        if "." in package.split("/")[0] or package in _KEEPING_PACKAGES:
            return self._unknown(values, state)
        for value in values:
            self.use(value, node, state)
            self.escape(frozenset(token for token in value if token[0] == "f"), state)
        return NOTHING

    def _method(self, callee: Node, name: str, node: Node, values: list[Value], state: State) -> Value:
        operand = callee.child_by_field_name("operand")
        variable = self.scopes.resolve(operand) if operand is not None and operand.type == "identifier" else None
        summary = self.around.summary(name, self.scopes.type_text(variable) if variable else "")
        if summary is not None:
            return self.apply_summary(name, summary, node, values, state)
        if name.lower().startswith(_RELEASING_METHODS):
            self.escape(values[0], state)
        return self._unknown(values[1:], state)

    def apply_summary(self, name: str, summary: Summary, node: Node, values: list[Value], state: State) -> Value:
        """Do to the state what a summary says, and answer the first result."""
        values = self._packed(summary, node, values, state)
        for index, path in sorted(summary.frees, key=repr):
            if index < len(values):
                sure = (index, path) in summary.always
                value, below = self._behind(index, path, node, values, state)
                self._free_below(name, value, below, sure, (index, path) not in summary.renews, node, state)
        for index, path in summary.keeps:
            if index < len(values):
                value, path = self._behind(index, path, node, values, state)
                self.escape(self.tokens_at(value, path, state), state)
        for index, value in enumerate(values):
            if (index, ()) not in summary.frees and index in summary.touches:
                self.use(value, node, state)
                self.vouch(value, state)
        for fresh in {(one.index, one.path): one for one in sorted(summary.fills, key=repr)}.values():
            if fresh.index < len(values):
                self._fill(name, fresh, summary, values, node, state)
        return self.first(node, self._results(name, summary, node, values, state))

    def _packed(self, summary: Summary, node: Node, values: list[Value], state: State) -> list[Value]:
        """The values as the callee's parameters get them: the last ones as one slice, for a variadic callee."""
        first, listed = summary.variadic, node.child_by_field_name("arguments")
        spread = listed is not None and any(child.type == "variadic_argument" for child in listed.children)
        if first is None or spread or not any(values[first:]):
            return values
        root = self.new_object(node, state)
        state.env[(*root, ELEMENTS)] = frozenset().union(*values[first:])
        return [*values[:first], frozenset({("a", root)})]

    def _behind(self, index: int, path: Path, node: Node, values: list[Value], state: State) -> tuple[Value, Path]:
        """Where a summary's path starts in a caller: `*p` of an argument `&x` is the variable x itself."""
        if not self._is_variables_address(index, path, node, values):
            return values[index], path
        return frozenset().union(*(self.read(root_of(token), state) for token in values[index])), path[1:]

    def _is_variables_address(self, index: int, path: Path, node: Node, values: list[Value]) -> bool:
        if path[:1] != (ELEMENTS,) or any(token[0] != "a" for token in values[index]):
            return False
        arguments = node.child_by_field_name("arguments")
        nodes = [one for one in arguments.named_children if one.type != "comment"] if arguments is not None else []
        position = index - (len(values) - len(nodes))
        roots = [root_of(token)[0] for token in values[index]]
        arrays = any(isinstance(root, str) and self.scopes.type_text(root).startswith("[") for root in roots)
        return 0 <= position < len(nodes) and is_address(nodes[position]) and not arrays

    def _free_below(
        self, name: str, value: Value, path: Path, sure: bool, stays: bool, node: Node, state: State
    ) -> None:
        """The callee frees what stands below an argument: `sure` on every path, and it `stays` there all the same."""
        found = self.tokens_at(value, path, state)
        if sure and not path:
            self.release(found, node, state, name)
            return
        for token in found:
            status = state.status.get(token)
            if sure and status == FREED and is_resource(token) and not self.summarised(token, state):
                self.record(Kind.FREED_TWICE, token, node, state)
            elif status == OWNED or (is_given(token) and status is None):
                self._check_deferral(token, node, state)
                self.settle(token, freed=True)
                state.status[token] = FREED if sure and stays else MOVED
                self.may_free.add(token)
                state.note(node, f"{name} frees it")

    def _fill(self, name: str, fresh: Fresh, summary: Summary, values: list[Value], node: Node, state: State) -> None:
        """The callee stores fresh memory below a parameter."""
        tail = ("fill", fresh.index, *fresh.path)
        variable = self._is_variables_address(fresh.index, fresh.path, node, values)
        path = fresh.path[1:] if variable else fresh.path
        for target in values[fresh.index]:
            if target[0] not in ("a", "p", "r"):
                continue
            resource = Resource(node, name, fresh.release, self.subject_of(node), fresh.origin)
            token = self.acquire(node, resource, state, tail)
            if fresh.index not in summary.filled:
                state.status[token] = MOVED
                self.settle(token)
            if variable and not path:
                self.write(root_of(target), frozenset({token}), state, node)
            else:
                self.add((*root_of(target), *path), frozenset({token}), state)

    def _results(self, name: str, summary: Summary, node: Node, values: list[Value], state: State) -> list[Value]:
        indices = [one.index for one in summary.results] + [index for index, _ in (*summary.aliases, *summary.cleanups)]
        results: list[set[Token]] = [set() for _ in range(1 + max(indices, default=0))]
        for index, parameter in summary.aliases:
            if parameter < len(values):
                results[index] |= values[parameter]
        freed = {place for _, place in summary.cleanups}
        made: dict[tuple[int, Path], Token] = {}
        for fresh in {(one.index, one.path): one for one in sorted(summary.results, key=repr)}.values():
            place = fresh.index, fresh.path
            if fresh.index not in summary.tracked and place not in freed:
                continue
            resource = Resource(node, name, fresh.release, self.subject_of(node), fresh.origin)
            made[place] = self.acquire(node, resource, state, (fresh.index, *fresh.path))
            if fresh.path:
                root = ("o", node.start_byte, fresh.index)
                self.add((root, *fresh.path), frozenset({made[place]}), state)
                results[fresh.index].add(("a", (root,)))
            else:
                results[fresh.index].add(made[place])
        for index in {index for index, _ in summary.cleanups}:
            held = frozenset(made[place] for one, place in summary.cleanups if one == index and place in made)
            results[index] = {self._cleanup(("c", node.start_byte, index), held, state)}
        return [frozenset(found) for found in results]

    @staticmethod
    def _cleanup(token: Token, held: Value, state: State) -> Token:
        """A function value that releases resources; the one of the last loop round is told apart from it."""
        if (token, HELD) in state.env:
            state.age(token)
        state.env[(token, HELD)] = held
        return token

    def _builtin(self, name: str, node: Node, nodes: list[Node], state: State) -> Value:
        if name in ("make", "new"):
            for child in nodes[1:]:
                self.eval(child, state)
            return frozenset({("a", self.new_object(node, state))})
        values = [self.copied(child, self.eval(child, state), state) for child in nodes]
        if name == "append" and values:
            return self._append(node, values, state)
        if name == "copy" and len(values) == 2:
            for path in self._element_paths(values[0]):
                self.add(path, self.tokens_at(values[1], (ELEMENTS,), state), state)
        if name == "panic" and (node.parent is None or node.parent.type != "expression_statement"):
            raise Dead
        return NOTHING

    def _append(self, node: Node, values: list[Value], state: State) -> Value:
        objects = frozenset(token for token in values[0] if token[0] in ("a", "r", "p"))
        if not objects:
            objects = frozenset({("a", self.new_object(node, state))})
        spread = "..." in [child.type for child in (node.child_by_field_name("arguments") or node).children]
        for value in values[1:]:
            stored = self.tokens_at(value, (ELEMENTS,), state) if spread else value
            for path in self._element_paths(objects):
                self.add(path, stored - {NIL}, state)
        return objects

    @staticmethod
    def _element_paths(value: Value) -> list[tuple[object, ...]]:
        paths = []
        for token in value:
            if token[0] in ("a", "r", "p"):
                root = token[1] if token[0] == "a" else (token,)
                assert isinstance(root, tuple)
                paths.append(root if root[-1] == ELEMENTS else (*root, ELEMENTS))
        return paths

    def subject_of(self, node: Node) -> str:
        """The variable or expression that a call's result is assigned to; empty where it is used in place."""
        parent = node.parent
        while parent is not None and parent.type in (
            "parenthesized_expression",
            "argument_list",
            "call_expression",
            "type_conversion_expression",
            "expression_list",
        ):
            if parent.type == "call_expression" and not self._passes_through(parent):
                return ""
            parent = parent.parent
        if parent is None:
            return ""
        left = parent.child_by_field_name("left") or parent.child_by_field_name("name")
        if parent.type not in ("short_var_declaration", "assignment_statement", "var_spec") or left is None:
            return ""
        names = left.named_children if left.type == "expression_list" else [left]
        right = parent.child_by_field_name("right")
        index = 0
        if right is not None and right.named_child_count == len(names):
            index = next(
                (i for i, one in enumerate(right.named_children) if one.start_byte <= node.start_byte < one.end_byte), 0
            )
        return text(names[index]) if index < len(names) else ""

    def _passes_through(self, call: Node) -> bool:
        """Whether a call is a conversion."""
        callee = call.child_by_field_name("function")
        name = text(callee)
        if name in ("unsafe.Pointer", "uintptr", "unsafe.Slice") or (
            callee is not None and callee.type == "parenthesized_expression"
        ):
            return True
        return (name.startswith("C.") and self.around.c.is_conversion(name[2:])) or self.around.is_type(name)
