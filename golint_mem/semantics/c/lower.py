"""The body of a C function as a flat list of small instructions over numbered slots.

A slot holds the values that an expression may have; slot 0 holds none. The tree is walked with a stack of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from golint_mem.syntax.c import CFunction, innermost, text

BRANCHES = {"if_statement": "consequence", "for_statement": "body", "while_statement": "body", "do_statement": "body"}
_PASS = {
    "cast_expression": "value",
    "comma_expression": "right",
    "initializer_pair": "value",
    "compound_literal_expression": "value",
}
_LAST = frozenset({"parenthesized_expression", "compound_statement", "expression_statement"})


@dataclass(frozen=True, slots=True)
class Instruction:
    """One step: what to do, the slot it writes, the slots it reads, and the names it needs."""

    kind: str
    slot: int = 0
    reads: tuple[int, ...] = ()
    name: str = ""
    callbacks: tuple[str, ...] = ()


@dataclass(slots=True)
class Code:
    """The instructions of one function and the names it calls or passes on."""

    steps: list[Instruction] = field(default_factory=list)
    calls: set[str] = field(default_factory=set)
    slots: dict[int, int] = field(default_factory=dict)
    last: int = 0

    def emit(self, kind: str, reads: tuple[int, ...] = (), name: str = "", callbacks: tuple[str, ...] = ()) -> int:
        """Add an instruction and answer the slot that it writes."""
        self.last += 1
        self.steps.append(Instruction(kind, self.last, reads, name, callbacks))
        return self.last

    def of(self, node: Node | None) -> int:
        """The slot of an expression that has been left."""
        return self.slots.get(node.id, 0) if node is not None else 0


def lower(function: CFunction) -> Code:
    """The instructions of a function's body."""
    code = Code()
    stack: list[tuple[Node, str]] = [(function.body, "visit")] if function.body is not None else []
    while stack:
        node, phase = stack.pop()
        if phase == "visit":
            stack.extend(_open(node))
        elif phase == "leave":
            code.slots[node.id] = _leave(code, node)
        else:
            code.emit(phase)
    code.slots.clear()
    return code


def _open(node: Node) -> list[tuple[Node, str]]:
    branch = node.child_by_field_name(BRANCHES[node.type]) if node.type in BRANCHES else None
    todo: list[tuple[Node, str]] = [(node, "leave")]
    for child in reversed(node.named_children):
        if child == branch or child.type in ("else_clause", "case_statement"):
            todo += [(child, "exit"), (child, "visit"), (child, "enter")]
        elif child.type != "comment":
            todo.append((child, "visit"))
    return todo


def _leave(code: Code, node: Node) -> int:
    kind = node.type
    if kind in _LAST:
        return code.of(node.named_children[-1]) if node.named_children else 0
    if kind in _PASS:
        return code.of(node.child_by_field_name(_PASS[kind]))
    handler = _HANDLERS.get(kind)
    return handler(code, node) if handler else 0


def _identifier(code: Code, node: Node) -> int:
    return code.emit("var", name=text(node))


def _conditional(code: Code, node: Node) -> int:
    sides = (code.of(node.child_by_field_name("consequence")), code.of(node.child_by_field_name("alternative")))
    return code.emit("join", sides)


def _binary(code: Code, node: Node) -> int:
    if text(node.child_by_field_name("operator")) not in ("+", "-"):
        return 0
    return code.emit("join", (code.of(node.child_by_field_name("left")), code.of(node.child_by_field_name("right"))))


def _field(code: Code, node: Node) -> int:
    name = text(node.child_by_field_name("field"))
    return code.emit("field", (code.of(node.child_by_field_name("argument")),), name)


def _index(code: Code, node: Node) -> int:
    return code.emit("field", (code.of(node.child_by_field_name("argument")),), "[]")


