"""What expressions may be, and what assignments make names hold."""

from __future__ import annotations

from collections.abc import Callable

from tree_sitter import Node

from golint_mem.semantics.typestate.machine import Machine, span
from golint_mem.semantics.typestate.protocol import RECEIVER, Unknown
from golint_mem.semantics.typestate.state import (
    ABSENT,
    ELEMENTS,
    FALSE,
    FLAGS,
    LIVE,
    NIL,
    NOTHING,
    POINTEE,
    TRUE,
    State,
    Token,
    Value,
    followed,
    is_older,
    loosened,
    part,
)
from golint_mem.syntax.go import matches, text

_PARAMETERS = ("parameter_declaration", "variadic_parameter_declaration")
_COPIED = frozenset({"basic", "struct", "array", "parameter"})


class Values(Machine):
    """Expressions and assignments."""

    def eval(self, node: Node | None, state: State) -> Value:
        """What an expression may be; NOTHING where that is nothing that is followed."""
        if node is None:
            return NOTHING
        handler: Callable[[Node, State], Value] | None = getattr(self, "_eval_" + node.type, None)
        if handler is not None:
            return handler(node, state)
        for child in node.named_children:
            self.eval(child, state)
        return NOTHING

    def call(self, node: Node, state: State) -> Value:
        """What a call gives; `Calls` knows."""
        raise NotImplementedError

    def _eval_call_expression(self, node: Node, state: State) -> Value:
        return self.call(node, state)

    def _eval_nil(self, node: Node, state: State) -> Value:
        return frozenset({NIL})

    def _eval_true(self, node: Node, state: State) -> Value:
        return frozenset({TRUE})

    def _eval_false(self, node: Node, state: State) -> Value:
        return frozenset({FALSE})

    def _eval_identifier(self, node: Node, state: State) -> Value:
        variable = self.scopes.resolve(node)
        if variable is None:
            token: Token = ("g", text(node))
            return state.env.get((token, POINTEE), frozenset({token}))
        if variable in state.env:
            return state.env[variable]
        if self.literal and not self._inside(variable):
            return frozenset({("p", variable)})
        return NOTHING

    def _inside(self, variable: str) -> bool:
        known = self.scopes.by_id[variable]
        return self.function.node.start_byte <= known.name.start_byte < self.function.node.end_byte

    def _eval_parenthesized_expression(self, node: Node, state: State) -> Value:
        return self.eval(node.named_children[0] if node.named_children else None, state)

    def _eval_type_assertion_expression(self, node: Node, state: State) -> Value:
        value = self.eval(node.child_by_field_name("operand"), state)
        found = [token for token in value if state.status.get(token) == LIVE]
        if self._wants_two(node) and found:
            if self.choose(2):
                for token in found:
                    state.status[token] = ABSENT
                self.results[span(node)] = [frozenset({NIL}), frozenset({FALSE})]
                return frozenset({NIL})
            self.results[span(node)] = [value - FLAGS, frozenset({TRUE})]
        return value - {NIL} if len(value) > 1 else value

    @staticmethod
    def _wants_two(node: Node) -> bool:
        """Whether an expression stands alone on the right of an assignment to two."""
        around = node.parent
        if around is None or around.type != "expression_list" or around.named_child_count != 1:
            return False
        left = around.parent.child_by_field_name("left") if around.parent is not None else None
        return left is not None and left.id != around.id and left.named_child_count == 2

    def _eval_type_conversion_expression(self, node: Node, state: State) -> Value:
        value = self.eval(node.child_by_field_name("operand"), state)
        kind = text(node.child_by_field_name("type"))
        return NOTHING if kind in ("[]byte", "[]rune") and self.is_basic(node.child_by_field_name("operand")) else value

    def is_basic(self, node: Node | None) -> bool:
        """Whether an expression is a number, a string or a boolean."""
        return node is not None and self.view.underlying(self.view.type_of(node)).kind == "basic"

    def copied(self, node: Node) -> bool:
        """Whether assigning an expression copies all that it is, so that nothing is shared afterwards."""
        return self.view.underlying(self.view.type_of(node)).kind in _COPIED

    def _eval_selector_expression(self, node: Node, state: State) -> Value:
        operand, name = node.child_by_field_name("operand"), text(node.child_by_field_name("field"))
        base = self.base_of(operand, state)
        self.use(base, node, state)
        if self.protocol.releases_at(f"*.{name}") == RECEIVER and any(map(followed, base)):
            return base  # who has the method has the value
        value = self.select(base, name, state)
        if not any(token[0] == "s" and token not in state.status for token in value):
            return value
        declared = self.view.type_of(node)
        kind = self.view.underlying(declared).kind
        if kind == "basic":
            return NOTHING
        shared = (kind == "unknown" and declared.kind != "named") or (kind == "slice" and self.around.reslices(name))
        return value if shared else loosened(value, name)

    def base_of(self, operand: Node | None, state: State) -> Value:
        """What a selector selects from; `(*x).y` selects from x."""
        inner = operand
        while inner is not None and inner.type == "parenthesized_expression" and inner.named_children:
            inner = inner.named_children[0]
        if (
            inner is not None
            and inner.type == "unary_expression"
            and text(inner.child_by_field_name("operator")) == "*"
        ):
            operand = inner.child_by_field_name("operand")
        return self.eval(operand, state)

    def select(self, base: Value, name: str, state: State) -> Value:
        """A part of each token of a value."""
        found: set[Token] = set()
        for token in base:
            if token[0] == "a":
                found |= self.select(state.env.get(str(token[1]), NOTHING), name, state)
            elif (token, name) in state.env:
                found |= state.env[token, name]
            elif token[0] in ("m", "p", "s"):
                found.add(part(token, name))
        return frozenset(found)

    def _eval_unary_expression(self, node: Node, state: State) -> Value:
        operator, operand = text(node.child_by_field_name("operator")), node.child_by_field_name("operand")
        if operator == "&" and operand is not None:
            return self._address(operand, state)
        value = self.eval(operand, state)
        if operator == "*":
            self.use(value, node, state)
            return NOTHING if self.copied(node) else self._pointed(node, self.select(value, POINTEE, state))
        if operator == "<-":
            state.wait()
        return NOTHING

    def _pointed(self, node: Node, value: Value) -> Value:
        """What `*p` is; where it is a pointer itself, it shares no memory with what p points to."""
        return loosened(value, POINTEE) if self.view.underlying(self.view.type_of(node)).kind == "pointer" else value

    def _address(self, operand: Node, state: State) -> Value:
        while operand.type == "parenthesized_expression" and operand.named_children:
            operand = operand.named_children[0]
        if operand.type == "selector_expression":
            base = self.base_of(operand.child_by_field_name("operand"), state)
            self.use(base, operand, state)
            return self.select(base, text(operand.child_by_field_name("field")), state)
        variable = self.scopes.resolve(operand) if operand.type == "identifier" else None
        value = self.eval(operand, state)
        if variable is None or any(token[0] == "o" for token in value):
            return value
        return frozenset({("a", variable)})

    def _eval_index_expression(self, node: Node, state: State) -> Value:
        value = self.eval(node.child_by_field_name("operand"), state)
        self.eval(node.child_by_field_name("index"), state)
        self.use(value, node, state)
        return NOTHING if self.is_basic(node) else loosened(self.select(value, ELEMENTS, state), ELEMENTS)

    def _eval_slice_expression(self, node: Node, state: State) -> Value:
        operand = node.child_by_field_name("operand")
        value = self.eval(operand, state)
        for name in ("start", "end", "capacity"):
            self.eval(node.child_by_field_name(name), state)
        self.use(value, node, state)
        return NOTHING if self.is_basic(operand) else value

    def _eval_binary_expression(self, node: Node, state: State) -> Value:
        for side in ("left", "right"):
            operand = node.child_by_field_name(side)
            if operand is not None and operand.type not in ("identifier", "nil"):
                self.eval(operand, state)
        return NOTHING

    def _eval_func_literal(self, node: Node, state: State) -> Value:
        self.literals[node.start_byte] = node
        return frozenset({("f", node.start_byte)})

    def _eval_composite_literal(self, node: Node, state: State) -> Value:
        token: Token = ("o", node.start_byte)
        for key in [key for key in state.env if isinstance(key, tuple) and key[0] == token]:
            del state.env[key]
        body = node.child_by_field_name("body")
        for element in body.named_children if body is not None else ():
            name, inner = ELEMENTS, element
            if element.type == "keyed_element" and len(element.named_children) == 2:
                name, inner = text(element.named_children[0]), element.named_children[1]
            if inner.type == "literal_element" and inner.named_children:
                inner = inner.named_children[0]
            value = self.eval(inner, state)
            self.use(value, inner, state)
            if self.protocol.unknown is Unknown.TAKES:  # whoever calls the function later may give back what it sees
                self.hand_over(frozenset(one for one in value if one[0] == "f"), state)
            if value - FLAGS:
                state.env[token, name] = state.env.get((token, name), NOTHING) | value
        return frozenset({token})

    # Assignments.

    def store(self, left: Node, value: Value, node: Node, state: State) -> None:
        """Make what stands on the left of an assignment hold a value."""
        while left.type == "parenthesized_expression" and left.named_children:
            left = left.named_children[0]
        if left.type == "identifier":
            self._store_name(left, value, node, state)
        elif left.type == "selector_expression":
            base = self.base_of(left.child_by_field_name("operand"), state)
            self._store_part(left, base, text(left.child_by_field_name("field")), value, node, state)
        elif left.type == "index_expression":
            self.hand_over(self.eval(left.child_by_field_name("index"), state), state)
            base = self.eval(left.child_by_field_name("operand"), state)
            self._store_part(left, base, ELEMENTS, value, node, state)
        elif left.type == "unary_expression":
            base = self.eval(left.child_by_field_name("operand"), state)
            self._store_part(left, base, POINTEE, value, node, state)

    def _store_name(self, left: Node, value: Value, node: Node, state: State) -> None:
        if text(left) == "_":
            return
        variable = self.scopes.resolve(left)
        if variable is None:
            self._put((("g", text(left)), POINTEE), value, node, state)
            self.hand_over(value, state)
        else:
            self._put(variable, value, node, state)
            if self.literal and not self._inside(variable):
                self.hand_over(value, state)

    def _put(self, key: str | tuple[Token, str], value: Value, node: Node, state: State) -> None:
        before = state.env.get(key, NOTHING)
        state.env[key] = value
        if not isinstance(key, str) and value - FLAGS:
            self.stored[key] = node
        if self.protocol.unknown is Unknown.TAKES and isinstance(key, str) and self._is_wrapped(key, node):
            self.hand_over(before - value, state)
        elif before - value:
            older = any(is_older(token) for token in before - value)
            message = "the loop comes round without giving the last one back" if older else "it is overwritten here"
            self.lose(before - value, node, message, state)

    def _is_wrapped(self, variable: str, statement: Node) -> bool:
        """`x = wrap(x)`: what is assigned was made of what the variable held before."""
        right = statement.child_by_field_name("right")
        names = (
            matches(right, "(call_expression arguments: (argument_list (identifier) @name))", "name") if right else []
        )
        return any(self.scopes.resolve(name) == variable for name in names)

    def _store_part(self, left: Node, base: Value, name: str, value: Value, node: Node, state: State) -> None:
        self.use(base, left, state)
        if name == ELEMENTS:
            self.hand_over(value, state)
        for token in base - FLAGS:
            if token[0] == "a" and name == POINTEE:
                self._put(str(token[1]), value, node, state)
            elif token[0] == "a":
                self._store_part(left, state.env.get(str(token[1]), NOTHING), name, value, node, state)
            else:
                self._put((token, name), value, node, state)
                if token[0] == "g" and self.protocol.unknown is Unknown.TAKES:
                    self.hand_over(value, state)
        if not base - FLAGS:
            self._put((("u" if self._in_local(left) else "g", text(left)), POINTEE), value, node, state)
            self.hand_over(value, state)

    def _in_local(self, left: Node) -> bool:
        """Whether what is assigned to is below a variable of the function, and not a parameter."""
        root: Node | None = left
        while root is not None and root.type != "identifier":
            root = root.child_by_field_name("operand") or next(iter(root.named_children), None)
        variable = self.scopes.by_id.get(self.scopes.resolve(root) or "") if root is not None else None
        return variable is not None and variable.statement.type not in _PARAMETERS
