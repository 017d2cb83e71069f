"""C source as tree-sitter trees: the functions, prototypes and macros that a package brings along.

Nothing here recurses over a tree, so that deeply nested or broken C costs time and never the Python stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import tree_sitter_c
from tree_sitter import Language, Node, Parser

C = Language(tree_sitter_c.language())
_STARS = frozenset(
    {"pointer_declarator", "array_declarator", "abstract_pointer_declarator", "abstract_array_declarator"}
)
_SECTIONS = frozenset(
    {"translation_unit", "preproc_if", "preproc_ifdef", "preproc_else", "preproc_elif", "preproc_elifdef"}
    | {"linkage_specification", "declaration_list", "ERROR"}
)
_TYPE_BODIES = frozenset({"field_declaration_list", "enumerator_list"})
_PROTOTYPE = re.compile(
    rb"^(?!(?:return|else|typedef|goto|case)\b)((?:[A-Za-z_]\w*[ \t]+|\*[ \t]*){1,6}\**)"
    rb"([A-Za-z_]\w*)\(([^(){};#]{0,400})\)[ \t\r\n]*;",
    re.M,
)
_RETURN = re.compile(r"\breturn\b([^;{}]*);")
_NOT_NULL = re.compile(r"!=\s*(?:NULL|0|nullptr)\)?$")
_LINKAGE = re.compile(r"\b(?:extern|static|inline|__inline|__inline__|[A-Z][A-Z0-9]*_(?:API|EXTERN|EXPORT))\b")


@dataclass(frozen=True, slots=True)
class CFunction:
    """A function, prototype or function-like macro: `body` is None where there is none to look into."""

    name: str
    returns: str
    parameters: tuple[str, ...]
    types: tuple[str, ...]
    body: Node | None = None
    macro: bool = False

    def answers_truth(self) -> bool:
        """Whether the result is true for success: it says that something is not null, or is 1 where all went well."""
        answers = [one.strip() for one in _RETURN.findall(text(self.body))]
        if not answers:
            return False
        return _NOT_NULL.search(answers[-1]) is not None or ({*answers} == {"0", "1"} and answers[-1] == "1")


def parse(source: bytes) -> Node:
    """The root of the tree of a C source; it may hold errors."""
    return Parser(C).parse(source).root_node


def text(node: Node | None) -> str:
    """The source text of a node; the empty string for None."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def functions(root: Node) -> Iterator[CFunction]:
    """The functions, prototypes and function-like macros of a tree, in source order."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type in ("function_definition", "declaration"):
            yield from _declared(node)
        elif node.type == "preproc_function_def":
            yield from _macro(node)
        elif node.type not in ("compound_statement", "type_definition", "expression_statement"):
            stack.extend(reversed(node.named_children))


def aliases(root: Node) -> dict[str, str]:
    """The object-like macros that only name something else: `#define my_free free`."""
    found: dict[str, str] = {}
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type == "preproc_def":
            value = text(node.child_by_field_name("value")).strip()
            if value.isidentifier():
                found[text(node.child_by_field_name("name"))] = value
        elif node.type in _SECTIONS:
            stack.extend(node.named_children)
    return found


def prototypes(source: bytes) -> Iterator[CFunction]:
    """The simple prototypes of a source too large to parse, found by their shape."""
    for match in _PROTOTYPE.finditer(source):
        returns, name, inside = (part.decode("utf-8", "replace") for part in match.groups())
        types = tuple(_without_name(one) for one in inside.split(",") if one.strip() not in ("", "void"))
        yield CFunction(name, _spaced(_LINKAGE.sub("", returns)), ("",) * len(types), types)


def _without_name(parameter: str) -> str:
    words = _spaced(parameter)
    return _spaced(re.sub(r"(?<=[\s*])[A-Za-z_]\w*$", "", words)) if re.search(r"[*\s]", words) else words


def _spaced(words: str) -> str:
    return re.sub(r"\*\s+(?=\*)", "*", re.sub(r"\s*(\*+)", r" \1", " ".join(words.split()))).strip()


def _declared(node: Node) -> Iterator[CFunction]:
    for declarator in node.children_by_field_name("declarator"):
        found, stars = _function_declarator(declarator)
        if found is None:
            continue
        name = text(innermost(found))
        if not name.isidentifier():
            continue
        names, types = _parameters(found.child_by_field_name("parameters"))
        yield CFunction(name, _type(node, stars), names, types, node.child_by_field_name("body"))


def _function_declarator(node: Node | None) -> tuple[Node | None, str]:
    stars = ""
    while node is not None and node.type != "function_declarator":
        stars += "*" if node.type == "pointer_declarator" else ""
        if node.type not in ("pointer_declarator", "attributed_declarator"):
            return None, ""
        node = _inner(node)
    inside = _inner(node) if node is not None else None
    pointer = inside is not None and inside.type == "parenthesized_declarator" and "*" in text(inside)
    return (None, "") if pointer else (node, stars)


def _inner(node: Node) -> Node | None:
    named = node.child_by_field_name("declarator")
    if named is not None:
        return named
    return next((one for one in node.named_children if "declarator" in one.type or one.type == "identifier"), None)


def innermost(node: Node | None) -> Node | None:
    """The identifier that a declarator declares."""
    while node is not None and node.type != "identifier":
        node = _inner(node)
    return node


def stars_of(node: Node | None) -> str:
    """The pointer and array stars of a declarator; a function pointer counts as one."""
    stars = ""
    while node is not None and node.type != "identifier":
        stars += "*" if node.type in _STARS else ""
        node = _inner(node)
    return stars


def _type(node: Node, stars: str) -> str:
    words = [text(one) for one in node.children if one.type == "type_qualifier" and one.is_named]
    kind = node.child_by_field_name("type")
    if kind is not None and any(one.type in _TYPE_BODIES for one in kind.children):
        words.append(f"{text(kind.children[0])} {text(kind.child_by_field_name('name'))}")
    else:
        words.append(text(kind))
    return _spaced(" ".join([*(one for one in words if one not in ("inline", "extern")), stars]))


def _parameters(node: Node | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names, types = [], []
    for one in node.named_children if node is not None else []:
        if one.type == "parameter_declaration":
            declarator = one.child_by_field_name("declarator")
            names.append(text(innermost(declarator)))
            types.append(_type(one, stars_of(declarator)))
    if types == ["void"]:
        return (), ()
    return tuple(names), tuple(types)


def _macro(node: Node) -> Iterator[CFunction]:
    name = text(node.child_by_field_name("name"))
    listed = node.child_by_field_name("parameters")
    names = tuple(text(one) for one in (listed.named_children if listed else []) if one.type == "identifier")
    code = text(node.child_by_field_name("value")).replace("\\\r\n", " ").replace("\\\n", " ").strip()
    if not code:
        return
    head = f"void *{name}({', '.join(f'void *{one}' for one in names)}) "
    for shape in (f"{{ return {code}; }}", f"{{ {code}; }}"):
        root = parse((head + shape).encode())
        body = root.named_children[0].child_by_field_name("body") if root.named_children else None
        if not root.has_error and body is not None:
            break
    if body is not None:
        yield CFunction(name, "void *", names, ("void *",) * len(names), body, macro=True)
