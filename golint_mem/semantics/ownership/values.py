"""Expressions: which tokens a value may be, which paths an assignment means, and what is stored there."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from golint_mem.semantics.ownership.lapse import Kind
from golint_mem.semantics.ownership.machine import Machine
from golint_mem.semantics.ownership.state import (
    LOST,
    MOVED,
    NIL,
    NOTHING,
    Path,
    State,
    Token,
    Value,
    is_given,
    is_resource,
    root_of,
)
from golint_mem.syntax.go import text

DEEPEST = 5
"""How many fields below a parameter are told apart."""
ELEMENTS = "[]"


class Values(Machine):
    """Evaluation of expressions; calls are left to `Calls`."""

    def call(self, node: Node, state: State) -> Value:
        """The value of a call."""
        raise NotImplementedError

    def copied(self, node: Node, value: Value, state: State) -> Value:
        """A value as it is stored elsewhere: of a struct variable that is a copy, which later assignments spare."""
        root = ("a", (self.scopes.resolve(node),)) if node.type == "identifier" else None
        if root is None or value != {root}:
            return value
        copy = self.new_object(node, state)
        for path, held in list(state.below(root_of(root))):
            state.env[(*copy, *path[1:])] = held
        return frozenset({("a", copy)})

    def forget(self, left: Node, state: State) -> None:
        """What is assigned to is not what earlier conditions spoke of."""
        raise NotImplementedError

    def eval(self, node: Node | None, state: State) -> Value:
        """The tokens that an expression may be, and the effects of computing it on the state."""
        if node is None:
            return NOTHING
        handler: Callable[[Node, State], Value] | None = getattr(self, "_eval_" + node.type, None)
        if handler is not None:
            return handler(node, state)
        for child in node.named_children:
            self.eval(child, state)
        return NOTHING

    def _eval_nil(self, node: Node, state: State) -> Value:
        return frozenset({NIL})

    def _eval_identifier(self, node: Node, state: State) -> Value:
        variable = self.scopes.resolve(node)
        return self.read((variable,), state) if variable is not None else NOTHING

    def _eval_parenthesized_expression(self, node: Node, state: State) -> Value:
        return self.eval(node.named_children[0], state) if node.named_children else NOTHING

    def _eval_selector_expression(self, node: Node, state: State) -> Value:
        if self.package_of(node):
            return frozenset({NIL}) if text(node) == "C.NULL" else NOTHING
        return self._read_all(node, state)

    def _eval_index_expression(self, node: Node, state: State) -> Value:
        self.eval(node.child_by_field_name("index"), state)
        return self._read_all(node, state)

    @staticmethod
    def _address(path: Path, first: bool) -> Token:
        """The address of a place; that of the first element of what a pointer points to is the pointer itself."""
        root = path[0]
        if first and len(path) == 2 and isinstance(root, tuple) and root[0] in ("r", "p"):
            return root
        return ("a", path)

    def _read_all(self, node: Node, state: State) -> Value:
        return frozenset().union(*(self.read(path, state) for path in self.paths(node, state)))

    def _eval_slice_expression(self, node: Node, state: State) -> Value:
        operand = node.child_by_field_name("operand")
        while operand is not None and operand.type == "parenthesized_expression" and operand.named_children:
            operand = operand.named_children[0]
        if operand is not None and operand.type == "unary_expression" and text(operand).startswith("*"):
            return self.eval(operand.child_by_field_name("operand"), state)  # `(*array)[:n]` is where `array` points
        value = self.eval(operand, state)
        if not value and operand is not None and operand.type == "identifier":
            return frozenset(("a", path) for path in self.paths(operand, state))
        return value

    def _eval_unary_expression(self, node: Node, state: State) -> Value:
        operator, operand = text(node.child_by_field_name("operator")), node.child_by_field_name("operand")
        if operand is None:
            return NOTHING
        if operator == "*":
            return self._read_all(node, state)
        if operator == "&":
            if operand.type == "composite_literal":
                return self.eval(operand, state)
            self.forget(operand, state)
            first = operand.type == "index_expression" and text(operand.child_by_field_name("index")) == "0"
            return frozenset(self._address(path, first) for path in self.paths(operand, state))
        self.eval(operand, state)
        return NOTHING

    def _eval_binary_expression(self, node: Node, state: State) -> Value:
        left, right = (self.eval(node.child_by_field_name(side), state) for side in ("left", "right"))
        if text(node.child_by_field_name("operator")) not in ("+", "-"):
            return NOTHING
        return frozenset(map(self._element_of, left | right))

    @staticmethod
    def _element_of(token: Token) -> Token:
        """Some element of what a pointer points to: what arithmetic with the pointer gives."""
        if is_given(token):
            return token if token[-1] == ELEMENTS else (*token, ELEMENTS)
        return ("a", (token, ELEMENTS)) if is_resource(token) else token

    def _eval_type_assertion_expression(self, node: Node, state: State) -> Value:
        return self.eval(node.child_by_field_name("operand"), state)

    def _eval_type_conversion_expression(self, node: Node, state: State) -> Value:
        value = self.eval(node.child_by_field_name("operand"), state)
        if text(node.child_by_field_name("type")) in ("[]byte", "[]rune"):
            return frozenset({("a", self.new_object(node, state))})
        return value

    def _eval_func_literal(self, node: Node, state: State) -> Value:
        self.literals[node.start_byte] = node
        return frozenset({("f", node.start_byte)})

    def _eval_call_expression(self, node: Node, state: State) -> Value:
        return self.call(node, state)

    def _eval_composite_literal(self, node: Node, state: State) -> Value:
        root = self.new_object(node, state)
        self._fill_literal(node.child_by_field_name("body"), root, state)
        return frozenset({("a", root)})

    def _eval_literal_value(self, node: Node, state: State) -> Value:
        root = self.new_object(node, state)
        self._fill_literal(node, root, state)
        return frozenset({("a", root)})

    def _eval_literal_element(self, node: Node, state: State) -> Value:
        return self.eval(node.named_children[0], state) if node.named_children else NOTHING

    def _fill_literal(self, body: Node | None, root: Path, state: State) -> None:
        for element in body.named_children if body is not None else ():
            if element.type == "keyed_element" and element.named_child_count == 2:
                key, value = element.named_children
                name = key.named_children[0] if key.named_children else key
                field = text(name) if name.type == "identifier" and self.scopes.resolve(name) is None else ELEMENTS
                if name.type == "identifier" and field == ELEMENTS and self._is_struct_literal(body):
                    field = text(name)
                self.add((*root, field), self.eval(value, state), state)
            elif element.type != "comment":
                self.add((*root, ELEMENTS), self.eval(element, state), state)

    @staticmethod
    def _is_struct_literal(body: Node | None) -> bool:
        kind = body.parent.child_by_field_name("type") if body is not None and body.parent is not None else None
        return kind is not None and kind.type in ("type_identifier", "qualified_type")

    @staticmethod
    def object_at(node: Node) -> Path:
        """The path of the object that a literal, `make` or `new` creates."""
        return (("o", node.start_byte),)

    def new_object(self, node: Node, state: State) -> Path:
        """The path of a new object; what the same syntax made in an earlier loop round is told apart from it."""
        root = self.object_at(node)[0]
        assert isinstance(root, tuple)
        if any(
            path[0] == root or any(one[0] == "a" and root_of(one)[0] == root for one in value)
            for path, value in state.env.items()
        ):
            state.age(root)
        return (root,)

    def package_of(self, selector: Node) -> str:
        """The import path that the left side of a selector names, `C` for cgo; empty where it is no package."""
        key = selector.start_byte, selector.end_byte
        if key not in self._packages:
            operand = selector.child_by_field_name("operand")
            named = operand is not None and operand.type == "identifier" and self.scopes.resolve(operand) is None
            imports = self.around.imports(self.function.path) if named else {}
            self._packages[key] = imports.get(text(operand), "")
        return self._packages[key]

    def paths(self, node: Node, state: State) -> list[Path]:
        """Where the value of an expression is stored; empty where that is not known."""
        if node.type == "identifier":
            variable = self.scopes.resolve(node)
            return [(variable,)] if variable is not None else []
        if node.type == "parenthesized_expression" and node.named_children:
            return self.paths(node.named_children[0], state)
        operand = node.child_by_field_name("operand")
        if operand is None:
            return []
        if node.type == "selector_expression" and not self.package_of(node):
            return self._below(operand, text(node.child_by_field_name("field")), state)
        if node.type == "index_expression":
            return self._below(operand, ELEMENTS, state)
        if node.type == "unary_expression" and text(node.child_by_field_name("operator")) == "*":
            value = self.eval(operand, state)
            if not self._is_variable_of_go(value):
                self.use(value, operand, state)
            return [path for token in value for path in self._pointed(token)]
        return []

    def _is_variable_of_go(self, value: Value) -> bool:
        """Whether a value is a parameter that points to a Go variable with an address in it: `type Surface uintptr`."""
        kinds = [self.function.parameter_types[one[1]] for one in value if is_given(one) and isinstance(one[1], int)]
        given = all(is_given(one) and len(one) == 2 for one in value)
        return given and bool(kinds) and all(one[:1] == "*" and self.around.is_address_type(one[1:]) for one in kinds)

    def _below(self, operand: Node, name: str, state: State) -> list[Path]:
        """The paths of a field or of the elements of what an expression is, or points to."""
        value = self.eval(operand, state)
        self.use(value, operand, state)
        roots = [root_of(token) for token in value if token[0] in ("a", "r", "p")]
        if not roots:
            roots = [path for path in self.paths(operand, state) if self._is_in_place(path, state)]
        return [root if name == ELEMENTS == root[-1] else (*root, name) for root in roots]

    def _is_in_place(self, path: Path, state: State) -> bool:
        """Whether a path is a struct or array of this function's own, and not a pointer to something unknown."""
        if len(path) > 1 or not isinstance(path[0], str) or any(True for _ in state.below(path)):
            return True
        kind = self.scopes.type_text(path[0])
        return kind != "" and not kind.startswith(("*", "unsafe.Pointer", "map["))

    @staticmethod
    def _pointed(token: Token) -> list[Path]:
        if token[0] == "a":
            return [root_of(token)]
        return [(token, ELEMENTS)] if token[0] in ("r", "p") else []

    def read(self, path: Path, state: State) -> Value:
        """What is stored at a path; what the caller stored there is named after the parameter it is reached from."""
        known = state.env.get(path)
        if known is not None:
            return known
        root = path[0]
        if isinstance(root, tuple) and is_given(root) and len(path) > 1:
            if len(root) + len(path) > DEEPEST + 2:
                return NOTHING
            return frozenset({(*root, *path[1:])})
        if any(True for _ in state.below(path)):
            return frozenset({("a", path)})
        if len(path) == 1 or path[-1] == ELEMENTS:
            return NOTHING
        copied = [root_of(token) for token in state.env.get(path[:-1], NOTHING) if token[0] == "a"]
        if copied:
            return frozenset().union(*(state.env.get((*one, path[-1]), NOTHING) for one in copied))
        return self._fields_of_elements(path, state)

    @staticmethod
    def _fields_of_elements(path: Path, state: State) -> Value:
        """A field of what was stored at `*p`, or the elements of a literal that names no fields."""
        elements = state.env.get((*path[:-1], ELEMENTS), NOTHING)
        if not isinstance(path[0], tuple) or path[0][0] not in ("r", "p"):
            return elements
        fields = [state.env.get((*root_of(one), path[-1]), NOTHING) for one in elements if one[0] == "a"]
        return frozenset(one for one in elements if one[0] != "a").union(*fields)

    def add(self, path: Path, value: Value, state: State) -> None:
        """Store at a path beside what is there already."""
        if value:
            state.env[path] = state.env.get(path, NOTHING) | value
            self._into(path, value, state)

    def _into(self, path: Path, value: Value, state: State) -> None:
        """Account for a store into an object that somebody else can see."""
        root = path[0]
        if isinstance(root, tuple) and is_given(root):
            given = {token for token in state.reachable(value) if is_given(token)}
            self.escape(frozenset(given - {(*root, *path[1:])}), state)
        if any(state.status.get(("a", path[:size])) == MOVED for size in range(1, len(path))):
            self.escape(value, state)

    def write(self, path: Path, value: Value, state: State, node: Node, declares: bool = False) -> None:
        """Store at a path, replacing what is there unless the path stands for several places."""
        root = path[0]
        if ELEMENTS in path or (isinstance(root, tuple) and ELEMENTS in root):
            self.add(path, value, state)
            return
        if declares and self.literals and isinstance(path[0], str):
            state.freeze(path[0], self._capturing(path[0]))
        gone = frozenset(token for _, old in state.below(path) for token in old)
        for inner in [inner for inner, _ in state.below(path)]:
            del state.env[inner]
        if value:
            state.env[path] = value
            self._into(path, value, state)
        elif isinstance(root, tuple) and is_given(root):
            state.env[path] = NOTHING
        for token in self.lost(gone - value, state):
            self.overwritten(token, state, node, declares)

    def _capturing(self, name: str) -> frozenset[int]:
        """Where the function literals start that mention a variable."""
        return frozenset(start for start, node in self.literals.items() if name in self.scopes.mentioned(node))

    def overwritten(self, token: Token, state: State, node: Node, declares: bool = False) -> None:
        """The last pointer to a resource is gone: overwritten, or lost with a variable of the last loop round."""
        if declares:
            self.leak(token, node, "the loop comes round without freeing the last one", state)
        else:
            self.record(Kind.OVERWRITTEN, token, node, state)
        state.status[token] = LOST

    def store(self, left: Node, value: Value, state: State, node: Node, declares: bool = False) -> None:
        """Assign to an expression."""
        if text(left) == "_":
            return
        paths = self.paths(left, state)
        if left.type == "index_expression":
            key = self.eval(left.child_by_field_name("index"), state)
            for path in paths:
                self.add(path, key, state)
            value = value if paths else value | key
        if not paths:
            self.escape(value, state)
            return
        for path in paths:
            if len(paths) == 1:
                self.write(path, value, state, node, declares)
            else:
                self.add(path, value, state)

    def tokens_at(self, value: Value, path: Path, state: State) -> Value:
        """What is stored at a field path below the objects that a value points to; the value itself for no path."""
        found: Value = value
        for part in path:
            below: list[Token] = []
            for token in found:
                if token[0] in ("a", "r", "p", "c"):
                    root = root_of(token)
                    below += self.read(root if part == ELEMENTS == root[-1] else (*root, part), state)
            found = frozenset(below)
        return found

    def owned(self, value: Value, state: State) -> bool:
        """Whether an owned resource can be reached from a value."""
        return any(is_resource(one) and state.status.get(one) == "owned" for one in state.reachable(value))