def _pointer(code: Code, node: Node) -> int:
    if text(node.child_by_field_name("operator")) == "*":
        return _index(code, node)
    inside = bare(node.child_by_field_name("argument"))
    if inside is not None and inside.type == "identifier":
        return code.emit("address_of", name=text(inside))
    return code.emit("address", (code.of(inside),))


def _assignment(code: Code, node: Node) -> int:
    value = code.of(node.child_by_field_name("right"))
    if text(node.child_by_field_name("operator")) != "=":
        return code.of(node.child_by_field_name("left"))
    target = bare(node.child_by_field_name("left"))
    if target is None:
        return value
    if target.type == "identifier":
        code.emit("set", (value,), text(target))
    elif target.type in ("field_expression", "subscript_expression", "pointer_expression"):
        name = text(target.child_by_field_name("field")) or "[]"
        code.emit("put", (code.of(target.child_by_field_name("argument")), value), name)
    return value


def _declaration(code: Code, node: Node) -> int:
    static = any(text(one) == "static" for one in node.children if one.type == "storage_class_specifier")
    static &= not any(_is_array(one) for one in node.children_by_field_name("declarator"))
    for one in node.children_by_field_name("declarator"):
        if static or one.type != "init_declarator":
            code.emit("static" if static else "declare", (0,), text(innermost(one)))
    return 0


def _is_array(node: Node | None) -> bool:
    """Whether a declarator declares an array. Static arrays are scratch, which the next call fills anew."""
    while node is not None and node.type in ("init_declarator", "pointer_declarator"):
        node = node.child_by_field_name("declarator")
    return node is not None and node.type == "array_declarator"


def _initialised(code: Code, node: Node) -> int:
    value, name = node.child_by_field_name("value"), text(innermost(node.child_by_field_name("declarator")))
    if value is None or value.type != "initializer_list":
        code.emit("declare", (code.of(value),), name)
        return 0
    code.emit("declare", (0,), name)
    for pair in value.named_children:
        designator = pair.child_by_field_name("designator")
        held = code.of(pair)
        if held:
            code.emit("put", (code.emit("var", name=name), held), text(designator).lstrip(".") or "[]")
    return 0


def _aggregate(code: Code, node: Node) -> int:
    """What a list of initializers holds: whoever gets the aggregate gets all of it."""
    return code.emit("join", tuple(code.of(one) for one in node.named_children))


def _call(code: Code, node: Node) -> int:
    listed = node.child_by_field_name("arguments")
    arguments = [one for one in (listed.named_children if listed else []) if one.type != "comment"]
    callee = bare(node.child_by_field_name("function"))
    name = text(callee) if callee is not None and callee.type == "identifier" else ""
    callbacks = tuple(_function_name(one) for one in arguments)
    code.calls.update((name, *callbacks))
    return code.emit("call", tuple(code.of(one) for one in arguments), name, callbacks)


def _function_name(node: Node) -> str:
    inside = bare(node)
    if inside is not None and inside.type == "pointer_expression" and (inside.text or b"")[:1] == b"&":
        inside = bare(inside.child_by_field_name("argument"))
    return text(inside) if inside is not None and inside.type == "identifier" else ""


def _return(code: Code, node: Node) -> int:
    return code.emit("return", (code.of(node.named_children[0]),)) if node.named_children else 0


def bare(node: Node | None) -> Node | None:
    """An expression without the parentheses and casts around it."""
    while node is not None and node.type in ("parenthesized_expression", "cast_expression"):
        inside = node.child_by_field_name("value")
        node = (
            inside if inside is not None else next((one for one in node.named_children if one.type != "comment"), None)
        )
    return node


_HANDLERS = {
    "identifier": _identifier,
    "conditional_expression": _conditional,
    "binary_expression": _binary,
    "field_expression": _field,
    "subscript_expression": _index,
    "pointer_expression": _pointer,
    "assignment_expression": _assignment,
    "declaration": _declaration,
    "init_declarator": _initialised,
    "initializer_list": _aggregate,
    "call_expression": _call,
    "return_statement": _return,
}
